"""`utils disaster_recovery`: backups, ordered and complete; restores are not served (interfaces.md §1.11)."""

from collections.abc import Iterator
from typing import Final

from ringtrust.lab.certificates.text import java_date
from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.state.backup_job import MASTER, BackupJob, FailedBackup
from ringtrust.lab.state.cluster import Backup

_DEVICE: Final = "NETWORK"
_OPERATIONS: Final = frozenset({"backup", "restore"})


async def history(call: Call) -> None:
    """`utils disaster_recovery history {backup|restore}`: the latest last."""
    told = _operation(call) == "backup" and bool(_all(call))
    await call.show(_history(call) if told else [texts.NO_BACKUP_HISTORY])


def _all(call: Call) -> list[Backup | FailedBackup]:
    """Those that were completed and those that failed, the latest last."""
    return sorted((*call.cluster.backups, *call.cluster.backup_jobs.failed), key=lambda each: each.completed)


def _history(call: Call) -> Iterator[str]:
    layout = call.node.release.cli
    yield texts.BACKUP_HISTORY_VERSION if layout.history_version else texts.BACKUP_HISTORY
    for backup in _all(call):
        tar, completed, good = _tar(backup), java_date(backup.completed), isinstance(backup, Backup)
        result, features, none = "SUCCESS" if good else "ERROR", layout.features_backed_up, "---"
        if layout.history_version:
            row = f"{tar:<25} {_DEVICE:<14} {completed}  {result:<8} {'MANUAL':<13} {call.node.release.version:<16}"
            yield f"{row} {features if good else none:<26} {none if good else features}"
        else:
            yield f"{tar} {_DEVICE} {completed} {result} MANUAL {features if good else ''}".rstrip()


async def status(call: Call) -> None:
    """`utils disaster_recovery status {backup|restore}`: the one that runs, or the last. Its components are [U]."""
    if _operation(call) == "restore":
        await call.show([texts.NO_RESTORE_STATUS])
    elif call.cluster.backup_jobs.running is not None:
        await call.show(_running(call, call.cluster.backup_jobs.running))
    else:
        known = _all(call)
        await call.show(_status(known[-1]) if known else [texts.NO_BACKUP_STATUS])


def _running(call: Call, job: BackupJob) -> Iterator[str]:
    yield texts.BACKUP_RUNS
    yield f"Tar Filename: {job.started:%Y-%m-%d-%H-%M-%S}.tar"
    yield f"Storage Location: {_DEVICE}"
    yield "Operation: backup"
    yield f"Percentage Complete: {job.percent(call.cluster.time.now())}"


def _status(last: Backup | FailedBackup) -> Iterator[str]:
    failed = texts.BACKUP_FAILED.format(reason=last.reason) if isinstance(last, FailedBackup) else ""
    yield failed or "Status: SUCCESS :Backup Completed..."
    yield f"Tar Filename: {_tar(last)}"
    yield f"Storage Location: {_DEVICE}"
    yield "Operation: backup"
    yield "Percentage Complete: 100"


def _tar(backup: Backup | FailedBackup) -> str:
    return f"{backup.completed:%Y-%m-%d-%H-%M-%S}.tar"


def _operation(call: Call) -> str:
    """Which operation is asked about."""
    if call.words[0] not in _OPERATIONS:
        raise CommandFailedError
    _refuse_without_master(call)
    return call.words[0]


def _refuse_without_master(call: Call) -> None:
    """Whatever it is, the master agent on the publisher tells it."""
    publisher = call.cluster.publisher
    if not publisher.services.running(MASTER):
        raise CommandFailedError(texts.NO_MASTER_AGENT.format(host=publisher.name))


async def back_up(call: Call) -> None:
    """`utils disaster_recovery backup network FEATURES PATH SERVER USER`: where it would go is not looked at."""
    _refuse_without_master(call)
    await call.answer(texts.BACKUP_LOGIN.format(user=call.words[3]), secret=True)
    if not call.cluster.backup_jobs.start(call.cluster):
        raise CommandFailedError(texts.BACKUP_BUSY)
    call.say(texts.BACKUP_BEGINS)


async def cancel(call: Call) -> None:
    """`utils disaster_recovery cancel_backup [yes]`."""
    _refuse_without_master(call)
    if call.words[:1] != ("yes",) and not await call.confirmed(texts.CANCEL_QUESTION, "y"):
        return
    call.say(texts.CANCELLING)
    if not call.cluster.backup_jobs.cancel():
        raise CommandFailedError(texts.NOTHING_TO_CANCEL)
    call.say(texts.CANCELLED)


async def schedules(call: Call) -> None:
    """`utils disaster_recovery schedule list`: there is no schedule in a lab."""
    _refuse_without_master(call)
    await call.show(texts.SCHEDULES.split("\n"))


async def devices(call: Call) -> None:
    """`utils disaster_recovery device list`: the one that backups go to; how CUCM lays it out is [U]."""
    _refuse_without_master(call)
    await call.show((*texts.DEVICES.split("\n"), f"{texts.DEVICE}\t{_DEVICE}\t/backup"))


async def registration(call: Call) -> None:
    """`utils disaster_recovery show_registration HOST`: the features of a node that take part; layout [U]."""
    _refuse_without_master(call)
    if call.words[0].lower() not in {node.name for node in call.cluster.nodes}:
        raise CommandFailedError(texts.NO_SUCH_HOST.format(host=call.words[0]))
    await call.show(("Feature\tComponent", f"{call.release.cli.features_backed_up}\tCCMDB"))


async def backup_files(call: Call) -> None:
    """`utils disaster_recovery show_backupfiles DEVICE`."""
    _refuse_without_master(call)
    if call.words[0] != texts.DEVICE:
        raise CommandFailedError(texts.NO_SUCH_DEVICE.format(device=call.words[0]))
    await call.show(_tar(backup) for backup in call.cluster.backups)


COMMANDS: Final[tuple[Command, ...]] = (
    command("utils disaster_recovery history", history, 1, syntax="{backup|restore}"),
    command("utils disaster_recovery status", status, 1, level=1, syntax="{backup|restore}"),
    command(
        "utils disaster_recovery backup network", back_up, 4, level=1, syntax="featurelist path servername username"
    ),
    command("utils disaster_recovery cancel_backup", cancel, level=1, syntax="[confirm]"),
    command("utils disaster_recovery schedule list", schedules, level=1),
    command("utils disaster_recovery device list", devices, level=1),
    command("utils disaster_recovery show_registration", registration, 1, level=1, syntax="hostname"),
    command("utils disaster_recovery show_backupfiles", backup_files, 1, syntax="devicename"),
)
