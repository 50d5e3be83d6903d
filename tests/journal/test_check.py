"""An exported journal is checked without the database: whatever was changed, left out or put in is told, and where."""

import base64
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, text

from ringtrust.change.outcome import Done
from ringtrust.errors import FormatError
from ringtrust.journal.check import check, check_journal
from ringtrust.journal.export import BYTES_AT_MOST, export
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Heard
from ringtrust.journal.who import Holder
from tests.journal.material import NOW, REGENERATE, a_plan


def _fill(journal: Journal) -> None:
    """Two clusters, with sessions."""
    for cluster in ("campus", "branch"):
        journal.leases.take(cluster, Holder("anna@laptop", "m1", 11, "apply TVS"))
        run = journal.begin(cluster, a_plan(cluster=cluster), NOW)
        intended = journal.intend(run, 1, REGENERATE, "0A", NOW)
        journal.hear(run, 1, [Heard(NOW, "CLI", "pub", b"set cert regen TVS", cluster.encode())], NOW)
        journal.conclude(intended, Done(), NOW)
        journal.end(run, "finished", NOW)
        journal.leases.release(cluster)


@pytest.fixture
def journal(place: Path | URL) -> Iterator[Journal]:
    with closing(Journal(place)) as found:
        _fill(found)
        yield found


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    with closing(Journal(tmp_path_factory.mktemp("journal") / "journal.db")) as found:
        _fill(found)
        return list(export(found.store))


def _broken(lines: list[bytes]) -> list[str]:
    return [f"{each.cluster} {each.seq}: {each.why}" for each in check(io.BytesIO(b"".join(lines))).breaks]


def test_a_journal_and_what_was_exported_from_it_hold_and_end_alike(journal: Journal) -> None:
    inside = check_journal(journal.store)
    outside = check(io.BytesIO(b"".join(export(journal.store))))
    assert (inside.breaks, outside.breaks) == ((), ())
    assert inside.heads == outside.heads
    assert inside.entries == outside.entries == 12
    [head] = {head for cluster, _, head in inside.heads if cluster == "campus"}
    assert check_journal(journal.store, [head, "0" * 64]).seen == {head}
    one = check(io.BytesIO(b"".join(export(journal.store, ["branch"]))))
    assert (len(one.heads), one.entries, one.breaks) == (1, 6, ())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("update entry set at = '2026-01-01T00:00:00+00:00' where seq = 3", "it was changed after it was written"),
        ("delete from entry where seq = 4", "entry 4 is missing"),
        ("delete from entry where seq = 6", "the chain ends at entry 5, not at 6"),
        ("delete from blob", "holds no bytes"),
        ("update run set plan = (select data from blob limit 1)", "were changed after they were written"),
        ("update run set by = 'mallory'", "who began run"),
    ],
)
def test_what_was_changed_in_the_database_is_told(journal: Journal, change: str, why: str) -> None:
    with journal.store.writing() as connection:
        connection.execute(text(change))
    found = check_journal(journal.store).breaks
    assert check(io.BytesIO(b"".join(export(journal.store)))).breaks or "run set by" in change
    assert found
    assert {each.cluster for each in found} == {"campus", "branch"}
    assert any(why in each.why for each in found), found


def test_every_line_that_is_left_out_is_missed(lines: list[bytes]) -> None:
    for place in range(1, len(lines)):
        assert _broken([*lines[:place], *lines[place + 1 :]]), lines[place]
    with pytest.raises(FormatError):
        _broken(lines[1:])


def test_every_line_that_is_put_in_twice_or_elsewhere_is_noticed(lines: list[bytes]) -> None:
    entries = [place for place, line in enumerate(lines) if b'"is":"entry"' in line]
    for place in entries:
        assert _broken([*lines[: place + 1], *lines[place:]])
    assert _broken([lines[0], *lines[: entries[0] : -1], lines[1]])


def test_bytes_that_are_not_what_they_are_called_are_told_with_the_entry_that_speaks_of_them(
    lines: list[bytes],
) -> None:
    for place, line in enumerate(lines):
        if b'"is":"bytes"' not in line:
            continue
        said = msgspec.json.decode(line)
        said["data"] = base64.b64encode(base64.b64decode(said["data"]) + b"!").decode()
        [why] = _broken([*lines[:place], msgspec.json.encode(said) + b"\n", *lines[place + 1 :]])
        assert f"its bytes {said['sha256']} were changed after they were written" in why


def test_a_chain_that_was_put_beside_them_is_noticed(lines: list[bytes]) -> None:
    more = [
        line.replace(b'"cluster":"branch"', b'"cluster":"attic"') for line in lines if b'"cluster":"branch"' in line
    ]
    assert any("of no cluster" in why for why in _broken([*lines, *more]))


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_whatever_byte_is_changed_it_is_told_or_refused(lines: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(lines)
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda each: each != whole[place]))
    changed = whole[:place] + bytes([byte]) + whole[place + 1 :]
    try:
        found = check(io.BytesIO(changed))
    except FormatError as error:
        assert error.advice
        return
    assert found.breaks or _same(whole, changed)


def _same(one: bytes, other: bytes) -> bool:
    """Whether nothing that counts is different: blanks and line ends are not."""
    try:
        said = [[msgspec.json.decode(line) for line in each.splitlines() if line.strip()] for each in (one, other)]
    except msgspec.MsgspecError:
        return False
    return said[0] == said[1]


@given(junk=st.binary(max_size=200))
def test_whatever_else_it_is_it_is_refused_in_a_sentence(junk: bytes) -> None:
    with pytest.raises(FormatError):
        check(io.BytesIO(junk))


@pytest.mark.parametrize(
    "line",
    [
        b'{"is":"entry","cluster":"x","seq":18446744073709551616,"run":0,"kind":"","at":"","by":"","body":"","hash":""}',
        b'{"is":"entry","cluster":"x","seq":-1,"run":0,"kind":"","at":"","by":"","body":"","hash":""}',
        b'{"is":"entry","cluster":"x","seq":1,"run":0,"kind":"","at":"","by":"","body":"*","hash":""}',
        b'{"is":"bytes","sha256":"x","data":"*"}',
        b'{"is":"head","format":"ringtrust.journal/1","heads":[]}',
        b"[" * 100_000,
        b"",
    ],
)
def test_a_line_that_nobody_writes_is_refused(lines: list[bytes], line: bytes) -> None:
    with pytest.raises(FormatError):
        check(io.BytesIO(lines[0] + line + b"\n"))


class _Endless(io.RawIOBase):
    """A line that does not end."""

    asked = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert 0 < size < 2 * BYTES_AT_MOST
        self.asked += 1
        assert self.asked < 3
        return b" " * size


def test_a_line_without_an_end_is_not_read_to_its_end() -> None:
    with pytest.raises(FormatError, match="longer than any"):
        check(_Endless())  # type: ignore[arg-type]
