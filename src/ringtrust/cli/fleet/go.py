"""Hands jobs to the queue, works on it, and waits until they are done."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import URL

from ringtrust.apply.fleet.share import Share, Tell
from ringtrust.catalog.load import load_catalog
from ringtrust.cli.reach import opened
from ringtrust.cli.runs.place import place_by
from ringtrust.cli.signals import told_to_end
from ringtrust.clock import SystemClock
from ringtrust.errors import RefusedError, RingtrustError
from ringtrust.journal.jobs import Job, Jobs, Kind, Order
from ringtrust.journal.lock import held
from ringtrust.journal.store import Store
from ringtrust.journal.who import here
from ringtrust.journal.workers import Workers
from ringtrust.settings import ClusterEntry, Secret, Settings, passwords, state_folder

if TYPE_CHECKING:
    from ringtrust.apply.fleet.queue import Queue

_LOOK_SECONDS: Final = 0.5
_LOST_EVERY: Final = 20
_DATABASE_LOOKS: Final = 600
LEASE_SECONDS: Final = 60.0


class Manner(NamedTuple):
    """How it is worked on: `at_once` clusters at once, by whichever workers there are, else by this process.

    `leave_it`: this process does nothing itself, be there workers or not. `lease` is in seconds.
    """

    at_once: int
    leave_it: bool = False
    lease: float = LEASE_SECONDS


class Ordered(NamedTuple):
    """What was ordered, and what came of it."""

    batch: str
    jobs: tuple[Job, ...]
    results: Mapping[int, bytes]


async def done(
    settings: Settings, orders: Sequence[Order], manner: Manner, seen: Callable[[Sequence[Job]], None]
) -> Ordered:
    """Orders jobs and waits until all are over; `seen` is told how they stand. Raises RingtrustError.

    Is cancelled by Ctrl-C: what has not begun is withdrawn then.
    """
    kind = orders[0].kind
    with _store(settings) as store:
        share = _share(store, manner, kind)
        batch = secrets.token_hex(4)
        with _alone(store.place, settings.folder):
            jobs = Jobs(store)
            if isinstance(store.place, Path):
                jobs.interrupt()
            numbers = jobs.put(batch, orders)
            name = batch if isinstance(store.place, Path) else _name()
            with told_to_end(_cancelling()):
                async with _working(settings, store, name, share, manner.lease, lambda _name, _news: None) as queue:
                    await queue.order(kind, numbers)
                    found = await _waited(queue, jobs, batch, seen)
            return Ordered(batch, found, {job.id: jobs.result(job.id) for job in found})


async def _waited(queue: "Queue", jobs: Jobs, batch: str, seen: Callable[[Sequence[Job]], None]) -> tuple[Job, ...]:
    """Until all are over. A database that is away for some minutes is waited for. Raises RingtrustError."""
    looks = trouble = 0
    while True:
        try:
            found = await asyncio.to_thread(jobs.batch, batch)
            seen(found)
            if all(each.over for each in found):
                return found
            looks, trouble = looks + 1, 0
            if looks % _LOST_EVERY == 0:
                await queue.look_for_lost()
        except RingtrustError:
            trouble += 1
            if trouble > _DATABASE_LOOKS:
                raise
        await asyncio.sleep(_LOOK_SECONDS)


def _cancelling() -> Callable[[], object]:
    task = asyncio.current_task()
    return task.cancel if task is not None else lambda: None


def _share(store: Store, manner: Manner, kind: Kind) -> Share:
    """Nothing, where workers live or are to come; else this process works itself."""
    workers = isinstance(store.place, URL) and bool(Workers(store, manner.lease).names())
    kinds: tuple[Kind, ...] = () if manner.leave_it or workers else (kind,)
    return Share(kinds, manner.at_once, manner.at_once)


async def work_on(settings: Settings, here: int, lease: float, tell: Tell) -> None:
    """Works on the queues until it is ended. Raises RefusedError where there is no server to share."""
    if not settings.database.database:
        raise RefusedError(
            "Workers share a PostgreSQL database, and ringtrust.toml names none.",
            advice='Add [journal] database = "postgresql://USER@HOST/NAME" (docs/fleet.md), or leave the worker out: '
            "`ringtrust fleet` works in its own process.",
        )
    with _store(settings) as store:
        share = Share(("scan", "apply"), settings.fleet.at_once, here)
        ending = asyncio.Event()
        with told_to_end(ending.set):
            async with _working(settings, store, _name(), share, lease, tell):
                await ending.wait()


@contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    with closing(Store(place_by(settings.database, settings.folder), SystemClock())) as store:
        yield store


def _name() -> str:
    return f"{here()}-{os.getpid()}-{secrets.token_hex(2)}"


@asynccontextmanager
async def _working(
    settings: Settings, store: Store, worker: str, share: Share, lease: float, tell: Tell
) -> AsyncIterator["Queue"]:
    from ringtrust.apply.durable import engine_trouble  # noqa: PLC0415 - DBOS takes a second to load
    from ringtrust.apply.fleet.queue import working  # noqa: PLC0415 - the same
    from ringtrust.apply.fleet.work import FleetWork, Here  # noqa: PLC0415 - the same

    state = state_folder(os.environ).resolve()
    at = Here(worker, store, state, _finding(settings), _passwords, opened, load_catalog(), lease)
    with engine_trouble():
        async with working(store, worker, FleetWork(at, Jobs(store), tell), share, lease) as queue:
            yield queue


def _alone(place: Path | URL, folder: Path) -> AbstractContextManager[None]:
    """On a file one process works at a time; on a server as many as like."""
    return held(folder, "fleet") if isinstance(place, Path) else nullcontext()


def _finding(settings: Settings) -> Callable[[str], ClusterEntry]:
    known = {entry.name: entry for entry in settings.clusters}

    def find(name: str) -> ClusterEntry:
        if name not in known:
            raise RefusedError(
                f"ringtrust.toml of this worker knows no cluster {name!r}.", advice="Give every worker the same file."
            )
        return known[name]

    return find


def _passwords(entry: ClusterEntry) -> Mapping[str, Secret]:
    """Nobody sits at a worker: passwords come from where the entry says."""
    return passwords(entry.settings, _nobody)


def _nobody(user: str) -> Secret:
    raise RefusedError(
        f"There is no password for {user}, and nobody is asked where many clusters are worked on.",
        advice="Name a password_command, a password_variable or a password_keyring in ringtrust.toml.",
    )
