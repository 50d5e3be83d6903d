"""Nobody looks at each plan of hundreds: one that does not prove is not made, and not begun."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run

TOML = """
[clusters."{name}"]
publisher = "192.0.2.1"
platform = {{user = "admin", password_variable = "NONE"}}
application = {{user = "axl", password_variable = "NONE"}}
"""


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    """Two clusters and their snapshots: in branch-11.5 a CM group has one member, which Cisco's documents forbid."""
    names = ("branch-11.5", "campus-9.1")
    for name in names:
        place = tmp_path / "snapshots" / f"{name}.snapshot.json"
        place.parent.mkdir(exist_ok=True)
        assert run("lab", "snapshot", name, "--phones", "4", "-o", place).status == 0
    (tmp_path / "ringtrust.toml").write_text("".join(TOML.format(name=name) for name in names))
    return tmp_path


def test_a_plan_that_does_not_prove_is_not_made_and_the_others_are(run: Run, folder: Path) -> None:
    wish = ("--renew", "all", "-o", folder / "plans", "--config", folder / "ringtrust.toml")
    answer = run("fleet", "plan", folder / "snapshots", *wish)
    assert answer.status == 1
    assert re.search(r"branch-11\.5 +none that proves: .*\(H09\)", answer.out)
    assert re.search(r"campus-9\.1 +\d+ steps", answer.out)
    assert [path.name.split(".plan")[0] for path in (folder / "plans").iterdir()] == ["campus-9.1"]


def test_where_there_is_none_nobody_is_told_to_carry_it_out(run: Run, folder: Path) -> None:
    next((folder / "snapshots").glob("campus*")).unlink()
    wish = ("--renew", "all", "-o", folder / "plans", "--config", folder / "ringtrust.toml")
    answer = run("fleet", "plan", folder / "snapshots", *wish)
    assert (answer.status, "fleet apply" in answer.out) == (1, False)


def test_one_that_does_not_prove_is_refused_by_name_before_anything_is_begun(run: Run, folder: Path) -> None:
    plan = folder / "branch.plan.json"
    snapshot = next((folder / "snapshots").glob("branch*"))
    assert run("plan", snapshot, "--renew", "all", "-o", plan).status == 0
    answer = run("fleet", "apply", plan, "--yes", "--config", folder / "ringtrust.toml")
    assert answer.status == 2
    assert "Nothing was begun. branch-11.5: This plan does not prove" in answer.err
