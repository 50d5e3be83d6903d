"""The database of the cluster: the publisher writes, and what it wrote reaches every other node a little later."""

import re
import sqlite3
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeVar

import msgspec

from ringtrust.lab.labtime import LabTime
from ringtrust.lab.state import informix, updates

Statement = tuple[str, tuple[object, ...]]
Arrived = Callable[[str], None]
Row = tuple[str | None, ...]
Write = Callable[[Sequence[str], Row], str]
_Permitted = Callable[..., int]
_T = TypeVar("_T")

_STEPS_AT_MOST: Final = 2_000  # progress calls, each of 10,000 instructions of the database engine
_ROWS_AT_MOST: Final = 50_000
_VALUE_BYTES_AT_MOST: Final = 64 * 1024
_ANSWER_CHARACTERS_AT_MOST: Final = 8 * 1024 * 1024
_STATEMENTS_KEPT: Final = 256
_NAMESPACE: Final = uuid.UUID("2f0b6c1e-8f0c-5a1d-9d4e-6c1b2a3d4e5f")
_WRITES: Final = re.compile(r"\s*(?:insert or replace into|update|delete from) (\w+)\b")
_READING: Final = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}


def key(*parts: object) -> str:
    """A primary key that stays the same when what it stands for is renewed, as those of CUCM do (210541)."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, parts))))


def put(table: str, *values: object) -> Statement:
    """A whole row, new or in the place of the one with its primary key."""
    return f"insert or replace into {table} values ({', '.join('?' * len(values))})", values  # noqa: S608 - our words


class Rows(msgspec.Struct, frozen=True):
    """What a query found: the columns in lower case, and the values as text; None stands for NULL."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class QueryFailed(msgspec.Struct, frozen=True):
    """Why the database did not answer."""

    reason: str


class Written(msgspec.Struct, frozen=True):
    """What a query found, row by row as somebody wrote it."""

    rows: tuple[str, ...]


class TooMuch(msgspec.Struct, frozen=True):
    """A query found more than is given at once: how many rows there are, and how many of them would have fitted."""

    total: int
    fitting: int


class Updated(msgspec.Struct, frozen=True):
    """How many rows a change has changed."""

    rows: int


@lru_cache(maxsize=_STATEMENTS_KEPT)
def _table(sql: str) -> str:
    """The table that a statement writes to. Raises ValueError for one that the lab does not write."""
    found = _WRITES.match(sql)
    if found is None:
        raise ValueError(sql)
    return found[1]


class Replica:
    """The database of one node."""

    def __init__(self, tables: str) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.executescript(tables)
        self._connection.execute("pragma case_sensitive_like = on")
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE_BYTES_AT_MOST)
        self._watchers: dict[str, list[Callable[[], None]]] = {}

    def apply(self, statements: Iterable[Statement]) -> None:
        """Carries out what has arrived."""
        with self._connection:
            for sql, same in groupby(statements, key=itemgetter(0)):
                table = _table(sql)
                self._connection.executemany(sql, [values for _, values in same])
                self._tell(table)

    def _tell(self, table: str) -> None:
        for changed in self._watchers.get(table, ()):
            changed()

    def watch(self, tables: Iterable[str], changed: Callable[[], None]) -> None:
        """Tells of every statement that writes to one of these tables: what was read from them may hold no longer."""
        for table in tables:
            self._watchers.setdefault(table, []).append(changed)

    def copy_to(self, other: "Replica") -> None:
        """Everything in it, in the place of what the other one has."""
        other.become(self._connection)

    def become(self, source: sqlite3.Connection) -> None:
        """Holds from now on what another database holds."""
        source.backup(self._connection)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the lab itself wants to know."""
        return self._connection.execute(sql, values).fetchall()

    def query(self, sql: str) -> Rows | QueryFailed:
        """A query from outside: it may read, for a limited time, and nothing else."""
        return self._asked(informix.translated(sql), _only_reading, _rows)

    def written(self, sql: str, write: Write, characters: int) -> Written | TooMuch | QueryFailed:
        """The same, each row as `write` writes it, all within so many characters."""
        return self._asked(informix.translated(sql), _only_reading, partial(_written, write, characters))

    def update(self, sql: str) -> Updated | QueryFailed:
        """A change from outside, in the words of `updates.statement`: within its limits, and for a limited time."""
        done = self._asked(sql, updates.permitted, _updated)
        if isinstance(done, Updated):
            self._tell(_table(sql))
        return done

    def _asked(self, sql: str, permitted: _Permitted, read: Callable[[sqlite3.Cursor], _T]) -> _T | QueryFailed:
        budget = iter(range(_STEPS_AT_MOST))
        self._connection.set_progress_handler(lambda: next(budget, None) is None, 10_000)
        self._connection.set_authorizer(permitted)
        try:
            return read(self._connection.execute(sql))
        except (sqlite3.Error, sqlite3.Warning, ValueError) as error:  # two statements; a NUL, a lone surrogate
            return QueryFailed(informix.complaint(str(error)))
        finally:
            self._connection.set_authorizer(None)
            self._connection.set_progress_handler(None, 0)

    def close(self) -> None:
        """Gives back its memory."""
        self._connection.close()


def _columns(cursor: sqlite3.Cursor) -> tuple[str, ...]:
    return tuple(column[0].lower() for column in cursor.description or ())


def _rows(cursor: sqlite3.Cursor) -> Rows:
    found = tuple(_bounded(cursor))
    return Rows(_columns(cursor), found)


def _updated(cursor: sqlite3.Cursor) -> Updated:
    for _ in cursor:  # a RETURNING clause gives rows, which nobody here wants
        pass
    return Updated(max(cursor.rowcount, 0))


def _written(write: Write, characters: int, cursor: sqlite3.Cursor) -> Written | TooMuch:
    """All rows are counted, and written as long as they fit. Raises sqlite3.Error."""
    columns, found, left, total = _columns(cursor), [], characters, 0
    for total, row in enumerate(cursor, 1):  # noqa: B007 - the count of all rows is wanted behind the loop
        if left >= 0:
            found.append(write(columns, tuple(map(_text, row))))
            left -= len(found[-1])
    return Written(tuple(found)) if left >= 0 else TooMuch(total, len(found) - 1)


def _bounded(cursor: sqlite3.Cursor) -> Iterator[Row]:
    """The rows as text. Raises sqlite3.DataError when they are more than anybody would read."""
    size = 0
    for count, row in enumerate(cursor):
        values = tuple(map(_text, row))
        size += sum(len(value) for value in values if value is not None)
        if size > _ANSWER_CHARACTERS_AT_MOST or count >= _ROWS_AT_MOST:
            raise sqlite3.DataError("too big")
        yield values


def _only_reading(action: int, *_details: object) -> int:
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


class _Link:
    """The way to one subscriber: what was written and has not arrived."""

    def __init__(self, name: str, replica: Replica) -> None:
        self.name = name
        self.replica = replica
        self.queue: deque[tuple[Sequence[Statement], Arrived]] = deque()
        self.due = 0


class Database:
    """The publisher's database and its replicas. `delay` in seconds of the lab; `tables` as SQL."""

    def __init__(self, time: LabTime, publisher: str, names: Iterable[str], delay: float, tables: str) -> None:
        self.delay = delay
        self._time = time
        self._publisher = publisher
        self._replicas = {name: Replica(tables) for name in names}
        self._links = {name: _Link(name, self._replicas[name]) for name in self._replicas if name != publisher}
        self._broken: set[str] = set()

    def replica(self, name: str) -> Replica:
        """That of a node; the publisher's is the one that is written to."""
        return self._replicas[name]

    @property
    def publisher(self) -> Replica:
        """The one that is written to."""
        return self._replicas[self._publisher]

    def seed(self, statements: Iterable[Statement]) -> None:
        """What was there before: on every node at once, copied as a whole from the publisher's."""
        first = self._replicas[self._publisher]
        first.apply(statements)
        for link in self._links.values():
            first.copy_to(link.replica)

    def write(self, statements: Sequence[Statement], arrived: Arrived = lambda _: None) -> None:
        """Writes on the publisher now, and on every other node when it gets there; `arrived` hears of each."""
        self.publisher.apply(statements)
        arrived(self._publisher)
        self.follow(statements, arrived)

    def update(self, sql: str) -> Updated | QueryFailed:
        """A change from outside: on the publisher now, and as the same statement on every other node later."""
        try:
            statement = updates.statement(sql)
        except ValueError as error:
            return QueryFailed(informix.complaint(str(error)))
        done = self.publisher.update(statement)
        if isinstance(done, Updated):
            self.follow(((statement, ()),))
        return done

    def follow(self, statements: Sequence[Statement], arrived: Arrived = lambda _: None) -> None:
        """What the publisher has been written comes to every other node when it gets there."""
        for link in self._links.values():
            link.queue.append((statements, arrived))
            self._time.call_later(self.delay, partial(self._deliver, link))

    def _deliver(self, link: _Link) -> None:
        link.due += 1
        self._drain(link)

    def _drain(self, link: _Link) -> None:
        while link.due and link.queue and link.name not in self._broken:
            link.due -= 1
            statements, arrived = link.queue.popleft()
            link.replica.apply(statements)
            arrived(link.name)

    def waiting(self, name: str) -> int:
        """How many changes have not reached this node."""
        return len(self._links[name].queue) if name in self._links else 0

    def broken(self, name: str) -> bool:
        """Whether replication to this node has stopped."""
        return name in self._broken

    def stop_replication(self, name: str) -> None:
        """From now on nothing reaches this node."""
        self._broken.add(name)

    def resume_replication(self, name: str) -> None:
        """What has queued up reaches it now."""
        self._broken.discard(name)
        self._drain(self._links[name])

    def close(self) -> None:
        """Gives back the memory of all replicas."""
        for replica in self._replicas.values():
            replica.close()
