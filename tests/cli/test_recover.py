"""`ringtrust plan --recover` as it is typed: from snapshots, with the list for people who walk."""

import json
from pathlib import Path

import pytest

from ringtrust.change.plan import read_plan
from ringtrust.cluster.snapshot import write_snapshot
from tests.cli.conftest import Run
from tests.plan.recover.scene import Scene
from tests.prove.differential.worlds import Shape, topology

TFTP, TVS = "Cisco Tftp", "Cisco Trust Verification Service"
PAIRS = (("sub1", "sub2"), ("sub2", "sub1"))


@pytest.fixture(params=["9.1", "11.5"])
def wrecked(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """H01 on a release, and the snapshots of before and after."""
    found = Scene(topology(Shape(request.param, 3, 1, PAIRS), 2))
    (tmp_path / "before.json").write_bytes(write_snapshot(found.snapshot()))
    found.switch(range(4), on=False).regenerate("CallManager").regenerate("TVS").sync()
    found.restart(TVS).restart(TFTP).switch(range(4), on=True)
    (tmp_path / "now.json").write_bytes(write_snapshot(found.snapshot()))
    return request.param, tmp_path


def test_what_happened_who_comes_back_and_whom_a_hand_has_to_help(run: Run, wrecked: tuple[str, Path]) -> None:
    release, folder = wrecked
    now, before = folder / "now.json", folder / "before.json"
    plan, walk = folder / "plan.json", folder / "walk.csv"
    found = run("plan", now, "--recover", "--before", before, "-o", plan, "--by-hand", walk)
    assert "[H01]" in found.out
    rows = walk.read_text().splitlines()
    if release == "9.1":
        assert found.status == 1
        assert "only a hand can help" in found.out
        assert len(rows) == 5
        assert "Applications, 5, 4, 2, Soft3" in rows[1]
        assert not plan.exists()
    else:
        assert found.status == 0
        assert "utils itl reset localkey (R1)" in found.out
        assert len(rows) == 1
        assert read_plan(plan.read_bytes()).strategy == "recover"


def test_the_page_for_a_walk_goes_place_by_place(run: Run, wrecked: tuple[str, Path]) -> None:
    release, folder = wrecked
    page = folder / "walk.html"
    run("plan", folder / "now.json", "--recover", "--by-hand", page)
    assert ("<h2>DP_G0</h2>" in page.read_text()) is (release == "9.1")
    assert "<script" not in page.read_text()


def test_for_programs_all_is_one_document(run: Run, wrecked: tuple[str, Path]) -> None:
    release, folder = wrecked
    told = json.loads(run("plan", folder / "now.json", "--recover", "--json").out)
    assert told["format"] == "ringtrust.recovery/1"
    assert set(told["phones"].values()) == ({"perhaps"} if release == "9.1" else {"back"})
    assert len(told["by_hand"]) == (4 if release == "9.1" else 0)
    assert {way["name"] for way in told["ways"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--before", "x"), "Add --recover"),
        (("--by-hand", "x.csv"), "Add --recover"),
        (("--recover", "--renew", "all"), "Leave --renew"),
        (("--recover", "--by-hand", "walk.pdf"), "neither .csv nor .html"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, wrecked: tuple[str, Path], words: tuple[str, ...], said: str) -> None:
    found = run("plan", wrecked[1] / "now.json", *words)
    assert found.status == 2
    assert said in found.err
