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
        "Do: 1. Delete nothing: where the identity is the one that ends, renew that, and its copies follow:",
        "`ringtrust plan CLUSTER --renew tomcat@CUCM01`.",
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
        (expiring(expiration="Lun Nov 30 10:00"), 3),
        (expiring(unit="tomcat-trust", expiration=""), 3),
        (expiring(expiration="Nov 20 10:00"), 1),  # several years fit: they are named
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


def test_many_alarms_are_a_summary_and_one_paragraph_for_each_certificate_or_kind(run: Run, tmp_path: Path) -> None:
    nodes = ("pub", "sub1", "sub2")
    hours = [f"Nov 24 2026 {hour:02}:00:00.123 UTC" for hour in range(20)]
    log = "".join(
        expiring(node=node, dated=dated, unit=unit, certificate=f"{name}.der", expiration=f"Sat Nov 28 {end}:00 CET")
        for dated in hours
        for node in nodes
        for unit, name, end in (
            *((store, owner, "10:00") for store in ("tomcat-trust",) for owner in nodes),
            *(("tomcat", "tomcat", "10:00"), ("CallManager-trust", "ITLRECOVERY_pub", "11:00")),
        )
    )
    answer = run("alarm", saved(tmp_path, log + event("ITLFileRegenerated", "UC_TFTP") * 7), "--release", "12.5")
    assert answer.status == 1
    lines = answer.out.splitlines()
    assert lines[0] == "307 alarms about 5 things: 3 major, 1 minor, 1 info."
    flat = " ".join(answer.out.partition("\n\n")[0].split())
    for part in (
        "What: 4 certificates (major: tomcat of pub, tomcat of sub1, tomcat of sub2); UC_TFTP-6-ITLFileRegenerated.",
        "Where: pub, sub1, sub2",
        "When: alarms of 2026-11-24; the first major certificate to end: tomcat of pub, 2026-11-28.",
        "First: See what holds now: `ringtrust audit CLUSTER`. Then make one plan",
    ):
        assert part in flat, part
    paragraphs = answer.out.split("\n\n")[1:6]
    heads = [each.splitlines()[0] for each in paragraphs]
    assert heads[:3] == ["MAJOR UC_CERT-2-CertValidfor7days, 80 times from pub, sub1, sub2"] * 3
    assert heads[3] == "MINOR UC_CERT-2-CertValidfor7days, 60 times from pub, sub1, sub2"
    assert heads[4] == "INFO UC_TFTP-6-ITLFileRegenerated, 7 times"
    assert "The same: pub.der in tomcat-trust of pub, sub1, sub2" in paragraphs[0]
    assert "Breaks: As said of tomcat of pub, above." in paragraphs[1]
    assert answer.out.count("Users cannot log in to phones with Extension Mobility") == 1
    assert len(lines) < 110
    assert max(map(len, lines)) <= 100


def test_each_alarm_is_told_where_somebody_asks_for_it_and_always_to_programs(run: Run, tmp_path: Path) -> None:
    log = saved(tmp_path, "".join(expiring(unit="tomcat-trust", node=node) for node in ("pub", "sub1", "sub2")))
    assert run("alarm", log).out.count("CertValidfor7days") == 1
    each = run("alarm", log, "--each").out
    assert each.startswith("3 alarms: 3 minor.\n")
    assert (each.count("MINOR UC_CERT-2-CertValidfor7days"), each.count("  Breaks: It breaks")) == (3, 3)
    assert len(json.loads(run("alarm", log, "--json").out)["alarms"]) == 3


def test_a_date_that_is_unread_is_named_at_the_top(run: Run, tmp_path: Path) -> None:
    answer = run("alarm", saved(tmp_path, expiring() + expiring(unit="ipsec", expiration="Lun Nov 30 10:00")))
    assert answer.status == 3
    assert "1 date cannot be read" in answer.out.partition("\n\n")[0]
    assert '"Lun Nov 30 10:00" is no date' in " ".join(answer.out.split())
