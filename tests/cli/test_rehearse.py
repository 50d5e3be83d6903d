"""`ringtrust rehearse`: exit status, reports, and what cannot be rehearsed."""

import json
from pathlib import Path

import pytest

from ringtrust.change.plan import write_plan
from tests.cli.conftest import Run
from tests.rehearse.plans import careless, planned
from tests.support.clusters import small


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A short plan for campus-9.1."""
    path = tmp_path / "plan.json"
    path.write_bytes(write_plan(planned(small("campus-9.1"), "TVS@pub")))
    return path


def test_a_rehearsal_that_ends_well_says_so_and_writes_its_page(run: Run, plan: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    answer = run("rehearse", plan, "--phones", 8, "-o", page)
    assert answer.status == 0, answer.err
    assert "The plan came to its end, and of 8 phones none is stranded." in answer.out
    assert page.read_text().startswith("<!DOCTYPE html>")


def test_one_that_strands_phones_ends_with_1_and_its_document_tells_which(run: Run, tmp_path: Path) -> None:
    path, report = tmp_path / "plan.json", tmp_path / "report.json"
    path.write_bytes(write_plan(careless(planned(small("campus-9.1"), "CallManager", "TVS"))))
    answer = run("rehearse", path, "--json", "-o", report)
    assert answer.status == 1, answer.err
    document = json.loads(answer.out)
    assert document == json.loads(report.read_text())
    assert document["format"] == "ringtrust.rehearsal/2"
    assert [each["stranded"] for each in document["muster"]] == [3, 3]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--fault", "fire@step:1"), "is no fault that can be rehearsed"),
        (("--fault", "ssh@step:1"), "no line can be cut in it"),
        (("-o", "report.pdf"), "neither .html nor .json"),
        (("--phones", "0"), "--phones"),
    ],
)
def test_what_cannot_be_rehearsed_ends_with_2(run: Run, plan: Path, options: tuple[str, ...], said: str) -> None:
    answer = run("rehearse", plan, *options)
    assert answer.status == 2
    assert said in answer.err
