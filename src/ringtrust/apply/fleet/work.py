"""What a worker does to one cluster: looks at it, or carries a plan out. What came of it is in the journal."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import msgspec
from msgspec.structs import replace
from sqlalchemy import URL

from ringtrust.apply.alone import alone
from ringtrust.apply.begin import admit, answering, known_as, tools_for
from ringtrust.apply.carrier import Carrier
from ringtrust.apply.durable import Opened
from ringtrust.apply.ears import Sessions
from ringtrust.apply.moved import compared, refuse_if_stale, to_be_compared
from ringtrust.apply.news import Finished, News
from ringtrust.apply.run import carrier_of
from ringtrust.apply.status import status_of
from ringtrust.apply.window import Timetable, durations_of
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.plan import Plan, read_plan
from ringtrust.clock import SystemTimer
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import write_snapshot
from ringtrust.connect.wire import Reach
from ringtrust.errors import HalfWayError, RefusedError, RingtrustError
from ringtrust.journal.jobs import Jobs, Result
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import FINISHED
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.scan.cluster import scan
from ringtrust.settings import ClusterEntry

Tell = Callable[[str, News], None]
"""Hears what happens to a cluster, by its name."""


class Here(msgspec.Struct, frozen=True):
    """What a worker works with: `place` is that of the journal, `state` the folder of this machine's locks.

    `entry` finds a cluster by its name, `opened` gets it within reach. `lease` is in seconds.
    """

    worker: str
    place: Path | URL
    state: Path
    entry: Callable[[str], ClusterEntry]
    opened: Callable[[ClusterEntry], Reach]
    catalog: Catalog
    lease: float


class FleetWork:
    """The work of one worker."""

    def __init__(self, here: Here, jobs: Jobs, tell: Tell) -> None:
        self._here = here
        self._jobs = jobs
        self._tell = tell

    async def scan(self, job: int) -> bool:
        """Looks at the cluster of a job; whether all of it could be read."""
        self._jobs.begin(job, self._here.worker)
        try:
            result = await self._scanned(self._jobs.order(job).name)
        except RingtrustError as error:
            result = _trouble(error)
        self._jobs.end(job, result)
        return not result.status

    async def _scanned(self, name: str) -> Result:
        entry = self._here.entry(name)
        async with self._here.opened(entry) as reach:
            found, _ = await scan(name, reach, entry.settings.publisher, SystemTimer(), lambda _: None)
        told = tuple(f"{each.what} of {each.node}: {each.reason}" for each in found.failed)
        return Result(3 if told else 0, told, data=write_snapshot(found))

    @asynccontextmanager
    async def applying(self, job: int) -> AsyncIterator[Opened]:
        """Gets the cluster of a job within reach, alone, and its plan begun or gone on with. Raises RingtrustError."""
        self._jobs.begin(job, self._here.worker)
        order = self._jobs.order(job)
        plan, entry = read_plan(order.body), self._here.entry(order.name)
        async with AsyncExitStack() as stack:
            reach = await stack.enter_async_context(self._here.opened(entry))
            reach.listen(sessions := Sessions())
            eyes = await answering(reach, entry.settings.publisher)
            journal = stack.enter_context(closing(Journal(self._here.place, lease_seconds=self._here.lease)))
            await self._enter(stack, journal, known_as(eyes), plan)
            if _is_over(plan, eyes, journal):
                self._jobs.end(job, Result(0, ("It was carried out to its end before.",)))
                yield Opened((), _nothing, lambda _: None)
                return
            await self._refuse_stale(plan, entry, eyes, journal)
            await admit(plan, eyes)
            table = Timetable(plan, durations_of(plan), entry.settings.open_in)
            signer = self._here.catalog.of(Release.of(plan.version)).itl_signer
            tools = tools_for(plan, eyes, signer, journal, SystemTimer())
            tools = replace(tools, table=table, waits=True, ears=sessions, approvals=entry.settings.approvals)
            carrier = carrier_of(plan, tools, lambda news: self._tell(order.name, news))
            self._jobs.attach(job, carrier.run.id)

            def ended(brought: bool) -> None:  # noqa: FBT001 - as its port has it
                self._jobs.end(job, _result(carrier, brought=brought))

            yield Opened(carrier.numbers, carrier.bring, ended)

    async def _enter(self, stack: AsyncExitStack, journal: Journal, cluster: str, plan: Plan) -> None:
        """Alone at the cluster. A worker that died holds its lease for a while yet: that is waited for."""
        patience = 3 * self._here.lease
        while True:
            try:
                what = f"apply {plan.goal}"
                await stack.enter_async_context(alone(journal, cluster, (self._here.state,), what))
            except RefusedError:
                if patience <= 0:
                    raise
            else:
                return
            patience -= self._here.lease / 4
            await asyncio.sleep(self._here.lease / 4)

    async def _refuse_stale(self, plan: Plan, entry: ClusterEntry, eyes: Eyes, journal: Journal) -> None:
        if to_be_compared(plan, known_as(eyes), journal):
            now, _ = await scan(entry.name, eyes.wire, entry.settings.publisher, SystemTimer(), lambda _: None)
            stale = await asyncio.to_thread(compared, plan, now, self._here.catalog)
            refuse_if_stale(plan, stale, accepted=False)

    def failed(self, job: int, error: RingtrustError) -> None:
        """It could not be got within reach, or not be begun."""
        self._jobs.end(job, _trouble(error))


def _trouble(error: RingtrustError) -> Result:
    return Result(error.exit_status, tuple(text for text in (error.what, error.advice) if text))


def _is_over(plan: Plan, eyes: Eyes, journal: Journal) -> bool:
    runs = journal.runs(known_as(eyes))
    return any(run.plan.digest == plan.digest and run.ending == FINISHED for run in runs)


async def _nothing(step: int) -> bool:  # noqa: ARG001 - as its port has it
    return True


def _result(carrier: Carrier, *, brought: bool) -> Result:
    """What came of a run, and its end in the journal. `brought`: all its steps were brought to their end."""
    if brought:
        carrier.finished()
        return Result(0, (), carrier.run.id)
    ending = carrier.ending
    if carrier.error is not None:
        return replace(_trouble(carrier.error), run=carrier.run.id)
    if ending is None or isinstance(ending, Finished):
        return Result(HalfWayError.exit_status, ("It had stopped before: apply it once more.",), carrier.run.id)
    carrier.stopped(ending)
    told = (f"Step {ending.step.number}, {ending.step.title}:", *ending.evidence)
    return Result(status_of(ending), tuple(text for text in told if text), carrier.run.id)
