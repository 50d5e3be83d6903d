"""How a run ended, as an exit status (design.md §4.7)."""

from ringtrust.apply.news import Ending, Finished, StoppedAtGate, StoppedByPerson
from ringtrust.change.outcome import Unknown
from ringtrust.errors import HalfWayError, RefusedError, UnreadableError


def status_of(ending: Ending) -> int:
    """0 when all is done; 4 when it can go on; 3 when nothing was done, as nobody could tell whether a gate passes.

    2 when a person has ended it and nothing is due: it is over then, and refused when it is called again.
    """
    if isinstance(ending, Finished):
        return 0
    if isinstance(ending, StoppedAtGate) and isinstance(ending.verdict, Unknown) and not ending.acted:
        return UnreadableError.exit_status
    if isinstance(ending, StoppedByPerson) and not ending.owed:
        return RefusedError.exit_status
    return HalfWayError.exit_status
