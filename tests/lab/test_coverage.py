"""The tables of what a lab serves are whole: every row belongs to a release, and says what is missing."""

import re
from importlib.resources import files

import pytest

from ringtrust.errors import RefusedError
from ringtrust.lab.coverage import Interface, Row, coverage
from ringtrust.lab.releases import known_releases
from ringtrust.lab.state import alarms
from tests.support.shared import shared_path

ROWS = [(interface.name, row) for interface in coverage() for row in interface.rows]


def test_every_table_is_read() -> None:
    tables = {each.name for each in files("ringtrust.lab.coverage").iterdir() if each.name.endswith(".toml")}
    assert {f"{interface.name}.toml" for interface in coverage()} == tables
    assert all(interface.rows for interface in coverage())


@pytest.mark.parametrize(("interface", "row"), ROWS, ids=[f"{name}: {row.name}" for name, row in ROWS])
def test_a_row_is_there_in_some_release_and_says_why_it_is_not_served_whole(interface: str, row: Row) -> None:
    assert any(row.there(release) for release in known_releases())
    assert re.fullmatch(r"\d{1,2}(\.\d{1,2})?", row.section)
    assert row.name.strip() == row.name != ""
    assert row.note or row.extent != "in part"


def test_no_table_has_a_row_twice_for_one_release() -> None:
    for interface in coverage():
        for release in known_releases():
            names = [row.name for row in interface.of(release).rows]
            assert len(names) == len(set(names)), interface.name


@pytest.mark.parametrize(
    ("since", "until", "there"),
    [
        ("", "", ["9.1", "10.0", "14.0", "15.0"]),
        ("10.0", "", ["10.0", "14.0", "15.0"]),
        ("", "10.0", ["9.1", "10.0"]),
        ("9.2", "14.0", ["10.0", "14.0"]),
    ],
)
def test_releases_are_compared_by_their_numbers(since: str, until: str, there: list[str]) -> None:
    row = Row("x", "1", "served", since, until)
    assert [release for release in ("9.1", "10.0", "14.0", "15.0") if row.there(release)] == there
    assert bool(Interface("x", (row,)).of("14.0").rows) == ("14.0" in there)


@pytest.mark.parametrize("release", ["", "x", "14", "14.", "٩.1", "1.2.3", "14.0SU1", "99999999999999999999.0"])
def test_what_is_no_release_is_refused(release: str) -> None:
    with pytest.raises(RefusedError, match="is no release"):
        Row("x", "1", "served").there(release)


def test_every_alarm_of_the_catalog_has_a_row_and_those_that_are_written_are_served() -> None:
    text = shared_path("reference/interfaces.md").read_text()
    catalog = text[text.index("### 7.1") : text.index("Old names only")]
    named = set(re.findall(r"%UC_[A-Z]+-\d-([\w.]+)", catalog)) - {"RollBackToPre8.0Enabled"}
    rows = {row.name.partition(" ")[0]: row for name, row in ROWS if name == "alarms"}
    assert named <= rows.keys()
    written = {alarm.name for alarm in vars(alarms).values() if isinstance(alarm, alarms.Alarm)}
    assert all(rows[name].extent == "served" for name in written)
