"""`utils disaster_recovery`: backups, ordered and complete; restores are not served (interfaces.md §1.11)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ringtrust.lab.certificates.text import java_date
from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.state.backup_job import MASTER, BackupJob, FailedBackup, Part, components, features, parts
from ringtrust.lab.state.cluster import Backup

_KIND: Final = "NETWORK"
_LOGS: Final = "activelog/platform/drf/log"
_WORDS_WITH_DEVICE: Final = 2
_WORDS_WITH_SERVER: Final = 4
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
            row = f"{tar:<25} {_KIND:<14} {completed}  {result:<8} {'MANUAL':<13} {call.node.release.version:<16}"
            yield f"{row} {features if good else none:<26} {none if good else features}"
        else:
            yield f"{tar} {_KIND} {completed} {result} MANUAL {features if good else ''}".rstrip()


async def status(call: Call) -> None:
    """`utils disaster_recovery status {backup|restore}`: the one that runs, or the last, with its components."""
    jobs = call.cluster.backup_jobs
    if _operation(call) == "restore":
        await call.show([texts.NO_RESTORE_STATUS])
    elif jobs.running is not None:
        await call.show(_running(call, jobs.running))
    else:
        known = _all(call)
        await call.show(_status(call, known[-1]) if known else [texts.NO_BACKUP_STATUS])


def _running(call: Call, job: BackupJob) -> Iterator[str]:
    found = tuple(parts(call.cluster, job.named, job.share(call.cluster.time.now())))
    yield texts.BACKUP_RUNS.format(server=found[-1].node)
    yield from _fields(f"{job.named:%Y-%m-%d-%H-%M-%S}", job.percent(call.cluster.time.now()))
    yield from (_row(each, job.named) for each in found)


def _status(call: Call, last: Backup | FailedBackup) -> Iterator[str]:
    failed = texts.BACKUP_FAILED.format(reason=last.reason) if isinstance(last, FailedBackup) else ""
    yield failed or "Status: SUCCESS :Backup Completed..."
    yield from _fields(_tar(last).removesuffix(".tar"), 100)
    began = _began(last)
    yield from (_row(each, began) for each in call.cluster.backup_jobs.parts.get(began, ()))


def _fields(tar: str, percent: int) -> Iterator[str]:
    yield f"Tar Filename: {tar}.tar"
    yield f"Storage Location: {_KIND}"
    yield "Operation: BACKUP"
    yield f"Percentage Complete: {percent}"


def _row(part: Part, began: datetime) -> str:
    """As the API of another product on the same platform shows it: what has not ended has no log yet."""
    log = f"{_LOGS}/{began:%Y-%m-%d-%H-%M-%S}_b_{part.node}_{part.feature}_{part.name}.log".lower()
    ended = "" if part.result == "Active" else f" {log}"
    return f"{part.feature} {part.node.upper()} {part.name} {part.result} {java_date(part.at)}{ended}"


def _tar(backup: Backup | FailedBackup) -> str:
    return f"{_began(backup):%Y-%m-%d-%H-%M-%S}.tar"


def _began(backup: Backup | FailedBackup) -> datetime:
    return backup.started or backup.completed


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
    """`utils disaster_recovery backup network FEATURES DEVICE` (TAC 214287), or behind it PATH SERVER USER (CLI15).

    Where the second would go is not looked at.
    """
    _refuse_without_master(call)
    if strange := set(call.words[0].split(",")) - set(features(call.cluster)):
        raise CommandFailedError(texts.NO_SUCH_FEATURE.format(feature=", ".join(sorted(strange))))
    if len(call.words) > _WORDS_WITH_DEVICE:
        call.need(_WORDS_WITH_SERVER, "utils disaster_recovery backup network")
        await call.answer(texts.BACKUP_LOGIN.format(user=call.words[3]), secret=True)
    else:
        _refuse_other_device(call, call.words[1])
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
    """`utils disaster_recovery device list`: name, type and path, and not how many copies it keeps; layout [U]."""
    _refuse_without_master(call)
    await call.show((*texts.DEVICES.split("\n"), f"{call.cluster.topology.backup.device}\t{_KIND}\t/backup"))


async def registration(call: Call) -> None:
    """`utils disaster_recovery show_registration HOST`: the components of a node that take part; layout [U]."""
    _refuse_without_master(call)
    found = next((node for node in call.cluster.nodes if node.name == call.words[0].lower()), None)
    if found is None:
        raise CommandFailedError(texts.NO_SUCH_HOST.format(host=call.words[0]))
    await call.show(("Feature\tComponent", *("\t".join(each) for each in components(call.cluster, found.name))))


async def backup_files(call: Call) -> None:
    """`utils disaster_recovery show_backupfiles DEVICE`: what is still there."""
    _refuse_without_master(call)
    _refuse_other_device(call, call.words[0])
    await call.show(_tar(backup) for backup in call.cluster.stored)


def _refuse_other_device(call: Call, device: str) -> None:
    if device != call.cluster.topology.backup.device:
        raise CommandFailedError(texts.NO_SUCH_DEVICE.format(device=device))


COMMANDS: Final[tuple[Command, ...]] = (
    command("utils disaster_recovery history", history, 1, syntax="{backup|restore}"),
    command("utils disaster_recovery status", status, 1, level=1, syntax="{backup|restore}"),
    command(
        "utils disaster_recovery backup network",
        back_up,
        2,
        level=1,
        syntax="featurelist {devicename|path servername username}",
    ),
    command("utils disaster_recovery cancel_backup", cancel, level=1, syntax="[confirm]"),
    command("utils disaster_recovery schedule list", schedules, level=1),
    command("utils disaster_recovery device list", devices, level=1),
    command("utils disaster_recovery show_registration", registration, 1, level=1, syntax="hostname"),
    command("utils disaster_recovery show_backupfiles", backup_files, 1, syntax="devicename"),
)
