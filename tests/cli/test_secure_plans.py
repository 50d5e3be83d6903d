"""Plans of mixed mode as a person asks for them: LSCs in batches, moves, and what is refused."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from ringtrust.change.act import IssueLscs
from ringtrust.change.plan import read_plan
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import write_snapshot
from tests.cli.conftest import Run
from tests.plan.material import V12
from tests.plan.secured import OLD_CAPF, changed, lsc, secured


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """A snapshot of a cluster in mixed mode, in which five of six LSCs are of another CAPF."""
    snapshot = secured(V12, phones=6)
    for number in range(5):
        snapshot = changed(snapshot, number, lsc=Known(lsc(OLD_CAPF)))
    path = tmp_path / "snapshot.json"
    path.write_bytes(write_snapshot(snapshot))
    return path


@pytest.mark.shows("S169")
def test_lscs_are_planned_by_a_word_and_in_batches_of_a_size(run: Run, cluster: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    answer = run("plan", cluster, "--renew", "lsc", "--canary", "1", "--batch", "3", "-o", path)
    assert (answer.status, answer.err) == (0, "")
    assert "renew the LSC of 1 phone\n" in answer.out
    assert "renew the LSC of 3 phones" in answer.out
    plan = read_plan(path.read_bytes())
    assert [len(step.act.phones) for step in plan.steps if isinstance(step.act, IssueLscs)] == [1, 3, 1]
    assert run("plan", cluster, "--renew", "lsc", "--canary", "0").status == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--renew", "ctl"), "is no goal"),
        (("--renew", "mode=mixed"), "mixed mode already"),
        (("--renew", "CAPF", "--strategy", "rollback"), "H12"),
    ],
)
def test_what_cannot_be_planned_says_so_and_is_2(run: Run, cluster: Path, words: tuple[str, ...], told: str) -> None:
    answer = run("plan", cluster, *words)
    assert answer.status == 2
    assert told in " ".join(answer.err.split())


def test_both_orders_of_cisco_are_explained(run: Run, cluster: Path) -> None:
    said = " ".join(run("plan", cluster, "--renew", "CallManager", "--explain").out.split())
    for word in ("utils ctl update CTLFile", "G-CTL", "214231, 217138", "SG15"):
        assert word in said


@pytest.mark.parametrize("verb", ["apply", "resume"])
def test_what_nobody_can_see_is_said_to_apply(run: Run, verb: str) -> None:
    said = " ".join(run(verb, "--help").out.split())
    assert "--token-at-hand" in said
    assert "--partners-told SERIAL|none" in said


def test_a_mode_that_s63_does_not_know_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(write_snapshot(replace(secured(V12), security_mode=Known(7))))
    assert run("plan", path, "--renew", "tomcat").status == 2
