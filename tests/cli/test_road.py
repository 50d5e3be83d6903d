"""The whole road as a person walks it: scan, audit, plan, apply, verify, at a lab that runs in a process of its own."""

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from ringtrust.change.plan import read_plan
from ringtrust.cli.reach import opened
from ringtrust.journal.journal import Journal
from ringtrust.observe.eyes import discover
from ringtrust.settings import read_cluster
from tests.cli.conftest import Run
from tests.support.terminal import answered

FAST = ("--speed", "3000", "--phones", "4", "--seed", "7")
KILLED_BEFORE_THE_OUTCOME = """
import os, signal, sys
from ringtrust.cli.verbs import status_of
from ringtrust.journal.journal import Journal
Journal.conclude = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
sys.exit(status_of(sys.argv[1:]))
"""
HOLDS = """
import asyncio, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs these tests in the background ignores it
from ringtrust.cli.apply import verbs as apply
from ringtrust.cli.verbs import status_of
async def wait(*_, **__):
    print("held", flush=True)
    await asyncio.Event().wait()
apply.carry_out = wait
sys.exit(status_of(sys.argv[1:]))
"""


@pytest.fixture
def lab(run: Run, tmp_path: Path) -> Iterator[Path]:
    """The folder of a lab that runs."""
    folder = tmp_path / "lab"
    assert run("lab", "up", "campus-9.1", "--dir", folder, "--detach", *FAST).status == 0
    yield folder
    run("lab", "down", "--dir", folder)


@pytest.fixture
def plan(run: Run, lab: Path) -> Path:
    """A plan for the quickest of all changes."""
    target = lab / "plan.json"
    answer = run("plan", "campus-9.1", "--config", lab, "--renew", "ipsec@sub1", "-o", target)
    assert answer.status == 0, answer.err
    return target


def _damaged_settings(lab: Path, old: str, new: str) -> None:
    path = lab / "ringtrust.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_from_the_first_look_to_the_last(run: Run, lab: Path) -> None:
    snapshot, plan = lab / "snapshot.json", lab / "plan.json"
    answer = run("scan", "campus-9.1", "--config", lab, "-o", snapshot)
    assert (answer.status, answer.err) == (0, "")
    assert "4 phones: 4 registered; 4 hold a list of now." in answer.out
    assert "0 of them could not be read." in answer.out

    answer = run("audit", snapshot)
    assert answer.status == 1
    assert "certificate.expiring" in answer.out

    answer = run("plan", snapshot, "-o", plan)
    assert answer.status == 0
    assert f"ringtrust apply {plan}" in answer.out

    answer = run("verify", "campus-9.1", "--config", lab, "--against", plan)
    assert answer.status == 1
    assert "It is the old one still." in answer.out

    answer = run("apply", plan, "--yes", "--config", lab)
    assert answer.status == 0, answer.out
    assert "Done: every step of the plan, and every gate passed" in answer.out
    assert "Left for you: take a new DRS backup" in answer.out

    answer = run("verify", "campus-9.1", "--config", lab, "--against", plan)
    assert answer.status == 0, answer.out
    assert "That is known of 4 by their web pages." in answer.out
    mustered = json.loads(run("lab", "muster", "--dir", lab, "--json").out)
    assert mustered == {"reset": 4, "registered": 4, "current": 4, "stranded": 0, "by_restore": 0, "barred": 0}

    answer = run("plan", "campus-9.1", "--config", lab)
    assert answer.status == 2
    assert "There is nothing to renew" in answer.err


def test_apply_takes_both_backups_itself_and_names_the_one_to_keep(run: Run, lab: Path) -> None:
    target = lab / "plan.json"
    words = ("plan", "campus-9.1", "--config", lab, "--renew", "ipsec@sub1", "--backup", "ringtrust")
    assert run(*words, "--backup-copies", "1").status == 2
    answer = run(*words, "-o", target)
    assert answer.status == 0, answer.err
    typed = read_plan(target.read_bytes()).steps[0].command
    assert "utils disaster_recovery backup network CDR_CAR,CCM networkDevice" in typed
    answer = run("apply", target, "--yes", "--config", lab)
    assert answer.status == 0, answer.out
    assert "the backup succeeded, with every component of every node" in answer.out
    assert "The backup from before the change is 20" in answer.out
    assert "Left for you" not in answer.out


def test_a_wrong_password_is_one_clear_sentence_and_nothing_is_done(run: Run, lab: Path, plan: Path) -> None:
    _damaged_settings(lab, '"cat", ', '"echo", "not-the-password", ')
    for words in (("scan", "campus-9.1"), ("apply", plan, "--yes"), ("verify", "campus-9.1")):
        answer = run(*words, "--config", lab)
        assert answer.status == 3
        assert "refuses the password of admin" in answer.err
        assert "not-the-password" not in answer.err + answer.out
        assert "Traceback" not in answer.err
    assert not (lab / "journal.db").exists()


def test_an_unknown_host_key_stops_everything_until_somebody_pins_it(run: Run, lab: Path, plan: Path) -> None:
    (lab / "known_hosts").unlink()
    for words in (("scan", "campus-9.1"), ("apply", plan, "--yes")):
        answer = run(*words, "--config", lab)
        assert answer.status == 3
        assert "host key" in answer.err
        assert "--pin" in answer.err
    answer = run("scan", "campus-9.1", "--config", lab, "--pin")
    assert answer.status == 0
    assert answer.err.count("Pinned: ") == 3
    assert "SHA256:" in answer.err
    assert run("scan", "campus-9.1", "--config", lab).err == ""


def test_a_changed_host_key_stops_everything(run: Run, lab: Path, plan: Path) -> None:
    lines = (lab / "known_hosts").read_text().splitlines()
    places, keys = zip(*(line.split(" ", 1) for line in lines), strict=True)
    (lab / "known_hosts").write_text("".join(f"{place} {keys[-1]}\n" for place in places))
    answer = run("apply", plan, "--yes", "--config", lab)
    assert answer.status == 3
    assert "another host key" in answer.err


async def _typed(lab: Path, node: str, command: str) -> None:
    """Somebody types a command at the CLI of a node."""
    async with opened(read_cluster("campus-9.1", lab / "ringtrust.toml")) as reach:
        site = next(site for site in await discover(reach, reach._entry.settings.publisher) if site.name == node)
        await reach.terminal(site.address).act(command, 60)


def test_phones_of_which_nobody_knows_anything_are_not_well(run: Run, lab: Path) -> None:
    answer = run("verify", "campus-9.1", "--config", lab)
    assert answer.status == 0
    assert "Of 4 phones 4 are registered, and only those were looked at." in answer.out
    (lab / "secrets" / "application").write_text("not-the-password\n")
    answer = run("verify", "campus-9.1", "--config", lab)
    assert answer.status == 3
    assert "UNKNOWN  the phones are registered" in answer.out
    assert "UNKNOWN  every phone holds a list of now" in answer.out
    assert "The phones could not be read: " in answer.out


def test_what_is_down_during_a_scan_is_told_and_the_rest_is_read(run: Run, lab: Path) -> None:
    for service in ("Cisco Tomcat", "Cisco Tftp"):
        asyncio.run(_typed(lab, "sub1", f"utils service stop {service}"))
    snapshot = lab / "snapshot.json"
    answer = run("scan", "campus-9.1", "--config", lab, "-o", snapshot)
    assert answer.status == 3
    assert "3 of them could not be read." in answer.out
    assert "sub1 control-center, tls, services, what tomcat shows:" in answer.out
    assert "sub1 tftp, ITL:" in answer.out
    assert "4 phones: 4 registered" in answer.out
    assert run("audit", snapshot).status == 3
    answer = run("plan", snapshot)
    assert answer.status == 2
    assert "sub1" in answer.err


def test_an_edited_plan_is_not_carried_out(run: Run, lab: Path, plan: Path) -> None:
    plan.write_text(plan.read_text().replace('"sub1"', '"sub2"'))
    answer = run("apply", plan, "--yes", "--config", lab)
    assert answer.status == 2
    assert "edited" in answer.err
    assert not (lab / "journal.db").exists()


def test_what_somebody_has_done_since_the_scan_is_told_and_accepted_only_where_the_proof_holds(
    run: Run, lab: Path, plan: Path
) -> None:
    assert run("cert", "regen", "campus-9.1", "sub2", "ipsec", "--yes", "--config", lab).status == 0
    answer = run("apply", plan, "--yes", "--config", lab)
    assert answer.status == 2
    assert "ringtrust: The cluster has moved since it was scanned for this plan, on " in answer.err
    assert "\n  The certificate ipsec of sub2 was serial " in answer.err
    assert "\nThe old proof still holds on what is there now.\n" in answer.err
    assert "plan anew" in answer.err
    assert "carry the plan out all the same: --moved." in answer.err
    answer = run("apply", plan, "--yes", "--moved", "--config", lab)
    assert answer.status == 0, answer.err
    assert "Since the scan: The certificate ipsec of sub2 was serial " in answer.err
    assert "(--moved)" in answer.err


def test_outside_of_its_window_nothing_is_begun(run: Run, lab: Path, plan: Path) -> None:
    words = ("apply", plan, "--yes", "--config", lab)
    answer = run(*words, "--window", "2020-01-01T00:00 .. 2020-01-01T06:00 UTC")
    assert answer.status == 2
    assert "may not begin: the last window is over." in answer.err
    assert "Nothing was done." in answer.err
    assert not run("plan", "campus-9.1", "--config", lab).err, "no run was begun"
    answer = run(*words, "--window", "2020-01-01T00:00 .. 2099-01-01T06:00 UTC")
    assert answer.status == 0, answer.err


@pytest.mark.parametrize("verb", ["apply", "resume"])
def test_a_killed_apply_is_gone_on_with_after_a_look_at_the_certificate(
    run: Run, lab: Path, plan: Path, verb: str
) -> None:
    words = ["apply", str(plan), "--yes", "--config", str(lab)]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE_THE_OUTCOME, *words], capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    looked = run("plan", "campus-9.1", "--config", lab)
    assert "was left half-way, or goes on now: 0 of " in looked.err
    assert "Go on with it: ringtrust resume 1" in looked.err
    if verb == "resume":  # its plan is lost, and the journal has it
        plan.unlink()
        ended = run("abort", 1, "--because", "the boss called", "--config", lab)
        assert (ended.status, "Nobody works on it. This is due from what it has renewed: " in ended.out) == (0, True)
        words = ["resume", "1", "--yes", "--config", str(lab)]
    answer = run(*words)
    assert answer.status == 0, answer.out + answer.err
    assert "Look at ipsec of sub1: its serial number was" in answer.out
    assert "It has happened: the serial number was" in answer.out
    assert answer.out.count("regenerate ipsec on sub1") == 2  # in the sentence about the last apply, and below
    assert "regenerate ipsec on sub1: done before; its gates once more" in answer.out
    _the_journal_tells_it(run, lab, decided=verb == "resume")


def _the_journal_tells_it(run: Run, lab: Path, *, decided: bool) -> None:
    shown = run("runs", "show", 1, "--config", lab).out
    assert "Finished." in shown
    assert ("ends it: the boss called" in shown, "lets it go on" in shown) == (decided, decided)
    assert decided or ", in the place of " in shown  # the lease of the one that was killed; an abort has freed it
    assert "; all hold." in run("runs", "verify", "--config", lab).out


def test_there_is_nothing_to_go_on_with_where_nothing_was_begun(run: Run, lab: Path) -> None:
    answer = run("resume", 1, "--yes", "--config", lab)
    assert (answer.status, "There is no journal" in answer.err) == (2, True)
    assert not (lab / "journal.db").exists()
    with contextlib.closing(Journal(lab / "journal.db")):
        answer = run("resume", 1, "--yes", "--config", lab)
    assert (answer.status, "journal.db has no run 1." in answer.err) == (2, True)
    assert run("resume", 10**30, "--yes", "--config", lab).status == 2


def test_nobody_is_asked_where_nobody_sits(run: Run, lab: Path, plan: Path) -> None:
    answer = run("apply", plan, "--config", lab)
    assert answer.status == 2
    assert "--yes" in answer.err


def test_whoever_says_no_has_done_nothing(lab: Path, plan: Path) -> None:
    """A real terminal: somebody reads how many phones it waits for, and thinks better of it."""
    status, seen = answered(["apply", str(plan), "--config", str(lab)], b"[y/N]: ", b"n")
    assert status == 2
    assert b"It waits for 4 of 4 phones. Begin with " in seen
    assert b"Nothing was done." in seen
    assert not (lab / "journal.db").exists()


@pytest.mark.parametrize(("folder", "end"), [("other", signal.SIGINT), ("lab", signal.SIGTERM)])
def test_two_at_once_are_one_too_many_from_whichever_folder_and_user_they_come(
    run: Run, lab: Path, plan: Path, monkeypatch: pytest.MonkeyPatch, folder: str, end: signal.Signals
) -> None:
    """Another folder has another journal, and another user has another place for locks: never both."""
    other = lab.parent / folder
    if other != lab:
        copytree(lab, other, ignore=ignore_patterns("*.socket"))
    words = [sys.executable, "-c", HOLDS, "apply", str(plan), "--yes", "--config", str(lab)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        if other == lab:
            monkeypatch.setenv("XDG_STATE_HOME", str(lab.parent / "state"))
        answer = run("apply", plan, "--yes", "--config", other)
        first.send_signal(end)
        _, said = first.communicate()
    assert answer.status == 2
    assert f"Another apply works on {read_plan(plan.read_bytes()).nodes[0]} at 127." in answer.err
    assert f", process {first.pid}: apply " in answer.err
    assert (first.returncode, "Call apply again with the same plan" in said) == (130, True), said


def test_an_unknown_cluster_is_told_with_those_that_are_known(run: Run, lab: Path) -> None:
    answer = run("scan", "campus-9.2", "--config", lab)
    assert answer.status == 2
    assert "It knows: campus-9.1." in answer.err


@pytest.mark.parametrize("words", [("scan", "x"), ("plan", "x"), ("apply", "x"), ("verify", "x"), ("audit", "x")])
def test_what_is_not_there_is_one_clear_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    answer = run(*words)
    assert answer.status in {2, 3}
    assert answer.err.startswith("ringtrust: ")
    assert "What to do:" in answer.err
    assert answer.out == ""
