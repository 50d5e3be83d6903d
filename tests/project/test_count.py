"""The last lines of a run count what was shown and what was not checked, and nothing else."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.plugins.requirements import Count
from tests.support.coverage_table import TOTAL, read_table
from tests.support.shared import NOT_CHECKED

SHOWN = [row.number for row in read_table() if row.shown]
WAITING = "S190"
"""No row of the table, be it that none waits."""


def _report(outcome: str, *numbers: str, when: str = "call", reason: str = "") -> Any:
    return SimpleNamespace(
        user_properties=[("shows", list(numbers))],
        when=when,
        longrepr=reason,
        passed=outcome == "passed",
        failed=outcome == "failed",
        skipped=outcome == "skipped",
    )


@pytest.mark.parametrize(
    ("reports", "count"),
    [
        ([], 0),
        ([_report("passed", SHOWN[0]), _report("passed", SHOWN[0])], 1),
        ([_report("passed", *SHOWN)], len(SHOWN)),
        ([_report("passed", WAITING)], 0),
        ([_report("passed", SHOWN[0], when="setup")], 0),
        ([_report("skipped", SHOWN[0])], 0),
        ([_report("passed", SHOWN[0]), _report("failed", SHOWN[0])], 0),
        ([_report("passed", SHOWN[0]), _report("failed", SHOWN[0], when="teardown")], 0),
    ],
    ids=["none", "twice", "all", "not in the table", "set-up", "skipped", "one test failed", "tear-down failed"],
)
def test_a_requirement_is_shown_when_all_its_tests_passed(reports: list[Any], count: int) -> None:
    counter = Count()
    for report in reports:
        counter.pytest_runtest_logreport(report)
    assert list(counter.lines()) == [f"Requirements shown: {count}/{TOTAL}"]


def test_what_could_not_be_checked_is_counted() -> None:
    counter = Count()
    counter.pytest_runtest_logreport(
        _report("skipped", when="setup", reason=f"Skipped: {NOT_CHECKED}: there is no folder")
    )
    counter.pytest_runtest_logreport(_report("skipped", when="setup", reason="Skipped: for another reason"))
    assert next(counter.lines()).startswith("Not checked here: 1 test")
