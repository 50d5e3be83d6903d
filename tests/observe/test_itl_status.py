"""What the database keeps of what phones said of their ITL: found by what it holds, and never guessed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.facts import Known, Unread
from ringtrust.errors import UnreadableError
from ringtrust.observe.itl_status import Kept, Reported, kept_in, reports_in, reports_sql
from ringtrust.observe.rows import Row

KEPT = Kept("devicetrusthash", "itlhash", "datetimestamp")
SHA1 = "0c65 d12b 80f5 2f4f 0b0a 3f0b 0e1f 5a6b 7c8d 9e0f"
PLAIN = SHA1.replace(" ", "").upper()


def _catalog(**tables: str) -> list[Row]:
    return [{"tabname": table, "colname": name} for table, names in tables.items() for name in names.split()]


def test_the_table_is_known_by_what_it_holds() -> None:
    others = {"certificatehashmap": "pkid fkcertificate hash", "tftptrusthash": "pkid servername itlhash"}
    assert kept_in(_catalog(**others, devicetrusthash="pkid fkdevice itlhash datetimestamp")) == KEPT
    assert kept_in(_catalog(phoneitl="fkdevice hash")) == Kept("phoneitl", "hash")
    assert kept_in(_catalog(DEVICETRUSTHASH="FKDEVICE ITLHASH CTLHASH")) == Kept("devicetrusthash", "itlhash")


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"certificatehashmap": "pkid fkcertificate hash"},
        {"devicetrusthash": "pkid fkdevice"},
        {"devicehash": "fkdevice hash"},
        {"devicetrusthash": "fkdevice itlhash oldhash"},
        {"devicetrusthash": "fkdevice itlhash", "phoneitl": "fkdevice hash"},
        {"itl; drop table device": "fkdevice hash"},
    ],
)
def test_where_it_is_not_sure_nobody_is_taken_at_that_word(tables: dict[str, str]) -> None:
    with pytest.raises(UnreadableError, match="which ITL each phone holds") as caught:
        kept_in(_catalog(**tables))
    assert "ITL File Status" in caught.value.advice


def test_few_are_asked_by_name_and_many_at_once() -> None:
    assert reports_sql(KEPT, ["SEP1", "SEP2"]).endswith("where d.name in ('SEP1', 'SEP2')")
    assert "where" not in reports_sql(KEPT, [f"SEP{number}" for number in range(500)])
    assert "where" not in reports_sql(KEPT, ["SEP1'; drop"])
    assert "h.datetimestamp as told" in reports_sql(KEPT)
    assert "told" not in reports_sql(Kept("phoneitl", "hash"))


@pytest.mark.parametrize(
    ("digest", "found"),
    [
        (SHA1, Known(Reported(PLAIN, datetime(2026, 11, 24, 20, tzinfo=UTC)))),
        ("Not Installed", Known(Reported("", datetime(2026, 11, 24, 20, tzinfo=UTC)))),
        ("", Known(Reported("", datetime(2026, 11, 24, 20, tzinfo=UTC)))),
        ("AB CD", Unread('The database has "AB CD" for the hash of its ITL.')),
    ],
)
def test_what_a_row_says(digest: str, found: Known[Reported] | Unread) -> None:
    told = int(datetime(2026, 11, 24, 20, tzinfo=UTC).timestamp())
    assert reports_in([{"name": "SEP1", "digest": digest, "told": str(told)}]) == {"SEP1": found}


def test_of_two_rows_the_later_counts_and_none_outdoes_what_cannot_be_read() -> None:
    old, new = (
        {"name": "SEP1", "digest": digest, "told": when} for digest, when in (("AB" * 20, "1"), ("CD" * 20, "2"))
    )
    for rows in ([old, new], [new, old]):
        assert reports_in(rows)["SEP1"] == Known(Reported("CD" * 20, datetime.fromtimestamp(2, UTC)))
    odd = {"name": "SEP1", "digest": "odd", "told": "0"}
    for rows in ([odd, new], [new, odd]):
        assert isinstance(reports_in(rows)["SEP1"], Unread)


def test_other_columns_are_no_answer() -> None:
    with pytest.raises(UnreadableError, match="lacks digest"):
        reports_in([{"name": "SEP1"}])


@given(
    st.lists(st.fixed_dictionaries({"name": st.text(max_size=5), "digest": st.text(), "told": st.text(max_size=12)}))
)
def test_whatever_the_database_says(rows: list[Row]) -> None:
    found = reports_in(rows)
    assert set(found) == {row["name"] for row in rows}
    for each in found.values():
        assert isinstance(each, Unread) or not each.value.itl or len(each.value.itl) in {32, 40}


@given(
    st.lists(
        st.fixed_dictionaries({"tabname": st.text(max_size=9), "colname": st.sampled_from(["fkdevice", "itlhash"])})
    )
)
def test_whatever_the_catalog_says(rows: list[Row]) -> None:
    try:
        kept = kept_in(rows)
    except UnreadableError:
        return
    assert kept.table.isascii()
    assert kept.digest == "itlhash"
