"""Where a journal is kept: the file of one machine, or a PostgreSQL server that many share."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from msgspec.structs import asdict, replace
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Insert,
    Row,
    create_engine,
    func,
    insert,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from ringtrust.clock import Clock
from ringtrust.errors import RingtrustError
from ringtrust.journal.chain import FIRST, Entry, bound
from ringtrust.journal.file import SCHEMA_NAME, engine_of, keep_private, lay_out, unusable
from ringtrust.journal.tables import BLOB, CLUSTER, ENTRY, SCHEMA

_DRIVER: Final = "postgresql+psycopg"
_AT_ONCE: Final = 200
_LOCK: Final = 7_480_117  # nobody lays out the tables while somebody else does
_SERVER: Final = "PostgreSQL"
# Whoever falls asleep in the middle of a transaction, or whose cable is pulled, must not hold up all others for hours.
_GIVEN: Final[Mapping[str, object]] = {
    "connect_timeout": 15,
    "application_name": "ringtrust",
    "options": f"-csearch_path={SCHEMA_NAME} -clock_timeout=15s -cidle_in_transaction_session_timeout=30s",
    "keepalives_idle": 15,
    "tcp_user_timeout": 30_000,
}


class Store:
    """Transactions on a journal. Every method raises RingtrustError when the disk or the server refuses.

    `place` is a file, or the URL of a server; `clock` tells the time where the database has none of its own.
    """

    def __init__(self, place: Path | URL, clock: Clock) -> None:
        self.place: Path | URL = place.absolute() if isinstance(place, Path) else place
        self._clock = clock
        if isinstance(self.place, Path):
            keep_private(self.place)
        self.engine = _engine(self.place)
        try:
            with self.writing() as connection:
                if is_server(connection):
                    connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
                self.identity = lay_out(connection, self.name)
        except RingtrustError:
            self.close()
            raise

    @property
    def name(self) -> str:
        """What a person knows it by: its path, or its server without any password."""
        return called(self.place)

    def close(self) -> None:
        """Lets it go."""
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction whose trouble is told in a sentence."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise unusable(self.name, _reason(error)) from error
        except UnicodeDecodeError as error:  # SQLite hands on the names of tables as they are in the file
            raise unusable(self.name, "its text is damaged") from error

    def now(self, connection: Connection) -> datetime:
        """The time: that of the server where there is one, as its users' clocks may differ."""
        if is_server(connection):
            told = connection.execute(select(func.clock_timestamp())).scalar_one()
            return told.astimezone(UTC) if isinstance(told, datetime) else self._clock.now()
        return self._clock.now()

    def locked(self, connection: Connection, cluster: str) -> Row[Any]:
        """The row of a cluster, which nobody else touches until the transaction ends."""
        first = {"name": cluster, "seq": 0, "head": FIRST, "token": 0, "holder": b"", "until": ""}
        connection.execute(_sql(connection).insert(CLUSTER).values(first).on_conflict_do_nothing())
        return connection.execute(select(CLUSTER).where(CLUSTER.c.name == cluster).with_for_update()).one()

    def keep(self, blobs: Mapping[str, bytes]) -> None:
        """Keeps bytes by their names, each once, whoever else keeps the same."""
        rows = [{"sha256": name, "data": data} for name, data in blobs.items()]
        for place in range(0, len(rows), _AT_ONCE):
            with self.writing() as connection:
                some = rows[place : place + _AT_ONCE]
                connection.execute(_sql(connection).insert(BLOB).values(some).on_conflict_do_nothing())

    def append(self, connection: Connection, entry: Entry) -> int:
        """Binds an entry to the chain of its cluster, whose row is locked; gives its number. It gets `seq` and `hash`.

        One locked row takes several entries: each finds the end of the chain anew.
        """
        here = CLUSTER.c.name == entry.cluster
        end = connection.execute(select(CLUSTER.c.seq, CLUSTER.c.head).where(here)).one()
        placed = replace(entry, seq=end.seq + 1)
        made = bound(end.head, placed)
        values = asdict(placed) | {"run": entry.run or None, "hash": made}
        number = key(connection, insert(ENTRY).values(values))
        connection.execute(update(CLUSTER).where(here).values(seq=placed.seq, head=made))
        return number


def called(place: Path | URL) -> str:
    """What a person knows a place by: its path, or its server without any password."""
    if isinstance(place, Path):
        return str(place)
    return f"{_SERVER} {place.host or 'on this machine'}/{place.database or ''}"


def is_there(place: Path | URL) -> bool:
    """Whether there is a journal: to open one makes it, and nobody makes one by looking. Raises RingtrustError."""
    if isinstance(place, Path):
        return place.is_file()
    engine = _engine(place)
    try:
        with engine.connect() as connection:
            return inspect(connection).has_table(SCHEMA.name, schema=SCHEMA_NAME)
    except SQLAlchemyError as error:
        raise unusable(called(place), _reason(error)) from error
    finally:
        engine.dispose()


def _sql(connection: Connection) -> ModuleType:
    return postgresql if is_server(connection) else sqlite


def is_server(connection: Connection) -> bool:
    """Whether the journal is on PostgreSQL."""
    return connection.dialect.name == "postgresql"


def key(connection: Connection, statement: Insert) -> int:
    """The number of the row that was inserted."""
    made = connection.execute(statement).inserted_primary_key
    return int(made[0]) if made is not None else 0


def place_of(text: str, password: str = "") -> URL:
    """The place of a journal on a server, from its URL and a password. Raises RingtrustError without showing them."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise RingtrustError("The URL of the database cannot be read.", advice="postgresql://HOST/NAME") from None
    if url.get_backend_name() != "postgresql":
        raise RingtrustError(
            f"There is no journal on {url.get_backend_name()}.", advice="Name a PostgreSQL server, or none."
        )
    return url.set(drivername=_DRIVER, password=password or url.password)


def _engine(place: Path | URL) -> Engine:
    if isinstance(place, Path):
        return engine_of(place)
    return create_engine(place, pool_pre_ping=True, connect_args=_GIVEN)


def _reason(error: SQLAlchemyError) -> str:
    """What the database says, in its first line."""
    said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return str(said).strip().split("\n", 1)[0]
