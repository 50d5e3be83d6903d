"""How a run ended, as an exit status (design.md §4.7)."""

from ringtrust.apply.news import Ending, Finished, StoppedAtGate
from ringtrust.change.outcome import Unknown
from ringtrust.errors import HalfWayError, UnreadableError


def status_of(ending: Ending) -> int:
    """0 when all is done; 4 when it can go on; 3 when nothing was done, as nobody could tell whether a gate passes."""
    if isinstance(ending, Finished):
        return 0
    if isinstance(ending, StoppedAtGate) and isinstance(ending.verdict, Unknown) and not ending.acted:
        return UnreadableError.exit_status
    return HalfWayError.exit_status
