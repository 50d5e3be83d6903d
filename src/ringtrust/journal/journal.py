"""A journal: what is in it has reached the disk before the next line of code runs."""

import hashlib
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import URL, Connection, Row, Select, insert, select

from ringtrust.change.act import Act
from ringtrust.change.decision import Decision
from ringtrust.change.outcome import Outcome
from ringtrust.change.plan import Plan, write_plan
from ringtrust.clock import Clock, SystemClock
from ringtrust.cluster.recovery_key import KeptKey
from ringtrust.errors import RefusedError
from ringtrust.journal import kinds
from ringtrust.journal.chain import Entry
from ringtrust.journal.file import unusable
from ringtrust.journal.lease import LEASE_SECONDS, Leases
from ringtrust.journal.records import SUPERSEDED, Carried, Heard, Intended, Looked, Run
from ringtrust.journal.store import Store, key
from ringtrust.journal.tables import ENTRY, RUN
from ringtrust.journal.who import Holder, here


class Journal:
    """Runs with all that becomes of them. Every method raises RingtrustError when the disk or the server refuses.

    `leases` are those that this process holds: what is written for a run is refused while somebody else has that of its
    cluster. What a person decides may come from anywhere. `lives` says whether the holder of a lease may be at work:
    whoever looks from the same machine can tell.
    """

    def __init__(
        self, place: Path | URL | Store, clock: Clock | None = None, lease_seconds: float = LEASE_SECONDS
    ) -> None:
        self._shared = isinstance(place, Store)
        self.store = place if isinstance(place, Store) else Store(place, clock or SystemClock())
        self.leases = Leases(self.store, lease_seconds)
        self._by = here()
        self.lives: Callable[[str, Holder], bool] = lambda _cluster, _holder: True

    @property
    def name(self) -> str:
        """What a person knows it by."""
        return self.store.name

    def begin(self, cluster: str, plan: Plan, now: datetime, by: str = "") -> Run:
        """A new run of a plan. `cluster` is what the cluster is known by here, whatever it is called in the plan.

        `by` is who wants it, where that is not who calls: a worker begins what somebody else has ordered.
        """
        by = by or self._by
        written = write_plan(plan)
        values = {"cluster": cluster, "plan_digest": plan.digest, "plan": written, "began": _text(now)}
        said = kinds.Began(plan.cluster, plan.goal, len(plan.steps), plan.digest, hashlib.sha256(written).hexdigest())
        with self._bound(cluster) as connection:
            number = key(connection, insert(RUN).values(values | {"by": by}))
            self._put(connection, cluster, number, said, now, by)
        return Run(number, plan, now, "", now, cluster, by)

    def end(self, run: Run, ending: str, now: datetime) -> None:
        """Nothing more is to come of a run."""
        with self._bound(run.cluster) as connection:
            self._put(connection, run.cluster, run.id, kinds.Ended(ending), now)

    def intend(
        self, run: Run, step: int, act: Act, before: str, now: datetime, instead_of: Sequence[Run] = ()
    ) -> Intended:
        """An act is about to be carried out; with it, and not before, other runs give way to this one."""
        with self._bound(run.cluster) as connection:
            for other in instead_of:
                self._put(connection, other.cluster, other.id, kinds.Ended(SUPERSEDED), now)
            number = self._put(connection, run.cluster, run.id, kinds.Intent(step, act, before), now)
        return Intended(number, run.id, step, act, before, now, run.cluster)

    def conclude(self, intended: Intended, outcome: Outcome, now: datetime) -> None:
        """What became of it."""
        with self._bound(intended.cluster) as connection:
            self._put(connection, intended.cluster, intended.run, kinds.Concluded(intended.id, outcome), now)

    def note(self, run: Run, looked: Looked) -> None:
        """How a gate was judged."""
        said = kinds.Gate(looked.step, looked.moment, looked.condition, looked.verdict, looked.by)
        with self._bound(run.cluster) as connection:
            self._put(connection, run.cluster, run.id, said, looked.at)

    def decide(self, run: Run, decision: Decision) -> None:
        """What a person has decided; from any terminal."""
        with self.store.writing() as connection:
            self.store.locked(connection, run.cluster)
            self._put(connection, run.cluster, run.id, kinds.Decided(decision), decision.at, decision.by)

    def keep_key(self, cluster: str, kept: KeptKey) -> None:
        """That a copy of the recovery key of a cluster is kept; nothing of the key itself."""
        with self.store.writing() as connection:
            self.store.locked(connection, cluster)
            self._put(connection, cluster, 0, kinds.KeyKept(kept.sha256, kept.size, kept.serial), kept.kept, kept.by)

    def time(self, run: Run, timed: kinds.Timed, now: datetime) -> None:
        """When its steps may begin."""
        with self._bound(run.cluster) as connection:
            self._put(connection, run.cluster, run.id, timed, now)

    def timed(self, run: Run) -> kinds.Timed | None:
        """What was said last about when its steps may begin; None where nothing was."""
        with self._reading(_of(run, kinds.Timed)) as rows:
            said = [kinds.read(row.kind, row.body) for row in rows]
        return next((each for each in reversed(said) if isinstance(each, kinds.Timed)), None)

    def stop(self, run: Run, step: int, why: Sequence[str], now: datetime) -> None:
        """A run has stopped half-way; it may be gone on with."""
        with self._bound(run.cluster) as connection:
            self._put(connection, run.cluster, run.id, kinds.Stopped(step, tuple(why)), now)

    def hold(self, run: Run, step: int, why: str, now: datetime, until: str = "") -> None:
        """Nothing new is begun for now; `until` is empty where nobody knows how long."""
        with self._bound(run.cluster) as connection:
            self._put(connection, run.cluster, run.id, kinds.Held(step, why, until), now)

    def hear(self, run: Run, step: int, heard: Sequence[Heard], now: datetime) -> None:
        """What was said between the nodes and us, secrets masked."""
        if not heard:
            return
        blobs = {_name(data): data for each in heard for data in (each.sent, each.answer)}
        self.store.keep({name: zlib.compress(data) for name, data in blobs.items()})
        said = tuple(map(_exchange, heard))
        with self._bound(run.cluster) as connection:
            self._put(connection, run.cluster, run.id, kinds.Session(step, said), now)

    def runs(self, cluster: str) -> tuple[Run, ...]:
        """The runs of a cluster, the latest first."""
        return self._runs(select(RUN).where(RUN.c.cluster == cluster).order_by(RUN.c.id.desc()))

    def of_plan(self, digest: str) -> tuple[Run, ...]:
        """The runs of a plan, whatever its cluster is known by here, the latest first."""
        return self._runs(select(RUN).where(RUN.c.plan_digest == digest).order_by(RUN.c.id.desc()))

    def run(self, number: int) -> Run:
        """The run of this number. Raises RefusedError when there is none."""
        found = self._runs(select(RUN).where(RUN.c.id == number))
        if not found:
            raise RefusedError(f"{self.name} has no run {number}.", advice="`ringtrust runs` lists them.")
        return found[0]

    def carried(self, run: Run) -> tuple[Carried, ...]:
        """The acts of a run whose outcome is known, in their order."""
        intents, outcomes = self._acts(run)
        known = ((each, outcomes[each.id]) for each in intents if each.id in outcomes)
        return tuple(Carried(intended, outcome, at) for intended, (outcome, at) in known)

    def open_intents(self, run: Run) -> tuple[Intended, ...]:
        """The acts of a run whose outcome nobody wrote down: the process ended in between."""
        intents, outcomes = self._acts(run)
        return tuple(each for each in intents if each.id not in outcomes)

    def looked(self, run: Run) -> tuple[Looked, ...]:
        """Every gate of a run, in the order in which it was judged."""
        with self._reading(_of(run, kinds.Gate)) as rows:
            said = [(kinds.read(row.kind, row.body), row.at) for row in rows]
            return tuple(
                Looked(gate.step, gate.moment, gate.condition, gate.verdict, _instant(at), gate.by)
                for gate, at in said
                if isinstance(gate, kinds.Gate)
            )

    def decisions(self, run: Run) -> tuple[Decision, ...]:
        """What people have decided about a run, in that order."""
        with self._reading(_of(run, kinds.Decided)) as rows:
            said = [kinds.read(row.kind, row.body) for row in rows]
            return tuple(each.decision for each in said if isinstance(each, kinds.Decided))

    def close(self) -> None:
        """Lets it go, unless others share its store."""
        if not self._shared:
            self.store.close()

    def _acts(self, run: Run) -> tuple[list[Intended], dict[int, tuple[Outcome, datetime]]]:
        intents: list[Intended] = []
        outcomes: dict[int, tuple[Outcome, datetime]] = {}
        with self._reading(_of(run, kinds.Intent, kinds.Concluded)) as rows:
            for row in rows:
                match kinds.read(row.kind, row.body):
                    case kinds.Intent(step, act, before):
                        intents.append(Intended(row.id, run.id, step, act, before, _instant(row.at), run.cluster))
                    case kinds.Concluded(number, outcome):
                        outcomes[number] = outcome, _instant(row.at)
        return intents, outcomes

    def _runs(self, wanted: Select[Any]) -> tuple[Run, ...]:
        with self._reading(wanted) as rows:
            begun = [_begun(row) for row in rows]
        endings = self._endings([run.id for run in begun])
        return tuple(_ended(run, *endings[run.id]) if run.id in endings else run for run in begun)

    def _endings(self, runs: Sequence[int]) -> dict[int, tuple[str, datetime]]:
        wanted = select(ENTRY).where(ENTRY.c.run.in_(runs), ENTRY.c.kind == kinds.name_of(kinds.Ended))
        found: dict[int, tuple[str, datetime]] = {}
        with self._reading(wanted.order_by(ENTRY.c.id)) as rows:
            for row in rows:
                said = kinds.read(row.kind, row.body)
                if isinstance(said, kinds.Ended):
                    found[row.run] = said.ending, _instant(row.at)
        return found

    def _put(
        self, connection: Connection, cluster: str, run: int, said: kinds.Said, now: datetime, by: str = ""
    ) -> int:
        body = msgspec.json.encode(said)
        entry = Entry(cluster, 0, run, kinds.name_of(type(said)), _text(now), by or self._by, body, "")
        return self.store.append(connection, entry)

    @contextmanager
    def _bound(self, cluster: str) -> Iterator[Connection]:
        """A transaction for a run: the cluster's chain is ours until it ends, and so is its lease."""
        with self.store.writing() as connection:
            self.leases.refuse_unless_ours(self.store.locked(connection, cluster))
            yield connection

    @contextmanager
    def _reading(self, wanted: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
        """Rows to be decoded; one that cannot be is told in a sentence."""
        with self.store.writing() as connection:
            rows = connection.execute(wanted).all()
        try:
            yield rows
        except (msgspec.MsgspecError, ValueError, TypeError) as error:
            raise unusable(self.name, f"a row of it is damaged, {error}") from error


def _name(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _exchange(heard: Heard) -> kinds.Exchange:
    sent, answer = _name(heard.sent), _name(heard.answer)
    more = (heard.seconds, heard.error, heard.size, heard.sha256)
    return kinds.Exchange(heard.at, heard.door, heard.node, sent, answer, *more)


def _begun(row: Row[Any]) -> Run:
    plan = msgspec.json.decode(row.plan, type=Plan)
    return Run(row.id, plan, _instant(row.began), "", _instant(row.began), row.cluster, row.by)


def _ended(run: Run, ending: str, at: datetime) -> Run:
    return replace(run, ending=ending, ended=at)


def _of(run: Run, *wanted: type[kinds.Said]) -> Select[Any]:
    names = [kinds.name_of(each) for each in wanted]
    return select(ENTRY).where(ENTRY.c.run == run.id, ENTRY.c.kind.in_(names)).order_by(ENTRY.c.id)


def _text(when: datetime) -> str:
    return when.isoformat()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
