"""A canary as a person asks for it: a CM group by its name, or a file of device names."""

from pathlib import Path

import pytest

from ringtrust.change.act import ResetPhones
from ringtrust.change.plan import read_plan
from ringtrust.cluster.snapshot import write_snapshot
from tests.cli.conftest import Run
from tests.plan.material import V12, V15, campus, phone, served, with_phones


def _snapshot(folder: Path, version: str) -> Path:
    held = served("pub").sha1
    there = (phone(number, "A" if number < 3 else "B", held) for number in range(6))
    path = folder / f"{version}.json"
    path.write_bytes(write_snapshot(with_phones(campus(version), *there)))
    return path


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """A snapshot of a cluster on which phones may be reset by hand."""
    return _snapshot(tmp_path, V15)


def _canaries(path: Path) -> set[ResetPhones]:
    acts = [step.act for step in read_plan(path.read_bytes()).steps]
    return {act for act in acts if isinstance(act, ResetPhones) and act.group}


def test_a_group_goes_first_or_the_phones_of_a_file(run: Run, cluster: Path, tmp_path: Path) -> None:
    words = ("plan", cluster, "--renew", "TVS@pub", "--manual-resets")
    path, pilot = tmp_path / "plan.json", tmp_path / "pilot.txt"
    answer = run(*words, "--canary-group", "A", "-o", path)
    assert (answer.status, answer.err) == (0, "")
    assert "Before each reset the canary A goes first: 3 phones." in answer.out
    assert "reset the canary A alone: 3 phones" in answer.out
    names = tuple(f"SEP{number:012d}" for number in range(3))
    assert _canaries(path) == {ResetPhones("A", names)}
    assert run("prove", path).status == 0

    pilot.write_text(f"# mine\n{names[0].lower()}\nSEP000000000005  # hers\n")
    answer = run(*words, "--canary-group", f"@{pilot}", "-o", path, "--force")
    assert (answer.status, answer.err) == (0, "")
    assert _canaries(path) == {ResetPhones("pilot.txt", (names[0], "SEP000000000005"))}


def test_what_cannot_be_is_2_and_says_what_to_set(run: Run, cluster: Path, tmp_path: Path) -> None:
    answer = run("plan", cluster, "--canary-group", "A")
    assert answer.status == 2
    said = " ".join(answer.err.split())
    for words in ("Phone Interaction on Certificate Update", "manually", "--manual-resets"):
        assert words in said
    answer = run("plan", _snapshot(tmp_path, V12), "--canary-group", "A", "--manual-resets")
    assert (answer.status, "reset by themselves" in answer.err) == (2, True)
    answer = run("plan", cluster, "--canary-group", "Z", "--manual-resets")
    assert (answer.status, "There are: A, B." in " ".join(answer.err.split())) == (2, True)
    assert run("plan", cluster, "--canary-group", f"@{tmp_path}/nobody.txt", "--manual-resets").status == 3


def test_a_name_that_a_terminal_would_obey_reaches_none(run: Run, cluster: Path, tmp_path: Path) -> None:
    pilot = tmp_path / "\x1b[2Jpilot.txt"
    pilot.write_text("SEP000000000001\n\x1b[2JSEP9\n")
    answer = run("plan", cluster, "--canary-group", f"@{pilot}", "--manual-resets")
    assert answer.status == 2
    assert "\x1b" not in answer.err + answer.out
    pilot.write_text("SEP000000000001\n")
    answer = run("plan", cluster, "--renew", "TVS@pub", "--canary-group", f"@{pilot}", "--manual-resets")
    assert answer.status == 0
    assert "\x1b" not in answer.err + answer.out
