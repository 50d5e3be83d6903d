"""A plan from its first step to its last, or to where it has to stop; and on from there."""

from collections.abc import Callable

from msgspec.structs import replace

from ringtrust.apply.carrier import Carrier
from ringtrust.apply.engine import Engine, InProcess
from ringtrust.apply.half_way import half_way
from ringtrust.apply.news import Ending, News
from ringtrust.apply.runs import begun
from ringtrust.apply.tools import Tools
from ringtrust.apply.window import Timetable
from ringtrust.change.decision import Decision
from ringtrust.change.plan import Plan
from ringtrust.errors import HalfWayError, RingtrustError
from ringtrust.journal.records import Run
from ringtrust.journal.who import here


async def carry_out(plan: Plan, tools: Tools, tell: Callable[[News], None], *, instead_of: int | None = None) -> Ending:
    """Carries a plan out, or goes on with it. `instead_of` is the number of a run to be given up half-way.

    Raises RefusedError when it has been carried out already, or when another plan has been left half-done; HalfWayError
    when something else than the cluster fails after an act: the journal, or whoever is told.
    """
    carrier = carrier_of(plan, tools, tell, instead_of)
    try:
        return await _carried(carrier, tools)
    except HalfWayError:
        raise
    except RingtrustError as error:
        if not carrier.acted:
            raise
        raise half_way(error) from error


def carrier_of(plan: Plan, tools: Tools, tell: Callable[[News], None], instead_of: int | None = None) -> Carrier:
    """Whoever brings the steps of a plan to their end, in its own run or a new one. Raises as `carry_out` does."""
    found = begun(plan, tools, instead_of)
    tools.journal.leases.say_run(found.run.cluster, found.run.id)
    known = {each.why for each in tools.journal.decisions(found.run) if each.what == "accept"}
    for each in tools.accepted:
        if each not in known:
            tools.journal.decide(found.run, Decision("accept", here(), tools.timer.now(), each))
    for news in found.news:
        tell(news)
    return Carrier(found, _timed(plan, found.run, tools), tell)


def _timed(plan: Plan, run: Run, tools: Tools) -> Tools:
    """By the windows that are named now, else by those that were named for this run before, else by the cluster's."""
    if tools.timed is not None:
        tools.journal.time(run, tools.timed, tools.timer.now())
        return tools
    before = tools.journal.timed(run)
    return tools if before is None else replace(tools, table=Timetable(plan, before.seconds, before.windows))


async def _carried(carrier: Carrier, tools: Tools) -> Ending:
    """Driven by the engine. What that remembers counts only as far as the journal says the same."""
    engines: tuple[Engine, ...] = (tools.engine, InProcess())
    for engine in engines:
        whole = await engine.carry(carrier.run.id, carrier.numbers, carrier.bring)
        if carrier.error is not None:
            raise carrier.error
        if carrier.ending is not None:
            return carrier.stopped(carrier.ending)
        if whole and carrier.is_complete:
            return carrier.finished()
    raise _forgotten(carrier.run)


def _forgotten(run: Run) -> HalfWayError:
    """A journal that does not keep what is written to it is not asked again and again."""
    return HalfWayError(
        f"Every step of run {run.id} was brought to its end, and the journal does not say so of every act.",
        advice="See whether the journal is whole (ringtrust runs verify) and its disk has room. Where apply says this "
        f"again, scan the cluster, plan what is left, and apply that with --instead-of {run.id}.",
    )
