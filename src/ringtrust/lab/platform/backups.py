"""`utils disaster_recovery history|status backup` (interfaces.md §1.11)."""

from collections.abc import Iterator
from typing import Final

from ringtrust.lab.certificates.text import java_date
from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.state.cluster import Backup

_DEVICE: Final = "NETWORK"
_MASTER: Final = "Cisco DRF Master"


async def history(call: Call) -> None:
    """`utils disaster_recovery history backup`: the latest last."""
    _refuse_unless_it_can_be_told(call)
    await call.show(_history(call) if call.cluster.backups else [texts.NO_BACKUP_HISTORY])


def _history(call: Call) -> Iterator[str]:
    layout = call.node.release.cli
    yield texts.BACKUP_HISTORY_VERSION if layout.history_version else texts.BACKUP_HISTORY
    for backup in call.cluster.backups:
        tar, completed = _tar(backup), java_date(backup.completed)
        if layout.history_version:
            row = f"{tar:<25} {_DEVICE:<14} {completed}  {'SUCCESS':<8} {'MANUAL':<13} {call.node.release.version:<16}"
            yield f"{row} {layout.features_backed_up:<26} ---"
        else:
            yield f"{tar} {_DEVICE} {completed} SUCCESS MANUAL {layout.features_backed_up}"


async def status(call: Call) -> None:
    """`utils disaster_recovery status backup`: of the last one. The rows of its components are [U]."""
    _refuse_unless_it_can_be_told(call)
    await call.show(_status(call.cluster.backups[-1]) if call.cluster.backups else [texts.NO_BACKUP_STATUS])


def _status(last: Backup) -> Iterator[str]:
    yield "Status: SUCCESS :Backup Completed..."
    yield f"Tar Filename: {_tar(last)}"
    yield f"Storage Location: {_DEVICE}"
    yield "Operation: backup"
    yield "Percentage Complete: 100"


def _tar(backup: Backup) -> str:
    return f"{backup.completed:%Y-%m-%d-%H-%M-%S}.tar"


def _refuse_unless_it_can_be_told(call: Call) -> None:
    """Only of backups, and only while the master agent on the publisher runs."""
    if call.words[0] != "backup":
        raise CommandFailedError
    publisher = call.cluster.publisher
    if not publisher.services.running(_MASTER):
        raise CommandFailedError(texts.NO_MASTER_AGENT.format(host=publisher.name))
