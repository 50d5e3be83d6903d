"""AXL: changes by SQL, and answers that are too much at once (interfaces.md §1.12, §3.2, §3.4)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.lab.soap import axl_objects
from ringtrust.lab.soap.axl import Axl
from ringtrust.lab.soap.envelope import read_operation
from tests.lab.soap.asking import axl, refused, request, sql, update
from tests.support.clusters import Bench, bench, small

RENEW = (
    "UPDATE device SET tkcertificatestatus=2, tkCertificateOperation=2, UpgradeFinishTime='2024:08:22:12:00' "
    "where pkid='{}'"
)
FIELDS = "select name, tkcertificatestatus, tkcertificateoperation, upgradefinishtime from device order by name"
MADE = bench(small(phones=4), on=False)
TABLES = ("device", "processnode", "processconfig", "certificate")


def _tables(made: Bench, node: str = "pub") -> list[list[tuple[object, ...]]]:
    replica = made.cluster.node(node).replica
    return [replica.rows(f"select * from {table} order by pkid") for table in TABLES]  # noqa: S608 - names of ours


def test_an_update_is_written_on_the_publisher_and_gets_to_every_node() -> None:
    made = bench(small(phones=2), on=False)
    pkid = sql(made, "select pkid from device order by name")[0]["pkid"]
    assert update(made, RENEW.format(pkid), "sub1") == (200, "1")
    first, second = sql(made, FIELDS)
    assert first | {"name": ""} == {
        "name": "",
        "tkcertificatestatus": "2",
        "tkcertificateoperation": "2",
        "upgradefinishtime": "2024:08:22:12:00",
    }
    assert second["tkcertificatestatus"] == "1"
    assert sql(made, FIELDS, "sub1") != sql(made, FIELDS)
    made.time.advance(5)
    assert sql(made, FIELDS, "sub1") == sql(made, FIELDS, "sub2") == sql(made, FIELDS)


def test_an_update_waits_where_replication_has_stopped() -> None:
    made = bench(small(phones=1), on=False)
    made.cluster.database.stop_replication("sub1")
    assert update(made, "update device set description = 'new'") == (200, "1")
    made.time.advance(5)
    described = "select name from device where description = 'new'"
    assert (len(sql(made, described, "sub1")), len(sql(made, described, "sub2"))) == (0, 1)
    made.cluster.database.resume_replication("sub1")
    assert len(sql(made, described, "sub1")) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "update certificate set certificate = 'x'",
        "update device set name = 'SEP0'",
        "update device set pkid = 'x'",
        "update processconfig set paramname = 'T'",
        "update processnode set name = 'x'",
        "update typemodel set name = 'x'",
        "update sqlite_master set sql = ''",
        "delete from device",
        "insert into device (pkid) values ('x')",
        "drop table device",
        "select name from device",
        "update device set description = 'x'; delete from device",
        "update or replace device set description = 'x'",
        "update device set description = random()",
        "update device set description = sqlite_version()",
        "update nothing set description = 'x'",
        "update device set nothing = 'x'",
        "update device",
        "update device set",
        "",
        "attach database 'x' as y",
        "pragma writable_schema = on",
    ],
)
def test_everything_else_is_refused_and_changes_nothing(statement: str) -> None:
    before = _tables(MADE)
    status, reason = update(MADE, statement)
    assert status == 500
    assert reason.endswith(".")
    assert _tables(MADE) == before


CLAUSE = st.sampled_from(
    [
        *("description = 'a'", "description = description || 'b'", "tkcertificateoperation = 2", "description = null"),
        *("description = (select description from processnode where nodeid = 3)", "description = upper(name)"),
        *("tkcertificatestatus = tkcertificatestatus + 1", "description = 'a;b'", "upgradefinishtime = ''"),
    ]
)
WHERE = st.sampled_from(
    [
        "",
        "where name like 'SEP%'",
        "where description is null",
        "where 1 = 0",
        "where name > (select min(name) from device)",
    ]
)
CHANGE = st.tuples(CLAUSE, WHERE).map(" ".join) | st.text(max_size=60).map("description = {}".format)


@given(st.lists(CHANGE, max_size=4))
def test_whatever_is_changed_all_nodes_hold_the_same_in_the_end(changes: list[str]) -> None:
    for change in changes:
        MADE.cluster.database.update(f"update device set {change}")  # noqa: S608 - that is what is tried out
    MADE.time.advance(5)
    assert _tables(MADE, "pub") == _tables(MADE, "sub1") == _tables(MADE, "sub2")


def test_a_clause_that_gives_rows_back_does_no_harm() -> None:
    made = bench(small(phones=3), on=False)
    assert update(made, "update device set description = 'x' returning name") == (200, "3")
    made.time.advance(5)
    assert sql(made, "select distinct description from device", "sub2") == [{"description": "x"}]


def test_more_than_8_mb_is_refused_with_the_number_of_rows_and_a_number_that_fits() -> None:
    made = bench(small("campus-12.5", phones=0))
    many = "(select 1 union select 2 union select 3 union select 4), typetrustrole, typekeysize as a, typekeysize as b"
    wide = f"select certificate from certificate, {many}"  # noqa: S608 - names of ours
    reason = refused(made, "executeSQLQuery", f"<sql>{wide}</sql>")
    found = re.fullmatch(
        r"Query request too large\. Total rows matched: (\d+) rows\. Suggestive Row Fetch: less than (\d+) rows", reason
    )
    assert found is not None, reason
    total, fitting = map(int, found.groups())
    assert total == int(sql(made, wide.replace("certificate from", "count(*) as n from"))[0]["n"])
    assert 0 < fitting < total
    fewer = wide.replace("select", f"select first {fitting - 1}", 1)
    status, body = axl(made, "executeSQLQuery", f"<sql>{fewer}</sql>")
    assert status == 200
    assert len(body[0]) == fitting - 1


def test_a_list_of_more_than_8_mb_is_refused_likewise(monkeypatch: pytest.MonkeyPatch) -> None:
    made = bench(small(phones=6), on=False)
    monkeypatch.setattr(axl_objects, "CHARACTERS_AT_MOST", 2_000)
    reason = refused(made, "listPhone", "<searchCriteria><name>%</name></searchCriteria>")
    assert reason.startswith("Query request too large. Total rows matched: 6 rows. Suggestive Row Fetch: less than ")
    assert axl(made, "listPhone", "<first>2</first>")[0] == 200


def test_a_cluster_that_is_busy_says_so_as_often_as_somebody_wants() -> None:
    made = bench(small(phones=0))
    made.cluster.overload.requests = 2
    for _ in range(2):
        assert refused(made, "getCCMVersion") == (
            "Maximum AXL Memory Allocation Consumed. Please retry once requests in progress have completed"
        )
    assert axl(made, "getCCMVersion")[0] == 200
    made.cluster.overload.writes = 1
    assert axl(made, "getCCMVersion")[0] == 200


def test_a_full_queue_turns_changes_away_and_they_change_nothing() -> None:
    made = bench(small(phones=1), on=False)
    made.cluster.overload.writes = 1
    change = request("executeSQLUpdate", "<sql>update device set description = 'x'</sql>")
    server = Axl(made.cluster, made.cluster.publisher)
    assert server.answer(read_operation(change))[0] == 503
    assert sql(made, "select name from device where description = 'x'") == []
    assert server.answer(read_operation(change))[0] == 200
    assert sql(made, "select count(*) as n from device where description = 'x'") == [{"n": "1"}]
