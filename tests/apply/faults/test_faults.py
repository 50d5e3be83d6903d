"""Random plans under random faults: nobody is stranded unannounced, no act is done twice, the journal is complete, and
the exit status is true.

RINGTRUST_SOAK plays a thousand histories; RINGTRUST_FAULTS says how many, and RINGTRUST_FAULTS_FROM the first seed.
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from tests.apply.faults.history import drawn, play
from tests.apply.faults.invariants import violations
from tests.apply.faults.shorter import shortened
from tests.apply.faults.totals import Totals
from tests.apply.faults.weather import KINDS

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
