"""The queue that workers share. On PostgreSQL many machines work on it; on SQLite one process does.

DBOS hands each job to one worker, and remembers which of its steps are done. Of a worker that has died it knows nothing
by itself: the signs of life are ours (journal.workers), and whoever misses them puts its jobs back. What a job has done
to a cluster until then, the journal knows, and the lease of the cluster keeps a worker out that only slept.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

import msgspec
from dbos import DBOS, SetWorkflowID
from sqlalchemy import URL

from ringtrust.apply.beating import beating
from ringtrust.apply.durable import Opened, Workflow, brought, config, ended, engine_trouble, noted, silence
from ringtrust.errors import RingtrustError
from ringtrust.journal.jobs import Kind
from ringtrust.journal.workers import BEATS, Workers

_QUEUE: Final = "clusters"
_FLEET: Final = "fleet"
_LOOK_SECONDS: Final = 1.0


class Limits(msgspec.Struct, frozen=True):
    """How many clusters are worked on at once: by all workers, and by this one; 0: this one does nothing itself."""

    at_once: int
    here: int


class Work(Protocol):
    """What is done to a cluster. It raises nothing of ours: what came of it is written down."""

    async def scan(self, job: int) -> bool:
        """Looks at the cluster of a job."""

    def applying(self, job: int) -> AbstractAsyncContextManager[Opened]:
        """Gets the cluster of a job within reach, for its plan to be carried out. Raises RingtrustError."""

    def failed(self, job: int, error: RingtrustError) -> None:
        """It could not be got within reach."""


class Queue:
    """The queue, as long as this process works on it."""

    def __init__(self, scan: Workflow, apply: Workflow) -> None:
        self._flows: dict[Kind, Workflow] = {"scan": scan, "apply": apply}

    async def put(self, kind: Kind, jobs: Sequence[int]) -> None:
        """Hands jobs to whichever workers there are; one that was handed over already is not handed over again."""
        for job in jobs:
            with SetWorkflowID(f"{kind}-{job}"):
                await DBOS.enqueue_workflow_async(_QUEUE, self._flows[kind], job)


@asynccontextmanager
async def working(place: Path | URL, worker: str, work: Work, limits: Limits) -> AsyncIterator[Queue]:
    """Works on the queue until it is left."""
    silence()
    shared = isinstance(place, URL)
    DBOS(config=config(place, _FLEET, worker if shared else _FLEET))
    at_work: set[asyncio.Task[object]] = set()

    @DBOS.workflow(name="scan a cluster", max_recovery_attempts=None)
    async def scan(job: int) -> bool:
        noted(at_work)
        return await DBOS.run_step_async({"name": "scan"}, work.scan, job)

    @DBOS.workflow(name="apply to a cluster", max_recovery_attempts=None)
    async def apply(job: int) -> bool:
        noted(at_work)
        try:
            async with work.applying(job) as opened:
                return await brought(opened)
        except RingtrustError as error:
            work.failed(job, error)
            return False

    DBOS.listen_queues([_QUEUE] if limits.here else [])
    DBOS.launch()
    try:
        await DBOS.register_queue_async(
            _QUEUE,
            worker_concurrency=limits.here or None,
            global_concurrency=limits.at_once,
            polling_interval_sec=_LOOK_SECONDS,
            on_conflict="always_update",
        )
        yield Queue(scan, apply)
    finally:
        await ended(at_work)
        DBOS.destroy(destroy_registry=True)


@asynccontextmanager
async def heard_of(workers: Workers, worker: str, seconds: float) -> AsyncIterator[None]:
    """Tells others that this worker lives, and takes over what those leave that do not.

    Raises HalfWayError where this one was taken for dead itself.
    """

    def beat() -> None:
        workers.beat(worker)
        workers.bury(_put_back)

    workers.join(worker)
    try:
        async with beating(seconds / BEATS, beat):
            yield
    finally:
        workers.leave(worker)


def _put_back(worker: str) -> None:
    """What a dead worker had in its hands is taken up by any other."""
    with engine_trouble():
        left = DBOS.list_workflows(executor_id=worker, status="PENDING", load_input=False, load_output=False)
        for each in left:
            DBOS.resume_workflow(each.workflow_id, queue_name=_QUEUE)
