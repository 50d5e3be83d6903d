"""The journal as people see it, and what they decide from another terminal while somebody is at work."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ringtrust.change.outcome import Failed
from ringtrust.journal.journal import Journal
from ringtrust.journal.who import here
from ringtrust.settings import FILE
from tests.apply.world import PLAN, World
from tests.cli.conftest import Run
from tests.support.working import said, working

SETTINGS = """
[clusters.campus]
publisher = "127.0.0.1"
platform = {user = "admin", password_variable = "X"}
"""
VERBS = ["pause", "abort", "approve", "resume"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a ringtrust.toml, from which the commands are called."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    (folder / FILE).write_text(SETTINGS)
    monkeypatch.setenv("RINGTRUST_CONFIG", str(folder))
    return folder


def _carried(folder: Path, **shown: Failed) -> World:
    """Run 1, carried out in memory up to where a gate fails."""
    world = World(folder)
    world.shown = {int(number[1:]): [verdict] for number, verdict in shown.items()}
    asyncio.run(world.apply(PLAN))
    return world


def _by_another(folder: Path) -> None:
    """It was somebody else who began run 1."""
    with closing(sqlite3.connect(folder / "journal.db")) as connection, connection:
        connection.execute("update run set by = 'bert@server'")


# --- to look ---


def test_nothing_is_made_by_looking(run: Run, home: Path) -> None:
    for words in (["runs"], ["runs", "show", 1], ["runs", "verify"], *([verb, 1] for verb in VERBS)):
        answer = run(*words)
        assert (answer.status, "There is no journal" in answer.err) == (2, True), words
    assert not (home / "journal.db").exists()


def test_every_run_is_listed_without_a_command_and_as_json(run: Run, home: Path) -> None:
    _carried(home, g31=Failed(("Cisco CallManager is stopped",)))
    for words in (["runs"], ["runs", "campus"], ["runs", "list"]):
        answer = run(*words)
        assert answer.status == 0
        assert "    1  campus: TVS. Begun 2026-11-24 20:00 UTC by " in answer.out
        assert "; 3 of 6 steps done; last sign 2026-11-24 20:0" in answer.out
        assert "Stopped at step 3: Cisco CallManager is stopped" in answer.out
    assert run("runs", "branch").out == "No run was begun.\n"
    [told] = json.loads(run("runs", "--json").out)["runs"]
    assert (told["id"], told["name"], told["done"], told["state"]["word"]) == (1, "campus", 3, "stopped")


def test_a_run_is_told_from_its_beginning_with_what_is_due(run: Run, home: Path) -> None:
    _carried(home, g31=Failed(("Cisco CallManager is stopped",)))
    answer = run("runs", "show", 1)
    assert answer.status == 0
    lines = [" ".join(line.split()[1:]) for line in answer.out.splitlines()]
    at = [
        next(place for place, line in enumerate(lines) if text in line)
        for text in (
            f"begun by {here()}",
            "1 ok after",
            "2 begins: regenerate CallManager on pub",
            "2 done after",
            "3 begins: restart Cisco CallManager on pub",
            "3 FAILED after",
            "STOPPED",
        )
    ]
    assert at == sorted(at)
    assert "Due from what was renewed: reset all phones." in answer.out
    told = json.loads(run("runs", "show", 1, "--json").out)
    assert (told["format"], told["due"]) == ("ringtrust.timeline/1", ["reset all phones"])
    assert run("runs", "show", 2).status == 2


def test_the_page_has_no_script_and_is_not_written_over(run: Run, home: Path) -> None:
    _carried(home)
    assert run("runs", "show", 1, "-o", home / "run.html").status == 0
    page = (home / "run.html").read_text()
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert page.count("<rect") > 12
    assert run("runs", "show", 1, "-o", home / "run.html").status == 2
    assert run("runs", "show", 1, "-o", home / "run.txt").status == 2
    assert run("runs", "show", 1, "--step", 2).status == 2


def test_what_is_exported_is_checked_anywhere(run: Run, home: Path, tmp_path: Path) -> None:
    _carried(home)
    answer = run("runs", "export", "-o", tmp_path / "out.jsonl")
    assert (answer.status, "; all hold." in answer.out) == (0, True)
    head = answer.out.split()[-1]
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o777 == 0o600
    for words in (["runs", "verify"], ["runs", "verify", tmp_path / "out.jsonl"]):
        assert run(*words, "--head", head).status == 0
        lost = run(*words, "--head", "0" * 64)
        assert (lost.status, "BROKEN: no entry has the hash 000" in lost.out) == (1, True)
        assert json.loads(run(*words, "--json").out)["holds"] is True
    assert run("runs", "verify", "--head", "x").status == 2
    assert run("runs", "export", "branch", "-o", tmp_path / "none").status == 2
    assert run("runs", "verify", home / FILE).status == 3
    assert run("runs", "verify", home / "none").status == 3


def test_what_was_changed_is_found_and_told_where(run: Run, home: Path, tmp_path: Path) -> None:
    _carried(home)
    run("runs", "export", "campus", "-o", tmp_path / "out.jsonl")
    with closing(sqlite3.connect(home / "journal.db")) as connection, connection:
        connection.execute("update entry set body = cast(replace(body, 'gate 11', 'gate 12') as blob) where seq = 2")
        connection.execute("update entry set at = '2026-11-24T20:00:00+00:00' where seq = 3")
    answer = run("runs", "verify")
    assert answer.status == 1
    assert "BROKEN: campus, entry 3: it was changed after it was written." in answer.out
    lines = (tmp_path / "out.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "cut.jsonl").write_text("".join(lines[:-1]))
    assert run("runs", "verify", tmp_path / "cut.jsonl").status == 1


# --- to decide ---


def test_what_is_over_is_refused(run: Run, home: Path) -> None:
    _carried(home)
    for verb in VERBS:
        answer = run(verb, 1)
        assert (answer.status, "Run 1 is over since 2026-11-24" in answer.err) == (2, True)
    assert run("override", 1, "--step", 6, "--gate", "G-DRS", "--because", "x").status == 2


def test_a_pause_holds_another_process_and_resume_lets_it_go_on_there(run: Run, home: Path) -> None:
    with working(home, 11) as process:
        assert said(process) == "Waiting"
        answer = run("pause", 1, "--because", "lunch")
        assert answer.status == 0, answer.err
        assert f"Run 1, TVS on campus: {here()} pauses it: lunch." in answer.out
        assert f"before the next act of {here()}, process {process.pid}: apply TVS, run 1" in answer.out
        assert "It is paused already" in run("pause", 1).out
        answer = run("override", 1, "--step", 1, "--gate", "g-drs", "--because", "the backup is on tape")
        assert answer.status == 0, answer.err
        assert said(process) == "Held"
        listed = run("runs").out
        assert f"Nothing is begun at step 2: {here()} has paused it at" in listed
        answer = run("resume", 1)
        assert (answer.status, "goes on there" in answer.out) == (0, True), answer.err
        assert said(process) == "Finished"
    shown = run("runs", "show", 1).out
    assert "let it pass" in shown
    assert "nothing is begun" in shown
    assert f"{here()} lets it go on" in shown


def test_an_abort_ends_another_process_which_says_what_is_due(run: Run, home: Path) -> None:
    with working(home, 31) as process:
        assert said(process) == "Waiting"
        answer = run("abort", 1, "--json")
        told = json.loads(answer.out)
        assert (told["what"], told["due"]) == ("abort", ["reset all phones"])
        assert f"process {process.pid}" in told["at_work"]
        assert said(process) == "StoppedByPerson"
        process.wait()
    assert "It is not over" in run("runs").out
    answer = run("abort", 1)
    assert "This is due from what it has renewed: reset all phones." in answer.out
    assert "ringtrust resume 1" in run("pause", 1).err


def test_an_abort_where_nobody_is_at_work_ends_it_there_and_then(run: Run, home: Path) -> None:
    _carried(home, g11=Failed(("there is no backup",)))
    answer = run("abort", 1)
    assert (answer.status, "it is over" in answer.out) == (0, True), answer.err
    assert "Over: a person has ended it." in run("runs").out


def test_the_lease_of_a_dead_process_is_in_nobodys_way(run: Run, home: Path) -> None:
    with working(home, 11) as process:
        assert said(process) == "Waiting"
        assert "At work at step" in run("runs").out
        process.kill()
        process.wait()
        answer = run("abort", 1)
    assert (answer.status, "it is over" in answer.out) == (0, True), answer.err


def test_a_run_is_not_closed_while_another_one_is_at_work_on_its_cluster(run: Run, home: Path) -> None:
    _carried(home, g11=Failed(("there is no backup",)))
    with working(home, 11) as process:
        assert said(process) == "Waiting"
        answer = run("abort", 1)
        assert (answer.status, "Once that has ended: ringtrust abort 1." in answer.out) == (0, True), answer.err
        assert "At work at step 1, by" in run("runs").out
        assert run("abort", 2).status == 0
        assert said(process) == "StoppedByPerson"
        process.wait()
    assert "it is over" in run("abort", 1).out


def test_a_second_one_is_refused_with_the_name_of_the_first(run: Run, home: Path) -> None:
    with working(home, 11) as process:
        assert said(process) == "Waiting"
        answer = run("resume", 1, "--yes")
        assert answer.status == 2
        assert f"Another apply works on campus ({here()}, process {process.pid}: apply TVS, run 1)." in answer.err
        assert "ringtrust abort 1" in answer.err
        with working(home, 11) as second:
            assert said(second) == ""
            assert second.wait() != 0
        run("abort", 1)
        assert said(process) == "StoppedByPerson"


def test_nobody_approves_what_he_has_begun_and_another_lets_it_begin(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working(home, approvals=1) as process:
        assert said(process) == "Held"
        answer = run("approve", 1)
        assert (answer.status, "begun run 1 yourself" in answer.err) == (2, True)
        assert "waits for another person to approve it" in run("runs").out
        monkeypatch.setattr("ringtrust.cli.runs.approve.here", lambda: "cora@laptop")
        monkeypatch.setattr("ringtrust.cli.runs.decide.here", lambda: "cora@laptop")
        answer = run("approve", 1, "--because", "read it")
        assert "cora@laptop approves it: read it." in answer.out
        assert said(process) == "Finished"
    events = json.loads(run("runs", "show", 1, "--json").out)["events"]
    assert [each["decision"]["by"] for each in events if each["is"] == "decided"] == ["cora@laptop"]


def test_the_same_person_agrees_once(run: Run, home: Path) -> None:
    _carried(home, g11=Failed(("there is no backup",)))
    _by_another(home)
    assert "approves it" in run("approve", 1).out
    assert "You have agreed already; nothing was written." in run("approve", 1).out
    with closing(Journal(home / "journal.db")) as journal:
        assert [each.what for each in journal.decisions(journal.run(1))] == ["approve"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--step", 3, "--gate", "G-DRS"], "Add --because TEXT"),
        (["--step", 3, "--gate", "G-DRS", "--because", "   "], "Add --because TEXT"),
        (["--step", 3, "--gate", "G-DRS", "--because", "x" * 501], "at most 500"),
        (["--step", 9, "--gate", "G-DRS", "--because", "x"], "has no step 9"),
        (["--step", 3, "--gate", "G-SVC", "--because", "x"], "It has G-DRS (gate 30 is open"),
        (["--step", 3, "--gate", "\x1b[2J", "--because", "x"], r'has no gate "\x1b[2J"'),
        (["--step", 2, "--gate", "G-DRS", "--because", "x"], "lies behind it"),
    ],
)
def test_a_gate_is_named_and_a_reason_given(run: Run, home: Path, words: list[str], said: str) -> None:
    _carried(home, g31=Failed(("it is stopped",)))
    answer = run("override", 1, *words)
    assert (answer.status, said in answer.err) == (2, True), answer.err
    assert "\x1b" not in answer.err
    with closing(Journal(home / "journal.db")) as journal:
        assert journal.decisions(journal.run(1)) == ()


def test_a_gate_that_the_proof_leans_on_needs_one_word_more(run: Run, home: Path) -> None:
    world = World(home)
    world.shown[20] = [Failed(("it is shut",))]
    asyncio.run(world.apply(PLAN))
    words = ["override", 1, "--step", 2, "--gate", "G-CERT", "--because", "it was me"]
    answer = run(*words)
    assert answer.status == 2
    assert "The proof of the plan leans on G-CERT of step 2." in answer.err
    assert "--void-proof" in answer.err
    answer = run(*words, "--void-proof")
    assert (answer.status, "THE PROOF OF THE PLAN IS VOID FROM HERE." in answer.out) == (0, True)
    answer = run("override", 1, "--step", 2, "--gate", "G-DRS", "--because", "it is on tape")
    assert (answer.status, "does not lean on it" in answer.out) == (0, True)
