"""Random plans under random faults: nobody is stranded unannounced, no act is done twice, the journal is complete, and
the exit status is true.

RINGTRUST_SOAK plays a thousand histories; RINGTRUST_FAULTS says how many, and RINGTRUST_FAULTS_FROM the first seed.
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from ringtrust.apply.news import StoppedAtGate
from tests.apply.faults.history import History, drawn, play
from tests.apply.faults.invariants import violations
from tests.apply.faults.shorter import shortened
from tests.apply.faults.totals import Totals
from tests.apply.faults.weather import KINDS, Fault
from tests.prove.differential.worlds import Shape

HISTORIES = int(os.environ.get("RINGTRUST_FAULTS") or (1_000 if "RINGTRUST_SOAK" in os.environ else 15))
FIRST = int(os.environ.get("RINGTRUST_FAULTS_FROM") or 0)


@pytest.mark.timeout(0)
def test_nobody_is_stranded_no_act_is_done_twice_and_what_is_said_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    totals, found = Totals(), []
    for seed in range(FIRST, FIRST + HISTORIES):
        with tempfile.TemporaryDirectory() as folder:
            history = drawn(seed)
            told = play(history, Path(folder))
            totals.add(told)
            if wrong := violations(history, told):
                found += [f"seed {seed}: {shortened(history)}", *(f"  {each}" for each in wrong)]
    with capsys.disabled():
        print("\n" + "\n".join(totals.lines()), file=sys.stderr)  # noqa: T201 - asked for; stderr, for xdist has stdout
    assert not found, "\n".join(found)
    assert totals.counts["acts"] > 3 * HISTORIES
    assert totals.counts["finished"] > totals.counts["plans"] // 2
    if HISTORIES >= 500:
        assert set(totals.faults) == set(KINDS)


def test_a_node_that_boots_before_its_turn_is_over_is_stopped_again_and_the_plan_goes_on(tmp_path: Path) -> None:
    """Phones fetched the list of that node, and the plan waited for ever for them to hold that of another."""
    groups = (("sub1", "sub2"), ("sub2", "pub"))
    boots = Fault("node-down", 11, 0, 15, 90.0)
    history = History(Shape("9.1", 3, 2, groups), 2, ("tomcat", "CallManager"), "tftp", "mechanism", (boots,), hurry=5)
    told = play(history, tmp_path)
    assert violations(history, told) == []
    assert told.stops[-1].status == 0
    said = [stop.ending.gate.code for stop in told.stops if isinstance(stop.ending, StoppedAtGate)]
    assert said == ["G-SVC"]
