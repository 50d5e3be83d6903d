"""A journal on SQLite: what is in it has reached the disk before the next line of code runs."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, Insert, Row, Select, create_engine, event, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from ringtrust.change.act import Act
from ringtrust.change.outcome import Outcome, Verdict
from ringtrust.change.plan import Plan, write_plan
from ringtrust.errors import RingtrustError
from ringtrust.journal.records import Carried, Intended, Looked, Run
from ringtrust.journal.tables import GATE, INTENT, METADATA, OUTCOME, RUN, SCHEMA, VERSION

_BUSY_SECONDS: Final = 30


class Journal:
    """Runs with their intents, outcomes and gates. Every method raises RingtrustError when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = _engine(path)
        with self._writing() as connection:
            METADATA.create_all(connection)
            if connection.execute(select(SCHEMA.c.version)).first() is None:
                connection.execute(insert(SCHEMA).values(version=VERSION))

    def begin(self, plan: Plan, now: datetime) -> Run:
        """A new run of a plan."""
        values = {"cluster": plan.cluster, "plan_digest": plan.digest, "plan": write_plan(plan), "began": _text(now)}
        with self._writing() as connection:
            return Run(_key(connection, insert(RUN).values(values)), plan, now, "")

    def end(self, run: Run, ending: str, now: datetime) -> None:
        """Nothing more is to come of a run."""
        with self._writing() as connection:
            connection.execute(update(RUN).where(RUN.c.id == run.id).values(ended=_text(now), ending=ending))

    def intend(self, run: Run, step: int, act: Act, before: str, now: datetime) -> Intended:
        """An act is about to be carried out."""
        values = {"run": run.id, "step": step, "act": msgspec.json.encode(act), "before": before, "at": _text(now)}
        with self._writing() as connection:
            return Intended(_key(connection, insert(INTENT).values(values)), run.id, step, act, before, now)

    def conclude(self, intended: Intended, outcome: Outcome, now: datetime) -> None:
        """What became of it."""
        values = {"intent": intended.id, "result": msgspec.json.encode(outcome), "at": _text(now)}
        with self._writing() as connection:
            connection.execute(insert(OUTCOME).values(values))

    def note(self, run: Run, looked: Looked) -> None:
        """How a gate was judged."""
        values = {
            "run": run.id,
            "step": looked.step,
            "moment": looked.moment,
            "code": looked.code,
            "verdict": msgspec.json.encode(looked.verdict),
            "at": _text(looked.at),
        }
        with self._writing() as connection:
            connection.execute(insert(GATE).values(values))

    def runs(self, cluster: str) -> tuple[Run, ...]:
        """The runs of a cluster, the latest first."""
        wanted = select(RUN).where(RUN.c.cluster == cluster).order_by(RUN.c.id.desc())
        return tuple(_run(row) for row in self._rows(wanted))

    def carried(self, run: Run) -> tuple[Carried, ...]:
        """The acts of a run whose outcome is known, in their order."""
        wanted = select(INTENT, OUTCOME.c.result, OUTCOME.c.at.label("concluded"))
        wanted = wanted.join(OUTCOME, OUTCOME.c.intent == INTENT.c.id).where(INTENT.c.run == run.id)
        return tuple(
            Carried(_intended(row), msgspec.json.decode(row.result, type=Outcome), _instant(row.concluded))
            for row in self._rows(wanted.order_by(INTENT.c.id))
        )

    def open_intents(self, run: Run) -> tuple[Intended, ...]:
        """The acts of a run whose outcome nobody wrote down: the process ended in between."""
        wanted = select(INTENT).outerjoin(OUTCOME, OUTCOME.c.intent == INTENT.c.id)
        wanted = wanted.where(INTENT.c.run == run.id, OUTCOME.c.intent.is_(None)).order_by(INTENT.c.id)
        return tuple(_intended(row) for row in self._rows(wanted))

    def looked(self, run: Run) -> tuple[Looked, ...]:
        """Every gate of a run, in the order in which it was judged."""
        return tuple(
            Looked(row.step, row.moment, row.code, msgspec.json.decode(row.verdict, type=Verdict), _instant(row.at))
            for row in self._rows(select(GATE).where(GATE.c.run == run.id).order_by(GATE.c.id))
        )

    def close(self) -> None:
        """Lets the file go."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction whose trouble is told in a sentence."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).split("\n", 1)[0]
            raise RingtrustError(
                f"The journal {self._path} cannot be used: {reason}.",
                advice="Nothing is done to a cluster without it: check the disk, your rights, and who else uses it.",
            ) from error

    def _rows(self, wanted: Select[Any]) -> Sequence[Row[Any]]:
        with self._writing() as connection:
            return connection.execute(wanted).all()


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _durable(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"pragma {pragma}")

    return engine


def _key(connection: Connection, statement: Insert) -> int:
    made = connection.execute(statement).inserted_primary_key
    return int(made[0]) if made is not None else 0


def _run(row: Row[Any]) -> Run:
    return Run(row.id, msgspec.json.decode(row.plan, type=Plan), _instant(row.began), row.ending or "")


def _intended(row: Row[Any]) -> Intended:
    return Intended(row.id, row.run, row.step, msgspec.json.decode(row.act, type=Act), row.before, _instant(row.at))


def _text(when: datetime) -> str:
    return when.isoformat()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
