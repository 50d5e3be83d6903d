"""The journal of a history: around every word of it something may happen, and its disk may be full for a while."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, event

from ringtrust.change.act import Act
from ringtrust.change.outcome import Outcome
from ringtrust.change.plan import Plan
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Intended, Looked, Run
from tests.apply.faults.town import Intent, Town

_PAGES_AT_MOST: Final = 1_000_000


class Book(Journal):
    """On a real SQLite file, which cannot grow while the disk is full.

    It does not wait for the disk: what SQLite has handed to the system outlives the process, and no power fails here.
    """

    def __init__(self, path: Path, town: Town) -> None:
        super().__init__(path)
        self._town = town
        self.store.close()

        @event.listens_for(self.store.engine, "connect")
        def _quick(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("pragma synchronous = off")

        @event.listens_for(self.store.engine, "begin")
        def _room(connection: Connection) -> None:
            connection.exec_driver_sql(f"pragma max_page_count = {1 if town.full else _PAGES_AT_MOST}")

    def begin(self, cluster: str, plan: Plan, now: datetime, by: str = "") -> Run:
        return self._between(super().begin, cluster, plan, now, by)

    def end(self, run: Run, ending: str, now: datetime) -> None:
        self._between(super().end, run, ending, now)

    def intend(
        self, run: Run, step: int, act: Act, before: str, now: datetime, instead_of: Sequence[Run] = ()
    ) -> Intended:
        self._town.at_point()
        made = super().intend(run, step, act, before, now, instead_of)
        self._town.intents.append(Intent(step, act))
        self._town.open.append(len(self._town.intents) - 1)
        self._town.at_point()
        return made

    def conclude(self, intended: Intended, outcome: Outcome, now: datetime) -> None:
        self._between(super().conclude, intended, outcome, now)
        self._town.open.clear()

    def note(self, run: Run, looked: Looked) -> None:
        self._between(super().note, run, looked)

    def hold(self, run: Run, step: int, why: str, now: datetime) -> None:
        self._between(super().hold, run, step, why, now)

    def stop(self, run: Run, step: int, why: Sequence[str], now: datetime) -> None:
        self._between(super().stop, run, step, why, now)

    def _between(self, written: Callable[..., Any], *words: Any) -> Any:
        self._town.at_point()
        result = written(*words)
        self._town.at_point()
        return result
