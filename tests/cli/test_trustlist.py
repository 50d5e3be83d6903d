"""`ringtrust trustlist`: what it says, and what its exit status is."""

import errno
import hashlib
import io
import json
import os
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ringtrust.cli import files, trustlist
from ringtrust.cli.verbs import status_of
from ringtrust.clock import StoppedClock
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import NewHeader, SignerId
from ringtrust.trust.lists import ListKind, build_list, read_list
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import Role
from ringtrust.trust.show import show
from ringtrust.trust.tags import HeaderTag
from ringtrust.trust.tlv import encode
from tests.cli.conftest import PASSWORD, Run
from tests.support.identities import NOW, TIMESTAMP, identity, itl, itl_records
from tests.support.terminal import answered


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
    assert without_date == list(show(itl()))


def test_show_of_a_changed_list_ends_with_that_and_status_1(run: Run, folder: Path) -> None:
    answer = run("trustlist", "show", folder / "changed.tlv")
    assert answer.status == 1
    assert answer.out.splitlines()[-1] == "The ITL file was not verified."


@pytest.mark.parametrize(("file", "status"), [("old.tlv", 0), ("changed.tlv", 1), ("cut.tlv", 3), ("none.tlv", 3)])
@pytest.mark.parametrize("verb", ["show", "verify"])
def test_the_status_tells_whether_the_signature_holds(
    run: Run, folder: Path, verb: str, file: str, status: int
) -> None:
    assert run("trustlist", verb, folder / file).status == status


def test_verify_says_what_the_list_is_who_signed_it_and_that_it_holds(run: Run, folder: Path) -> None:
    lines = run("trustlist", "verify", folder / "old.tlv").out.splitlines()
    assert lines[0].startswith('ITL "ITLFile.tlv": ')
    assert lines[0].endswith("5 records (1 SAST, 1 TFTP, 1 CAPF, 2 TVS), signed 2026-11-18 11:06:40 UTC.")
    assert lines[1] == f"SHA-1 {hashlib.sha1(itl().data).digest().hex(' ').upper()}"
    assert lines[2] == 'Signer: the CallManager key of "pub", whose certificate is self-signed. No eToken is involved.'
    assert lines[3] == "The signature holds: SHA-1, key of record 1 of the list itself, SAST pub."
    assert len(lines) == 4


def test_of_a_changed_list_the_signer_is_only_what_it_says(run: Run, folder: Path) -> None:
    lines = run("trustlist", "verify", folder / "changed.tlv").out.splitlines()
    assert lines[2].startswith("It says: Signer: ")


def test_verify_judges_as_a_phone_that_holds_an_older_list(run: Run, folder: Path) -> None:
    known = run("trustlist", "verify", folder / "old.tlv", "--against", folder / "old.tlv")
    assert known.status == 0
    unknown = run("trustlist", "verify", folder / "planned.tlv", "--against", folder / "old.tlv")
    assert unknown.status == 1
    own, held = unknown.out.splitlines()[3:5]
    assert own.startswith("The signature holds: ")
    assert held.startswith(
        f"For a phone that holds {folder}/old.tlv: The signature does not hold by the records of that list"
    )


def test_a_phone_that_holds_two_lists_believes_either(run: Run, folder: Path) -> None:
    both = ("--against", folder / "old.tlv", "--against", folder / "careless.tlv")
    assert run("trustlist", "verify", folder / "planned.tlv", *both).status == 0


def test_several_lists_are_verified_at_once_and_the_worst_counts(run: Run, folder: Path) -> None:
    good, changed, cut = folder / "old.tlv", folder / "changed.tlv", folder / "cut.tlv"
    assert run("trustlist", "verify", good, folder / "planned.tlv").status == 0
    assert run("trustlist", "verify", changed, good).status == 1
    answer = run("trustlist", "verify", cut, changed, good)
    assert answer.status == 3
    assert answer.out.count("The signature") == 2


def test_verify_remarks_upon_a_certificate_that_expires_soon(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    december = StoppedClock(datetime(2030, 12, 2, tzinfo=UTC))
    assert status_of(["trustlist", "verify", str(folder / "old.tlv")], december) == 0
    remark = "Remark: Record 1, SAST pub: its certificate expires on 2030-12-31, in 29 days."
    assert remark in capsys.readouterr().out.splitlines()


def test_show_as_a_table_has_a_line_a_record_and_marks_the_signer(run: Run, folder: Path) -> None:
    lines = run("trustlist", "show", "--table", folder / "old.tlv").out.splitlines()
    assert lines[0].split() == ["Role", "Owner", "Host", "Address", "Valid", "until", "Serial", "number"]
    assert [line.split()[:3] for line in lines[1:4]] == [
        ["1*", "SAST", "pub"],
        ["2", "TFTP", "pub"],
        ["3", "CAPF", "CAPF-19a340e5"],
    ]
    assert " 10.48.47.153 " in lines[2]
    assert " 2030-12-31 " in lines[2]
    assert lines[-1].startswith("The signature holds: ")


def test_a_file_that_cannot_be_read_says_which_where_and_what_to_do(run: Run, folder: Path) -> None:
    answer = run("trustlist", "verify", folder / "cut.tlv")
    assert answer.out == ""
    assert answer.err.startswith(f"ringtrust: {folder}/cut.tlv: 15")
    assert "What to do: " in answer.err
    assert "none.tlv cannot be read: No such file" in run("trustlist", "show", folder / "none.tlv").err


def test_diff_says_in_words_what_changed_and_what_a_phone_makes_of_it(run: Run, folder: Path) -> None:
    answer = run("trustlist", "diff", folder / "old.tlv", folder / "careless.tlv")
    assert answer.status == 1
    assert answer.out.startswith('- The signer was "CN=pub;')
    assert "none stands in the new list" in answer.out
    assert "knows 2 of 2 still" in run("trustlist", "diff", folder / "old.tlv", folder / "planned.tlv").out


def test_diff_of_the_same_list_is_status_0(run: Run, folder: Path) -> None:
    answer = run("trustlist", "diff", folder / "old.tlv", folder / "old.tlv")
    assert (answer.status, answer.out) == (0, "The two lists are the same byte for byte.\n")


def test_diff_takes_the_other_list_of_the_phone_into_account(run: Run, folder: Path) -> None:
    ctl = build_list(ListKind.CTL, itl_records(tvs=()), identity("pub"), timestamp=TIMESTAMP)
    (folder / "old.ctl").write_bytes(ctl.data)
    alone = run("trustlist", "diff", folder / "old.ctl", folder / "planned.tlv")
    assert "give it with --also" in alone.out
    beside = run("trustlist", "diff", folder / "old.ctl", folder / "planned.tlv", "--also", folder / "old.tlv")
    assert "knows 2 of 2 still" in beside.out


def test_every_verb_speaks_json(run: Run, folder: Path) -> None:
    shown = json.loads(run("trustlist", "show", folder / "old.tlv", "--json").out)
    assert shown["format"] == "ringtrust.trustlist/1"
    assert shown["signature"] == {"state": "holds", "record": 1, "digest": "SHA-1"}
    assert [record["role"] for record in shown["records"]] == ["SAST", "TFTP", "CAPF", "TVS", "TVS"]
    assert bytes.fromhex(shown["records"][0]["certificate"]) == (folder / "signer.der").read_bytes()
    broken = json.loads(run("trustlist", "verify", folder / "changed.tlv", "--json").out)
    assert broken["signature"]["state"] == "broken"
    assert shown["records"][0]["valid_until"] == "2030-12-31T00:00:00Z"
    against = json.loads(
        run("trustlist", "verify", folder / "planned.tlv", "--against", folder / "old.tlv", "--json").out
    )
    assert against["signature"]["state"] == "holds"
    assert [each["state"] for each in against["against"]] == ["signer-unknown"]
    changes = json.loads(run("trustlist", "diff", folder / "old.tlv", folder / "planned.tlv", "--json").out)
    assert changes["changes"][0]["code"] == "signer"
    assert changes["fate"] == "must-ask"
    built = json.loads(run(*_build(folder, "--json")).out)
    assert built["kind"] == "ITL"


def test_a_list_is_read_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(itl().data)))
    assert run("trustlist", "verify", "-").status == 0


def test_standard_input_is_not_read_twice(run: Run, folder: Path) -> None:
    for words in (["verify", "-", "--against", "-"], ["diff", "-", "-"], ["verify", "-", "-"]):
        answer = run("trustlist", *words)
        assert answer.status == 2
        assert "once only" in answer.err


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
    assert found.header.timestamp == int(NOW.timestamp())


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
        ("tvs={folder}/tvs.der,port=1", '"port=1" is no option'),
        ("tvs={folder}/tvs.der,hash=no", '"hash=no" is no option'),
        ("tvs={folder}/tvs.der,dns=a,dns=b", '"dns=b" is no option of a record, or stands there twice'),
        ("tvs={folder}/tvs.der,dns=a\nb", "is no host name"),
        ("tvs={folder}/chain.pem", "holds 2 certificates, and a record holds one"),
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
    assert "in none of the SAST records" in answer.err


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("yesterday", "is no time"),
        ("2026-11-23T03:00:00", "has no time zone"),
        ("1950-01-01T00:00:00Z", "from 1970 to 2106"),
    ],
)
def test_build_wants_a_time_that_a_list_can_hold(run: Run, folder: Path, instant: str, said: str) -> None:
    answer = run(*_build(folder, "--time", instant))
    assert answer.status == 2
    assert said in answer.err


def test_build_says_when_a_key_is_none(run: Run, folder: Path) -> None:
    answer = run(*_build(folder, key="tvs.der"))
    assert answer.status == 3
    assert "holds no private key in PEM" in answer.err


def test_build_takes_the_certificate_of_a_chain_that_belongs_to_the_key(run: Run, folder: Path) -> None:
    words = [
        word.replace("signer.der", "chain.pem") if word.endswith("signer.der") else word for word in _build(folder)
    ]
    assert run(*words).status == 0


def test_build_shows_every_record_that_it_wrote(run: Run, folder: Path) -> None:
    out = run(*_build(folder)).out
    assert "TVS       tvs-pub" in out
    assert "Remark: " not in out


def test_build_does_not_write_over_what_it_reads_nor_over_what_is_no_file(run: Run, folder: Path) -> None:
    key = (folder / "key.pem").read_bytes()
    (folder / "way").mkdir()
    (folder / "link").symlink_to(folder / "key.pem")
    os.mkfifo(folder / "pipe")
    for out, said in (
        ("key.pem", "one of the files to read"),
        ("link", "one of the files to read"),
        ("way", "is no file"),
        ("pipe", "is no file"),
        ("none/new.tlv", "There is no folder"),
        ("x" * 300, "cannot be written"),
    ):
        answer = run(*_build(folder, "--force", out=out))
        assert answer.status == 2, out
        assert said in answer.err, out
    assert (folder / "key.pem").read_bytes() == key
    assert (
        run(*[word for word in _build(folder) if word != str(folder / "new.tlv")][:2], "", *_build(folder)[3:]).status
        == 2
    )
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_build_keeps_the_mode_of_a_file_that_it_replaces(run: Run, folder: Path) -> None:
    (folder / "old.tlv").chmod(0o600)
    assert run(*_build(folder, "--force", out="old.tlv")).status == 0
    assert stat.S_IMODE((folder / "old.tlv").stat().st_mode) == 0o600


def test_build_leaves_nothing_behind_when_the_disk_refuses(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = sorted(folder.iterdir())
    answer = run(*_build(folder))
    assert answer.status == 3
    assert "No space left on device" in answer.err
    assert sorted(folder.iterdir()) == before


@pytest.fixture
def odd(folder: Path) -> Path:
    """A list with a digest that nobody knows, and one whose signer an older list knows, but not the reverse."""
    data = bytearray(itl().data)
    data[itl().header.layout.spans[HeaderTag.DIGEST_ALGORITHM].start] = 9
    (folder / "unknown.tlv").write_bytes(data)
    both = [build_record(Role.SAST, identity("sub1").certificate), *itl_records()]
    (folder / "both.tlv").write_bytes(build_list(ListKind.ITL, both, identity("pub"), timestamp=TIMESTAMP).data)
    return folder


@pytest.mark.parametrize("words", [["verify"], ["verify", "--json"], ["show"], ["show", "--json"], ["show", "--table"]])
def test_what_nobody_can_tell_is_status_3_and_never_a_no(run: Run, odd: Path, words: list[str]) -> None:
    answer = run("trustlist", *words, odd / "unknown.tlv")
    assert answer.status == 3
    assert "does not hold" not in answer.out


@pytest.mark.parametrize("words", [["verify", "--json"], ["show", "--json"], ["show", "--table"]])
def test_every_form_of_output_has_the_same_status(run: Run, folder: Path, words: list[str]) -> None:
    assert run("trustlist", *words, folder / "changed.tlv").status == 1
    assert run("trustlist", *words, folder / "old.tlv").status == 0


def test_json_of_a_difference_has_the_status_of_the_text(run: Run, folder: Path) -> None:
    assert run("trustlist", "diff", "--json", folder / "old.tlv", folder / "planned.tlv").status == 1
    assert run("trustlist", "diff", "--json", folder / "old.tlv", folder / "old.tlv").status == 0


def test_the_phone_holds_the_older_list_and_not_the_newer(run: Run, odd: Path) -> None:
    older, newer = odd / "both.tlv", odd / "planned.tlv"
    assert run("trustlist", "verify", newer, "--against", older).status == 0
    assert run("trustlist", "verify", older, "--against", newer).status == 1
    assert "accepts it without asking anybody" in run("trustlist", "diff", older, newer).out
    assert "has to ask a TVS server" in run("trustlist", "diff", newer, older).out


@pytest.mark.parametrize("words", [["verify"], ["show"], ["diff", "-"]])
def test_a_folder_is_no_file(run: Run, folder: Path, words: list[str]) -> None:
    answer = run("trustlist", *words[:1], folder, *([folder] if words[0] == "diff" else []))
    assert answer.status == 3
    assert f"{folder} cannot be read: Is a directory." in answer.err


def test_a_file_far_larger_than_any_is_not_read_whole(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_READABLE_BYTES", 1000)
    answer = run("trustlist", "verify", folder / "old.tlv")
    assert answer.status == 3
    assert "more than any file that a phone reads" in answer.err


def test_names_from_a_file_cannot_drive_the_terminal_in_any_verb(run: Run, folder: Path) -> None:
    signer = SignerId(b"CN=\x1b[2J\0", b"\1", b"CN=\x1b[2J\0")
    front, back = NewHeader(signer, 1, 2, 256, "ITL\x1b[2J", TIMESTAMP, (1, 2)).around_signature()
    items = b"".join(encode(tag, b"\x1b[2J\0") for tag in (2, 3, 5)) + encode(4, b"\0\0")
    record = encode(1, (len(items) + 5).to_bytes(2, "big")) + items
    (folder / "foreign.tlv").write_bytes(front + encode(HeaderTag.SIGNATURE, bytes(256)) + back + record)
    foreign = folder / "foreign.tlv"
    for words in (
        ["trustlist", "verify", foreign],
        ["trustlist", "verify", foreign, "--against", folder / "old.tlv"],
        ["trustlist", "show", foreign],
        ["trustlist", "show", foreign, "--table"],
        ["trustlist", "show", foreign, "--json"],
        ["trustlist", "diff", folder / "old.tlv", foreign],
        ["trustlist", "diff", foreign, folder / "old.tlv"],
        ["signed", "show", foreign],
        ["signed", "verify", foreign, "--list", foreign],
    ):
        answer = run(*words)
        assert answer.out, words
        assert "\x1b" not in answer.out + answer.err, words


def test_an_interrupted_verb_is_status_130(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_path: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(trustlist, "read_one", interrupt)
    answer = run("trustlist", "verify", folder / "old.tlv")
    assert (answer.status, answer.out) == (130, "")
    assert answer.err.strip() == "ringtrust: interrupted."


def test_build_signs_with_sha_1_unless_told_otherwise(run: Run, folder: Path) -> None:
    """7900, 8900 and 9900 models know no other."""
    run(*_build(folder))
    assert read_list((folder / "new.tlv").read_bytes()).header.method.digest_code == Digest.SHA1.value


def test_build_wants_an_rsa_key(run: Run, folder: Path) -> None:
    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "ec.pem").write_bytes(pem)
    answer = run(*_build(folder, key="ec.pem"))
    assert answer.status == 2
    assert "is no RSA key" in answer.err


def test_build_asks_for_the_password_and_does_not_show_it(folder: Path) -> None:
    """A real terminal: what is typed must not be seen."""
    status, seen = answered([*_build(folder, key="locked.pem")], b"locked.pem: ", PASSWORD.encode())
    assert status == 0
    assert b"Password of" in seen
    assert PASSWORD.encode() not in seen
    assert read_list((folder / "new.tlv").read_bytes()).records
