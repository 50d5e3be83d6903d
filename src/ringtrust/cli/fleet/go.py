"""Hands jobs to the queue, works on it, and waits until they are done."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import URL

from ringtrust.apply.fleet.work import FleetWork, Here, Tell
from ringtrust.catalog.load import load_catalog
from ringtrust.cli.reach import opened
from ringtrust.cli.runs.place import place_by
from ringtrust.clock import SystemClock
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError
from ringtrust.journal.jobs import Job, Jobs, Order
from ringtrust.journal.lock import held
from ringtrust.journal.store import Store
from ringtrust.journal.who import here
from ringtrust.journal.workers import Workers
from ringtrust.settings import ClusterEntry, Secret, Settings, passwords, state_folder

if TYPE_CHECKING:
    from ringtrust.apply.fleet.queue import Queue

_LOOK_SECONDS = 0.5
LEASE_SECONDS = 60.0


class Manner(NamedTuple):
    """How it is worked on: by so many clusters at once in all, and by so many in this process; 0: others do it."""

    at_once: int
    here: int
    lease: float = LEASE_SECONDS


class Ordered(NamedTuple):
    """What was ordered, and what came of it."""

    batch: str
    jobs: tuple[Job, ...]
    results: Callable[[int], bytes]


async def done(
    settings: Settings, orders: Sequence[Order], manner: Manner, seen: Callable[[Sequence[Job]], None]
) -> Ordered:
    """Orders jobs and waits until all are over; `seen` is told how they stand. Raises RingtrustError."""
    async with _at_the_queue(settings, manner, lambda _name, _news: None) as (queue, jobs):
        batch = secrets.token_hex(4)
        numbers = jobs.put(batch, orders)
        for kind in dict.fromkeys(order.kind for order in orders):
            fitting = [each for each, order in zip(numbers, orders, strict=True) if order.kind == kind]
            await queue.put(kind, fitting)
        while True:
            found = jobs.batch(batch)
            seen(found)
            if all(each.over for each in found):
                return Ordered(batch, found, jobs.result)
            await asyncio.sleep(_LOOK_SECONDS)


async def work_on(settings: Settings, manner: Manner, tell: Tell) -> None:
    """Works on the queue until it is ended. Raises RefusedError where there is no server to share."""
    if not settings.database.database:
        raise RefusedError(
            "Workers share a PostgreSQL database, and ringtrust.toml names none.",
            advice='Add [journal] database = "postgresql://USER@HOST/NAME" (docs/fleet.md), or leave the worker out: '
            "`ringtrust fleet` works in its own process.",
        )
    async with _at_the_queue(settings, manner, tell):
        await asyncio.Event().wait()


@asynccontextmanager
async def _at_the_queue(settings: Settings, manner: Manner, tell: Tell) -> AsyncIterator[tuple["Queue", Jobs]]:
    from ringtrust.apply.durable import engine_trouble  # noqa: PLC0415 - the same
    from ringtrust.apply.fleet.queue import Limits, heard_of, working  # noqa: PLC0415 - DBOS takes a second to load

    place, state = place_by(settings.database, settings.folder), state_folder(os.environ).resolve()
    worker = f"{here()}-{os.getpid()}-{secrets.token_hex(2)}"
    limits = Limits(manner.at_once, manner.here)
    with engine_trouble(), closing(Store(place, SystemClock())) as store, _alone(place, settings.folder):
        jobs = Jobs(store)
        at = Here(worker, place, state, _finding(settings), _opened_once, load_catalog(), manner.lease)
        async with (
            working(place, worker, FleetWork(at, jobs, tell), limits) as queue,
            heard_of(Workers(store, manner.lease), worker, manner.lease),
        ):
            yield queue, jobs


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


def _opened_once(entry: ClusterEntry) -> Reach:
    """Nobody sits at a worker: passwords come from where the entry says."""
    return opened(entry, passwords(entry.settings, _nobody))


def _nobody(user: str) -> Secret:
    raise RefusedError(
        f"There is no password for {user}, and nobody is asked where many clusters are worked on.",
        advice="Name a password_command, a password_variable or a password_keyring in ringtrust.toml.",
    )
