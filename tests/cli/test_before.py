"""`ringtrust plan --before CHANGE` as it is typed."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import write_snapshot
from tests.cli.conftest import Run
from tests.plan.material import PUB, V9, campus


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A campus of which all is known."""
    found = campus(V9)
    whole = replace(found, surroundings=replace(found.surroundings, sso=Known(())))
    path = tmp_path / "campus.json"
    path.write_bytes(write_snapshot(whole))
    return path


def test_the_change_what_it_costs_and_what_is_done_is_said(run: Run, snapshot: Path) -> None:
    found = run("plan", snapshot, "--before", "domain=new.example")
    assert found.status == 0
    assert "Done without a thought: 2 phones may lose trust." in found.out
    assert "proved, no phone loses its trust" in found.out
    assert "set network domain new.example" not in found.out
    assert "set network domain new.example" in run("plan", snapshot, "--before", "domain=new.example", "--explain").out


def test_what_stands_in_the_way_makes_an_exit_status_of_its_own(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "unknown.json"
    path.write_bytes(write_snapshot(campus(V9)))
    found = run("plan", path, "--before", "hostname=sub1:branch7")
    assert (found.status, "??  single sign-on is off" in found.out) == (1, True)


def test_the_night_that_it_prints_can_be_proved_by_whoever_doubts_it(run: Run, snapshot: Path, tmp_path: Path) -> None:
    out = tmp_path / "before.json"
    assert run("plan", snapshot, "--before", "fips=on", "-o", out).status == 0
    told = json.loads(out.read_bytes())
    assert told["format"] == "ringtrust.preparation/1"
    runbook = tmp_path / "night.txt"
    runbook.write_text(told["runbook"])
    assert run("prove", snapshot, "--runbook", runbook, "--basis", "mechanism").status == 0
    assert run("plan", snapshot, "--before", "fips=on", "-o", out).status == 2


def test_it_is_no_plan_to_carry_out(run: Run, snapshot: Path, tmp_path: Path) -> None:
    out = tmp_path / "before.json"
    run("plan", snapshot, "--before", "fips=on", "-o", out)
    found = run("prove", out)
    assert found.status == 2
    assert "preparation" in found.err


def test_for_programs_it_is_one_document(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "alone.json"
    path.write_bytes(write_snapshot(campus(V9, nodes=(PUB,), tftp=(PUB,), groups={"A": (PUB,)})))
    told = json.loads(run("plan", path, "--before", "fips=on", "--json").out)
    assert told["unprepared"]["lost"] == 1
    assert told["prepared"]["lost"] == 0
    assert "P6" in told["way"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--before", "fips=maybe"), "fips=on"),
        (("--before", "old.json"), "Add --recover"),
        (("--before", "fips=on", "--renew", "all"), "H23"),
        (("--before", "fips=on", "--strategy", "type"), "H23"),
        (("--before", "hostname=sub1:a", "--before", "hostname=sub2:b"), "H23"),
        (("--before", "hostname=sub9:a"), "sub9"),
        (("--before", "upgrade=8.6"), "already"),
    ],
)
def test_what_cannot_be_prepared_is_refused_with_the_reason(
    run: Run, snapshot: Path, words: tuple[str, ...], said: str
) -> None:
    found = run("plan", snapshot, *words)
    assert found.status == 2
    assert said in found.err
