"""Whether there is a way back: the last backup, component by component on every node (S58, G-DRS).

The history tells how a backup ended as a whole. What became of each component the status tells, until the master agent
starts anew or another backup runs: a component that failed is named there, with the log to look at.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from ringtrust.change.gate import BackedUp
from ringtrust.change.outcome import Failed, NotYet, Passed, Unknown, Verdict
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Backup
from ringtrust.connect.platform.backups import BackupPart, BackupStatus
from ringtrust.errors import UnreadableError
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.trust.names import brief, counted, some

_SHOWN: Final = 5
_LOOK: Final = "Look at the log of a component with: file view LOG, on the node itself."


async def backed_up(eyes: Eyes, condition: BackedUp, now: datetime) -> Verdict:
    """Whether it succeeded, and how long ago. Raises UnreadableError, RefusedError."""
    told = await _status(eyes, condition)
    if condition.whole and told is not None and not told.ended and condition.file in {"", told.file}:
        return NotYet((progress(told),))
    found = [each for each in await eyes.backups() if condition.file in {"", each.file}]
    if not found:
        return _none(condition, told)
    last = found[-1]
    parts = told.parts if told is not None and told.file == last.file else ()
    if bad := tuple(_bad(parts)):
        return Failed((f"The backup {last.file} lacks {counted(len(bad), 'component')}.", *bad[:_SHOWN], _LOOK))
    if not last.good:
        return Failed((f"The last backup, {last.file}, ended with {last.result}.",))
    if condition.whole and (unsure := tuple(_unsure(last, parts, eyes.sites))):
        return Unknown(unsure)
    return _by_age(last, condition, parts, now)


async def _status(eyes: Eyes, condition: BackedUp) -> BackupStatus | None:
    """The backup that runs, or the last; where the history will do, one that cannot be read is none."""
    try:
        status = await eyes.running_backup()
    except UnreadableError:
        if condition.whole:
            raise
        return None
    return status if isinstance(status, BackupStatus) else None


def progress(status: BackupStatus) -> str:
    """How far it is: the percentage, and which component of which node is at work."""
    far = f"{status.percent.value} per cent" if isinstance(status.percent, Known) else brief(status.status)
    at_work = [each for each in status.parts if not each.good]
    now = f", {at_work[-1].component} of {at_work[-1].node}: {at_work[-1].result}" if at_work else ""
    return f"The backup {status.file} runs: {far}{brief(now)}."


def _none(condition: BackedUp, status: BackupStatus | None) -> Verdict:
    """No row of the history is about it: one that was begun may be there in a moment, or have failed before any."""
    if not condition.file:
        return Failed(("There is no backup at all.",))
    if status is not None and status.file == condition.file and status.failed:
        said = f"The backup {condition.file} failed: {brief(status.status)}"
        return Failed((said, *tuple(_bad(status.parts))[:_SHOWN], _LOOK))
    return NotYet((f"The history does not tell of the backup {condition.file} yet.",))


def _bad(parts: Sequence[BackupPart]) -> Iterator[str]:
    for each in parts:
        if not each.good:
            where = brief(f"{each.component} of {each.feature} on {each.node}: {each.result}")
            yield f"{where}. Log: {brief(each.log) if each.log else 'none is named'}"


def _unsure(last: Backup, parts: Sequence[BackupPart], sites: Sequence[Site]) -> Iterator[str]:
    """Why nobody can tell whether every node is in it: it is not taken for a success then (design.md §4.4)."""
    by_hand = "Look at Disaster Recovery System > Backup > Current Status, or History."
    if not parts:
        yield f"{last.file} succeeded as a whole; the node tells nothing of its components. {by_hand}"
        return
    there = {each.node.lower().partition(".")[0] for each in parts}
    missing = [site.name for site in sites if there.isdisjoint(_short_names(site))]
    if missing:
        yield f"{last.file} has no component of {some(missing)}. {by_hand}"


def _short_names(site: Site) -> Iterator[str]:
    for name in (site.name, site.address, *site.aliases):
        yield name.lower()
        yield name.lower().partition(".")[0]


def _by_age(last: Backup, condition: BackedUp, parts: Sequence[BackupPart], now: datetime) -> Verdict:
    """One whose file is known was begun by the plan itself: its date need not be read."""
    whole = f" {counted(len(parts), 'component')} on {counted(_nodes(parts), 'node')} succeeded." if parts else ""
    if condition.file:
        return Passed((f"The backup {last.file} succeeded.{whole} Keep it until everything is well.",))
    if not isinstance(last.completed, Known):
        return Unknown((f"When the last backup, {last.file}, was made cannot be told: {last.completed.reason}",))
    said = f"The last backup, {last.file}, succeeded on {last.completed.value:%Y-%m-%d %H:%M} UTC.{whole}"
    if now - last.completed.value > timedelta(hours=condition.hours):
        return Failed((said, f"That is more than {condition.hours} hours ago."))
    return Passed((said,))


def _nodes(parts: Sequence[BackupPart]) -> int:
    return len({each.node.lower() for each in parts})
