"""Histories that went wrong once, each shortened to the faults that it took."""

from pathlib import Path

import pytest

from tests.apply.faults.history import History, play
from tests.apply.faults.invariants import violations
from tests.apply.faults.weather import Fault
from tests.prove.differential.worlds import Shape

_PAIR = Shape("12.5", 2, 2, (("pub", "sub1"), ("sub1", "pub")))
_SINGLE = Shape("15.0", 1, 1, (("pub",), ("pub",)))
_MIXED = Shape("15.0", 3, 2, (("sub1", "sub2"), ("sub2", "pub")), mixed=True)

REGRESSIONS = {
    "a node that is down when a run is gone on with does not mean that nothing was done": History(
        _PAIR, 2, ("TVS@sub1",), "type", "documented", (Fault("node-down", 3, 0, 1, 9000.0),), hurry=10
    ),
    "what a person has ended before its first act cannot be gone on with": History(
        _PAIR, 2, ("TVS@sub1",), "type", "documented", (Fault("abort", 2),)
    ),
    "a service that starts by itself after a renewal has not been restarted by that": History(
        _MIXED, 2, ("tomcat", "TVS"), "type", "mechanism", (Fault("die-before", 21),), hurry=7
    ),
    "a node that boots with the rollback parameter serves an empty list: what was before is behind us": History(
        _SINGLE, 2, ("ipsec",), "rollback", "documented", (Fault("babble-after", 1), Fault("node-down", 2, 2, 17, 90.0))
    ),
}


@pytest.mark.parametrize("name", REGRESSIONS)
def test_what_went_wrong_once(name: str, tmp_path: Path) -> None:
    told = play(REGRESSIONS[name], tmp_path)
    assert told.happened
    assert violations(REGRESSIONS[name], told) == []
