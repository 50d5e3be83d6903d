"""`utils disaster_recovery history|status backup` (interfaces.md §1.11)."""

from collections.abc import Iterator

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.state.cluster import Backup

_DEVICE, _FEATURES = "NETWORK", "CDR_CAR,UCM"


async def history(call: Call) -> None:
    """`utils disaster_recovery history backup`: the latest last."""
    _only_backup(call)
    if not call.cluster.backups:
        call.say(texts.NO_BACKUP_HISTORY)
        return
    await call.page(_history(call))


def _history(call: Call) -> Iterator[str]:
    with_version = call.cluster.release.cli.history_version
    yield texts.BACKUP_HISTORY_VERSION if with_version else texts.BACKUP_HISTORY
    for backup in call.cluster.backups:
        row = (
            f"{_tar(backup)} {_DEVICE} {backup.completed:%a %b %d %H:%M:%S} UTC {backup.completed.year} SUCCESS MANUAL"
        )
        yield f"{row} {call.cluster.release.version} {_FEATURES} ---" if with_version else f"{row} {_FEATURES}"


async def status(call: Call) -> None:
    """`utils disaster_recovery status backup`: of the last one. The rows of its components are [U]."""
    _only_backup(call)
    if not call.cluster.backups:
        call.say(texts.NO_BACKUP_STATUS)
        return
    last = call.cluster.backups[-1]
    await call.page(
        [
            "Status: SUCCESS :Backup Completed...",
            f"Tar Filename: {_tar(last)}",
            f"Storage Location: {_DEVICE}",
            "Operation: backup",
            "Percentage Complete: 100",
        ]
    )


def _tar(backup: Backup) -> str:
    return f"{backup.completed:%Y-%m-%d-%H-%M-%S}.tar"


def _only_backup(call: Call) -> None:
    if call.words[0] != "backup":
        raise CommandFailedError
