"""The runs of a journal in brief: how far each is, who works on it, what it waits for. No plan is read for that."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, func, select

from ringtrust.change.decision import Decision
from ringtrust.change.outcome import Done, Outcome
from ringtrust.change.timeline import Brief, State, Word
from ringtrust.errors import RefusedError
from ringtrust.journal import kinds
from ringtrust.journal.file import unusable
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import ABORTED, FINISHED, SUPERSEDED
from ringtrust.journal.tables import CLUSTER, ENTRY, RUN
from ringtrust.journal.who import Holder

_OVER: Final[Mapping[str, Word]] = {FINISHED: "finished", SUPERSEDED: "gave way", ABORTED: "aborted"}
_INTENT: Final = kinds.name_of(kinds.Intent)
_READ: Final = ("outcome", "decision", "stopped", "held")
_TOLD: Final = (*_READ, _INTENT, kinds.name_of(kinds.Gate))
_LEADS: Final = frozenset({"pause", "resume", "abort"})


class _Meant(msgspec.Struct, frozen=True):
    """An intent without its act, which may name thousands of phones."""

    step: int


class _Told(msgspec.Struct):
    """What the entries of one run say, as far as they were read."""

    done: int = 0
    state: State = State("cut short")
    lead: Decision | None = None
    approvals: tuple[str, ...] = ()


def briefs(journal: Journal, cluster: str = "") -> tuple[Brief, ...]:
    """Every run, the latest first; or those of a cluster, by its name in ringtrust.toml or in the journal.

    Raises RingtrustError when the journal cannot be read.
    """
    with _reading(journal) as connection:
        found = tuple(_briefs(journal, connection))
    return tuple(each for each in found if cluster in {"", each.name, each.cluster})


def brief(journal: Journal, number: int) -> Brief:
    """The run of this number. Raises RefusedError when there is none, RingtrustError as `briefs`."""
    with _reading(journal) as connection:
        found = next(_briefs(journal, connection, number), None)
    if found is None:
        raise RefusedError(f"{journal.name} has no run {number}.", advice="`ringtrust runs` lists them.")
    return found


def _briefs(journal: Journal, connection: Connection, number: int = 0) -> Iterator[Brief]:
    begun = _by_run(connection, kinds.Began, number)
    ended = _by_run(connection, kinds.Ended, number)
    last = _last(connection)
    at_work = _at_work(journal, connection)
    wanted = select(RUN.c.id, RUN.c.cluster, RUN.c.began, RUN.c.by).order_by(RUN.c.id.desc())
    for row in connection.execute(wanted.where(RUN.c.id == number) if number else wanted).all():
        said, end = begun.get(row.id), ended.get(row.id)
        if not isinstance(said, kinds.Began):
            raise TypeError(f"run {row.id} has no beginning")
        told = _told(connection, row.id)
        state = _ended(end) if isinstance(end, kinds.Ended) else _state(told, at_work.get(row.cluster), row.id)
        yield Brief(
            *(row.id, row.cluster, said.name, said.goal, said.steps),
            said.steps if state.word == "finished" else told.done,
            *(_instant(row.began), row.by, _instant(last.get(row.id, row.began))),
            *(state, isinstance(end, kinds.Ended), told.approvals),
        )


def _ended(end: kinds.Ended) -> State:
    if end.ending not in _OVER:
        raise ValueError(f"no run ends as {end.ending!r}")
    return State(_OVER[end.ending])


def _state(told: _Told, holder: Holder | None, run: int) -> State:
    """By who works on it now, by the last word of a person, and by how it stopped."""
    lead = told.lead
    if holder is not None and holder.run == run:
        if lead is not None and lead.what == "abort":
            return State("ending", lead.by, lead.why, told.state.step)
        if told.state.word == "held":
            return State("held", holder.text, told.state.why, told.state.step)
        return State("at work", holder.text, "", told.state.step)
    if lead is not None and lead.what != "resume":
        return State("to be resumed" if lead.what == "abort" else "paused", lead.by, lead.why, told.state.step)
    return told.state if told.state.word == "stopped" else State("cut short", step=told.state.step)


def _told(connection: Connection, run: int) -> _Told:
    """What became of it so far; of big entries only that they are there."""
    told, steps = _Told(), dict[int, int]()
    wanted = select(ENTRY.c.id, ENTRY.c.kind, ENTRY.c.body).where(ENTRY.c.run == run, ENTRY.c.kind.in_(_TOLD))
    for row in connection.execute(wanted.order_by(ENTRY.c.id)):
        if row.kind in _READ:
            _hear(told, kinds.read(row.kind, row.body), steps)
            continue
        step = msgspec.json.decode(row.body, type=_Meant).step
        told.state = State("cut short", step=step)
        if row.kind == _INTENT:
            steps[row.id] = step
    return told


def _hear(told: _Told, said: kinds.Said, steps: Mapping[int, int]) -> None:
    match said:
        case kinds.Concluded(intent, outcome):
            told.done = max(told.done, _done(outcome, steps.get(intent, 0)))
        case kinds.Decided(decision) if decision.what in _LEADS:
            told.lead = decision
        case kinds.Decided(decision) if decision.what == "approve":
            told.approvals = tuple(dict.fromkeys((*told.approvals, decision.by)))
        case kinds.Stopped(step, why):
            told.state = State("stopped", "", " ".join(why), step)
        case kinds.Held(step, why):
            told.state = State("held", "", why, step)
        case _:
            return


def _done(outcome: Outcome, step: int) -> int:
    return step if isinstance(outcome, Done) else 0


def _by_run(connection: Connection, kind: type[kinds.Said], number: int) -> Mapping[int, kinds.Said]:
    """The only entry of a kind that a run has; of all runs, or of one."""
    wanted = select(ENTRY.c.run, ENTRY.c.kind, ENTRY.c.body).where(ENTRY.c.kind == kinds.name_of(kind))
    wanted = wanted.where(ENTRY.c.run == number) if number else wanted
    return {row.run: kinds.read(row.kind, row.body) for row in connection.execute(wanted.order_by(ENTRY.c.id))}


def _last(connection: Connection) -> Mapping[int, str]:
    """When something was written of each run last."""
    newest = select(func.max(ENTRY.c.id)).where(ENTRY.c.run.is_not(None)).group_by(ENTRY.c.run)
    rows = connection.execute(select(ENTRY.c.run, ENTRY.c.at).where(ENTRY.c.id.in_(newest)))
    return {row.run: row.at for row in rows}


def _at_work(journal: Journal, connection: Connection) -> Mapping[str, Holder]:
    """Who works on each cluster now."""
    found: dict[str, Holder] = {}
    rows: Sequence[Row[Any]] = connection.execute(select(CLUSTER)).all()
    for row in rows:
        holder = journal.leases.at_work(connection, row)
        if holder is not None and journal.lives(row.name, holder):
            found[row.name] = holder
    return found


@contextmanager
def _reading(journal: Journal) -> Iterator[Connection]:
    """One look at the journal; a row that cannot be decoded is told in a sentence."""
    try:
        with journal.store.writing() as connection:
            yield connection
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise unusable(journal.name, f"a row of it is damaged, {error}") from error


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
