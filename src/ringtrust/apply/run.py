"""A plan from its first step to its last, or to where it has to stop; and on from there."""

from collections.abc import Callable

from ringtrust.apply.carrier import Carrier
from ringtrust.apply.news import Ending, Finished, News
from ringtrust.apply.runs import begun
from ringtrust.apply.tools import Tools
from ringtrust.change.decision import Decision
from ringtrust.change.plan import Plan
from ringtrust.errors import HalfWayError, RingtrustError
from ringtrust.journal.who import here


async def carry_out(plan: Plan, tools: Tools, tell: Callable[[News], None], *, instead_of: int | None = None) -> Ending:
    """Carries a plan out, or goes on with it. `instead_of` is the number of a run to be given up half-way.

    Raises RefusedError when it has been carried out already, or when another plan has been left half-done; HalfWayError
    when something else than the cluster fails after an act: the journal, or whoever is told.
    """
    carrier = carrier_of(plan, tools, tell, instead_of)
    try:
        return await _carried(carrier, tools)
    except RingtrustError as error:
        if not carrier.acted:
            raise
        raise HalfWayError(error.what, advice=f"{error.advice} Then call apply again: it goes on.".strip()) from error


def carrier_of(plan: Plan, tools: Tools, tell: Callable[[News], None], instead_of: int | None = None) -> Carrier:
    """Whoever brings the steps of a plan to their end, in its own run or a new one. Raises as `carry_out` does."""
    found = begun(plan, tools.cluster, tools.journal, tools.timer, instead_of)
    tools.journal.leases.say_run(found.run.cluster, found.run.id)
    known = {each.why for each in tools.journal.decisions(found.run) if each.what == "accept"}
    for each in tools.accepted:
        if each not in known:
            tools.journal.decide(found.run, Decision("accept", here(), tools.timer.now(), each))
    for news in found.news:
        tell(news)
    return Carrier(found, tools, tell)


async def _carried(carrier: Carrier, tools: Tools) -> Ending:
    """Driven by the engine. One that only remembers that a step stopped, in a process before, is asked once more."""
    while not await tools.engine.carry(carrier.run.id, carrier.numbers, carrier.bring):
        if carrier.error is not None:
            raise carrier.error
        if carrier.ending is not None and not isinstance(carrier.ending, Finished):
            return carrier.stopped(carrier.ending)
    return carrier.finished()
