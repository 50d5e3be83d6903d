"""Whatever is wrong with the file of a journal is told in a sentence, with what to do; and nothing in it is touched."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringtrust.change.gate import ReplicationGood
from ringtrust.change.outcome import Done, Passed
from ringtrust.change.plan import write_plan
from ringtrust.errors import RingtrustError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Looked
from tests.journal.material import NOW, REGENERATE, a_plan

NOBODY = 65_534
FULL_DISK = """
import resource, sys
from datetime import datetime
from pathlib import Path
from ringtrust.change.plan import read_plan
from ringtrust.errors import RingtrustError
from ringtrust.journal.journal import Journal
journal = Journal(Path(sys.argv[1]))
plan = read_plan(Path(sys.argv[2]).read_bytes())
now = datetime.fromisoformat(sys.argv[3])
run = journal.begin("campus", plan, now)
size = Path(sys.argv[1]).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 4096, size + 4096))
written = 0
try:
    while True:
        journal.intend(run, written, plan.steps[0].act, "x" * 300, now)
        written += 1
except RingtrustError as error:
    print(written, error.what, error.advice, sep="\\n")
"""


def _refused(path: Path) -> RingtrustError:
    """The error of opening it; of no other kind."""
    with pytest.raises(RingtrustError) as caught:
        Journal(path).close()
    assert type(caught.value) is RingtrustError
    assert str(path) in caught.value.what
    assert caught.value.what.endswith(".")
    assert caught.value.advice
    return caught.value


def _written(path: Path) -> None:
    """A journal with a run, an act, an outcome and a gate."""
    with closing(Journal(path)) as journal:
        run = journal.begin("campus", a_plan(), NOW)
        journal.conclude(journal.intend(run, 1, REGENERATE, "0A", NOW), Done(), NOW)
        journal.intend(run, 2, REGENERATE, "0B", NOW)
        journal.note(run, Looked(1, "after", ReplicationGood(), Passed(), NOW))


def _all_read(path: Path) -> None:
    with closing(Journal(path)) as journal:
        for run in journal.runs("campus"):
            journal.carried(run)
            journal.open_intents(run)
            journal.looked(run)


@contextmanager
def _sql(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_text("A shopping list, long enough for a header: milk, bread, and a hundred things more. " * 20)
    before = path.read_bytes()
    assert "not a database" in _refused(path).what
    assert path.read_bytes() == before


def test_a_database_of_something_else_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with _sql(path) as connection:
        connection.execute("create table run (id integer primary key, marathon text)")
    before = path.read_bytes()
    assert "no journal" in _refused(path).what
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", [1, 17, 0])
def test_a_journal_of_another_form_is_left_to_the_ringtrust_that_wrote_it(tmp_path: Path, version: int) -> None:
    path = tmp_path / "journal.db"
    _written(path)
    with _sql(path) as connection:
        connection.execute("update schema_version set version = ?", (version,))
    before = path.read_bytes()
    error = _refused(path)
    assert f"its form is {version}, not 3" in error.what
    assert "--journal" in error.advice
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "change", ["delete from schema_version", "drop table schema_version", "drop table run", "drop table entry"]
)
def test_a_journal_in_which_something_is_missing(tmp_path: Path, change: str) -> None:
    path = tmp_path / "journal.db"
    _written(path)
    with _sql(path) as connection:
        connection.execute("pragma foreign_keys = off")
        connection.execute(change)
    with pytest.raises(RingtrustError) as caught:
        _all_read(path)
    assert caught.value.advice


@pytest.mark.parametrize(
    "change",
    [
        "update run set plan = x'7b7d'",
        "update run set plan = 'text'",
        "update run set began = 'yesterday'",
        "update entry set body = x'7b22646f223a22666f726d6174227d' where kind = 'intent'",
        "update entry set at = 7 where kind = 'intent'",
        "update entry set body = x'ff' where kind = 'outcome'",
        "update entry set body = x'7b22776173223a22706173736564227d' where kind = 'outcome'",
        "update entry set body = x'' where kind = 'gate'",
    ],
)
def test_a_row_that_nobody_can_read(tmp_path: Path, change: str) -> None:
    path = tmp_path / "journal.db"
    _written(path)
    with _sql(path) as connection:
        connection.execute(change)
    with pytest.raises(RingtrustError, match="damaged") as caught:
        _all_read(path)
    assert type(caught.value) is RingtrustError


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_has_happened_to_its_bytes_there_is_a_sentence_or_a_journal(
    tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "damaged.db"
    for leftover in tmp_path.iterdir():
        leftover.unlink()
    _written(path)
    image = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(image) - 1), min_size=1, max_size=40)):
        image[place] = data.draw(st.integers(0, 255))
    path.write_bytes(image[: data.draw(st.integers(1, len(image)))])
    try:
        _all_read(path)
    except RingtrustError as error:
        assert error.advice


def test_a_table_whose_name_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    _written(path)
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE", b"CREATE\xffTABLE"))
    with pytest.raises(RingtrustError) as caught:
        _all_read(path)
    assert caught.value.advice


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    assert "Is a directory" in _refused(tmp_path).what


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "No such file" in _refused(tmp_path / "none" / "journal.db").what


def test_something_that_is_no_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    path.chmod(0o644)
    assert "no ordinary file" in _refused(path).what
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@contextmanager
def _without_rights() -> Iterator[None]:
    """As somebody who is not root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that anybody can get at: root's temporary folders are closed to others."""
    folder = tmp_path_factory.mktemp("open")
    if os.geteuid() == 0:
        base = tmp_path_factory.getbasetemp()
        for parent in (folder, base, base.parent):
            parent.chmod(parent.stat().st_mode | 0o011)
    return folder


def _only_read(folder: Path) -> Path:
    folder.chmod(0o555)
    return folder / "journal.db"


def _of_somebody_else(folder: Path) -> Path:
    path = folder / "journal.db"
    _written(path)
    path.chmod(0o400)
    return _only_read(folder)


@pytest.mark.parametrize("made", [_only_read, _of_somebody_else], ids=["folder", "file"])
def test_where_nothing_may_be_written(open_folder: Path, made: Callable[[Path], Path]) -> None:
    path = made(open_folder)
    with _without_rights():
        assert "Permission denied" in _refused(path).what


def test_a_full_disk_is_told_before_anything_is_done_and_what_was_written_is_there(tmp_path: Path) -> None:
    path, plan_file = tmp_path / "journal.db", tmp_path / "plan.json"
    plan_file.write_bytes(write_plan(a_plan()))
    words = [sys.executable, "-c", FULL_DISK, path, plan_file, NOW.isoformat()]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    written, what, advice = done.stdout.splitlines()
    assert f"The journal {path} cannot be used: " in what
    assert "check the disk" in advice
    with closing(Journal(path)) as journal:
        [run] = journal.runs("campus")
        assert [each.step for each in journal.open_intents(run)] == list(range(int(written)))
