"""`ringtrust alarm`, as somebody uses it whom an alert has woken up."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support.alarm_texts import IN_SYSLOG, SEED, event, expiring


def saved(folder: Path, text: str | bytes) -> Path:
    """A file with this text."""
    path = folder / "alert.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_alert_of_the_seed_is_explained(run: Run, tmp_path: Path) -> None:
    answer = run("alarm", saved(tmp_path, SEED), "--release", "9.1")
    assert (answer.status, answer.err) == (1, "")
    assert answer.out.startswith("1 alarm: 1 minor.\n\nMINOR UC_CERT-2-CertValidfor7days\n")
    flat = " ".join(answer.out.split())
    for part in (
        "CUCM01.der in tomcat-trust of CUCM02: expired on Mon 2014-05-19 14:46",
        "syslog local7 2; RTMT SyslogSeverityMatchFound from 192.168.1.2, severity Critical",
        "Breaks: ",
        "Do: 1. See whether CUCM01 has a new tomcat already",
        "`set cert delete tomcat CUCM01.pem`",
        "a mail comes only where one is set up",
    ):
        assert part in flat, part
    assert max(map(len, answer.out.splitlines())) <= 100


def test_the_same_for_programs(run: Run, tmp_path: Path) -> None:
    answer = run("alarm", saved(tmp_path, SEED + event("ITLFileRegenerated", "UC_TFTP")), "--json")
    assert answer.status == 1
    found = json.loads(answer.out)
    assert (found["format"], found["counts"]["minor"], found["counts"]["info"]) == ("ringtrust.alarms/1", 1, 1)
    first = found["alarms"][0]
    assert (first["event"], first["node"], first["standing"], first["severity"]) == (
        *("UC_CERT-2-CertValidfor7days", "CUCM02", "expired", "minor"),
    )
    assert first["alarm"]["notice"]["value"]["expiry"]["value"]["day"] == "2014-05-19"
    assert first["alarm"]["rtmt"]["value"]["node"] == "192.168.1.2"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (event("ITLFileRegenerated", "UC_TFTP") + IN_SYSLOG, 0),
        (expiring(name="CertExpiryApproaching", level=6, expiration="Sat Jan 30 10:00:00:000 CET"), 0),
        (expiring(), 1),
        (event("RollBackToPre8.0Enabled"), 1),
        (expiring() + event("CertBrandNew", "UC_CERT"), 3),
        (expiring(certificate="", unit=""), 3),
        ("Dear colleague, all is well.\n", 3),
        ("", 3),
    ],
)
def test_the_exit_status_says_whether_something_has_to_be_done(
    run: Run, tmp_path: Path, text: str, status: int
) -> None:
    assert run("alarm", saved(tmp_path, text)).status == status


def test_what_is_no_alarm_is_one_clear_sentence(run: Run, tmp_path: Path) -> None:
    answer = run("alarm", saved(tmp_path, "Dear colleague\n"))
    assert answer.out == ""
    assert answer.err.startswith("ringtrust: There is no alarm of a Cisco node in it")
    assert "What to do:" in answer.err
    assert run("alarm", tmp_path / "nowhere").status == 3


@pytest.mark.parametrize("release", ["twelve", "", "12"])
def test_a_release_that_is_none_is_wrong_usage(run: Run, tmp_path: Path, release: str) -> None:
    answer = run("alarm", saved(tmp_path, SEED), "--release", release)
    assert (answer.status, "is no version of CUCM" in answer.err) == (2, True)


def test_standard_input_is_read_too() -> None:
    words = [sys.executable, "-m", "ringtrust", "alarm", "-"]
    done = subprocess.run(words, input=SEED, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "UC_CERT-2-CertValidfor7days" in done.stdout


def test_no_text_reaches_the_terminal_unescaped(run: Run, tmp_path: Path) -> None:
    nasty = expiring(certificate="\x1b[2Jx.der", unit="to\x07mcat-trust", node="no\x1bde") + event("X", text="\x9b31m")
    answer = run("alarm", saved(tmp_path, nasty))
    assert answer.status == 1
    assert not any(character in answer.out + answer.err for character in "\x1b\x07\x9b")
