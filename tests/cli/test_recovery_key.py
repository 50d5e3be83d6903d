"""`ringtrust recovery-key`, at a lab: kept once, for nobody else's eyes, and told by its SHA-256 alone (R2, H04)."""

import hashlib
import json
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ringtrust.journal.export import entries, heads
from ringtrust.journal.journal import Journal
from tests.cli.conftest import Run
from tests.trust.test_pkcs12 import container

FAST = ("--speed", "3000", "--phones", "4", "--seed", "7")


@pytest.fixture
def lab(run: Run, tmp_path: Path) -> Iterator[Path]:
    """The folder of a lab that runs."""
    folder = tmp_path / "lab"
    assert run("lab", "up", "campus-12.5", "--dir", folder, "--detach", *FAST).status == 0
    yield folder
    run("lab", "down", "--dir", folder)


def _codes(run: Run, lab: Path) -> set[str]:
    told = json.loads(run("audit", "campus-12.5", "--config", lab, "--json").out)
    return {each["code"] for each in told["findings"] if each["code"].startswith("itlrecovery.key")}


def test_a_key_is_kept_once_and_the_audit_knows_and_asks_again_after_a_new_one(
    run: Run, lab: Path, state: Path, tmp_path: Path
) -> None:
    key = tmp_path / "ITLRecovery.p12"
    key.write_bytes(container())
    digest = hashlib.sha256(key.read_bytes()).hexdigest()
    assert _codes(run, lab) == {"itlrecovery.key-not-kept"}
    assert run("recovery-key", "list", "campus-12.5", "--config", lab).status == 1

    found = run("recovery-key", "keep", "campus-12.5", key, "--config", lab)
    assert found.status == 0, found.err
    (kept,) = state.rglob("*.p12")
    assert kept.read_bytes() == key.read_bytes()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert str(kept) in found.out
    assert "It is kept already" in run("recovery-key", "keep", "campus-12.5", key, "--config", lab).out
    assert run("recovery-key", "list", "campus-12.5", "--config", lab).status == 0
    assert _codes(run, lab) == set()

    with closing(Journal(lab / "journal.db")) as journal:
        said = [each for each in entries(journal.store, heads(journal.store)) if each.kind == "key-kept"]
    assert [json.loads(each.body)["sha256"] for each in said] == [digest]

    renewed = run("cert", "regen", "campus-12.5", "pub", "ITLRecovery", "--config", lab, "--i-know", "--yes")
    assert renewed.status == 0, renewed.err
    assert _codes(run, lab) == {"itlrecovery.key-old"}
    told = json.loads(run("recovery-key", "list", "campus-12.5", "--json", "--config", lab).out)
    assert told["current"] is False
    assert [each["sha256"] for each in told["kept"]] == [digest]

    kept.write_bytes(b"x" * kept.stat().st_size)
    assert json.loads(run("recovery-key", "list", "campus-12.5", "--json", "--config", lab).out)["kept"] == []


def test_what_is_no_key_is_refused_before_any_node_is_asked(run: Run, tmp_path: Path, state: Path) -> None:
    wrong = tmp_path / "ITLRecovery.p12"
    wrong.write_bytes(b"not a key")
    found = run("recovery-key", "keep", "nowhere", wrong)
    assert found.status == 3
    assert "This is no PKCS #12 file" in found.err
    assert "not a key" not in found.out + found.err
    assert list(state.rglob("*.p12")) == []
