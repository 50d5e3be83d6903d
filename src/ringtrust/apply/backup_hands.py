"""A backup that ringtrust begins: to a device that is set up, so that no password is needed (S58, S189, 214287).

What it was called becomes known when it runs, and is written down: by that name the gate behind it follows it, and the
backup after the change is held against it.
"""

from collections.abc import Sequence
from typing import Final

from ringtrust.change.act import TakeBackup
from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.clock import Timer
from ringtrust.connect.platform.acts import NotAccepted
from ringtrust.connect.platform.backups import BackupStatus
from ringtrust.errors import RefusedError
from ringtrust.journal.records import Intended
from ringtrust.observe.eyes import Eyes
from ringtrust.trust.names import counted, quoted, some

_NONE: Final = "none"
_LOOKS: Final = 12
_PAUSE_SECONDS: Final = 5.0
_NOT_BEGUN: Final = "It has not happened: no new backup is told of since {before}."


class BackupHands:
    """On the wire."""

    def __init__(self, eyes: Eyes, timer: Timer) -> None:
        self._eyes = eyes
        self._timer = timer

    async def before(self, act: TakeBackup) -> str:
        """The last backup that the node tells of. Raises RefusedError where one more would cost the one from before.

        And where another backup runs: the node would not begin a second. Raises UnreadableError.
        """
        if act.again:
            refuse_rotation(act, await self._eyes.backup_files(act.device))
        status = await self._status()
        if status is not None and not status.ended:
            raise RefusedError(
                f"Another backup runs: {status.file}.", advice="Wait for its end, then call apply again."
            )
        return status.file if status is not None else _NONE

    async def carry_out(self, act: TakeBackup) -> Outcome:
        """Begins it, once; its end is for the gate behind it. Raises UnreadableError, RefusedError."""
        before = await self._status()
        cli = self._eyes.wire.cli(self._eyes.site(act.node).address)
        said = await cli.back_up(act.features, act.device)
        file = await self._begun(before.file if before is not None else _NONE)
        if file:
            kept = f" The one from before the change is {act.keep}: keep it." if act.keep else ""
            return Done((f"The backup {file} has begun, to {act.device}.{kept}",), made=file)
        if isinstance(said, NotAccepted):
            return Refused((said.reason, "The node tells of no new backup: utils disaster_recovery status backup."))
        return Unclear((said.text, "The node tells of no new backup. Look: utils disaster_recovery status backup."))

    async def _begun(self, before: str) -> str:
        """The file of a new one, as soon as the node tells of it; empty where it does not for a minute."""
        for _ in range(_LOOKS):
            status = await self._status()
            if status is not None and status.file not in {"", before}:
                return status.file
            await self._timer.sleep(_PAUSE_SECONDS)
        return ""

    async def settle(self, intended: Intended) -> Outcome:
        """What became of one of which nobody wrote it down. Raises UnreadableError, RefusedError."""
        status = await self._status()
        if status is not None and status.file not in {"", intended.before}:
            return Done((f"It has happened: the backup {status.file} was begun.",), made=status.file)
        return Refused((_NOT_BEGUN.format(before=intended.before),))

    async def _status(self) -> BackupStatus | None:
        found = await self._eyes.running_backup()
        return found if isinstance(found, BackupStatus) else None


def refuse_rotation(act: TakeBackup, files: Sequence[str]) -> None:
    """Raises RefusedError where the backup from before is gone, or would go when one more is complete (S189).

    The names are of one form, and begin with the date: so they sort by their age.
    """
    there = sorted(files)
    if not act.keep:
        return
    if act.keep.lower() not in there:
        raise RefusedError(
            f"The backup from before the change, {act.keep}, is not at {quoted(act.device)} any more"
            f"{f': there is {some(there)}' if there else ''}.",
            advice="Look for a copy of it before anything else: it is the last way back (S189). Then take the new one "
            "by hand, and let the gate pass.",
        )
    newer = len(there) - 1 - there.index(act.keep.lower())
    if newer + 2 > act.copies:
        raise RefusedError(
            f"One more backup would push out {act.keep}, the one from before the change: {quoted(act.device)} keeps "
            f"{counted(act.copies, 'backup')}, and {newer} of those there are newer.",
            advice="Copy it elsewhere, or let the device keep more (Disaster Recovery System > Backup > Backup "
            "Device), and take the new one by hand to another device.",
        )
