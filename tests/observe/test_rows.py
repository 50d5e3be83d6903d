"""Rows of the database: values come out of them, or a reason why not; and only words of our own go in."""

import contextlib
import string
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.surroundings import Parameter
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe import rows
from ringtrust.observe.rows import Listed, Row

NODE_OF = {"10.0.0.1": "pub", "pub": "pub"}


def member(group: str, node: str, priority: str) -> Row:
    return {"groupname": group, "nodename": node, "priority": priority}


def test_members_of_a_group_come_in_the_order_of_their_priorities_and_under_the_names_of_their_nodes() -> None:
    found = rows.groups_in(
        [member("B", "sub9", "0"), member("A", "sub2", "10"), member("A", "10.0.0.1", "2"), member("A", "sub1", "0")],
        NODE_OF,
    )
    assert [(group.name, group.members) for group in found] == [("A", ("sub1", "pub", "sub2")), ("B", ("sub9",))]


@pytest.mark.parametrize("priority", ["", "-1", "x", "1.0", "²", "٣", " 1", "1\n", "1" * 5000])
def test_a_priority_that_is_no_number_is_not_taken_for_one(priority: str) -> None:
    with pytest.raises(UnreadableError, match="no number"):
        rows.groups_in([member("A", "pub", priority)], NODE_OF)


@pytest.mark.parametrize("column", ["groupname", "nodename", "priority"])
def test_a_row_that_lacks_a_column_is_not_read_over(column: str) -> None:
    row = {key: value for key, value in member("A", "pub", "0").items() if key != column}
    with pytest.raises(UnreadableError, match=f"lacks {column}"):
        rows.groups_in([member("A", "pub", "0"), row], NODE_OF)
    with pytest.raises(UnreadableError, match="lacks name, description, model"):
        rows.phones_in([row])


def test_a_parameter_has_one_value_or_none_that_can_be_believed() -> None:
    row = {"paramname": "ClusterSecurityMode", "paramvalue": "1"}
    assert rows.parameter_in([row], "ClusterSecurityMode") == "1"
    assert rows.parameter_in([row, dict(row)], "ClusterSecurityMode") == "1"
    for found in ([], [row, {**row, "paramvalue": "0"}], [{**row, "paramname": "Other"}], [{}]):
        with pytest.raises(UnreadableError, match="values of ClusterSecurityMode"):
            rows.parameter_in(found, "ClusterSecurityMode")


CELLS = st.text(max_size=20) | st.sampled_from(["0", "1", "pub", "SEP000000000001", "ClusterSecurityMode"])
COLUMNS = st.sampled_from(
    ["groupname", "nodename", "priority", "name", "description", "model", "paramname", "paramvalue"]
)
ROWS = st.lists(st.dictionaries(COLUMNS | st.text(max_size=5), CELLS), max_size=6)
READERS: list[Callable[[Sequence[Row]], object]] = [
    lambda found: rows.groups_in(found, NODE_OF),
    rows.phones_in,
    lambda found: rows.parameter_in(found, "ClusterSecurityMode"),
]


@pytest.mark.parametrize("reader", READERS, ids=["groups", "phones", "parameter"])
@given(found=ROWS)
def test_whatever_the_rows_hold_there_are_values_or_a_reason(
    reader: Callable[[Sequence[Row]], object], found: list[Row]
) -> None:
    try:
        reader(found)
    except UnreadableError as error:
        assert error.what.isprintable()
        assert error.advice


@given(st.lists(st.tuples(st.text(), st.text(), st.text(), st.text())))
def test_every_phone_is_there_as_its_row_says(cells: list[tuple[str, str, str, str]]) -> None:
    keys = ("name", "description", "model", "groupname")
    assert rows.phones_in(dict(zip(keys, each, strict=True)) for each in cells) == tuple(
        Listed(*each) for each in cells
    )


@given(st.text())
def test_nothing_foreign_stands_in_a_query(text: str) -> None:
    for write, allowed in ((rows.parameter_sql, string.ascii_letters), (rows.serial_sql, string.hexdigits)):
        try:
            query = write(text)
        except RefusedError:
            continue
        assert text
        assert set(text) <= set(allowed)
        assert query.count("'") in {2, 4}
        assert "\n" not in query


@pytest.mark.parametrize("text", ["x' or '1'='1", "12\nset cert regen tomcat", "", "1" * 81, "ab cd", "12\n"])
def test_what_is_no_name_and_no_number_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        rows.parameter_sql(text)
    with pytest.raises(RefusedError):
        rows.serial_sql(text)


def test_a_serial_number_is_looked_for_with_and_without_its_zero() -> None:
    assert rows.serial_sql("0AB1").endswith("in ('0ab1', 'ab1')")
    assert rows.serial_sql("00").endswith("in ('00', '0')")


def test_the_one_parameter_that_sounds_like_it_is_phone_interaction() -> None:
    row = {"paramname": "PhoneInteractionOnCertificateUpdate", "paramvalue": "0"}
    assert rows.interaction_in([row, row]) == Parameter("PhoneInteractionOnCertificateUpdate", "0")
    for found in ([], [row, {**row, "paramvalue": "1"}]):
        with pytest.raises(UnreadableError, match="what is called Phone Interaction on Certificate Update"):
            rows.interaction_in(found)
    with pytest.raises(UnreadableError, match="lacks paramvalue"):
        rows.interaction_in([{"paramname": "x"}])


def test_single_sign_on_is_told_by_the_names_that_nodes_have_here() -> None:
    modes = (("10.0.0.1", "2"), ("sub1", "0"), ("sub2", "1"))
    told = [{"name": name, "tkssomode": mode} for name, mode in modes]
    assert rows.sso_in(told, {"10.0.0.1": "pub", "sub1": "sub1"}) == ("pub", "sub2")
    for wrong in ([], [{"name": "sub1", "tkssomode": ""}], [{"name": "sub1", "tkssomode": "on"}], [{"name": "sub1"}]):
        with pytest.raises(UnreadableError):
            rows.sso_in(wrong, {})


@given(
    st.lists(st.dictionaries(st.sampled_from(["name", "tkssomode", "paramname", "paramvalue"]), st.text(max_size=12)))
)
def test_whatever_the_database_says_of_settings(told: list[dict[str, str]]) -> None:
    with contextlib.suppress(UnreadableError):
        assert isinstance(rows.interaction_in(told), Parameter)
    with contextlib.suppress(UnreadableError):
        assert set(rows.sso_in(told, {})) <= {row["name"] for row in told}
