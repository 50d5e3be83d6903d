"""What is in a journal cannot be changed, left out, put in or cut off without being noticed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.change.decision import Decision
from ringtrust.change.gate import ReplicationGood
from ringtrust.change.outcome import Done, Passed
from ringtrust.journal.chain import FIRST, Entry, bound, breaks
from ringtrust.journal.export import entries, heads
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Heard, Looked
from tests.journal.material import NOW, REGENERATE, a_plan

ENTRIES = st.lists(st.tuples(st.integers(0, 9), st.text(), st.text(), st.binary()), min_size=1, max_size=8)


def _chain(bodies: list[tuple[int, str, str, bytes]]) -> list[Entry]:
    made: list[Entry] = []
    for seq, (run, kind, by, body) in enumerate(bodies, 1):
        entry = Entry("campus", seq, run, kind, NOW.isoformat(), by, body, "")
        previous = made[-1].hash if made else FIRST
        made.append(Entry("campus", seq, run, kind, NOW.isoformat(), by, body, bound(previous, entry)))
    return made


@given(bodies=ENTRIES)
def test_what_was_not_touched_holds(bodies: list[tuple[int, str, str, bytes]]) -> None:
    chain = _chain(bodies)
    assert list(breaks(chain, [("campus", len(chain), chain[-1].hash)])) == []


@given(bodies=ENTRIES, data=st.data())
def test_whatever_is_changed_left_out_or_cut_off_is_noticed(
    bodies: list[tuple[int, str, str, bytes]], data: st.DataObject
) -> None:
    chain = _chain(bodies)
    end = [("campus", len(chain), chain[-1].hash)]
    place = data.draw(st.integers(0, len(chain) - 1))
    was = chain[place]
    changed = data.draw(
        st.sampled_from(
            [
                Entry(was.cluster, was.seq, was.run + 1, was.kind, was.at, was.by, was.body, was.hash),
                Entry(was.cluster, was.seq, was.run, was.kind + "x", was.at, was.by, was.body, was.hash),
                Entry(was.cluster, was.seq, was.run, was.kind, was.at, was.by + "x", was.body, was.hash),
                Entry(was.cluster, was.seq, was.run, was.kind, was.at, was.by, was.body + b"x", was.hash),
            ]
        )
    )
    assert list(breaks([*chain[:place], changed, *chain[place + 1 :]], end))
    assert list(breaks([*chain[:place], *chain[place + 1 :]], end))


def _full(path: Path) -> None:
    """A journal with an entry of each kind."""
    with closing(Journal(path)) as journal:
        run = journal.begin("campus", a_plan(), NOW)
        intended = journal.intend(run, 1, REGENERATE, "0A", NOW)
        journal.hear(run, 1, [Heard(NOW, "CLI", "pub", b"set cert regen TVS", b"Successfully")], NOW)
        journal.conclude(intended, Done(), NOW)
        journal.note(run, Looked(1, "after", ReplicationGood(), Passed(), NOW))
        journal.decide(run, Decision("pause", "anna", NOW, "lunch"))
        journal.end(run, "finished", NOW)


def _broken(path: Path) -> list[str]:
    with closing(Journal(path)) as journal:
        return [each.why for each in breaks(entries(journal.store, heads(journal.store)), heads(journal.store))]


def test_a_journal_holds(tmp_path: Path) -> None:
    _full(tmp_path / "journal.db")
    assert _broken(tmp_path / "journal.db") == []


@pytest.mark.parametrize("kind", ["began", "intent", "session", "outcome", "gate", "decision", "ended"])
def test_an_entry_of_any_kind_that_was_changed_in_the_file_is_noticed(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "journal.db"
    _full(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        [(body,)] = connection.execute("select body from entry where kind = ?", (kind,)).fetchall()
        connection.execute("update entry set body = ? where kind = ?", (body + b" ", kind))
    assert _broken(path) == ["it was changed after it was written"]


@pytest.mark.parametrize("kind", ["gate", "ended"])
def test_an_entry_that_was_taken_out_is_noticed_at_the_end_of_the_chain_too(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "journal.db"
    _full(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("delete from entry where kind = ?", (kind,))
    assert _broken(path)
