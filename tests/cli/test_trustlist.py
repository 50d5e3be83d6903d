"""`ringtrust trustlist`: what it says, and what its exit status is."""

import io
import json
import sys
from pathlib import Path

import pytest

from ringtrust.trust.lists import ListKind, read_list
from ringtrust.trust.roles import Role
from ringtrust.trust.show import show
from tests.cli.conftest import PASSWORD, Run
from tests.support.identities import itl


def _build(folder: Path, *more: str, out: str = "new.tlv", key: str = "key.pem") -> list[str]:
    return [
        *("trustlist", "build", str(folder / out), "--signer", str(folder / "signer.der"), "--key", str(folder / key)),
        *("--record", f"sast={folder}/signer.der,dns=pub"),
        *("--record", f"ccm+tftp={folder}/signer.der,dns=pub,ip=10.48.47.153"),
        *("--record", f"TVS={folder}/tvs.der,hash"),
        *more,
    ]


def test_show_prints_the_list_as_show_itl_does(run: Run, folder: Path) -> None:
    answer = run("trustlist", "show", folder / "old.tlv")
    assert (answer.status, answer.err) == (0, "")
    assert "The ITL File was last modified on" in answer.out
    assert answer.out.splitlines()[-1] == "The ITL file was verified successfully."
    without_date = [line for line in answer.out.splitlines() if "last modified" not in line]
    assert without_date == show(itl()).splitlines()


def test_show_of_a_changed_list_ends_with_that_and_status_1(run: Run, folder: Path) -> None:
    answer = run("trustlist", "show", folder / "changed.tlv")
    assert answer.status == 1
    assert answer.out.splitlines()[-1].startswith("The ITL file was not verified: ")


@pytest.mark.parametrize(("file", "status"), [("old.tlv", 0), ("changed.tlv", 1), ("cut.tlv", 3), ("none.tlv", 3)])
@pytest.mark.parametrize("verb", ["show", "verify"])
def test_the_status_tells_whether_the_signature_holds(
    run: Run, folder: Path, verb: str, file: str, status: int
) -> None:
    assert run("trustlist", verb, folder / file).status == status


def test_verify_says_what_the_list_is_who_signed_it_and_that_it_holds(run: Run, folder: Path) -> None:
    lines = run("trustlist", "verify", folder / "old.tlv").out.splitlines()
    assert lines[0].startswith("ITL ITLFile.tlv: ")
    assert "5 records (1 SAST, 1 TFTP, 1 CAPF, 2 TVS)" in lines[0]
    assert (
        lines[2] == "Signed with the CallManager key of pub, whose certificate is self-signed: no eToken is involved."
    )
    assert lines[3] == "The signature holds: SHA-1, made with the key of record 1 inside, SAST pub."
    assert len(lines) == 4


@pytest.mark.parametrize(("file", "status"), [("old.tlv", 0), ("planned.tlv", 1)])
def test_verify_judges_as_a_phone_that_holds_an_older_list(run: Run, folder: Path, file: str, status: int) -> None:
    answer = run("trustlist", "verify", folder / file, "--against", folder / "old.tlv")
    assert answer.status == status
    assert ("holds: " in answer.out) == (status == 0)


def test_a_file_that_cannot_be_read_says_which_where_and_what_to_do(run: Run, folder: Path) -> None:
    answer = run("trustlist", "verify", folder / "cut.tlv")
    assert answer.out == ""
    assert answer.err.startswith(f"ringtrust: {folder}/cut.tlv: 15")
    assert "What to do: " in answer.err
    assert "none.tlv cannot be read: No such file" in run("trustlist", "show", folder / "none.tlv").err


def test_diff_says_in_words_what_changed_and_what_a_phone_makes_of_it(run: Run, folder: Path) -> None:
    answer = run("trustlist", "diff", folder / "old.tlv", folder / "careless.tlv")
    assert answer.status == 1
    assert answer.out.startswith("- The signer was CN=pub;")
    assert "none stands in the new list" in answer.out
    assert "knows 2 of 2 still" in run("trustlist", "diff", folder / "old.tlv", folder / "planned.tlv").out


def test_diff_of_the_same_list_is_status_0(run: Run, folder: Path) -> None:
    answer = run("trustlist", "diff", folder / "old.tlv", folder / "old.tlv")
    assert (answer.status, answer.out) == (0, "The two lists are the same byte for byte.\n")


def test_every_verb_speaks_json(run: Run, folder: Path) -> None:
    shown = json.loads(run("trustlist", "show", folder / "old.tlv", "--json").out)
    assert shown["format"] == "ringtrust.trustlist/1"
    assert shown["signature"] == {"state": "holds", "record": 1, "digest": "SHA-1"}
    assert [record["role"] for record in shown["records"]] == ["SAST", "TFTP", "CAPF", "TVS", "TVS"]
    assert bytes.fromhex(shown["records"][0]["certificate"]) == (folder / "signer.der").read_bytes()
    broken = json.loads(run("trustlist", "verify", folder / "changed.tlv", "--json").out)
    assert broken["signature"]["state"] == "broken"
    changes = json.loads(run("trustlist", "diff", folder / "old.tlv", folder / "planned.tlv", "--json").out)
    assert changes["changes"][0]["code"] == "signer"
    built = json.loads(run(*_build(folder, "--json")).out)
    assert built["kind"] == "ITL"


def test_a_list_is_read_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(itl().data)))
    answer = run("trustlist", "verify", "-")
    assert answer.status == 0


def test_build_makes_a_list_that_holds(run: Run, folder: Path) -> None:
    answer = run(*_build(folder, "--digest", "sha512", "--time", "2026-11-23T03:00:00+01:00"))
    assert answer.status == 0
    assert answer.out.splitlines()[0] == f"Wrote {folder}/new.tlv."
    assert "The signature holds: SHA-512" in answer.out
    found = read_list((folder / "new.tlv").read_bytes())
    assert found.kind is ListKind.ITL
    assert found.header.timestamp == 1_795_399_200
    assert [record.function for record in found.records] == [Role.SAST, Role.CCM_TFTP, Role.TVS]
    assert (found.records[1].dns_name, found.records[1].ip_text) == ("pub", "10.48.47.153")
    assert found.records[2].certificate == b""
    assert found.records[2].certificate_digest


def test_build_makes_a_ctl_signed_now_unless_told_otherwise(run: Run, folder: Path) -> None:
    assert run(*_build(folder, "--kind", "ctl")).status == 0
    found = read_list((folder / "new.tlv").read_bytes())
    assert found.header.filename == "CTLFile.tlv"
    assert found.header.timestamp is not None
    assert found.header.timestamp > 1_795_000_000


def test_build_does_not_write_over_a_file_unless_it_must(run: Run, folder: Path) -> None:
    before = (folder / "old.tlv").read_bytes()
    answer = run(*_build(folder, out="old.tlv"))
    assert answer.status == 2
    assert "exists already" in answer.err
    assert (folder / "old.tlv").read_bytes() == before
    assert run(*_build(folder, "--force", out="old.tlv")).status == 0
    assert not list(folder.glob(".old.tlv*"))


def test_build_takes_the_password_of_a_key_from_the_environment(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = run(*_build(folder, key="locked.pem"))
    assert refused.status == 2
    assert "RINGTRUST_KEY_PASSWORD" in refused.err
    monkeypatch.setenv("RINGTRUST_KEY_PASSWORD", "wrong")
    assert run(*_build(folder, key="locked.pem")).status == 3
    monkeypatch.setenv("RINGTRUST_KEY_PASSWORD", PASSWORD)
    answer = run(*_build(folder, key="locked.pem"))
    assert answer.status == 0
    assert PASSWORD not in answer.out + answer.err


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("router=x.der", '"router=x.der" is no record'),
        ("tvs", '"tvs" is no record'),
        ("tvs={folder}/tvs.der,port=1", '"port" is no option'),
        ("tvs={folder}/tvs.der,ip=nowhere", '"nowhere" is no IP address'),
    ],
)
def test_build_says_what_is_wrong_with_a_record(run: Run, folder: Path, record: str, said: str) -> None:
    answer = run(*_build(folder, "--record", record.format(folder=folder)))
    assert answer.status == 2
    assert said in answer.err
    assert not (folder / "new.tlv").exists()


def test_build_refuses_a_signer_that_no_phone_could_find_in_the_list(run: Run, folder: Path) -> None:
    answer = run(
        *("trustlist", "build", folder / "new.tlv", "--signer", folder / "signer.der", "--key", folder / "key.pem"),
        *("--record", f"tvs={folder}/tvs.der"),
    )
    assert answer.status == 2
    assert "not among the SAST records" in answer.err


@pytest.mark.parametrize("instant", ["yesterday", "2026-11-23T03:00:00", "1950-01-01T00:00:00Z"])
def test_build_wants_a_time_that_a_list_can_hold(run: Run, folder: Path, instant: str) -> None:
    assert run(*_build(folder, "--time", instant)).status == 2


def test_build_says_when_a_key_is_none(run: Run, folder: Path) -> None:
    answer = run(*_build(folder, key="tvs.der"))
    assert answer.status == 3
    assert "no private key in PEM" in answer.err
