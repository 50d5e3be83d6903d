"""Tables of `run sql`: what does not fit its columns is an error, never a row."""

import pytest

from ringtrust.connect.platform.tables import Table, read_table
from ringtrust.errors import FormatError, UnreadableError
from tests.connect.platform.transcripts import TRANSCRIPTS

NODES = TRANSCRIPTS["process nodes"]


def test_columns_stand_where_the_line_under_them_says() -> None:
    assert read_table(NODES) == Table(
        ("name", "description", "nodeid"),
        (("EnterpriseWideData", "", "1"), ("172.18.172.212", "CUCM901CCNAPub", "2")),
    )


def test_a_head_without_a_row_is_an_empty_table() -> None:
    found = read_table("\nname nodeid\n==== ======\n\n")
    assert found == Table(("name", "nodeid"), ())
    assert found.column("nodeid") == ()


def test_null_stays_a_word_and_blanks_inside_a_value_stay() -> None:
    found = read_table("a          b\n========== ====\none  two   NULL\n           x\n")
    assert found.rows == (("one  two", "NULL"), ("", "x"))


def test_a_column_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FormatError, match="lacks a column"):
        read_table(NODES).column("pkid")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The table (x) is not in the database.\n",
        "name\n",
        "====\nname\n",
        "one two\n=======\n",
        "one\n=== ===\n",
        "=\n" + "= " * 600 + "=\n",
    ],
)
def test_what_is_no_table_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_table(text)


@pytest.mark.parametrize(
    "rows",
    [
        "pub  -----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "publisher is long\n",
        "pub  x\n\npub  y\n",
    ],
)
def test_values_that_run_over_lines_are_refused_with_advice(rows: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_table(f"name certificate\n==== ===========\n{rows}")
    assert "AXL" in caught.value.advice
