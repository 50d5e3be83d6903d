"""A plan from its first step to its last, or to where it has to stop; and on from there."""

from collections.abc import Callable

from ringtrust.apply.carrier import Carrier
from ringtrust.apply.news import Ending, Finished, News
from ringtrust.apply.runs import begun
from ringtrust.apply.tools import Tools
from ringtrust.change.plan import Plan
from ringtrust.errors import HalfWayError, RingtrustError


async def carry_out(plan: Plan, tools: Tools, tell: Callable[[News], None], *, instead_of: int | None = None) -> Ending:
    """Carries a plan out, or goes on with it. `instead_of` is the number of a run to be given up half-way.

    Raises RefusedError when it has been carried out already, or when another plan has been left half-done; HalfWayError
    when something else than the cluster fails after an act: the journal, or whoever is told.
    """
    found = begun(plan, tools.cluster, tools.journal, tools.timer, instead_of)
    tools.journal.leases.say_run(found.run.cluster, found.run.id)
    for each in found.news:
        tell(each)
    carrier = Carrier(found, tools, tell)
    try:
        return await _carried(carrier, tools)
    except RingtrustError as error:
        if not carrier.acted:
            raise
        raise HalfWayError(error.what, advice=f"{error.advice} Then call apply again: it goes on.".strip()) from error


async def _carried(carrier: Carrier, tools: Tools) -> Ending:
    """Driven by the engine. One that only remembers that a step stopped, in a process before, is asked once more."""
    while not await tools.engine.carry(carrier.run.id, carrier.numbers, carrier.bring):
        if carrier.error is not None:
            raise carrier.error
        if carrier.ending is not None and not isinstance(carrier.ending, Finished):
            tools.journal.stop(carrier.run, carrier.ending.step.number, carrier.ending.evidence, tools.timer.now())
            return carrier.ending
    return carrier.finished()
