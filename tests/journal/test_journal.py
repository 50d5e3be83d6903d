"""What is in a journal comes out of it as it was, in its order, and is on the disk when the next line of code runs."""

import os
import signal
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL

from ringtrust.change.act import Act
from ringtrust.change.gate import ReplicationGood
from ringtrust.change.outcome import Done, Outcome, Verdict
from ringtrust.change.plan import write_plan
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Carried, Looked
from tests.journal.material import ACTS, CONDITIONS, MOMENTS, NOW, OUTCOMES, REGENERATE, VERDICTS, a_plan

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from ringtrust.change.plan import read_plan
from ringtrust.journal.journal import Journal
journal = Journal(Path(sys.argv[1]))
plan = read_plan(Path(sys.argv[2]).read_bytes())
now = datetime.fromisoformat(sys.argv[3])
journal.intend(journal.begin("campus", plan, now), 1, plan.steps[0].act, "0A", now)
os.kill(os.getpid(), signal.SIGKILL)
"""
WRITING = """
import sys
from datetime import datetime
from pathlib import Path
from ringtrust.change.outcome import Done
from ringtrust.change.plan import read_plan
from ringtrust.journal.journal import Journal
plan = read_plan(Path(sys.argv[2]).read_bytes())
now = datetime.fromisoformat(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
for place in range(10):
    journal = Journal(Path(sys.argv[1], f"{place}.db"))
    run = journal.begin("campus", plan, now)
    for step in range(4):
        journal.conclude(journal.intend(run, step, plan.steps[0].act, str(run.id), now), Done(), now)
    journal.close()
"""


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_bytes(write_plan(a_plan()))
    return path


@MANY
@given(act=ACTS, before=st.text(), outcome=OUTCOMES, at=MOMENTS)
def test_an_act_and_its_outcome_come_out_as_they_went_in(
    journal: Journal, act: Act, before: str, outcome: Outcome, at: object
) -> None:
    run = journal.begin("campus", a_plan(), NOW)
    intended = journal.intend(run, 3, act, before, NOW)
    assert (intended.act, intended.before, intended.step, intended.run, intended.at) == (act, before, 3, run.id, NOW)
    assert journal.open_intents(run) == (intended,)
    journal.conclude(intended, outcome, NOW)
    assert journal.open_intents(run) == ()
    assert journal.carried(run) == (Carried(intended, outcome, NOW),)


@MANY
@given(
    looked=st.lists(
        st.builds(Looked, st.integers(0, 999), st.sampled_from(["before", "after"]), CONDITIONS, VERDICTS, MOMENTS)
    )
)
def test_gates_come_out_as_they_were_judged_and_in_that_order(journal: Journal, looked: list[Looked]) -> None:
    run = journal.begin("campus", a_plan(), NOW)
    for each in looked:
        journal.note(run, each)
    assert journal.looked(run) == tuple(looked)


@MANY
@given(verdict=VERDICTS)
def test_a_verdict_stays_of_its_kind(journal: Journal, verdict: Verdict) -> None:
    run = journal.begin("campus", a_plan(), NOW)
    journal.note(run, Looked(1, "after", ReplicationGood(), verdict, NOW))
    [found] = journal.looked(run)
    assert type(found.verdict) is type(verdict)


def test_runs_come_out_the_latest_first_each_with_its_plan_and_its_ending(journal: Journal) -> None:
    first, second, other = a_plan(), a_plan(made=NOW), a_plan(cluster="branch")
    begun = [
        journal.begin(plan.cluster, plan, NOW + timedelta(minutes=place))
        for place, plan in enumerate((first, second, other))
    ]
    assert [run.plan for run in journal.runs("campus")] == [second, first]
    assert journal.runs("branch") == (begun[2],)
    assert journal.runs("nowhere") == ()
    assert not any(run.over for run in journal.runs("campus"))
    journal.end(begun[0], "finished", NOW + timedelta(hours=1))
    ended = journal.runs("campus")[1]
    assert (ended.over, ended.ending, ended.ended) == (True, "finished", NOW + timedelta(hours=1))
    assert journal.runs("campus")[0] == begun[1]


def test_acts_without_an_outcome_are_found_in_their_order_and_those_of_other_runs_are_not(journal: Journal) -> None:
    run, other = journal.begin("campus", a_plan(), NOW), journal.begin("campus", a_plan(), NOW)
    intended = [journal.intend(run, step, REGENERATE, str(step), NOW) for step in (5, 3, 9, 1)]
    journal.intend(other, 7, REGENERATE, "7", NOW)
    journal.conclude(intended[1], Done(), NOW)
    assert journal.open_intents(run) == (intended[0], intended[2], intended[3])
    assert [each.intended for each in journal.carried(run)] == [intended[1]]


def test_what_is_written_is_there_for_everybody_else_at_once(journal: Journal, place: Path | URL) -> None:
    with closing(Journal(place)) as other:
        run = journal.begin("campus", a_plan(), NOW)
        assert other.runs("campus") == (run,)
        intended = journal.intend(run, 1, REGENERATE, "0A", NOW)
        assert other.open_intents(run) == (intended,)
        journal.conclude(intended, Done(("as ever",)), NOW)
        assert other.carried(run) == (Carried(intended, Done(("as ever",)), NOW),)
        other.end(run, "finished", NOW)
        assert journal.runs("campus")[0].over


def test_it_is_all_there_when_it_is_opened_again(place: Path | URL) -> None:
    with closing(Journal(place)) as journal:
        run = journal.begin("campus", a_plan(), NOW)
        intended = journal.intend(run, 1, REGENERATE, "0A", NOW)
    with closing(Journal(place)) as journal:
        assert journal.runs("campus") == (run,)
        assert journal.open_intents(run) == (intended,)


def test_a_process_that_is_killed_right_after_it_meant_to_act_has_left_that_on_the_disk(
    tmp_path: Path, plan_file: Path
) -> None:
    path = tmp_path / "journal.db"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, path, plan_file, NOW.isoformat()], capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with closing(Journal(path)) as journal:
        [run] = journal.runs("campus")
        assert not run.over
        [intended] = journal.open_intents(run)
        assert (intended.act, intended.before, intended.at) == (REGENERATE, "0A", NOW)


def test_two_processes_on_one_new_file_lose_nothing_of_each_other(tmp_path: Path, plan_file: Path) -> None:
    words = [sys.executable, "-c", WRITING, str(tmp_path), str(plan_file), NOW.isoformat()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(words, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate() for process in processes]
    assert [(process.returncode, errors) for process, (_, errors) in zip(processes, ended, strict=True)] == [
        (0, "")
    ] * 2
    for place in range(10):
        with closing(Journal(tmp_path / f"{place}.db")) as journal:
            runs = journal.runs("campus")
            assert len(runs) == 2
            for run in runs:
                carried = journal.carried(run)
                assert [each.intended.step for each in carried] == list(range(4))
                assert {each.intended.before for each in carried} == {str(run.id)}


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_nobody_else_may_read_it(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        with closing(Journal(tmp_path / "journal.db")) as journal:
            journal.begin("campus", a_plan(), NOW)
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}, modes


def test_a_journal_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    Journal(path).close()
    path.chmod(0o644)
    Journal(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["journal?mode=memory", "a b#c%20d.db", ":memory:", "file:x.db", "ä.db"])
def test_a_file_with_an_odd_name_is_that_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(Journal(Path(name))) as journal:
        run = journal.begin("campus", a_plan(), NOW)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with closing(Journal(tmp_path / name)) as journal:
        assert journal.runs("campus") == (run,)
