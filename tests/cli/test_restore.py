"""`ringtrust plan --restore` as it is typed: which phones a restore would cost, before anybody does it."""

import json
from pathlib import Path

import pytest

from ringtrust.cluster.snapshot import write_snapshot
from tests.cli.conftest import Run
from tests.plan.recover.scene import Scene
from tests.plan.restore.test_restore import CALLMANAGER, TFTP, TVS, _file, _renewed, _scene


@pytest.fixture
def evening() -> Scene:
    """CallManager is new, and every phone has followed."""
    return _renewed(_scene("15.0"), "CallManager", CALLMANAGER, TFTP)


def _written(found: Scene, folder: Path) -> tuple[Path, Path, str]:
    now, then = folder / "now.json", folder / "then.json"
    now.write_bytes(write_snapshot(found.snapshot()))
    then.write_bytes(write_snapshot(found.before[0]))
    return now, then, _file(found.before[0])


def test_a_restore_that_costs_nobody_ends_with_0(run: Run, evening: Scene, tmp_path: Path) -> None:
    now, then, file = _written(evening, tmp_path)
    found = run("plan", now, "--restore", file, "--before", then)
    assert found.status == 0
    assert "No phone would be lost: all 6 trust the keys that return." in found.out
    assert "CallManager of pub: " in found.out


def test_a_restore_that_costs_phones_ends_with_1_and_names_them(run: Run, evening: Scene, tmp_path: Path) -> None:
    now, then, file = _written(_renewed(_renewed(evening, "ITLRecovery", TFTP), "TVS", TVS, TFTP), tmp_path)
    found = run("plan", now, "--restore", file, "--before", then)
    assert found.status == 1
    assert "6 phones would be lost" in found.out
    told = json.loads(run("plan", now, "--restore", file, "--before", then, "--json").out)
    assert {each["name"] for each in told["lost"]} == set(told["phones"])


def test_it_is_said_alone_and_with_one_snapshot(run: Run, evening: Scene, tmp_path: Path) -> None:
    now, then, file = _written(evening, tmp_path)
    for wrong in (
        ("--restore", file),
        ("--restore", file, "--before", then, "--before", then),
        ("--restore", file, "--before", then, "--recover"),
        ("--restore", file, "--before", then, "-o", tmp_path / "plan.json"),
    ):
        found = run("plan", now, *wrong)
        assert found.status == 2
        assert "--before SNAPSHOT" in found.err
