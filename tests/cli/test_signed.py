"""`ringtrust signed`: what it says, and what its exit status is."""

import json
from pathlib import Path

import pytest

from ringtrust.cli.verbs import status_of
from ringtrust.trust.signed import build_signed
from tests.cli.conftest import Run
from tests.support.identities import TIMESTAMP, identity

BODY = b"<device><x>1</x></device>\n"


@pytest.fixture
def signed(folder: Path) -> Path:
    """A signed configuration file beside the lists."""
    path = folder / "SEP001122334455.cnf.xml.sgn"
    path.write_bytes(build_signed(path.name, BODY, identity("pub"), timestamp=TIMESTAMP).data)
    return path


def test_show_says_what_the_file_is_and_who_signed_it(run: Run, signed: Path) -> None:
    lines = run("signed", "show", signed).out.splitlines()
    assert lines[0].startswith('Signed file "SEP001122334455.cnf.xml.sgn": ')
    assert lines[0].endswith(", signed 2026-11-18 11:06:40 UTC.")
    assert lines[1].startswith('It says: signer "CN=pub;OU=TAC;')


def test_show_hands_out_the_file_behind_the_header(signed: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert status_of(["signed", "show", "--body", str(signed)]) == 0
    assert capsysbinary.readouterr().out == BODY


def test_verify_judges_by_the_list_that_the_phone_holds(run: Run, folder: Path, signed: Path) -> None:
    good = run("signed", "verify", signed, "--list", folder / "old.tlv")
    assert good.status == 0
    assert good.out.splitlines()[-1] == f"The signature holds: SHA-1, key of record 2 of {folder}/old.tlv, TFTP pub."
    assert run("signed", "verify", signed, "--list", folder / "planned.tlv").status == 1
    assert run("signed", "verify", signed, "--list", folder / "cut.tlv").status == 3


def test_json_carries_the_verdict_where_there_is_a_list_to_judge_by(run: Run, folder: Path, signed: Path) -> None:
    shown = json.loads(run("signed", "show", signed, "--json").out)
    assert shown["signature"] is None
    assert shown["body_bytes"] == len(BODY)
    judged = json.loads(run("signed", "verify", signed, "--list", folder / "old.tlv", "--json").out)
    assert judged["signature"]["state"] == "holds"


def test_a_configuration_file_without_a_signature_is_status_3(run: Run, folder: Path) -> None:
    (folder / "plain.xml").write_bytes(BODY)
    answer = run("signed", "show", folder / "plain.xml")
    assert answer.status == 3
    assert "This is text, no signed file" in answer.err


def test_a_file_that_was_signed_for_another_phone_is_remarked_upon(run: Run, folder: Path, signed: Path) -> None:
    other = folder / "SEPAAAAAAAAAAAA.cnf.xml.sgn"
    other.write_bytes(signed.read_bytes())
    answer = run("signed", "verify", other, "--list", folder / "old.tlv")
    assert answer.status == 0
    assert 'was signed as "SEP001122334455.cnf.xml.sgn"' in answer.out
    assert "Remark" not in run("signed", "verify", signed, "--list", folder / "old.tlv").out


def test_a_list_that_is_doubtful_itself_is_remarked_upon(run: Run, folder: Path, signed: Path) -> None:
    answer = run("signed", "verify", signed, "--list", folder / "changed.tlv")
    assert f"Remark: The list {folder}/changed.tlv is doubtful itself." in answer.out
    told = json.loads(run("signed", "verify", signed, "--list", folder / "changed.tlv", "--json").out)
    assert len(told["remarks"]) == 1


def test_a_phone_of_a_mixed_mode_cluster_believes_either_of_its_lists(run: Run, folder: Path, signed: Path) -> None:
    lists = ("--list", folder / "planned.tlv", "--list", folder / "old.tlv")
    assert run("signed", "verify", signed, *lists).status == 0
    told = json.loads(run("signed", "verify", signed, *lists, "--json").out)
    assert [each["state"] for each in told["lists"]] == ["signer-unknown", "holds"]


def test_body_and_json_exclude_each_other(run: Run, signed: Path) -> None:
    assert run("signed", "show", "--body", "--json", signed).status == 2


def test_standard_input_is_not_read_twice(run: Run) -> None:
    assert run("signed", "verify", "-", "--list", "-").status == 2
