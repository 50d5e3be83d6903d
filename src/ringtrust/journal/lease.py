"""The lease of a cluster: one change at a time, wherever it is carried out from.

Each lease has a number, its token, and whoever takes a lease over gets a higher one. What is written for a run is
written only under the token of now: a process that slept through the end of its lease finds itself replaced, before
its next act. A lease ends by itself some time after its holder was last heard of.
"""

import time
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Row, update

from ringtrust.errors import HalfWayError, RefusedError
from ringtrust.journal import kinds
from ringtrust.journal.chain import Entry
from ringtrust.journal.store import Store
from ringtrust.journal.tables import CLUSTER
from ringtrust.journal.who import Holder

_SLEPT: Final = 2
LEASE_SECONDS: Final = 60
"""How long a lease holds without a word of its holder."""
TOOK: Final = kinds.name_of(kinds.Took)


class Leases:
    """The leases that this process holds in a journal, each for so many seconds without a sign of life.

    Every method raises RingtrustError when it cannot be written.
    """

    def __init__(self, store: Store, seconds: float = LEASE_SECONDS) -> None:
        self._store = store
        self.seconds = seconds
        self._heard = 0.0
        self._tokens: dict[str, int] = {}

    def take(self, cluster: str, holder: Holder, *, alone: bool = False) -> None:
        """Takes the lease of a cluster, or takes it over where it has ended.

        `alone`: this process has the lock of the cluster on this machine, so that no holder on it lives any more.
        Raises RefusedError, with the name of the holder, while somebody else has it.
        """
        with self._store.writing() as connection:
            row, now = self._store.locked(connection, cluster), self._store.now(connection)
            before = holder_in(row)
            if before is not None and _holds(row, now) and not (alone and before.machine == holder.machine):
                raise RefusedError(
                    f"Another apply works on {cluster} ({before.text}).",
                    advice=f"Wait until it has ended, or have it end: ringtrust abort {before.run or 'RUN'}.",
                )
            values = {"holder": msgspec.json.encode(holder), "token": row.token + 1, "until": self._until(now)}
            connection.execute(update(CLUSTER).where(CLUSTER.c.name == cluster).values(values))
            said = kinds.Took(row.token + 1, holder, before)
            entry = Entry(cluster, 0, 0, TOOK, now.isoformat(), holder.who, msgspec.json.encode(said), "")
            self._store.append(connection, entry)
        self._tokens[cluster] = row.token + 1
        self._heard = _now()

    def renew(self) -> None:
        """Tells that this process lives. Raises HalfWayError when somebody else has taken one of its leases over."""
        for cluster in tuple(self._tokens):
            with self._store.writing() as connection:
                row, now = self._store.locked(connection, cluster), self._store.now(connection)
                self.refuse_unless_ours(row)
                connection.execute(update(CLUSTER).where(CLUSTER.c.name == cluster).values(until=self._until(now)))
        self._heard = _now()

    def say_run(self, cluster: str, run: int) -> None:
        """Says which run the lease of a cluster is for, if this process has it."""
        token = self._tokens.get(cluster)
        if token is None:
            return
        with self._store.writing() as connection:
            row = self._store.locked(connection, cluster)
            self.refuse_unless_ours(row)
            if (holder := holder_in(row)) is not None:
                said = msgspec.json.encode(replace(holder, run=run))
                connection.execute(update(CLUSTER).where(CLUSTER.c.name == cluster).values(holder=said))

    def refuse_if_slept(self) -> None:
        """Raises HalfWayError when this machine has slept for so long that others may have taken over, and have.

        A suspended machine wakes in the middle of whatever it was doing; its signs of life come some seconds later.
        """
        if self._tokens and _now() - self._heard > self.seconds / _SLEPT:
            self.renew()

    def release(self, cluster: str) -> None:
        """Gives the lease of a cluster back, if it is still this process's."""
        token = self._tokens.pop(cluster, None)
        if token is None:
            return
        with self._store.writing() as connection:
            own = (CLUSTER.c.name == cluster) & (CLUSTER.c.token == token)
            connection.execute(update(CLUSTER).where(own).values(holder=b"", until=""))

    def refuse_unless_ours(self, row: Row[Any]) -> None:
        """Raises HalfWayError unless this process may write for a run of a cluster, whose row is locked.

        Where nobody has a lease, nobody is in the way: so it is in the journal of a rehearsal.
        """
        token, other = self._tokens.get(row.name), holder_in(row)
        if token == row.token or (token is None and other is None):
            return
        raise HalfWayError(
            f"Somebody else carries on with {row.name} ({other.text if other else 'and has ended'}).",
            advice="Leave it to them, or look with `ringtrust runs`.",
        )

    def _until(self, now: datetime) -> str:
        return (now + timedelta(seconds=self.seconds)).isoformat()

    def who(self, connection: Connection, row: Row[Any]) -> str:
        """Who works on a cluster now; empty when nobody does."""
        holder = self.at_work(connection, row)
        return "" if holder is None else holder.text

    def at_work(self, connection: Connection, row: Row[Any]) -> Holder | None:
        """The same as a value."""
        holder = holder_in(row)
        return holder if holder is not None and _holds(row, self._store.now(connection)) else None


def _now() -> float:
    """Seconds that go on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def holder_in(row: Row[Any]) -> Holder | None:
    """Who has the lease by the row of a cluster, whether it has ended or not."""
    return msgspec.json.decode(row.holder, type=Holder) if row.holder else None


def _holds(row: Row[Any], now: datetime) -> bool:
    return bool(row.holder) and datetime.fromisoformat(row.until) > now
