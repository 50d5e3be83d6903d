"""The database: what is written reaches other nodes in its order; queries from outside only read, and not for ever."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.lab.labtime import SteppedTime
from ringtrust.lab.releases import release
from ringtrust.lab.state.database import Database, QueryFailed, Replica, Rows, put
from ringtrust.lab.state.tables import tables
from tests.support.clusters import START

TABLES = tables(release("12.5"))


def _database() -> tuple[SteppedTime, Database]:
    time = SteppedTime(START)
    return time, Database(time, "pub", ("pub", "sub1", "sub2"), 5, TABLES)


def _values(database: Database, node: str) -> list[tuple[str]]:
    return database.replica(node).rows("select paramvalue from processconfig order by paramname")


def _write(database: Database, name: str, value: str) -> None:
    database.write((put("processconfig", name, name, value, 11, "x"),))


def test_what_is_written_is_on_the_publisher_at_once_and_on_others_later_in_its_order() -> None:
    time, database = _database()
    heard: list[str] = []
    database.write((put("processconfig", "a", "a", "1", 11, "x"),), heard.append)
    time.advance(2)
    _write(database, "a", "2")
    assert (_values(database, "pub"), _values(database, "sub1")) == ([("2",)], [])
    assert database.waiting("sub1") == 2
    time.advance(3)
    assert _values(database, "sub1") == [("1",)]
    assert heard == ["pub", "sub1", "sub2"]
    time.advance(2)
    assert _values(database, "sub1") == [("2",)]
    assert database.waiting("sub1") == 0
    assert database.waiting("pub") == 0


def test_a_broken_link_holds_everything_back_for_one_node_only() -> None:
    time, database = _database()
    database.stop_replication("sub1")
    _write(database, "a", "1")
    time.advance(60)
    assert (database.broken("sub1"), database.broken("sub2")) == (True, False)
    assert (_values(database, "sub1"), _values(database, "sub2")) == ([], [("1",)])
    database.resume_replication("sub1")
    assert _values(database, "sub1") == [("1",)]


@pytest.mark.parametrize(
    "query",
    [
        "insert into device values (1)",
        "update device set name = 'x'",
        "delete from device",
        "drop table device",
        "attach database '/tmp/x' as x",
        "pragma journal_mode",
        "vacuum into '/tmp/x'",
        "select load_extension('x')",
        "select 1; select 2",
        "select 'a\0b'",
        "select '\ud800'",
        "",
    ],
)
def test_a_query_from_outside_can_only_read(query: str) -> None:
    replica = Replica(TABLES)
    found = replica.query(query)
    assert isinstance(found, QueryFailed) or found == Rows((), ())
    assert replica.query("select count(*) as n from device") == Rows(("n",), (("0",),))


@pytest.mark.parametrize(
    "query",
    [
        "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n",
        "select zeroblob(1000000000)",
        "with recursive n(x) as (select 1 union all select x + 1 from n) select x from n",
        "with recursive n(x) as (select 1 union all select x + 1 from n limit 40000) select zeroblob(60000) from n",
        "select instr(replace(hex(zeroblob(1900000)),'0','a'), replace(hex(zeroblob(900000)),'0','a')||'b')",
    ],
    ids=["for ever", "too large a value", "rows for ever", "too much in all", "a slow function"],
)
def test_a_query_that_would_never_end_is_ended(query: str) -> None:
    found = Replica(TABLES).query(query)
    assert found == QueryFailed("The query was ended because it took too many resources.")


@given(st.text(max_size=60) | st.text(max_size=40).map("select {} from processnode".format))
def test_any_text_is_answered_or_refused(query: str) -> None:
    found = Replica(TABLES).query(query)
    assert isinstance(found, Rows) or found.reason.endswith(".")


def test_whoever_watches_a_table_hears_of_every_statement_that_writes_to_it_once_it_has_arrived() -> None:
    time, database = _database()
    told: list[str] = []
    for name in ("pub", "sub1"):
        database.replica(name).watch(("processconfig",), partial(told.append, name))
    database.write((put("typeclass", 9, "x", "y"),))
    _write(database, "a", "1")
    assert told == ["pub"]
    time.advance(5)
    assert told == ["pub", "sub1"]
    database.write((("delete from processconfig where pkid = ?", ("a",)),))
    database.write((("update processconfig set paramvalue = ?", ("2",)),))
    assert told == ["pub", "sub1", "pub", "pub"]


def test_a_statement_of_another_shape_is_none_that_the_lab_writes() -> None:
    _, database = _database()
    with pytest.raises(ValueError, match="drop"):
        database.write((("drop table processconfig", ()),))
