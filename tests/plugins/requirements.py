"""Says at the end of a run which requirements (S1 to S189) were shown, and what could not be checked here."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.coverage_table import TOTAL, read_table
from tests.support.shared import NOT_CHECKED

_SHOWN = "shows"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Puts the numbers of a test into its report, which travels from the workers to the one process that counts."""
    outcome: Any = yield  # type: ignore[misc]
    report = outcome.get_result()
    numbers = [number for marker in item.iter_markers(_SHOWN) for number in marker.args]
    report.user_properties.append((_SHOWN, numbers))


class Count:
    """What the tests of one run told."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self.failed: set[str] = set()
        self.unchecked = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One test told how it went."""
        numbers = {number for name, value in report.user_properties if name == _SHOWN for number in value}
        if report.failed:
            self.failed |= numbers
        elif report.when == "call" and report.passed:
            self.passed |= numbers
        elif report.skipped and NOT_CHECKED in str(report.longrepr):
            self.unchecked += 1

    def lines(self) -> Iterator[str]:
        """What is said at the very end."""
        table = {row.number for row in read_table() if row.shown}
        if self.unchecked:
            yield f"Not checked here: {self.unchecked} tests, for want of RINGTRUST_SHARED or of a program."
        yield f"Requirements shown: {len((self.passed - self.failed) & table)}/{TOTAL}"


def pytest_configure(config: pytest.Config) -> None:
    """Counts in the process that reports, not in the workers."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Count(), "ringtrust-count")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last lines of the run."""
    count = config.pluginmanager.get_plugin("ringtrust-count")
    if isinstance(count, Count) and not config.option.collectonly:
        for line in count.lines():
            print(line)  # noqa: T201 - the terminal reporter has closed its books by now
