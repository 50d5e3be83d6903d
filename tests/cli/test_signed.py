"""`ringtrust signed`: what it says, and what its exit status is."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from ringtrust.cli.verbs import status_of
from ringtrust.trust.encrypted import build_encrypted, seal
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


@pytest.fixture
def encrypted(folder: Path) -> Path:
    """An encrypted configuration file for the phone with the key of "lsc", which stands beside it, open and locked."""
    key = identity("lsc").key
    path = folder / "SEP001122334455.cnf.xml.enc.sgn"
    sealed = seal(BODY, key.public_key())
    path.write_bytes(build_encrypted(path.name, sealed, identity("pub"), timestamp=TIMESTAMP).data)
    lock = BestAvailableEncryption(b"open sesame")
    for name, how in (("lsc.key", NoEncryption()), ("locked.key", lock)):
        (folder / name).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how))
    return path


def test_show_tells_how_a_file_is_encrypted(run: Run, encrypted: Path) -> None:
    lines = run("signed", "show", encrypted).out.splitlines()
    assert lines[0].startswith("Encrypted and signed file ")
    how = "AES-128-CBC, for an RSA key of 2048 bits; SHA-1 of the clear text; 6 bytes of filler"
    assert lines[2] == f"Encrypted: {how}."
    block = json.loads(run("signed", "show", encrypted, "--json").out)["encryption"]
    assert {**block, "digest": ""} == {
        "state": "known",
        "cipher": 0,
        "key_cipher": 0,
        "key_algorithm": 1,
        "key_bits": 2048,
        "filler": 6,
        "digest_algorithm": 1,
        "digest": "",
    }


def test_a_file_that_is_not_encrypted_has_no_encryption_to_tell_of(run: Run, signed: Path) -> None:
    assert json.loads(run("signed", "show", signed, "--json").out)["encryption"] is None
    assert len(run("signed", "show", signed).out.splitlines()) == 2


def test_a_damaged_encryption_block_is_told_and_hides_nothing_else(run: Run, encrypted: Path, folder: Path) -> None:
    encrypted.write_bytes(encrypted.read_bytes().replace(b"\x14\0\2\0", b"\x14\0\2\1", 1))
    lines = run("signed", "show", encrypted).out.splitlines()
    assert lines[1].startswith('It says: signer "CN=pub;')
    assert lines[2].startswith("How it is encrypted cannot be read: 262 bytes of filler are more than a block (at ")
    assert json.loads(run("signed", "show", encrypted, "--json").out)["encryption"]["state"] == "unreadable"
    assert run("signed", "verify", encrypted, "--list", folder / "old.tlv").status == 1


def test_an_encryption_that_nobody_knows_is_told_by_its_numbers(run: Run, encrypted: Path, folder: Path) -> None:
    encrypted.write_bytes(encrypted.read_bytes().replace(b"\x12\0\1\0\x13", b"\x12\0\1\7\x13", 1))
    line = run("signed", "show", encrypted).out.splitlines()[2]
    assert line == "Encrypted in a way that nobody knows (cipher 7), for a key of 2048 bits; 6 bytes of filler."
    assert json.loads(run("signed", "show", encrypted, "--json").out)["encryption"]["state"] == "unknown"
    answer = run("signed", "show", encrypted, "--body", "--key", folder / "lsc.key")
    assert answer.status == 3
    assert "it names cipher 7, which nobody knows" in answer.err


def test_the_key_of_the_phone_opens_its_file(
    encrypted: Path, folder: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert status_of(["signed", "show", "--body", "--key", str(folder / "lsc.key"), str(encrypted)]) == 0
    assert capsysbinary.readouterr().out == BODY


def test_the_password_of_a_locked_key_comes_from_the_environment(
    encrypted: Path, folder: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["signed", "show", "--body", "--key", str(folder / "locked.key"), str(encrypted)]
    monkeypatch.setenv("RINGTRUST_KEY_PASSWORD", "open sesame")
    assert status_of(asked) == 0
    assert capsysbinary.readouterr().out == BODY
    monkeypatch.setenv("RINGTRUST_KEY_PASSWORD", "close sesame")
    assert status_of(asked) == 3
    answer = capsysbinary.readouterr()
    assert answer.out == b""
    assert b"close sesame" not in answer.err


def test_another_key_opens_nothing_and_the_answer_says_how_to_find_the_right_one(
    run: Run, encrypted: Path, folder: Path
) -> None:
    other = identity("small", 1024).key
    (folder / "other.key").write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    answer = run("signed", "show", encrypted, "--body", "--key", folder / "other.key")
    assert (answer.status, answer.out) == (3, "")
    assert "was not opened: the file was encrypted for a key of 2048 bits, and this one has 1024." in answer.err
    assert "certHash" in answer.err


def test_a_key_without_need_is_refused(run: Run, encrypted: Path, signed: Path, folder: Path) -> None:
    assert run("signed", "show", encrypted, "--key", folder / "lsc.key").status == 2
    assert run("signed", "show", "-", "--body", "--key", "-").status == 2
    answer = run("signed", "show", signed, "--body", "--key", folder / "lsc.key")
    assert answer.status == 3
    assert "This file is signed, not encrypted" in answer.err
