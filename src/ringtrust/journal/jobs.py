"""Jobs for many clusters: what is to be done to each, who does it, and what came of it."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Row, insert, select, update

from ringtrust.errors import HalfWayError
from ringtrust.journal.store import Store, key
from ringtrust.journal.tables import JOB
from ringtrust.journal.who import here

Kind = Literal["scan", "apply"]


class Order(msgspec.Struct, frozen=True):
    """What is to be done to a cluster, by its name in ringtrust.toml.

    `body` is the plan that is to be applied, `by` who has ordered it.
    """

    kind: Kind
    name: str
    body: bytes = b""
    by: str = ""


class Job(msgspec.Struct, frozen=True):
    """An order, and what has become of it. Instants are ISO 8601, empty where it has not come to that.

    `status` is an exit status, of no meaning before it has ended; `told` is why, in sentences. `run` is the number of
    the run, 0 where there is none.
    """

    id: int
    batch: str
    kind: Kind
    name: str
    worker: str
    began: str
    ended: str
    run: int
    status: int
    told: tuple[str, ...]

    @property
    def over(self) -> bool:
        """Whether nothing more is to come of it."""
        return bool(self.ended)

    @property
    def seconds(self) -> float:
        """How long it took; 0 before it has ended."""
        if not (self.began and self.ended):
            return 0.0
        return (datetime.fromisoformat(self.ended) - datetime.fromisoformat(self.began)).total_seconds()


class Result(msgspec.Struct, frozen=True):
    """What came of a job. `data` is what was made, such as a snapshot."""

    status: int
    told: tuple[str, ...] = ()
    run: int = 0
    data: bytes = b""


class Jobs:
    """The jobs in a journal. Every method raises RingtrustError when the disk or the server refuses."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, batch: str, orders: Sequence[Order]) -> tuple[int, ...]:
        """New jobs, that belong together as a batch; gives their numbers."""
        empty = {"worker": "", "began": "", "ended": "", "run": 0, "status": 0, "told": b"[]", "result": b""}
        with self._store.writing() as connection:
            return tuple(
                key(connection, insert(JOB).values({**empty, "batch": batch, "by": here(), **_columns(order)}))
                for order in orders
            )

    def order(self, number: int) -> Order:
        """What is to be done. Raises LookupError for a number that no job has."""
        with self._store.writing() as connection:
            row = connection.execute(select(JOB).where(JOB.c.id == number)).one_or_none()
        if row is None:
            raise LookupError(number)
        return Order(row.kind, row.name, zlib.decompress(row.body), row.by)

    def begin(self, number: int, worker: str) -> None:
        """A worker has taken it. When it began stays as it was, should another have begun it before."""
        with self._store.writing() as connection:
            now = self._store.now(connection).isoformat()
            mine = JOB.c.id == number
            connection.execute(update(JOB).where(mine).values(worker=worker, ended=""))
            connection.execute(update(JOB).where(mine, JOB.c.began == "").values(began=now))

    def end(self, number: int, result: Result, worker: str = "") -> None:
        """What came of it. With a `worker`, only if it is still that one's: another may have taken it over."""
        values = {"status": result.status, "told": msgspec.json.encode(result.told), "run": result.run}
        with self._store.writing() as connection:
            now = self._store.now(connection).isoformat()
            values |= {"ended": now, "result": zlib.compress(result.data)}
            connection.execute(update(JOB).where(_of(number, worker)).values(values))

    def tell(self, number: int, *told: str) -> None:
        """Why it is not over yet."""
        with self._store.writing() as connection:
            connection.execute(update(JOB).where(JOB.c.id == number).values(told=msgspec.json.encode(told)))

    def attach(self, number: int, run: int) -> None:
        """In which run it is carried out."""
        with self._store.writing() as connection:
            connection.execute(update(JOB).where(JOB.c.id == number).values(run=run))

    def batch(self, batch: str) -> tuple[Job, ...]:
        """The jobs of a batch, in their order."""
        columns = [column for column in JOB.c if column.name not in {"body", "result"}]
        with self._store.writing() as connection:
            return tuple(map(_job, connection.execute(select(*columns).where(JOB.c.batch == batch).order_by(JOB.c.id))))

    def result(self, number: int) -> bytes:
        """What a job has made. Raises LookupError for a number that no job has."""
        with self._store.writing() as connection:
            data = connection.execute(select(JOB.c.result).where(JOB.c.id == number)).scalar()
        if data is None:
            raise LookupError(number)
        return zlib.decompress(data) if data else b""

    def is_over(self, number: int) -> bool:
        """Whether nothing more is to come of a job."""
        with self._store.writing() as connection:
            return bool(connection.execute(select(JOB.c.ended).where(JOB.c.id == number)).scalar())

    def interrupt(self) -> None:
        """Where one process works alone, what others before it have left behind was interrupted."""
        told = msgspec.json.encode(("It was interrupted: order it once more.",))
        with self._store.writing() as connection:
            now = self._store.now(connection).isoformat()
            values = {"ended": now, "status": HalfWayError.exit_status, "told": told}
            connection.execute(update(JOB).where(JOB.c.ended == "").values(values))

    def last_batch(self) -> str:
        """The batch that was ordered last; empty where there is none."""
        with self._store.writing() as connection:
            return connection.execute(select(JOB.c.batch).order_by(JOB.c.id.desc()).limit(1)).scalar() or ""


def _of(number: int, worker: str) -> ColumnElement[bool]:
    return (JOB.c.id == number) & (JOB.c.worker == worker) if worker else JOB.c.id == number


def _columns(order: Order) -> dict[str, object]:
    return {"kind": order.kind, "name": order.name, "body": zlib.compress(order.body)}


def _job(row: Row[Any]) -> Job:
    told = msgspec.json.decode(row.told, type=tuple[str, ...])
    fields = (row.id, row.batch, row.kind, row.name, row.worker, row.began, row.ended, row.run, row.status)
    return Job(*fields, told)
