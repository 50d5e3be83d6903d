"""`ringtrust prove` and `ringtrust plan --strategy`, as a person meets them: on every cluster that comes with it."""

import json
from pathlib import Path

import pytest

from ringtrust.change.plan import read_plan
from ringtrust.lab.topology import known_topologies, read_topology
from tests.cli.conftest import Run

STEP = ["wait sync", "restart tvs @ all", "restart tftp @ all", "wave complete"]
GOOD = ["# tonight", "regen CallManager @ all", *STEP, "regen TVS @ all", *STEP]
BAD = [line.replace("wave complete", "wave") for line in GOOD]


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a snapshot of every shipped topology that was asked for."""
    return tmp_path_factory.mktemp("snapshots")


def snapshot(run: Run, folder: Path, name: str) -> Path:
    path = folder / f"{name}.json"
    if not path.exists():
        assert run("lab", "snapshot", name, "--phones", "24", "-o", path).status == 0
    return path


def write(folder: Path, *lines: str) -> Path:
    path = folder / "night.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_night_that_holds_is_0_and_one_that_does_not_is_1_with_its_story(
    run: Run, snapshots: Path, tmp_path: Path
) -> None:
    cluster = snapshot(run, snapshots, "campus-9.1")
    answer = run("prove", cluster, "--runbook", write(tmp_path, *GOOD))
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith("HOLDS: ")
    answer = run("prove", cluster, "--runbook", write(tmp_path, *BAD))
    assert answer.status == 1
    said = " ".join(answer.out.split())
    assert "12 phones of group A may be stranded:" in said
    assert "they miss the wave of line 6" in said
    assert "Insert `wave complete` after line 6, and it holds." in said


@pytest.mark.parametrize("line", ["regen TVS", "reboot pub", "regen TVS @ nowhere", "wave group Z"])
def test_a_line_that_cannot_be_read_is_2_with_its_number(run: Run, snapshots: Path, tmp_path: Path, line: str) -> None:
    answer = run("prove", snapshot(run, snapshots, "campus-9.1"), "--runbook", write(tmp_path, "wave", "", line))
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("ringtrust: Line 3 cannot be read")
    assert "What to do:" in answer.err


def test_the_basis_decides_about_what_the_mechanism_bears(run: Run, snapshots: Path, tmp_path: Path) -> None:
    together = write(tmp_path, "regen CallManager @ all", "regen TVS @ all", *STEP)
    cluster = snapshot(run, snapshots, "campus-12.5")
    assert run("prove", cluster, "--runbook", together, "--basis", "mechanism").status == 0
    answer = run("prove", cluster, "--runbook", together)
    assert answer.status == 1
    assert "Cisco's documents forbid it" in answer.out
    assert "H01" in answer.out


def test_a_proof_is_written_and_checked_by_itself(run: Run, snapshots: Path, tmp_path: Path) -> None:
    cluster, proof = snapshot(run, snapshots, "campus-9.1"), tmp_path / "proof.json"
    for lines, status in ((GOOD, 0), (BAD, 1)):
        night = write(tmp_path, *lines)
        assert run("prove", cluster, "--runbook", night, "-o", proof, "--force").status == status
        assert run("prove", "--check", proof).status == 0
    document = json.loads(proof.read_text())
    assert document["verdict"]["stories"][0]["told"][-1].startswith("Somebody has to walk")
    document["states"] += 1
    proof.write_text(json.dumps(document))
    answer = run("prove", "--check", proof)
    assert (answer.status, "WRONG" in answer.out) == (1, True)


def test_a_runbook_becomes_a_plan_repaired_when_asked(run: Run, snapshots: Path, tmp_path: Path) -> None:
    cluster, plan = snapshot(run, snapshots, "campus-9.1"), tmp_path / "plan.json"
    words = ("--from-runbook", write(tmp_path, *BAD), "-o", plan, "--force")
    answer = run("plan", cluster, *words)
    assert (answer.status, "* runbook" in answer.out, "REFUTED" in answer.out) == (0, True, True)
    assert run("prove", plan).status == 1
    assert run("plan", cluster, *words, "--repair").status == 0
    assert run("prove", plan).status == 0
    assert run("plan", cluster, "--repair").status == 2
    assert run("plan", cluster, "--renew", "TVS", *words).status == 2
    assert run("plan", cluster, "--strategy", "type", *words).status == 2


def test_a_plan_that_does_not_prove_is_not_applied_before_a_number_is_typed(
    run: Run, snapshots: Path, tmp_path: Path
) -> None:
    cluster, plan = snapshot(run, snapshots, "campus-9.1"), tmp_path / "plan.json"
    assert run("plan", cluster, "--from-runbook", write(tmp_path, *BAD), "-o", plan).status == 0
    for words in ((), ("--stranded", "23")):
        answer = run("apply", plan, "--yes", *words)
        assert (answer.status, answer.out) == (2, "")
        assert "24 phones may be stranded by it: group A, group B" in answer.err
        assert "--stranded 24" in answer.err
    assert "24 phones" not in run("apply", plan, "--yes", "--stranded", "24").err


def test_json_is_the_proof_itself(run: Run, snapshots: Path, tmp_path: Path) -> None:
    night = write(tmp_path, *BAD)
    answer = run("prove", snapshot(run, snapshots, "campus-9.1"), "--runbook", night, "--json")
    assert (answer.status, json.loads(answer.out)["format"]) == (1, "ringtrust.proof/3")


def test_what_is_to_be_proved_has_to_be_said(run: Run, snapshots: Path) -> None:
    answer = run("prove", snapshot(run, snapshots, "campus-9.1"))
    assert (answer.status, answer.out) == (2, "")
    assert "Add --runbook FILE" in answer.err


def test_a_runbook_that_is_no_text_is_refused(run: Run, snapshots: Path, tmp_path: Path) -> None:
    night = tmp_path / "night.txt"
    night.write_bytes(b"wave\n\xff\xfe")
    answer = run("prove", snapshot(run, snapshots, "campus-9.1"), "--runbook", night)
    assert (answer.status, "not UTF-8" in answer.err) == (2, True)


# For mixed mode no plan is made yet.
@pytest.mark.parametrize("topology", [name for name in known_topologies() if not read_topology(name).security.mixed])
@pytest.mark.parametrize("strategy", ["type", "tftp", "fewest", "rollback"])
def test_every_shipped_cluster_has_plans_that_prove(
    run: Run, snapshots: Path, tmp_path: Path, topology: str, strategy: str
) -> None:
    """By the documents; where a CM group has one member they know the rollback parameter, and the mechanism more."""
    alone = topology in {"single-9.1", "branch-11.5"}
    basis, plan = ("mechanism" if alone and strategy != "rollback" else "documented"), tmp_path / "plan.json"
    cluster = snapshot(run, snapshots, topology)
    words = ("--renew", "all", "--strategy", strategy, "--basis", basis)
    answer = run("plan", cluster, *words, "-o", plan)
    if strategy == "tftp" and topology == "single-9.1":
        assert (answer.status, "no other TFTP node" in answer.err) == (2, True)
        return
    assert answer.status == 0
    assert run("prove", plan).status == 0
    weighed = {each.strategy: each for each in read_plan(plan.read_bytes()).weighed}
    assert weighed["rollback"].verdict == "holds"
    if not alone:
        assert weighed["fewest"].bound[0].waves == weighed["fewest"].waves < weighed["type"].waves


@pytest.mark.parametrize(
    ("topology", "basis", "factor"), [("campus-12.5", "documented", 2), ("mega-15", "documented", 10)]
)
def test_the_fewest_waves_beat_one_type_at_a_time(
    run: Run, snapshots: Path, tmp_path: Path, topology: str, basis: str, factor: int
) -> None:
    plan = tmp_path / "plan.json"
    assert run("plan", snapshot(run, snapshots, topology), "--renew", "all", "--basis", basis, "-o", plan).status == 0
    weighed = {each.strategy: each for each in read_plan(plan.read_bytes()).weighed}
    assert weighed["type"].waves >= factor * weighed["fewest"].waves
