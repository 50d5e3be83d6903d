"""`ringtrust scan` on a lab: through the doors that are named, saved as an export, and read from there again."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringtrust.cluster.snapshot import Snapshot, read_snapshot
from tests.cli.conftest import Run

LAB = "campus-14"
FAST = ("--speed", "3000", "--phones", "4", "--seed", "7")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a lab that runs while these tests do: none of them changes it."""
    folder = tmp_path_factory.mktemp("scan") / "lab"
    words = [sys.executable, "-m", "ringtrust", "lab"]
    subprocess.run([*words, "up", LAB, "--dir", folder, "--detach", *FAST], check=True, capture_output=True)
    yield folder
    subprocess.run([*words, "down", "--dir", folder], check=True, capture_output=True)


def snapshot(text: str) -> Snapshot:
    return read_snapshot(text.encode())


def test_only_the_doors_that_are_named_are_asked(run: Run, lab: Path) -> None:
    answer = run("scan", LAB, "--config", lab, "--json", *("--through", "cli", "--through", "tftp"))
    assert answer.status == 0, answer.err
    asked = {source.interface for source in snapshot(answer.out).sources if source.health.value == "read"}
    assert asked == {"cli", "tftp"}


def test_a_door_that_the_entry_does_not_open_is_refused(run: Run, lab: Path, tmp_path: Path) -> None:
    entry = (lab / "ringtrust.toml").read_text()
    head = f'[clusters."{LAB}"]\n'
    assert head in entry
    (tmp_path / "ringtrust.toml").write_text(entry.replace(head, head + 'doors = ["cli", "tls"]\n'))
    answer = run("scan", LAB, "--config", tmp_path, "--through", "axl")
    assert answer.status == 2
    assert f"The entry of {LAB} does not allow axl." in answer.err


def test_what_is_saved_is_scanned_audited_and_planned_like_the_cluster(run: Run, lab: Path, tmp_path: Path) -> None:
    export = tmp_path / "export"
    live = run("scan", LAB, "--config", lab, "--json", "--save", export)
    assert live.status == 0, live.err
    again = run("scan", f"{export}/", "--json")
    assert again.status == 0, again.err
    one, other = snapshot(live.out), snapshot(again.out)
    assert (one.cluster, one.taken, len(one.nodes)) == (other.cluster, other.taken, len(other.nodes))
    assert [node.identities for node in one.nodes] == [node.identities for node in other.nodes]
    assert one.registered_phones() == other.registered_phones() != ()
    assert "expir" in run("audit", f"{export}/").out
    plan = json.loads(run("plan", f"{export}/", "--json").out)
    assert plan["format"].startswith("ringtrust.plan/")
    secrets = [path.read_text().strip() for path in (lab / "secrets").iterdir()]
    for path in export.rglob("*"):
        if path.is_file():
            assert not any(secret.encode() in path.read_bytes() for secret in secrets), path


def test_a_bare_name_is_a_cluster_and_no_folder_that_lies_here(
    run: Run, lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    saved = run("scan", LAB, "--config", lab, "--json", "--save", LAB, "--pin", "--through", "cli")
    assert saved.status == 0, saved.err
    again = run("scan", LAB, "--config", lab, "--json", "--through", "cli")
    assert again.status == 0, again.err
    assert snapshot(again.out).taken > snapshot(saved.out).taken  # it was looked at, not read from the folder
    assert snapshot(run("scan", f"{LAB}/", "--json").out).taken == snapshot(saved.out).taken


def test_an_export_is_never_written_over_and_is_read_as_it_is(run: Run, lab: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    answer = run("scan", LAB, "--config", lab, "--save", there)
    assert answer.status == 2
    assert "cannot be made" in answer.err
    answer = run("scan", f"{there}/")
    assert answer.status == 3
    assert "holds no folder of a node" in answer.err
    answer = run("scan", f"{tmp_path}/elsewhere/", "--config", lab)
    assert answer.status == 2
    assert "There is no folder" in answer.err
    answer = run("scan", f"{there}/", "--through", "cli")
    assert answer.status == 2
