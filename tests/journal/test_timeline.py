"""A run as a person would tell it: how long each gate was waited for, who worked on it, who decided what."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from ringtrust.change.act import ResetPhones
from ringtrust.change.decision import Decision
from ringtrust.change.gate import CertificateIs, Gate, ReplicationGood, Vouched, Voucher
from ringtrust.change.outcome import Done, Failed, Passed
from ringtrust.change.plan import Step
from ringtrust.change.timeline import (
    Became,
    Began,
    Decided,
    Ended,
    Judged,
    Meant,
    Stopped,
    Taken,
    Talked,
    Waited,
)
from ringtrust.clock import StoppedClock
from ringtrust.errors import RingtrustError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import FINISHED, Heard, Looked
from ringtrust.journal.timeline import exchanges, timeline
from ringtrust.journal.who import Holder
from tests.journal.material import NOW, REGENERATE, a_plan

DBR = Gate(ReplicationGood(), "the database follows")
TVS = Gate(Vouched((Voucher("pub", ""),)), "TVS vouches")
PLAN = a_plan(
    Step(1, "TVS", REGENERATE, "It expires.", before=(DBR,), after=(TVS,)),
    Step(2, "TVS", ResetPhones(), "So they learn of it."),
)
OF_NOTHING = b'{"intent":999,"outcome":{"was":"done"}}'
ANNA, BERT = Holder("anna@laptop", "m1", 11, "apply TVS"), Holder("bert@server", "m1", 22, "resume")


def _at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "journal.db", StoppedClock(_at(30)))) as found:
        yield found


def _night(journal: Journal) -> int:
    """Anna's process is killed in a wave; Bert goes on, and decides that a gate passes."""
    journal.leases.take("campus", ANNA)
    run = journal.begin("campus", PLAN, NOW)
    journal.hold(run, 1, "it waits for another person", _at(1))
    journal.decide(run, Decision("approve", "cora@server", _at(6), "read it"))
    journal.note(run, Looked(1, "before", ReplicationGood(), Passed(("2 2",)), _at(7)))
    intended = journal.intend(run, 1, REGENERATE, "0A", _at(8))
    journal.hear(run, 1, [Heard(_at(8), "CLI", "pub", b"set cert regen TVS", b"\x1b[2J ok\n")], _at(9))
    journal.conclude(intended, Done(("0B",), "0B"), _at(10))
    journal.note(run, Looked(1, "after", Vouched((Voucher("pub", "0B"),)), Failed(("it is down",)), _at(25), "bert"))
    wave = journal.intend(run, 2, ResetPhones(), "", _at(26))
    journal.leases.take("campus", BERT, alone=True)
    journal.conclude(wave, Done(), _at(40))
    journal.note(run, Looked(2, "after", CertificateIs("tomcat", "pub", "1"), Passed(), _at(41)))
    journal.stop(run, 2, ["somebody went home"], _at(42))
    journal.end(run, FINISHED, _at(43))
    return run.id


def test_one_thing_after_the_other(journal: Journal) -> None:
    found = timeline(journal, _night(journal))
    assert [type(each) for each in found.events] == [
        *(Taken, Began, Waited, Decided, Judged, Meant, Talked, Became),
        *(Judged, Meant, Taken, Became, Judged, Stopped, Ended),
    ]
    assert [each.number for each in found.steps] == [1, 2]
    assert found.digest == PLAN.digest
    assert found.brief.state.word == "finished"


def test_how_long_it_was_held_and_how_long_each_gate_was_waited_for(journal: Journal) -> None:
    events = timeline(journal, _night(journal)).events
    [held] = [each for each in events if isinstance(each, Waited)]
    assert held.seconds == 5 * 60  # until somebody agreed
    gates = [each for each in events if isinstance(each, Judged)]
    assert [each.seconds for each in gates] == [60, 15 * 60, 60]
    assert [each.what for each in gates] == [
        *("the database follows", "TVS vouches", "tomcat of pub is the one that this plan has made"),
    ]
    assert [each.by for each in gates] == ["", "bert", ""]
    acts = [each for each in events if isinstance(each, Became)]
    assert [(each.seconds, each.wave) for each in acts] == [(120, False), (14 * 60, True)]


def test_who_took_over_from_whom(journal: Journal) -> None:
    taken = [each for each in timeline(journal, _night(journal)).events if isinstance(each, Taken)]
    assert [(each.by, each.before) for each in taken] == [(ANNA.text, ""), (BERT.text, f"{ANNA.text}")]


def test_a_lease_that_was_taken_for_another_run_is_none_of_this_one(journal: Journal) -> None:
    number = _night(journal)
    journal.leases.release("campus")
    journal.leases.take("campus", ANNA)
    other = journal.begin("campus", a_plan(cluster="branch"), _at(50))
    journal.decide(other, Decision("pause", "bert@server", _at(51)))
    assert len([each for each in timeline(journal, number).events if isinstance(each, Taken)]) == 2
    assert [type(each) for each in timeline(journal, other.id).events] == [Taken, Began, Decided]
    journal.leases.release("campus")
    journal.leases.take("campus", BERT)
    journal.leases.say_run("campus", other.id)  # and nothing is written since
    assert [type(each) for each in timeline(journal, other.id).events] == [Taken, Began, Decided, Taken]


def test_what_was_said_is_there_byte_for_byte_for_a_step_or_for_all(journal: Journal) -> None:
    number = _night(journal)
    for step, count in ((0, 1), (1, 1), (2, 0)):
        found = list(exchanges(journal, number, step))
        assert [each.answer for each in found] == [b"\x1b[2J ok\n"] * count


@pytest.mark.parametrize("change", ["delete from blob", "update blob set data = x'00'", "update blob set data = x''"])
def test_bytes_that_are_lost_are_told_in_a_sentence(journal: Journal, change: str) -> None:
    number = _night(journal)
    with journal.store.writing() as connection:
        connection.execute(text(change))
    with pytest.raises(RingtrustError) as caught:
        list(exchanges(journal, number))
    assert caught.value.advice


def test_an_entry_that_cannot_be_there_is_told_in_a_sentence(journal: Journal) -> None:
    number = _night(journal)
    with journal.store.writing() as connection:
        connection.execute(text("update entry set body = :body where kind = 'outcome'"), {"body": OF_NOTHING})
    with pytest.raises(RingtrustError, match="damaged"):
        timeline(journal, number)
