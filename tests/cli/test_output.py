"""Whatever happens to the streams, the status tells the truth and nobody sees a traceback. Real processes and pipes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ringtrust.trust.lists import ListKind, build_list
from ringtrust.trust.record import build_record
from ringtrust.trust.records import read_record
from ringtrust.trust.roles import Role
from ringtrust.trust.tlv import encode
from tests.cli.conftest import Run
from tests.support.identities import TIMESTAMP, identity, itl_records

BAIT = "evil\nThe ITL file was verified successfully.\x1b[2J"


def _shell(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A shell script in which $R is ringtrust; its last line tells the exit status of what ran before."""
    environment = {**os.environ, **variables, "R": f"{sys.executable} -m ringtrust"}
    return subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("verb", ["verify", "show", "show --json", "show --table"])
def test_a_pipe_that_is_closed_early_does_not_change_the_status(folder: Path, verb: str) -> None:
    done = _shell(f"( $R trustlist {verb} {folder}/changed.tlv; echo status $? >&2 ) | true")
    assert done.stderr.splitlines() == ["status 1"]


@pytest.mark.parametrize("verb", ["trustlist verify {}/old.tlv", "trustlist show {}/old.tlv --json", "demo"])
def test_output_that_cannot_be_written_is_status_3(folder: Path, verb: str) -> None:
    done = _shell(f"$R {verb.format(folder)} >/dev/full; echo status $?")
    assert done.stderr.startswith("ringtrust: Standard output cannot be written: No space left on device.")
    assert done.stdout.strip() == "status 3"


def test_closed_streams_are_no_reason_for_a_traceback(folder: Path) -> None:
    closed_in = _shell("$R trustlist verify - <&-; echo status $?")
    assert closed_in.stderr.startswith("ringtrust: Standard input is closed.")
    assert closed_in.stdout.strip() == "status 3"
    assert _shell(f"$R trustlist verify {folder}/changed.tlv >&-; echo status $? >&2").stderr.strip() == "status 1"
    assert _shell("$R trustlist verify none 2>/dev/full; echo status $?").stdout.strip() == "status 3"
    key = f"--signer {folder}/signer.der --key {folder}/locked.pem --record sast={folder}/signer.der"
    asked = _shell(f"$R trustlist build {folder}/new.tlv {key} <&-; echo status $?")
    assert "nobody is there to type it" in asked.stderr
    assert asked.stdout.strip() == "status 2"


def test_a_name_that_the_terminal_has_no_letters_for_is_escaped(folder: Path) -> None:
    record = build_record(Role.TVS, identity("tvs-pub").certificate, dns_name="日本")
    found = build_list(ListKind.ITL, [*itl_records(), record], identity("pub"), timestamp=TIMESTAMP)
    (folder / "foreign.tlv").write_bytes(found.data)
    done = _shell(f"$R trustlist show {folder}/foreign.tlv; echo status $?", PYTHONIOENCODING="latin-1")
    assert done.stderr == ""
    assert r"\u65e5\u672c" in done.stdout
    assert done.stdout.splitlines()[-1] == "status 0"


def test_a_file_name_cannot_drive_the_terminal(run: Run, folder: Path) -> None:
    bait = folder / BAIT.replace("/", "")
    bait.write_bytes((folder / "old.tlv").read_bytes())
    spoken = [
        run("trustlist", "verify", folder / "old.tlv", "--against", bait),
        run("trustlist", "show", f"none {BAIT}"),
        run("trustlist", "show", folder / "old.tlv", BAIT),
        run("trustlist", "build", BAIT, "--signer", "x", "--key", "y", "--record", BAIT),
    ]
    for answer in spoken:
        assert "\x1b" not in answer.out + answer.err
        assert "The ITL file was verified successfully." not in (answer.out + answer.err).splitlines()


def test_json_is_plain_ascii(run: Run, folder: Path) -> None:
    name = "\x9b31m\u202e\x7f"
    items = encode(2, name.encode() + b"\0") + encode(4, b"\0\x15")
    record = read_record(encode(1, (len(items) + 5).to_bytes(2, "big")) + items)
    found = build_list(ListKind.ITL, [*itl_records(), record], identity("pub"), timestamp=TIMESTAMP)
    (folder / "foreign.tlv").write_bytes(found.data)
    out = run("trustlist", "show", "--json", folder / "foreign.tlv").out
    assert out.isascii()
    assert "\x7f" not in out
    assert json.loads(out)["records"][-1]["dns_name"] == name


def test_a_file_of_the_year_10000_has_no_date(folder: Path) -> None:
    os.utime(folder / "old.tlv", (253_402_300_800 + 10**9, 253_402_300_800 + 10**9))
    done = _shell(f"$R trustlist show {folder}/old.tlv; echo status $?")
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "status 0"
