"""`ringtrust lab snapshot`: a file for plans and proofs, without a lab that runs."""

import json
from pathlib import Path

import pytest

from ringtrust.cluster.snapshot import Snapshot, read_snapshot
from ringtrust.lab.state.directory import extensions
from ringtrust.lab.topology import read_topology
from tests.cli.conftest import Run
from tests.support.clusters import small
from tests.support.identities import NOW


def _read(path: Path) -> Snapshot:
    return read_snapshot(path.read_bytes())


def test_it_says_what_it_wrote_and_what_to_do_next_and_that_can_be_done(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "the evening.json"
    answer = run("lab", "snapshot", "campus-14", "-o", path, "--phones", "5")
    assert answer.status == 0
    assert answer.out.splitlines() == [
        f"'{path}' holds what a scan would see of campus-14 on the evening before: 5 nodes, 5 phones, all registered.",
        "",
        f"  ringtrust plan '{path}'",
        f"  ringtrust prove --runbook NIGHT '{path}'",
    ]
    found = _read(path)
    assert (found.cluster, found.taken, len(found.registered_phones())) == ("campus-14", NOW, 5)
    planned = run("plan", path)
    assert planned.status == 0, planned.err
    assert "campus-14" in planned.out


def test_a_seed_names_other_phones_and_a_file_is_replaced_only_when_that_is_wanted(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "it.json"
    words = ("lab", "snapshot", "single-9.1", "-o", path, "--phones", "3")
    assert run(*words).status == 0
    again = run(*words, "--seed", "8")
    assert (again.status, "exists already" in again.err) == (2, True)
    assert run(*words, "--seed", "8", "--force").status == 0
    expected = extensions(small("single-9.1", phones=3).with_seed(8))
    assert {phone.name for phone in _read(path).all_phones()} == {each.device for each in expected}


def test_for_programs_it_says_the_same_as_json(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "it.json"
    told = json.loads(run("lab", "snapshot", "branch-11.5", "-o", path, "--json").out)
    phones = sum(group.phones for group in read_topology("branch-11.5").groups)
    assert told == {
        "format": "ringtrust.lab.snapshot/1",
        "file": str(path),
        "cluster": "branch-11.5",
        "nodes": 3,
        "phones": phones,
    }


def test_a_topology_of_one_s_own_is_taken_too_and_is_not_written_over(run: Run, tmp_path: Path) -> None:
    shipped = Path(__file__).resolve().parents[2] / "src/ringtrust/lab/topologies/single-9.1.toml"
    mine = tmp_path / "mine.toml"
    mine.write_bytes(shipped.read_bytes().replace(b'"single-9.1"', b'"mine"'))
    assert run("lab", "snapshot", mine, "-o", tmp_path / "mine.json", "--phones", "1").status == 0
    assert _read(tmp_path / "mine.json").cluster == "mine"
    assert "one of the files to read" in run("lab", "snapshot", mine, "-o", mine, "--force").err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "There is no topology nowhere."),
        (("campus-9.1", "--phones", "100001"), "A lab has 0 to 100,000 phones, not 100,001."),
    ],
)
def test_what_cannot_be_written_is_told_and_leaves_no_file(
    run: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    answer = run("lab", "snapshot", *words, "-o", tmp_path / "it.json")
    assert (answer.status, said in answer.err) == (2, True)
    assert list(tmp_path.iterdir()) == []
