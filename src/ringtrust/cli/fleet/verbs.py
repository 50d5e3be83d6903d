"""`ringtrust fleet`: many clusters at once."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NoReturn

import click

from ringtrust.apply.fleet.selection import selected
from ringtrust.cli.fleet import folder as folders
from ringtrust.cli.fleet.go import LEASE_SECONDS, Manner, Ordered, done, work_on
from ringtrust.cli.fleet.judged import audited, planned
from ringtrust.cli.fleet.table import counts, jobs_told, told, worst
from ringtrust.cli.fleet.worker import at_work
from ringtrust.cli.options import config_option
from ringtrust.cli.output import complain, say, say_json, warn
from ringtrust.cli.progress import Line
from ringtrust.cli.runs.place import opened_at, place_by
from ringtrust.cli.unproved import refuse_any_unproved
from ringtrust.clock import Clock
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot, read_snapshot
from ringtrust.errors import HalfWayError, RefusedError
from ringtrust.journal.jobs import Job, Jobs, Order
from ringtrust.plan.goal import read_goal
from ringtrust.settings import ClusterEntry, Settings, find_file, read_file
from ringtrust.trust.names import counted

Command = Callable[..., object]
_FORMAT: Final = "ringtrust.fleet/1"
_INTERRUPTED: Final = (
    "ringtrust: interrupted. What had not begun is withdrawn; what other workers are at goes on there. A renewal that "
    "was cut short goes on when the same is ordered once more (see `ringtrust runs`): change nothing there meanwhile."
)


@click.group(name="fleet", short_help="Many clusters at once: scan, audit, plan, apply; and the workers that do it.")
def command() -> None:
    """Many clusters at once, at most one change at a time to each.

    CLUSTERS are names of ringtrust.toml, patterns such as 'eu-*', or tags: tag:emea. '*' means all.
    """


def _selection(verb: Command) -> Command:
    words = click.argument("words", metavar="CLUSTERS...", nargs=-1, required=True)
    return words(_limits(verb))


def _limits(verb: Command) -> Command:
    at_once = click.option(
        "--at-once",
        type=click.IntRange(1, 500),
        metavar="N",
        help="So many at a time, where this process works itself. [default: [fleet] at_once]",
    )
    leave = click.option(
        "--leave-it", is_flag=True, help="Leave it to workers, though none may be there yet: only order, wait and tell."
    )
    as_json = click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
    return at_once(leave(as_json(config_option(verb))))


def _settings(config: Path | None) -> Settings:
    return read_file(find_file(config, os.environ))


def _manner(settings: Settings, at_once: int | None, *, leave_it: bool) -> Manner:
    if leave_it and not settings.database.database:
        raise RefusedError("There are no workers to leave it to: ringtrust.toml names no database that is shared.")
    return Manner(at_once or settings.fleet.at_once, leave_it)


def _done(settings: Settings, orders: Sequence[Order], manner: Manner) -> Ordered:
    try:
        with Line() as line:
            return asyncio.run(done(settings, orders, manner, lambda jobs: line.show(counts(jobs))))
    except (KeyboardInterrupt, asyncio.CancelledError):
        warn(_INTERRUPTED)
        raise KeyboardInterrupt from None


@command.command(name="list", short_help="Which clusters are meant.")
@click.argument("words", metavar="CLUSTERS...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@config_option
def list_(words: tuple[str, ...], as_json: bool, config: Path | None) -> None:
    """Say which clusters these words mean."""
    found = selected(_settings(config).clusters, words)
    if as_json:
        say_json({"format": _FORMAT, "clusters": [entry.name for entry in found]})
        return
    told([("CLUSTER", "PUBLISHER", "TAGS", "WINDOWS"), *map(_entry_row, found)])


def _entry_row(entry: ClusterEntry) -> tuple[str, ...]:
    settings = entry.settings
    return entry.name, settings.publisher, " ".join(settings.tags), "; ".join(settings.windows)


@command.command(name="scan", short_help="Look at many clusters.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write each snapshot into this folder.")
@_selection
def scan(
    words: tuple[str, ...],
    output: Path | None,
    at_once: int | None,
    leave_it: bool,
    as_json: bool,
    config: Path | None,
) -> int:
    """Look at CLUSTERS. Exit status: 0 all was read; 3 something could not be read of some."""
    settings = _settings(config)
    into = folders.made(output) if output is not None else None
    ordered = _scanned(settings, words, _manner(settings, at_once, leave_it=leave_it))
    extra: dict[str, str] = {}
    for job, snapshot in _snapshots(ordered):
        extra[job.name] = _seen(snapshot)
        if into is not None:
            folders.put(into, job.name, folders.SNAPSHOT, ordered.results[job.id] + b"\n")
    jobs_told(_FORMAT, ordered.batch, ordered.jobs, extra, as_json=as_json)
    return worst([job.status for job in ordered.jobs])


def _scanned(settings: Settings, words: tuple[str, ...], manner: Manner) -> Ordered:
    return _done(settings, [Order("scan", entry.name) for entry in selected(settings.clusters, words)], manner)


def _snapshots(ordered: Ordered) -> list[tuple[Job, Snapshot]]:
    found = [(job, ordered.results[job.id]) for job in ordered.jobs]
    return [(job, read_snapshot(data)) for job, data in found if data]


def _seen(snapshot: Snapshot) -> str:
    phones, unread = len(snapshot.all_phones()), len(snapshot.failed)
    version = snapshot.version.value if isinstance(snapshot.version, Known) else "release not read"
    seen = f"{version}, {counted(len(snapshot.nodes), 'node')}, {counted(phones, 'phone')}"
    return f"{seen}; {counted(unread, 'source')} not read" if unread else seen


def _looked_at(
    settings: Settings, words: tuple[str, ...], manner: Manner
) -> tuple[list[Snapshot], list[tuple[str, int, str]]]:
    """Snapshots from a folder, or of clusters that are scanned now; and of which there is none, with the reason."""
    if len(words) == 1 and Path(words[0]).is_dir():
        return list(folders.snapshots(Path(words[0]))), []
    ordered = _scanned(settings, words, manner)
    missing = [(job.name, job.status, " ".join(job.told)) for job in ordered.jobs if not ordered.results[job.id]]
    return [snapshot for _, snapshot in _snapshots(ordered)], missing


@command.command(name="audit", short_help="What is wrong with many clusters.")
@click.option("--days", type=click.IntRange(0, 36_500), default=SOON_DAYS, show_default=True, help="How soon is soon.")
@_selection
def audit(
    words: tuple[str, ...], days: int, at_once: int | None, leave_it: bool, as_json: bool, config: Path | None
) -> int:
    """Judge CLUSTERS, which are scanned now, or the snapshots in a folder. Exit status: as that of `audit`."""
    settings = _settings(config)
    snapshots, missing = _looked_at(settings, words, _manner(settings, at_once, leave_it=leave_it))
    return audited(snapshots, missing, days, as_json=as_json)


@command.command(name="plan", short_help="Plan for many clusters.")
@click.option("--renew", "goal", multiple=True, metavar="WHAT", help="As for `ringtrust plan`. [default: expiring]")
@click.option("--days", type=click.IntRange(min=0), default=SOON_DAYS, show_default=True, help="How soon is expiring.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="Write the plans into this folder."
)
@_selection
@click.pass_obj
def plan(
    clock: Clock,
    words: tuple[str, ...],
    goal: tuple[str, ...],
    days: int,
    output: Path,
    at_once: int | None,
    leave_it: bool,
    as_json: bool,
    config: Path | None,
) -> int:
    """Plan for CLUSTERS, which are scanned now, or for the snapshots in a folder.

    Exit status: 0 each has a plan that proves, or needs none; 1 some have none that proves; 3 some could not be read.
    """
    settings, into = _settings(config), folders.made(output)
    snapshots, missing = _looked_at(settings, words, _manner(settings, at_once, leave_it=leave_it))
    return planned(snapshots, missing, read_goal(goal, days), clock.now(), into, as_json=as_json)


@command.command(name="apply", short_help="Carry the plans of many clusters out.")
@click.argument("words", metavar="FOLDER|PLAN...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask whether to begin.")
@_limits
def apply(
    words: tuple[str, ...], yes: bool, at_once: int | None, leave_it: bool, as_json: bool, config: Path | None
) -> int:
    """Carry out every plan in FOLDER, each on its cluster. One that fails stops none of the others.

    Exit status: 0 all are done; 4 some stopped half-way: order the same once more, and they go on; 3 some could not be
    read; 2 some were refused.
    """
    settings, plans = _settings(config), list(folders.plans(words))
    names = [each.cluster for each in plans]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise RefusedError(f"There are two plans for {twice[0]}.", advice="One change at a time: take one of them out.")
    selected(settings.clusters, names)
    refuse_any_unproved(plans)
    if not yes:
        phones = sum(len(each.phones) for each in plans)
        click.confirm(f"Begin on {counted(len(plans), 'cluster')} with {phones:,} phones?", err=True, abort=True)
    orders = [Order("apply", each.cluster, folders.written(each)) for each in plans]
    ordered = _done(settings, orders, _manner(settings, at_once, leave_it=leave_it))
    jobs_told(_FORMAT, ordered.batch, ordered.jobs, {}, as_json=as_json)
    return worst([job.status for job in ordered.jobs])


@command.command(name="status", short_help="How an order stands.")
@click.argument("batch", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@config_option
def status(batch: str | None, as_json: bool, config: Path | None) -> None:
    """Say how the last order stands, or the one called BATCH, from any terminal."""
    settings = _settings(config)
    with opened_at(place_by(settings.database, settings.folder)) as journal:
        jobs = Jobs(journal.store)
        named = batch or jobs.last_batch()
        found = jobs.batch(named)
    if not found:
        raise RefusedError(f"There is no order {batch}." if batch else "Nothing was ordered yet.")
    jobs_told(_FORMAT, named, found, {}, as_json=as_json)


@command.command(name="worker", short_help="Work on what is ordered, until this is ended.")
@click.option("--at-once", type=click.IntRange(1, 500), metavar="N", help="So many clusters by each worker.")
@click.option(
    "--lease", type=click.FloatRange(min=2), default=LEASE_SECONDS, show_default=True, metavar="SECONDS",
    help="For so long may nothing be heard of a worker before others take its work over.",
)  # fmt: skip
@config_option
def worker(at_once: int | None, lease: float, config: Path | None) -> None:
    """Work on what `fleet` orders, beside other workers on other machines: they share a PostgreSQL database."""
    settings = _settings(config)
    here = min(at_once or settings.fleet.at_once, settings.fleet.at_once)
    say(f"At work on up to {counted(here, 'cluster')} at once. End it with Ctrl-C: another worker goes on.")
    try:
        asyncio.run(work_on(settings, here, lease, at_work))
    except HalfWayError as error:
        complain(error)
        _end(error.exit_status)
    warn("ringtrust: the worker has ended.")
    _end(0)


def _end(status: int) -> NoReturn:
    """All is written down; threads that still wait for a database do not hold the end up."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
