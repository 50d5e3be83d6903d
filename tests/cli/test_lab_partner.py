"""`ringtrust lab partner`: the RADIUS server of a lab knows a new CAPF when somebody has told it, not before (H18)."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ringtrust.cli.lab.partner import lines
from tests.cli.conftest import Answer, Run
from tests.support.identities import identity

CLUSTER = "secure-11.5"


@pytest.fixture
def lab(run: Run, tmp_path: Path) -> Iterator[Path]:
    """The folder of a lab in mixed mode that runs in a process of its own."""
    folder = tmp_path / "lab"
    answer = run("lab", "up", CLUSTER, "--dir", folder, "--detach", "--speed", "3000", "--phones", "2")
    assert answer.status == 0, answer.err
    yield folder
    run("lab", "down", "--dir", folder)


def _pem(run: Run, lab: Path) -> str:
    """The CAPF certificate of now, as docs/lab.md has it."""
    answer = run("cert", "show", CLUSTER, "pub", "CAPF", "--pem", "--config", lab)
    assert answer.status == 0, answer.err
    return answer.out


def _rows(answer: Answer, word: str) -> list[dict[str, Any]]:
    assert answer.status == 0, answer.err
    found = json.loads(answer.out)
    assert found["format"] == "ringtrust.lab.partner/1"
    rows: list[dict[str, Any]] = found[word]
    return rows


def test_h18_a_new_capf_is_known_to_the_partner_when_somebody_has_told_it(run: Run, lab: Path, tmp_path: Path) -> None:
    before = _rows(run("lab", "partner", "list", "--dir", lab, "--json"), "authorities")
    assert before[0]["name"].startswith("CAPF-")
    answer = run("cert", "regen", CLUSTER, "pub", "CAPF", "--yes", "--i-know", "--config", lab)
    assert answer.status == 0, answer.err
    assert _rows(run("lab", "partner", "list", "--dir", lab, "--json"), "authorities") == before

    (tmp_path / "capf.pem").write_text(_pem(run, lab))
    (told,) = _rows(run("lab", "partner", "trust", tmp_path / "capf.pem", "--dir", lab, "--json"), "trusted")
    assert told["serial"] != before[0]["serial"]
    assert set(told) == {"name", "issuer", "serial", "not_after"}
    assert _rows(run("lab", "partner", "list", "--dir", lab, "--json"), "authorities") == [*before, told]
    shown = run("lab", "partner", "list", "--dir", lab).out.splitlines()
    assert len(shown) == len(before) + 1
    assert shown[-1] == f"{told['name']:<27}  until {told['not_after'][:10]}  serial {told['serial']}"


def test_a_certificate_may_be_der_or_come_through_a_pipe(
    run: Run, lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.der").write_bytes(identity("pub").certificate)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(_pem(run, lab).encode())))
    answer = run("lab", "partner", "trust", tmp_path / "one.der", "-", "--dir", lab)
    assert (answer.status, answer.err) == (0, "")
    assert [line.split("  ")[0].strip()[:5] for line in answer.out.splitlines()] == ["pub", "CAPF-"]


def test_what_is_no_certificate_is_refused_and_nothing_of_it_is_believed(run: Run, lab: Path, tmp_path: Path) -> None:
    good, bad, many = (tmp_path / name for name in ("good.der", "bad.pem", "many.pem"))
    good.write_bytes(identity("pub").certificate)
    bad.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    many.write_text(_pem(run, lab) * 60)
    before = run("lab", "partner", "list", "--dir", lab).out
    answer = run("lab", "partner", "trust", good, bad, "--dir", lab)
    assert answer.status == 3
    assert "bad.pem" in answer.err
    assert run("lab", "partner", "trust", tmp_path / "none.pem", "--dir", lab).status == 3
    answer = run("lab", "partner", "trust", many, "--dir", lab)
    assert answer.status == 2
    assert "Give fewer of them at once." in answer.err
    assert run("lab", "partner", "trust", "-", "-", "--dir", lab).status == 2
    assert run("lab", "partner", "trust", "--dir", lab).status == 2
    assert run("lab", "partner", "list", "--dir", lab).out == before


def test_without_a_lab_there_is_no_partner(run: Run, folder: Path) -> None:
    for words in (("list",), ("trust", folder / "signer.der")):
        answer = run("lab", "partner", *words, "--dir", folder / "nowhere")
        assert answer.status == 3
        assert "No lab runs in" in answer.err


def test_names_of_foreign_certificates_reach_a_terminal_escaped() -> None:
    row = {"name": "x\x1b[2J", "issuer": "x", "serial": "01\x07", "not_after": "2026-12-23T08:55:06+00:00"}
    assert lines([row]) == ["x\\x1b[2J  until 2026-12-23  serial 01\\x07"]
    assert lines([]) == ["The RADIUS server believes nobody."]
