"""What a worker does to one cluster: looks at it, or carries a plan out. What came of it is in the journal."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from ringtrust.apply.alone import alone
from ringtrust.apply.begin import admit, answering, known_as, tools_for
from ringtrust.apply.carrier import Carrier
from ringtrust.apply.durable import Opened
from ringtrust.apply.ears import Sessions
from ringtrust.apply.engine import InProcess
from ringtrust.apply.fleet.queue import Carried
from ringtrust.apply.fleet.share import Tell
from ringtrust.apply.half_way import as_half_way, half_way
from ringtrust.apply.moved import compared, refuse_if_stale, to_be_compared
from ringtrust.apply.news import Ending, Finished, Postponed
from ringtrust.apply.patience import borne
from ringtrust.apply.run import carrier_of
from ringtrust.apply.status import status_of
from ringtrust.apply.tools import Tools
from ringtrust.apply.window import Timetable, durations_of
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.plan import Plan, read_plan
from ringtrust.clock import SystemTimer
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import write_snapshot
from ringtrust.connect.wire import Reach
from ringtrust.errors import HalfWayError, RefusedError, RingtrustError, UnreadableError
from ringtrust.journal.jobs import Jobs, Result
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import FINISHED
from ringtrust.journal.store import Store
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.scan.cluster import scan
from ringtrust.settings import ClusterEntry, Secret


class Here(msgspec.Struct, frozen=True):
    """What a worker works with: the `store` of the journal, and the `state` folder of this machine's locks.

    `entry` finds a cluster by its name, `passwords` its passwords, which may take a while, and `opened` gets it within
    reach. `lease` is in seconds.
    """

    worker: str
    store: Store
    state: Path
    entry: Callable[[str], ClusterEntry]
    passwords: Callable[[ClusterEntry], Mapping[str, Secret]]
    opened: Callable[[ClusterEntry, Mapping[str, Secret]], Reach]
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
        try:
            self._jobs.begin(job, self._here.worker)
            result = await self._scanned(self._jobs.order(job).name)
        except RingtrustError as error:
            result = _trouble(error)
        await self._end(job, result)
        return not result.status

    async def _scanned(self, name: str) -> Result:
        entry = self._here.entry(name)
        async with await self._opened(entry) as reach:
            found, _ = await scan(
                name, reach, entry.settings.publisher, SystemTimer(), lambda _: None, entry.settings.declared
            )
        told = tuple(f"{each.what} of {each.node}: {each.reason}" for each in found.failed)
        return Result(UnreadableError.exit_status if told else 0, told, data=write_snapshot(found))

    async def _opened(self, entry: ClusterEntry) -> Reach:
        """Within reach. A command that prints a password may take a minute: signs of life must not wait for it."""
        found = await asyncio.to_thread(self._here.passwords, entry)
        return self._here.opened(entry, found)

    async def _end(self, job: int, result: Result) -> None:
        """What came of a job, unless another worker has taken it over. Raises RingtrustError."""
        await borne(partial(self._jobs.end, job, result, self._here.worker), SystemTimer())

    @asynccontextmanager
    async def applying(self, job: int) -> AsyncIterator[Carried]:
        """Gets the cluster of a job within reach, alone, and its plan begun or gone on with. Raises RingtrustError."""
        self._jobs.begin(job, self._here.worker)
        order = self._jobs.order(job)
        plan, entry = read_plan(order.body), self._here.entry(order.name)
        async with AsyncExitStack() as stack:
            reach = await stack.enter_async_context(await self._opened(entry))
            reach.listen(sessions := Sessions())
            eyes = await answering(reach, entry.settings.publisher)
            journal = stack.enter_context(closing(Journal(self._here.store, lease_seconds=self._here.lease)))
            await self._enter(stack, journal, known_as(eyes), plan)
            if _is_over(plan, eyes, journal):
                await self._end(job, Result(0, ("It was carried out to its end before.",)))
                yield Carried(Opened((), _nothing, _heard), lambda: 0.0)
                return
            fresh = partial(self._refuse_stale, plan, entry, eyes)
            if to_be_compared(plan, known_as(eyes), journal):
                await fresh()
            await admit(plan, eyes)
            tools = replace(self._tools(plan, eyes, journal, entry), ears=sessions, by=order.by, fresh=fresh)
            yield self._carried(job, carrier_of(plan, tools, partial(self._tell, order.name)))

    def _tools(self, plan: Plan, eyes: Eyes, journal: Journal, entry: ClusterEntry) -> Tools:
        table = Timetable(plan, durations_of(plan), entry.settings.open_in)
        signer = self._here.catalog.of(Release.of(plan.version)).itl_signer
        tools = tools_for(plan, eyes, signer, journal, SystemTimer())
        return replace(tools, table=table, waits=False, approvals=entry.settings.approvals)

    def _carried(self, job: int, carrier: Carrier) -> Carried:
        self._jobs.attach(job, carrier.run.id)

        async def ended(brought: bool) -> None:  # noqa: FBT001 - as its port has it
            await self._ended(job, carrier, brought=brought)

        return Carried(Opened(carrier.numbers, carrier.bring, ended), partial(_seconds_until_again, carrier))

    async def _ended(self, job: int, carrier: Carrier, *, brought: bool) -> None:
        """What the engine remembers counts only as far as the journal says the same."""
        if not carrier.is_complete and carrier.ending is None and carrier.error is None:
            brought = await InProcess().carry(carrier.run.id, carrier.numbers, carrier.bring)
        if _seconds_until_again(carrier):
            self._jobs.tell(job, *_told(carrier.ending))
        else:
            await self._end(job, _result(carrier, brought=brought))

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

    async def _refuse_stale(self, plan: Plan, entry: ClusterEntry, eyes: Eyes) -> None:
        now, _ = await scan(entry.name, eyes.wire, entry.settings.publisher, SystemTimer(), lambda _: None)
        stale = await asyncio.to_thread(compared, plan, now, self._here.catalog)
        refuse_if_stale(plan, stale, accepted=False)

    def failed(self, job: int, error: RingtrustError) -> None:
        """It could not be got within reach, or not be begun, or not be gone on with. Raises RingtrustError."""
        with suppress(RingtrustError):  # a plan that cannot be read was never begun
            error = as_half_way(error, read_plan(self._jobs.order(job).body), self._here.store.place)
        self._jobs.end(job, _trouble(error), self._here.worker)


def _trouble(error: RingtrustError) -> Result:
    return Result(error.exit_status, tuple(text for text in (error.what, error.advice) if text))


def _is_over(plan: Plan, eyes: Eyes, journal: Journal) -> bool:
    runs = journal.runs(known_as(eyes))
    return any(run.plan.digest == plan.digest and run.ending == FINISHED for run in runs)


async def _nothing(step: int) -> bool:  # noqa: ARG001 - as its port has it
    return True


async def _heard(brought: bool) -> None:  # noqa: FBT001 - as its port has it
    """It was over before."""


def _seconds_until_again(carrier: Carrier) -> float:
    """In how long it is to be tried again; 0 where nothing is to be waited for."""
    ending = carrier.ending
    if not isinstance(ending, Postponed) or not ending.again:
        return 0.0
    return max(1.0, (ending.again[0] - SystemTimer().now()).total_seconds())


def _result(carrier: Carrier, *, brought: bool) -> Result:
    """What came of a run, and its end in the journal. `brought`: all its steps were brought to their end."""
    if carrier.error is not None:
        error = half_way(carrier.error) if carrier.acted else carrier.error
        return replace(_trouble(error), run=carrier.run.id)
    ending = carrier.ending
    if brought and carrier.is_complete:
        let_pass = carrier.finished().let_pass
        return Result(0, tuple(f"Let pass: {each}." for each in let_pass), carrier.run.id)
    if ending is None or isinstance(ending, Finished):
        return Result(HalfWayError.exit_status, ("It had stopped before: apply it once more.",), carrier.run.id)
    carrier.stopped(ending)
    return Result(status_of(ending), _told(ending), carrier.run.id)


def _told(ending: Ending | None) -> tuple[str, ...]:
    """Where it stopped, and why."""
    if ending is None or isinstance(ending, Finished):
        return ()
    return tuple(text for text in (f"Step {ending.step.number}, {ending.step.title}:", *ending.evidence) if text)
