"""Workers that share a journal: each tells now and then that it lives, and whoever falls silent is found by another."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, insert, select, update

from ringtrust.errors import HalfWayError
from ringtrust.journal.store import Store
from ringtrust.journal.tables import WORKER
from ringtrust.journal.who import here

BEATS: Final = 4
"""So many signs of life while one counts."""


class Workers:
    """The workers of a journal. Every method raises RingtrustError when the disk or the server refuses."""

    def __init__(self, store: Store, seconds: float) -> None:
        self._store = store
        self._seconds = seconds

    def join(self, name: str) -> None:
        """A worker begins."""
        with self._store.writing() as connection:
            connection.execute(delete(WORKER).where(WORKER.c.name == name))
            until = (self._store.now(connection) + timedelta(seconds=self._seconds)).isoformat()
            connection.execute(insert(WORKER).values(name=name, who=here(), until=until))

    def beat(self, name: str) -> None:
        """It lives. Raises HalfWayError when it was taken for dead meanwhile: others do its work now."""
        with self._store.writing() as connection:
            until = (self._store.now(connection) + timedelta(seconds=self._seconds)).isoformat()
            told = connection.execute(update(WORKER).where(WORKER.c.name == name).values(until=until))
            if not told.rowcount:
                raise HalfWayError(
                    f"Nothing was heard of worker {name} for too long, and others have taken its work over.",
                    advice="Start it again; see why this machine or its database stood still.",
                )

    def leave(self, name: str) -> None:
        """It ends."""
        with self._store.writing() as connection:
            connection.execute(delete(WORKER).where(WORKER.c.name == name))

    def bury(self, take_over: Callable[[str], None]) -> tuple[str, ...]:
        """Finds those that have fallen silent, each once, whoever looks; gives their names.

        `take_over` is told each name, and the worker is forgotten only if that has raised nothing.
        """
        buried: list[str] = []
        while True:
            with self._store.writing() as connection:
                now = self._store.now(connection).isoformat()
                silent = select(WORKER.c.name).where(WORKER.c.until < now).limit(1)
                name = connection.execute(silent.with_for_update(skip_locked=True)).scalar()
                if name is None:
                    return tuple(buried)
                take_over(name)
                connection.execute(delete(WORKER).where(WORKER.c.name == name))
            buried.append(name)

    def names(self) -> tuple[str, ...]:
        """Those that live."""
        with self._store.writing() as connection:
            now = self._store.now(connection).isoformat()
            return tuple(connection.execute(select(WORKER.c.name).where(WORKER.c.until >= now)).scalars())
