"""A journal on SQLite: what is in it has reached the disk before the next line of code runs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Insert, Row, Select, Update, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from ringtrust.change.act import Act
from ringtrust.change.gate import Condition
from ringtrust.change.outcome import Outcome, Verdict
from ringtrust.change.plan import Plan, write_plan
from ringtrust.errors import RefusedError, RingtrustError
from ringtrust.journal.file import engine_of, keep_private, lay_out, unusable
from ringtrust.journal.records import SUPERSEDED, Carried, Intended, Looked, Run
from ringtrust.journal.tables import GATE, INTENT, OUTCOME, RUN


class Journal:
    """Runs with their intents, outcomes and gates. Every method raises RingtrustError when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        keep_private(self._path)
        self._engine = engine_of(self._path)
        try:
            with self._writing() as connection:
                lay_out(connection, self._path)
        except RingtrustError:
            self.close()
            raise

    def begin(self, cluster: str, plan: Plan, now: datetime) -> Run:
        """A new run of a plan. `cluster` is what the cluster is known by here, whatever it is called in the plan."""
        values = {"cluster": cluster, "plan_digest": plan.digest, "plan": write_plan(plan), "began": _text(now)}
        with self._writing() as connection:
            return Run(_key(connection, insert(RUN).values(values)), plan, now, "", now)

    def end(self, run: Run, ending: str, now: datetime) -> None:
        """Nothing more is to come of a run."""
        with self._writing() as connection:
            connection.execute(_ended(run, ending, now))

    def intend(
        self, run: Run, step: int, act: Act, before: str, now: datetime, instead_of: Sequence[Run] = ()
    ) -> Intended:
        """An act is about to be carried out; with it, and not before, other runs give way to this one."""
        values = {"run": run.id, "step": step, "act": msgspec.json.encode(act), "before": before, "at": _text(now)}
        with self._writing() as connection:
            for other in instead_of:
                connection.execute(_ended(other, SUPERSEDED, now))
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
            "condition": msgspec.json.encode(looked.condition),
            "verdict": msgspec.json.encode(looked.verdict),
            "at": _text(looked.at),
        }
        with self._writing() as connection:
            connection.execute(insert(GATE).values(values))

    def runs(self, cluster: str) -> tuple[Run, ...]:
        """The runs of a cluster, the latest first."""
        with self._reading(select(RUN).where(RUN.c.cluster == cluster).order_by(RUN.c.id.desc())) as rows:
            return tuple(map(_run, rows))

    def run(self, number: int) -> Run:
        """The run of this number. Raises RefusedError when there is none."""
        with self._reading(select(RUN).where(RUN.c.id == number)) as rows:
            found = tuple(map(_run, rows))
        if not found:
            raise RefusedError(f"{self._path} has no run {number}.", advice="`ringtrust apply` says its number.")
        return found[0]

    def carried(self, run: Run) -> tuple[Carried, ...]:
        """The acts of a run whose outcome is known, in their order."""
        wanted = select(INTENT, OUTCOME.c.result, OUTCOME.c.at.label("concluded"))
        wanted = wanted.join(OUTCOME, OUTCOME.c.intent == INTENT.c.id).where(INTENT.c.run == run.id)
        with self._reading(wanted.order_by(INTENT.c.id)) as rows:
            return tuple(map(_carried, rows))

    def open_intents(self, run: Run) -> tuple[Intended, ...]:
        """The acts of a run whose outcome nobody wrote down: the process ended in between."""
        wanted = select(INTENT).outerjoin(OUTCOME, OUTCOME.c.intent == INTENT.c.id)
        wanted = wanted.where(INTENT.c.run == run.id, OUTCOME.c.intent.is_(None))
        with self._reading(wanted.order_by(INTENT.c.id)) as rows:
            return tuple(map(_intended, rows))

    def looked(self, run: Run) -> tuple[Looked, ...]:
        """Every gate of a run, in the order in which it was judged."""
        with self._reading(select(GATE).where(GATE.c.run == run.id).order_by(GATE.c.id)) as rows:
            return tuple(map(_looked, rows))

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
            raise unusable(self._path, reason) from error
        except UnicodeDecodeError as error:  # SQLite hands on the names of tables as they are in the file
            raise unusable(self._path, "its text is damaged") from error

    @contextmanager
    def _reading(self, wanted: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
        """Rows to be decoded; one that cannot be is told in a sentence."""
        with self._writing() as connection:
            rows = connection.execute(wanted).all()
        try:
            yield rows
        except (msgspec.MsgspecError, ValueError, TypeError) as error:
            raise unusable(self._path, f"a row of it is damaged, {error}") from error


def _key(connection: Connection, statement: Insert) -> int:
    made = connection.execute(statement).inserted_primary_key
    return int(made[0]) if made is not None else 0


def _ended(run: Run, ending: str, now: datetime) -> Update:
    return update(RUN).where(RUN.c.id == run.id).values(ended=_text(now), ending=ending)


def _run(row: Row[Any]) -> Run:
    plan = msgspec.json.decode(row.plan, type=Plan)
    return Run(row.id, plan, _instant(row.began), row.ending or "", _instant(row.ended or row.began))


def _carried(row: Row[Any]) -> Carried:
    return Carried(_intended(row), msgspec.json.decode(row.result, type=Outcome), _instant(row.concluded))


def _looked(row: Row[Any]) -> Looked:
    condition = msgspec.json.decode(row.condition, type=Condition)
    verdict = msgspec.json.decode(row.verdict, type=Verdict)
    return Looked(row.step, row.moment, condition, verdict, _instant(row.at))


def _intended(row: Row[Any]) -> Intended:
    return Intended(row.id, row.run, row.step, msgspec.json.decode(row.act, type=Act), row.before, _instant(row.at))


def _text(when: datetime) -> str:
    return when.isoformat()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
