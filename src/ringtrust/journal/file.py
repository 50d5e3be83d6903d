"""The file of a journal: whose it is, who may read it, and how SQLite is told to keep what it has been given."""

import os
import sqlite3
import stat
import uuid
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.schema import CreateSchema

from ringtrust.errors import RingtrustError
from ringtrust.journal.tables import METADATA, RUN, SCHEMA, VERSION

SCHEMA_NAME: Final = "ringtrust"
_BUSY_SECONDS: Final = 30
_ADVICE: Final = "Nothing is done to a cluster without it: check the disk, your rights, and who else uses it."
_ANOTHER: Final = "Name another file: --journal FILE."
# What happened in a cluster is nobody else's business.
_MODE: Final = stat.S_IRUSR | stat.S_IWUSR


def unusable(name: Path | str, reason: str) -> RingtrustError:
    """The error of a journal that cannot be read or written."""
    return RingtrustError(f"The journal {name} cannot be used: {reason}.", advice=_ADVICE)


def keep_private(path: Path) -> None:
    """Makes the file if there is none; SQLite gives the files beside it the same mode. Raises RingtrustError."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
        try:
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode):
                raise unusable(path, "it is no ordinary file")
            if stat.S_IMODE(mode) & ~_MODE:
                os.fchmod(descriptor, _MODE)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unusable(path, error.strerror or "it cannot be opened") from error


def engine_of(path: Path) -> Engine:
    """An engine whose commits are on the disk when they return. Whoever writes second waits for its turn.

    There is no write-ahead log: two processes that switch to one at the same moment get in each other's way.
    """
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _durable(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin below, and not where the driver thinks fit
        for pragma in ("synchronous = EXTRA", "foreign_keys = ON"):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _at_once(connection: Connection) -> None:
        connection.exec_driver_sql("begin immediate")

    return engine


def _schema(connection: Connection) -> str | None:
    """Where the tables are. It is made where it is missing, which not everybody may; others' tables are left alone."""
    if connection.dialect.name != "postgresql":
        return None
    if not inspect(connection).has_schema(SCHEMA_NAME):
        connection.execute(CreateSchema(SCHEMA_NAME, if_not_exists=True))
    return SCHEMA_NAME


def lay_out(connection: Connection, name: str) -> str:
    """The tables, in an empty database; on a server they have a schema of their own. Gives the name of the journal.

    It is made up once: what others remember of another journal, put away or restored, is not taken for this one's.

    Raises RingtrustError for a file of something else, or of another form.
    """
    tables = inspect(connection).get_table_names(schema=_schema(connection))
    if not tables:
        METADATA.create_all(connection)
        made = uuid.uuid4().hex
        connection.execute(insert(SCHEMA).values(version=VERSION, journal=made))
        return made
    if SCHEMA.name not in tables or RUN.name not in tables:
        raise RingtrustError(f"{name} is a database, and no journal.", advice=_ANOTHER)
    versions = connection.execute(select(SCHEMA.c.version)).scalars().all()
    if versions != [VERSION]:
        told = " and ".join(map(str, versions)) or "none"
        raise RingtrustError(
            f"The journal {name} was written by another ringtrust: its form is {told}, not {VERSION}.",
            advice=f"Go on with the ringtrust that wrote it. {_ANOTHER}",
        )
    return str(connection.execute(select(SCHEMA.c.journal)).scalar_one())
