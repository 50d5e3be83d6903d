"""A SELECT in parts: every row has one place, or it is not divided (interfaces.md §3.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.connect.soap.parts import Divided, Whole, divided


@pytest.mark.parametrize(
    ("sql", "rest"),
    [
        ("select name from device", "name from device order by device.pkid"),
        ("SELECT name FROM device d", "name FROM device d order by d.pkid"),
        ("select a from typemodel as t where a = 'x, y' ", "a from typemodel as t where a = 'x, y' order by t.enum"),
        ("select a from b order by a", "a from b order by a, b.pkid"),
        ("select a from b order by lower(a) desc ", "a from b order by lower(a) desc, b.pkid"),
        ("select a from b where c = '-- order by {;\"'", "a from b where c = '-- order by {;\"' order by b.pkid"),
        (
            "select d.a from device as d left outer join pool p on p.pkid = d.fk inner join typemodel on x = y",
            (
                "d.a from device as d left outer join pool p on p.pkid = d.fk inner join typemodel on x = y "
                "order by d.pkid, p.pkid, typemodel.enum"
            ),
        ),
        ("select distinct a from b order by a", "distinct a from b order by a"),
        ("select a from b, c order by a", "a from b, c order by a"),
    ],
)
def test_the_key_of_every_table_stands_behind_the_order(sql: str, rest: str) -> None:
    assert divided(sql) == Divided(rest)


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "select ",
        "update a set b = 1",
        "select count(*) from a",
        "select a from b, c",
        "select a from b union select a from c order by a",
        "select a from (select c from d order by c)",
        "select a from b where c in (select d from e)",
        "select a from systables",
        "select a from b group by a",
        "select distinct a from b",
        "select first 5 a from b order by a",
        "select a from b order by a; drop table b",
        "select a from b -- order by a",
        "select a from b where c = 'x order by a",
    ],
)
def test_what_has_no_order_that_is_known_is_not_divided(sql: str) -> None:
    assert isinstance(divided(sql), Whole)


@given(st.text(alphabet="selctfromwhrdby,.()'\" 1*;-", max_size=80) | st.text(max_size=40))
def test_any_text_is_divided_or_not(text: str) -> None:
    found = divided("select " + text)
    assert isinstance(found, Whole) or found.part(0, 1).startswith("select skip 0 first 1 ")
