"""The queues that workers share. On PostgreSQL many machines work on them; on SQLite one process does.

Who looks and who changes something have a queue each: a scan never carries out what somebody else has ordered. DBOS
hands each job to one worker, and remembers which of its steps are done. Of a worker that has died it knows nothing by
itself: the signs of life are ours (journal.workers), and whoever misses them puts its jobs back. What a job has done to
a cluster until then, the journal knows, and the lease of the cluster keeps a worker out that only slept.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from typing import Final, Protocol

import msgspec
from dbos import DBOS, SetEnqueueOptions, SetWorkflowID, WorkflowStatus
from sqlalchemy import URL

from ringtrust.apply.beating import beating
from ringtrust.apply.durable import (
    GIVEN_UP,
    Opened,
    Workflow,
    brought,
    config,
    ended,
    engine_trouble,
    noted,
    shut_down,
    silence,
)
from ringtrust.apply.fleet.share import Share
from ringtrust.errors import HalfWayError, RingtrustError
from ringtrust.journal.jobs import Jobs, Kind, Result
from ringtrust.journal.store import Store
from ringtrust.journal.workers import BEATS, Workers

_QUEUES: Final[dict[Kind, str]] = {"scan": "scans", "apply": "changes"}
_FLEET: Final = "fleet"
_LOOK_SECONDS: Final = 1.0
_END_SECONDS: Final = 60
_WAITING: Final = ("ENQUEUED", "DELAYED")


class Carried(msgspec.Struct, frozen=True):
    """A run within reach, and in how many seconds it is to be tried again once this has ended; 0: not at all."""

    opened: Opened
    again: Callable[[], float]


class Work(Protocol):
    """What is done to a cluster. What came of it is written down."""

    async def scan(self, job: int) -> bool:
        """Looks at the cluster of a job."""

    def applying(self, job: int) -> AbstractAsyncContextManager[Carried]:
        """Gets the cluster of a job within reach, for its plan to be carried out. Raises RingtrustError."""

    def failed(self, job: int, error: RingtrustError) -> None:
        """It could not be got within reach. Raises RingtrustError."""


class Queue:
    """The queues, as long as this process is at them."""

    def __init__(self, store: Store, jobs: Jobs, worker: str) -> None:
        self._store = store
        self._jobs = jobs
        self._worker = worker
        self._flows: dict[Kind, Workflow] = {}
        self._own: dict[int, Kind] = {}

    def knows(self, kind: Kind, flow: Workflow) -> None:
        """How a job of a kind is done."""
        self._flows[kind] = flow

    async def put(self, kind: Kind, jobs: Sequence[int], attempt: int = 1, seconds: float = 0.0) -> None:
        """Hands jobs to whichever workers there are, at once or after some seconds; each attempt once."""
        for job in jobs:
            with SetWorkflowID(f"{self._prefix(kind, job)}{attempt}"), SetEnqueueOptions(delay_seconds=seconds or None):
                await DBOS.enqueue_workflow_async(_QUEUES[kind], self._flows[kind], job)

    async def order(self, kind: Kind, jobs: Sequence[int]) -> None:
        """The same for those who wait for them: what has not ended when they leave is withdrawn."""
        self._own |= dict.fromkeys(jobs, kind)
        await self.put(kind, jobs)

    async def again(self, job: int, seconds: float) -> None:
        """Tries a change again later, and gives its place to another cluster."""
        found = await DBOS.list_workflows_async(
            workflow_id_prefix=self._prefix("apply", job), load_input=False, load_output=False
        )
        await self.put("apply", [job], len(found) + 1, seconds)

    async def look_for_lost(self) -> None:
        """Ends own jobs of which nothing more is to come though nobody wrote that down. Raises RingtrustError."""
        for job, kind in self._own.items():
            with engine_trouble():
                found = await DBOS.list_workflows_async(
                    workflow_id_prefix=self._prefix(kind, job), load_input=False, load_output=False
                )
            if found and all(each.status in GIVEN_UP for each in found):
                why = "The engine has given it up: order it once more."
                await asyncio.to_thread(self._jobs.end, job, Result(HalfWayError.exit_status, (why,)))

    def withdraw(self) -> None:
        """Own jobs that have not begun are not begun any more; what this process was at goes on when it is ordered."""
        open_ = {job for job in self._own if not self._jobs.is_over(job)}
        for job in sorted(open_):
            for each in _listed(prefix=self._prefix(self._own[job], job)):
                waits, ours = each.status in _WAITING, each.executor_id == self._worker
                if waits or (ours and each.status == "PENDING"):
                    DBOS.cancel_workflow(each.workflow_id)
                    why = "It was withdrawn before it began." if waits else "It was interrupted: order it once more."
                    self._jobs.end(job, Result(HalfWayError.exit_status, (why,)))

    def _prefix(self, kind: Kind, job: int) -> str:
        return f"{kind}-{self._store.identity}-{job}-"


@asynccontextmanager
async def working(store: Store, worker: str, work: Work, share: Share, lease: float) -> AsyncIterator[Queue]:
    """Works on its share of the queues until it is left. Raises HalfWayError where it was taken for dead itself.

    What it has in its hands then is put back: another worker goes on.
    """
    silence()
    shared = isinstance(store.place, URL)
    DBOS(config=config(store.place, _FLEET, worker))
    at_work: set[asyncio.Task[object]] = set()
    workers, queue = Workers(store, lease), Queue(store, Jobs(store), worker)
    _declare(queue, work, at_work)
    DBOS.listen_queues([_QUEUES[kind] for kind in share.kinds])
    DBOS.launch()
    try:
        await _limit(share)
        if shared and share.kinds:
            workers.join(worker)
        async with beating(lease / BEATS, partial(_beat, workers, worker if shared and share.kinds else "")):
            yield queue
    finally:
        await ended(at_work)
        with suppress(TimeoutError):  # others find what is left here
            await asyncio.wait_for(asyncio.to_thread(_left, queue, workers, worker), _END_SECONDS)
        await shut_down()


def _declare(queue: Queue, work: Work, at_work: set[asyncio.Task[object]]) -> None:
    @DBOS.workflow(name="scan a cluster", max_recovery_attempts=None)
    async def scan(job: int) -> bool:
        noted(at_work)
        return await DBOS.run_step_async({"name": "scan"}, work.scan, job)

    @DBOS.workflow(name="apply to a cluster", max_recovery_attempts=None)
    async def apply(job: int) -> bool:
        noted(at_work)
        try:
            async with work.applying(job) as carried:
                done = await brought(carried.opened)
        except RingtrustError as error:
            work.failed(job, error)
            return False
        if seconds := carried.again():
            await queue.again(job, seconds)
        return done

    queue.knows("scan", scan)
    queue.knows("apply", apply)


async def _limit(share: Share) -> None:
    """Only who works says how many at once."""
    for kind in share.kinds:
        await DBOS.register_queue_async(
            _QUEUES[kind],
            worker_concurrency=min(share.here, share.at_once),
            global_concurrency=share.at_once,
            polling_interval_sec=_LOOK_SECONDS,
            on_conflict="always_update",
        )


def _beat(workers: Workers, worker: str) -> None:
    if worker:
        workers.beat(worker)
        workers.bury(_put_back)


def _left(queue: Queue, workers: Workers, worker: str) -> None:
    """Own jobs are withdrawn, those of others put back; where the database is away, another finds them later."""
    try:
        queue.withdraw()
        _put_back(worker)
        workers.leave(worker)
    except RingtrustError:
        return


def _put_back(worker: str) -> None:
    """What a worker had in its hands is taken up by any other. Raises RingtrustError."""
    for each in _listed(worker=worker, status="PENDING"):
        kind: Kind = "scan" if each.workflow_id.startswith("scan-") else "apply"
        with engine_trouble():
            DBOS.resume_workflow(each.workflow_id, queue_name=_QUEUES[kind])


def _listed(
    *, worker: str | None = None, status: str | None = None, prefix: str | None = None
) -> Sequence[WorkflowStatus]:
    with engine_trouble():
        return DBOS.list_workflows(
            executor_id=worker, status=status, workflow_id_prefix=prefix, load_input=False, load_output=False
        )
