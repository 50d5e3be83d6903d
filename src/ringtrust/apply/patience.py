"""How a gate is waited for: it is looked at again and again, soon at first and then less often, never by sleeping."""

from collections.abc import Callable
from typing import Final, Protocol

from ringtrust.change.gate import Condition, Gate
from ringtrust.change.outcome import Failed, NotYet, Passed, Unknown, Verdict
from ringtrust.clock import Timer
from ringtrust.errors import HalfWayError, RingtrustError

_FIRST_SECONDS: Final = 1.0
_GROWTH: Final = 1.5
_PAUSES: Final = (1, 2, 5, 10, 30, 60, 60, 60)
"""Seconds, before a database is given up."""


class Judge(Protocol):
    """Looks at the cluster and judges a condition."""

    async def judge(self, condition: Condition) -> Verdict:
        """What it finds. What cannot be read makes it Unknown."""


async def passage(gate: Gate, judge: Judge, timer: Timer, waiting: Callable[[Verdict, int], bool]) -> Verdict:
    """The verdict of a gate: Passed, Failed or Unknown; NotYet only where it is not to be waited for any longer.

    `waiting` hears of every look in between, in seconds, and says whether to look again.
    """
    began = timer.monotonic()
    longest = max(_FIRST_SECONDS, gate.interval)  # whatever a plan says: no look without a pause
    pause = _FIRST_SECONDS
    while True:
        verdict = await judge.judge(gate.condition)
        left = gate.patience - (timer.monotonic() - began)
        if isinstance(verdict, Passed | Failed):
            return verdict
        if left <= 0:
            return _at_the_end(verdict, gate)
        if not waiting(verdict, int(timer.monotonic() - began)):
            return verdict
        await timer.sleep(min(pause, left))
        pause = min(pause * _GROWTH, longest)


async def borne(write: Callable[[], None], timer: Timer) -> None:
    """Writes something down while no act is at stake; a database that is away for some minutes is waited for.

    Raises RingtrustError when it stays away, HalfWayError at once when somebody else has taken over.
    """
    for seconds in _PAUSES:
        try:
            write()
        except HalfWayError:
            raise
        except RingtrustError:
            await timer.sleep(seconds)
        else:
            return
    write()


def _at_the_end(verdict: NotYet | Unknown, gate: Gate) -> Verdict:
    if isinstance(verdict, Unknown) or not gate.patience:
        return verdict if isinstance(verdict, Unknown) else Failed(verdict.evidence)
    return Failed((*verdict.evidence, f"So it was for {gate.patience} seconds, which is all the time that it has."))
