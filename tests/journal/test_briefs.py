"""What a list of runs says of each: how far it is, who works on it, what it waits for."""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, text

from ringtrust.change.act import ResetPhones
from ringtrust.change.decision import Decision, What
from ringtrust.change.outcome import Done, Refused
from ringtrust.change.plan import Step
from ringtrust.errors import RefusedError, RingtrustError
from ringtrust.journal.briefs import brief, briefs
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import ABORTED, FINISHED, SUPERSEDED, Run
from ringtrust.journal.store import is_there
from ringtrust.journal.who import Holder
from tests.journal.material import NOW, REGENERATE, a_plan

PLAN = a_plan(Step(1, "TVS", REGENERATE, "It expires."), Step(2, "TVS", ResetPhones(), "So they learn of it."))
ANNA = Holder("anna@laptop", "m1", os.getpid(), "apply TVS")


@pytest.fixture
def journal(place: Path | URL) -> Iterator[Journal]:
    with closing(Journal(place)) as found:
        yield found


@pytest.fixture
def run(journal: Journal) -> Run:
    return journal.begin("pub at 10.0.0.1:22", PLAN, NOW)


def _decide(journal: Journal, run: Run, what: What, by: str = "bert@server") -> None:
    journal.decide(run, Decision(what, by, NOW + timedelta(minutes=5), "lunch"))


def _do(journal: Journal, run: Run, step: int) -> None:
    act = run.plan.steps[step - 1].act
    journal.conclude(journal.intend(run, step, act, "", NOW), Done(), NOW + timedelta(minutes=step))


def _word(journal: Journal) -> tuple[str, int, int]:
    [found] = briefs(journal)
    return found.state.word, found.state.step, found.done


def test_a_run_in_brief(journal: Journal, run: Run) -> None:
    _do(journal, run, 1)
    found = brief(journal, run.id)
    assert (found.name, found.cluster, found.goal, found.steps, found.done) == (
        *("campus", "pub at 10.0.0.1:22", "TVS", 2, 1),
    )
    assert (found.began, found.by, found.last, found.over) == (NOW, run.by, NOW + timedelta(minutes=1), False)
    with pytest.raises(RefusedError, match="has no run 2"):
        brief(journal, 2)


def test_they_are_found_by_either_name_of_their_cluster_the_latest_first(journal: Journal, run: Run) -> None:
    other = journal.begin("pub at 10.9.9.9:22", a_plan(cluster="branch"), NOW)
    assert [each.id for each in briefs(journal)] == [other.id, run.id]
    assert [each.id for each in briefs(journal, "campus")] == [run.id]
    assert [each.id for each in briefs(journal, "pub at 10.9.9.9:22")] == [other.id]
    assert briefs(journal, "nowhere") == ()


def test_how_it_stands_by_what_was_written_last(journal: Journal, run: Run) -> None:
    assert _word(journal) == ("cut short", 0, 0)
    journal.stop(run, 1, ["it is shut"], NOW)
    assert _word(journal) == ("stopped", 1, 0)
    _do(journal, run, 1)
    assert _word(journal) == ("cut short", 1, 1)
    journal.conclude(journal.intend(run, 2, ResetPhones(), "", NOW), Refused(), NOW)
    assert _word(journal) == ("cut short", 2, 1)
    _decide(journal, run, "pause")
    assert _word(journal) == ("paused", 2, 1)
    _decide(journal, run, "abort")
    assert _word(journal) == ("to be resumed", 2, 1)
    _decide(journal, run, "resume")
    assert _word(journal) == ("cut short", 2, 1)


@pytest.mark.parametrize(("ending", "word"), [(FINISHED, "finished"), (SUPERSEDED, "gave way"), (ABORTED, "aborted")])
def test_what_is_over_is_over_whoever_is_at_work_there(journal: Journal, run: Run, ending: str, word: str) -> None:
    _decide(journal, run, "pause")
    journal.end(run, ending, NOW)
    journal.leases.take(run.cluster, ANNA)
    journal.leases.say_run(run.cluster, run.id)
    found = brief(journal, run.id)
    assert (found.state.word, found.over) == (word, True)
    assert found.done == (2 if ending == FINISHED else 0)


def test_how_it_stands_while_somebody_works_on_it(journal: Journal, run: Run) -> None:
    journal.leases.take(run.cluster, ANNA)
    assert _word(journal)[0] == "cut short"  # the lease is not said to be for this run
    journal.leases.say_run(run.cluster, run.id)
    found = brief(journal, run.id).state
    assert (found.word, found.who) == ("at work", f"{ANNA.text}, run {run.id}")
    journal.hold(run, 1, "it waits for another person to approve it", NOW)
    found = brief(journal, run.id).state
    assert (found.word, found.why, found.step) == ("held", "it waits for another person to approve it", 1)
    _decide(journal, run, "approve")
    assert brief(journal, run.id).approvals == ("bert@server",)
    _do(journal, run, 1)
    assert brief(journal, run.id).state.word == "at work"
    _decide(journal, run, "abort")
    found = brief(journal, run.id).state
    assert (found.word, found.who) == ("ending", "bert@server")
    journal.leases.release(run.cluster)
    assert brief(journal, run.id).state.word == "to be resumed"


def test_the_name_of_the_run_is_in_the_refusal_of_a_second_one(place: Path | URL, journal: Journal, run: Run) -> None:
    journal.leases.take(run.cluster, ANNA)
    journal.leases.say_run(run.cluster, run.id)
    with closing(Journal(place)) as other, pytest.raises(RefusedError, match=rf": apply TVS, run {run.id}\)") as caught:
        other.leases.take(run.cluster, Holder("bert@server", "m2", 2, "apply all"))
    assert f"ringtrust abort {run.id}" in caught.value.advice


def test_no_plan_is_read_for_it(journal: Journal, run: Run) -> None:
    with journal.store.writing() as connection:
        connection.execute(text("update run set plan = :plan"), {"plan": b"no plan"})
    assert brief(journal, run.id).steps == 2


def test_somebody_decides_from_another_process_while_the_lease_is_held(
    place: Path | URL, journal: Journal, run: Run
) -> None:
    journal.leases.take(run.cluster, ANNA)
    with closing(Journal(place)) as other:
        _decide(other, run, "pause")
    [decision] = journal.decisions(run)
    assert (decision.what, decision.by, decision.why) == ("pause", "bert@server", "lunch")
    _do(journal, run, 1)
    journal.leases.release(run.cluster)
    assert brief(journal, run.id).state.word == "paused"


@pytest.mark.parametrize("kind", ["began", "outcome", "ended"])
def test_a_damaged_row_is_told_in_a_sentence(journal: Journal, run: Run, kind: str) -> None:
    _do(journal, run, 1)
    journal.end(run, FINISHED, NOW)
    with journal.store.writing() as connection:
        body = {"body": b'{"ending":"in tears"}' if kind == "ended" else b"{"}
        connection.execute(text("update entry set body = :body where kind = :kind"), body | {"kind": kind})
    with pytest.raises(RingtrustError, match="a row of it is damaged"):
        briefs(journal)


def test_a_run_without_a_beginning_is_damaged(journal: Journal, run: Run) -> None:
    assert run
    with journal.store.writing() as connection:
        connection.execute(text("delete from entry"))
    with pytest.raises(RingtrustError, match="has no beginning"):
        briefs(journal)


def test_to_ask_whether_there_is_a_journal_makes_none(place: Path | URL) -> None:
    assert not is_there(place)
    assert not is_there(place)
    with closing(Journal(place)):
        assert is_there(place)
