"""What could not be read before a run is gone on with: whoever asks the exit status learns that it is half-way."""

from contextlib import closing
from pathlib import Path

import pytest

from ringtrust.apply.half_way import as_half_way, told_as_half_way
from ringtrust.apply.news import StoppedByPerson
from ringtrust.apply.status import status_of
from ringtrust.change.plan import Plan
from ringtrust.errors import HalfWayError, RefusedError, RingtrustError, UnreadableError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import ABORTED
from tests.apply.world import PLAN, STEPS
from tests.journal.material import NOW

SILENT = UnreadableError("sub1 does not answer.", advice="Look at it.")


def _begun(folder: Path, plan: Plan = PLAN, *, acted: bool = True, over: bool = False) -> Path:
    place = folder / "journal.db"
    with closing(Journal(place)) as journal:
        run = journal.begin("pub at 10.0.0.1:22", plan, NOW)
        if acted:
            journal.intend(run, 2, STEPS[1].act, "1", NOW)
        if over:
            journal.end(run, ABORTED, NOW)
    return place


def test_before_the_first_act_of_all_it_is_what_it_is(tmp_path: Path) -> None:
    assert as_half_way(SILENT, PLAN, tmp_path / "none.db") is SILENT
    assert not (tmp_path / "none.db").exists()
    assert as_half_way(SILENT, PLAN, _begun(tmp_path, acted=False)) is SILENT


def test_of_a_run_that_has_acted_it_is_half_way(tmp_path: Path) -> None:
    found = as_half_way(SILENT, PLAN, _begun(tmp_path))
    assert isinstance(found, HalfWayError)
    assert found.exit_status == 4
    assert found.what == SILENT.what
    assert "Look at it. Then call apply again" in found.advice


def test_a_run_that_is_over_is_not_half_way(tmp_path: Path) -> None:
    assert as_half_way(SILENT, PLAN, _begun(tmp_path, over=True)) is SILENT


def test_a_journal_that_cannot_be_read_tells_of_no_run(tmp_path: Path) -> None:
    place = tmp_path / "journal.db"
    place.write_bytes(b"no journal" * 100)
    assert as_half_way(SILENT, PLAN, place) is SILENT


def test_what_is_refused_stays_refused(tmp_path: Path) -> None:
    place = _begun(tmp_path)
    with pytest.raises(RefusedError), told_as_half_way(PLAN, place):
        raise RefusedError("Another apply works on it.")
    with pytest.raises(HalfWayError, match="sub1"), told_as_half_way(PLAN, place):
        raise SILENT
    with pytest.raises(HalfWayError, match="the disk"), told_as_half_way(PLAN, place):
        raise RingtrustError("the disk is full")


def test_what_a_person_has_ended_is_over_unless_something_is_due() -> None:
    ended = StoppedByPerson(1, STEPS[0], ("bert has ended it.",), acted=False)
    assert status_of(ended) == RefusedError.exit_status
    due = StoppedByPerson(1, STEPS[2], ("bert has ended it.",), acted=True, owed=STEPS[2:4])
    assert status_of(due) == HalfWayError.exit_status
