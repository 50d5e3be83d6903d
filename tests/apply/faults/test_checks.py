"""The checks find what they are for: each is shown a tool with a defect, and a history in which it does harm."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ringtrust.apply.hands import ClusterHands
from ringtrust.change.gate import Condition
from ringtrust.change.outcome import Done, Outcome, Passed, Refused, Verdict
from ringtrust.journal.records import Intended
from ringtrust.verify.judge import ClusterJudge
from tests.apply.faults.book import Book
from tests.apply.faults.history import History, play
from tests.apply.faults.invariants import violations
from tests.apply.faults.weather import Fault
from tests.prove.differential.worlds import Shape

_PAIR = Shape("12.5", 2, 2, (("pub", "sub1"), ("sub1", "pub")))


def _found(folder: Path, goal: tuple[str, ...], *faults: Fault, shape: Shape = _PAIR) -> str:
    history = History(shape, 2, goal, "type", "documented", faults, hurry=10)
    return "\n".join(violations(history, play(history, folder)))


async def _never(_hands: ClusterHands, _intended: Intended) -> Outcome:
    return Refused(("It has not happened.",))


async def _always(_hands: ClusterHands, _intended: Intended) -> Outcome:
    return Done(("It has happened.",))


async def _passes(_judge: ClusterJudge, _condition: Condition) -> Verdict:
    return Passed()


def _forgets(_book: Book, *_words: Any) -> None:
    return


def _again(status: int) -> Callable[[object], int]:
    return lambda _: status


def test_an_act_that_is_done_twice_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringtrust.apply.hands.too_early", lambda *_: False)
    assert "Step 2 has happened, and the journal says" in _found(tmp_path, ("TVS@sub1",), Fault("late", 2))


def test_a_journal_that_denies_what_has_happened_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClusterHands, "settle", _never)
    assert "has happened, and the journal says" in _found(tmp_path, ("TVS@sub1",), Fault("die-after", 3))


def test_an_act_that_is_skipped_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClusterHands, "settle", _always)
    found = _found(tmp_path, ("tomcat@sub1",), Fault("die-before", 3))
    assert "the lab saw nothing" in found


def test_phones_that_are_behind_at_the_end_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClusterJudge, "judge", _passes)
    assert "do not hold what is served now" in _found(tmp_path, ("CallManager", "TVS"), Fault("phones-off", 2, 0, 1))


def test_a_phone_that_is_lost_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was off while the only signer and every TVS that it knew were renewed."""
    monkeypatch.setattr(ClusterJudge, "judge", _passes)
    shape = Shape("9.1", 2, 2, (("pub", "sub1"), ("sub1", "pub")))
    found = _found(tmp_path, ("CallManager", "TVS"), Fault("phones-off", 2, 0, 1, 10**6), shape=shape)
    assert "are lost, and nobody had said so" in found


def test_a_gate_of_which_the_journal_does_not_know_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Book, "note", _forgets)
    assert "is not in the journal as passed" in _found(tmp_path, ("TVS@sub1",))


def test_an_outcome_of_which_the_journal_does_not_know_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Book, "conclude", _forgets)
    assert "have no outcome" in _found(tmp_path, ("TVS@sub1",))


def test_a_wrong_exit_status_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.apply.faults.history.status_of", _again(3))
    assert "ended with 3, and" in _found(tmp_path, ("TVS@sub1",))
