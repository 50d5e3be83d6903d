"""What does not hold gets the lines that make it hold, where complete waves can."""

import pytest

from ringtrust.change.plan import Basis
from ringtrust.change.proof import Insertion
from tests.plan.material import V9, V12, campus
from tests.prove.nights import holds, night, refuted

STEP = ("wait sync", "restart tvs @ all", "restart tftp @ all")


def mended(text: str, insertions: tuple[Insertion, ...]) -> str:
    """The runbook with the lines inserted."""
    lines = text.splitlines()
    for insertion in sorted(insertions, key=lambda each: int(each.after.split()[1]), reverse=True):
        at = int(insertion.after.split()[1])
        lines[at:at] = insertion.lines
    return night(*lines)


@pytest.mark.parametrize(
    ("text", "version", "basis", "after"),
    [
        (night("regen CallManager @ all", *STEP, "wave", "regen TVS @ all", "wave"), V9, "mechanism", ["line 5"]),
        (night("regen CallManager @ all", "regen TVS @ all", *STEP, "wave"), V9, "mechanism", ["line 1"]),
        (night("regen CallManager @ all", "regen TVS @ all", *STEP, "wave"), V12, "documented", ["line 1"]),
        (
            night("regen TVS @ all", "regen CallManager @ all", "regen ITLRecovery @ pub", *STEP, "wave"),
            V12,
            "documented",
            ["line 1", "line 2"],
        ),
    ],
)
def test_what_is_inserted_makes_it_hold(text: str, version: str, basis: Basis, after: list[str]) -> None:
    repair = refuted(text, campus(version), basis).repair
    assert [insertion.after for insertion in repair] == after
    assert holds(mended(text, repair), campus(version), basis)


def test_where_a_wait_is_enough_no_phone_is_reset_for_it() -> None:
    """Cisco Tftp of sub1 may not have heard of the parameter when it starts."""
    text = night(
        *("set rollback true", "restart tftp @ all", "wave complete", "regen CallManager @ all", "regen TVS @ all"),
        *("set rollback false", "restart tftp @ all", "wave complete"),
    )
    verdict = refuted(text, campus(V9))
    assert "passes, for what they hold is served still" in " ".join(verdict.stories[0].told)
    assert verdict.repair == (Insertion("line 1", ("wait sync",)),)
    assert holds(mended(text, verdict.repair), campus(V9))


def test_where_no_wave_helps_nothing_is_promised() -> None:
    assert refuted(night("set rollback true", "wait sync"), campus(V9), "documented").repair == ()
