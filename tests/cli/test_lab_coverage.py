"""`ringtrust lab coverage`: the table, one release of it, and the page that cannot go stale."""

import json

import pytest

from ringtrust.cli.lab import coverage as lab_coverage
from ringtrust.lab.coverage import coverage
from tests.cli.conftest import Run
from tests.support.shared import ROOT


def test_the_page_is_the_table(run: Run) -> None:
    page = (ROOT / "docs/lab-coverage.md").read_text()
    assert page == run("lab", "coverage", "--markdown").out
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| what |")]
    assert len(rows) == sum(len(interface.rows) for interface in coverage())


def test_every_row_is_shown_to_people_and_to_programs(run: Run) -> None:
    shown = run("lab", "coverage")
    assert shown.status == 0
    found = json.loads(run("lab", "coverage", "--json").out)
    assert found["format"] == "ringtrust.lab.coverage/1"
    assert found["unknown"] is None
    for interface in found["interfaces"]:
        assert f"\n{interface['title']}: " in f"\n{shown.out}"
        assert interface["rows"]
        for row in interface["rows"]:
            assert f"  {row['extent']:<11} §{row['section']:<5} {row['name']}" in shown.out


def test_a_release_has_only_its_own_rows(run: Run) -> None:
    of_9, of_15 = (run("lab", "coverage", "--release", release).out for release in ("9.1", "15.0"))
    assert "ITLRecoveryCertBackup" not in of_9
    assert "ITLRecoveryCertBackup" in of_15
    assert "port 2444" in of_9
    assert "port 2444" not in of_15


@pytest.mark.parametrize("release", ["x", "9.1.", "10"])
def test_what_is_no_release_is_told(run: Run, release: str) -> None:
    answer = run("lab", "coverage", "--release", release)
    assert answer.status == 2
    assert "is no release" in answer.err


def test_what_a_lab_was_asked_for_in_vain_is_foreign_text() -> None:
    asked = [{"interface": "cli", "what": "utils \x1b[31m", "count": 2}]
    assert lab_coverage.unknown_lines(asked)[-1] == "       2  cli  utils \\x1b[31m"
    assert lab_coverage.unknown_lines([]) == ["It was asked for nothing that it does not know."]
