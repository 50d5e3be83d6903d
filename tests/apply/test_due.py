"""What a run that was left half-way owes, by its journal."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ringtrust.apply.due import due, is_stuck, owed, refuse_if_due
from ringtrust.change.gate import CertificateIs, Condition, ReplicationGood, Vouched, Voucher
from ringtrust.change.outcome import Done, Failed, NotYet, Passed, Unknown, Verdict
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Looked, Run
from tests.apply.world import ACTS, PLAN, STEPS
from tests.journal.material import NOW
from tests.plan.material import planned
from tests.plan.secured import V11, secured

REGENERATE, RESTART, RESET, TVS = ACTS
BEHIND_CALLMANAGER = STEPS[2:4]
RENEWED = CertificateIs("CallManager", "pub", "2")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "journal.db")) as made:
        yield made


def _run(journal: Journal, *done: int, open_: int = 0) -> Run:
    """A run in which these steps are done, and one was begun."""
    run = journal.begin("campus", PLAN, NOW)
    for number in done:
        intended = journal.intend(run, number, STEPS[number - 1].act, "1", NOW)
        journal.conclude(intended, Done(), NOW)
    if open_:
        journal.intend(run, open_, STEPS[open_ - 1].act, "1", NOW)
    return run


def _look(journal: Journal, run: Run, condition: Condition, verdict: Verdict) -> None:
    journal.note(run, Looked(4, "after", condition, verdict, NOW))


@pytest.mark.parametrize(
    ("done", "open_", "due"),
    [
        ((), 0, ()),
        ((), 2, (3, 4)),
        ((2,), 0, (3, 4)),
        ((2,), 3, (3, 4)),
        ((2, 3), 0, (4,)),
        ((2, 3), 4, (4,)),
        ((2, 3, 4), 0, ()),
        ((2, 3, 4), 5, ()),
    ],
    ids=str,
)
def test_what_may_not_have_happened_is_due(
    journal: Journal, done: tuple[int, ...], open_: int, due: tuple[int, ...]
) -> None:
    """A renewal that may have happened has happened; a restart or a wave that may not have, has not."""
    assert tuple(step.number for step in owed(_run(journal, *done, open_=open_), journal)) == due


def test_what_somebody_else_has_renewed_once_more_is_due_once_more(journal: Journal) -> None:
    run = _run(journal, 2, 3, 4)
    _look(journal, run, RENEWED, Failed(("somebody has",)))
    assert owed(run, journal) == BEHIND_CALLMANAGER
    assert is_stuck(run, journal)


@pytest.mark.parametrize("verdict", [Unknown(("silent",)), NotYet(("wait",))])
def test_a_look_that_decides_nothing_takes_nothing_away(journal: Journal, verdict: Verdict) -> None:
    run = _run(journal, 2, 3, 4)
    _look(journal, run, RENEWED, Failed(("somebody has",)))
    _look(journal, run, ReplicationGood(), Passed())
    _look(journal, run, RENEWED, verdict)
    assert owed(run, journal) == BEHIND_CALLMANAGER
    _look(journal, run, RENEWED, Passed())
    assert owed(run, journal) == ()
    assert not is_stuck(run, journal)


def test_whoever_stopped_because_phones_do_not_know_a_tvs_is_not_told_to_send_them_by_hand(journal: Journal) -> None:
    run = _run(journal, 2)
    with pytest.raises(RefusedError) as by_hand:
        refuse_if_due(run, journal)
    assert "do these yourself" in by_hand.value.advice
    _look(journal, run, Vouched((Voucher("pub", "1"),)), Failed(("strange",)))
    _look(journal, run, ReplicationGood(), Unknown(("silent",)))
    with pytest.raises(RefusedError) as unheard:
        refuse_if_due(run, journal)
    assert "Do not reset phones by hand" in unheard.value.advice
    assert "do these yourself" not in unheard.value.advice


def test_a_run_that_has_done_nothing_owes_nothing(journal: Journal) -> None:
    run = _run(journal)
    _look(journal, run, CertificateIs("CallManager", "pub", "1"), Failed(("somebody has renewed it",)))
    assert owed(run, journal) == ()


def test_a_ctl_is_due_whoever_makes_it_and_lscs_are_not() -> None:
    """H13: phones are refused without it. Old LSCs stay good, and a new plan sees who has one (I7)."""
    for tokens, verb in ((False, "update the CTL"), (True, "with the CTL client")):
        plan = planned(secured(V11, tokens=tokens), "CAPF@pub")
        titles = [step.title for step in due(plan, 2)]
        assert verb in titles[0]
        assert titles[-1] == "reset all phones"
        assert not any("LSC" in title for title in titles)
