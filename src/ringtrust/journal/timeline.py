"""A run from its first entry to its last, as a person would tell it; and what was said with the nodes meanwhile."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import Row, select

from ringtrust.change.act import IssueLscs, ResetPhones, sentence
from ringtrust.change.gate import CertificateIs, Condition
from ringtrust.change.plan import Plan
from ringtrust.change.timeline import (
    FORMAT,
    Became,
    Began,
    Decided,
    Ended,
    Event,
    Exchange,
    Judged,
    Meant,
    Stopped,
    Taken,
    Talked,
    Timeline,
    Title,
    Waited,
)
from ringtrust.journal import kinds
from ringtrust.journal.briefs import brief
from ringtrust.journal.export import blob
from ringtrust.journal.file import unusable
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Run
from ringtrust.journal.tables import ENTRY

_TOOK: Final = kinds.name_of(kinds.Took)
_FROM_ELSEWHERE: Final = frozenset({kinds.name_of(kinds.Decided), kinds.name_of(kinds.KeyKept)})
_LIVE: Final = frozenset({"at work", "held", "ending"})
_LIFTS: Final = frozenset({"resume", "approve", "abort"})


def timeline(journal: Journal, number: int) -> Timeline:
    """A run, one thing after the other. Raises RefusedError when there is none, RingtrustError for a damaged one."""
    short, run = brief(journal, number), journal.run(number)
    try:
        events = tuple(_measured(list(_Teller(run).tell(_rows(journal, run, live=short.state.word in _LIVE)))))
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise unusable(journal.name, f"a row of it is damaged, {error}") from error
    titles = tuple(Title(step.number, step.title) for step in run.plan.steps)
    return Timeline(FORMAT, short, run.plan.digest, titles, events)


def exchanges(journal: Journal, number: int, step: int = 0) -> Iterator[Exchange]:
    """What was said with the nodes in a run, or in one step of it. Raises as `timeline`, and for lost bytes."""
    run = journal.run(number)
    session = kinds.name_of(kinds.Session)
    wanted = select(ENTRY).where(ENTRY.c.run == run.id, ENTRY.c.kind == session).order_by(ENTRY.c.id)
    with journal.store.writing() as connection:
        rows = connection.execute(wanted).all()
    for row in rows:
        said = _read(journal, row)
        if isinstance(said, kinds.Session) and step in {0, said.step}:
            for each in said.exchanges:
                sent, answer = blob(journal.store, each.sent), blob(journal.store, each.answer)
                yield Exchange(each.at, said.step, each.door, each.node, sent, answer)


def _read(journal: Journal, row: Row[Any]) -> kinds.Said:
    try:
        return kinds.read(row.kind, row.body)
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise unusable(journal.name, f"a row of it is damaged, {error}") from error


def _rows(journal: Journal, run: Run, *, live: bool) -> Sequence[Row[Any]]:
    """The entries of a run, and those by which the lease of its cluster was taken for it."""
    light = select(ENTRY.c.id, ENTRY.c.run, ENTRY.c.kind).where(ENTRY.c.cluster == run.cluster).order_by(ENTRY.c.id)
    with journal.store.writing() as connection:
        chain = [(row.id, row.run or 0, row.kind) for row in connection.execute(light)]
        mine = _taken_for(run.id, chain, run.id if live else 0)
        own = select(ENTRY).where((ENTRY.c.run == run.id) | ENTRY.c.id.in_(mine))
        return connection.execute(own.order_by(ENTRY.c.id)).all()


def _taken_for(run: int, chain: Sequence[tuple[int, int, str]], follows: int) -> list[int]:
    """A lease was taken for the run of which something was written next, but for what people decide from elsewhere.

    `follows` is the run that is at work now, though nothing may have been written since.
    """
    found: list[int] = []
    for number, of, kind in reversed(chain):
        if kind == _TOOK:
            found += [number] if follows == run else []
            follows = 0
        elif kind not in _FROM_ELSEWHERE:
            follows = of
    return found


class _Teller:
    """Tells one entry after the other; remembers when each act was meant, and how gates are called in the plan."""

    def __init__(self, run: Run) -> None:
        self._gates = _sentences(run.plan)
        self._meant: dict[int, Meant] = {}

    def tell(self, rows: Sequence[Row[Any]]) -> Iterator[Event]:
        """Each of them."""
        for row in rows:
            at = datetime.fromisoformat(row.at)
            yield self._event(row, at, kinds.read(row.kind, row.body))

    def _event(self, row: Row[Any], at: datetime, said: kinds.Said) -> Event:
        match said:
            case kinds.Intent(step, act, _):
                meant = Meant(at, row.by, step, sentence(act), isinstance(act, ResetPhones | IssueLscs))
                self._meant[row.id] = meant
                return meant
            case kinds.Concluded(number, outcome):
                if number not in self._meant:
                    raise ValueError(f"an outcome is of the act {number}, which nobody meant")
                meant = self._meant[number]
                return Became(at, meant.step, meant.what, outcome, _seconds(meant.at, at), meant.wave)
            case kinds.Gate(step, moment, condition, verdict, by):
                return Judged(at, step, moment, _code(condition), self._what(step, condition), verdict, 0.0, by)
            case kinds.Session(step, heard):
                nodes = tuple(dict.fromkeys(each.node for each in heard))
                return Talked(at, step, len(heard), nodes, tuple(dict.fromkeys(each.door for each in heard)))
            case kinds.Stopped() | kinds.Held():
                return _stood(at, said)
            case _:
                return _around(row, at, said)

    def _what(self, step: int, condition: Condition) -> str:
        code = _code(condition)
        known = self._gates.get((step, msgspec.json.encode(condition))) or self._gates.get((step, code.encode()))
        if known is None and isinstance(condition, CertificateIs):
            return f"{condition.unit} of {condition.node} is the one that this plan has made"
        return known or code


def _stood(at: datetime, said: kinds.Stopped | kinds.Held) -> Event:
    if isinstance(said, kinds.Stopped):
        return Stopped(at, said.step, said.why)
    return Waited(at, said.step, said.why, until=said.until)


def _around(row: Row[Any], at: datetime, said: kinds.Said) -> Event:
    match said:
        case kinds.Began():
            return Began(at, row.by)
        case kinds.Took(_, holder, before):
            return Taken(at, holder.text, before.text if before is not None else "")
        case kinds.Decided(decision):
            return Decided(at, decision)
        case kinds.Ended(ending):
            return Ended(at, ending)
        case _:
            raise ValueError(f"{row.kind} stands where it cannot be")


def _measured(events: Sequence[Event]) -> Iterator[Event]:
    """With how long each gate was waited for, and how long nothing was begun.

    A gate is waited for since what was written before it. What people decide, and what was heard, is written at any
    time; a decision counts where it lets a run that was held go on.
    """
    told = list(events)
    before: int | None = None  # the place of the event before
    since = events[0].at if events else None
    for place, event in enumerate(events):
        held = before is not None and isinstance(events[before], Waited)
        lifts = isinstance(event, Decided) and held and event.decision.what in _LIFTS
        if since is None or isinstance(event, Talked) or (isinstance(event, Decided) and not lifts):
            continue
        last = told[before] if before is not None else event
        if isinstance(last, Waited) and before is not None:
            told[before] = replace(last, seconds=_seconds(last.at, event.at))
        if isinstance(event, Judged):
            told[place] = replace(event, seconds=_seconds(since, event.at))
        before, since = place, event.at
    yield from told


def _sentences(plan: Plan) -> Mapping[tuple[int, bytes], str]:
    """How the gates of each step are called: by the condition, and where a run has completed that, by their code."""
    gates = [(step.number, gate) for step in plan.steps for gate in (*step.before, *step.after)]
    by_code = {(number, gate.code.encode()): gate.what for number, gate in reversed(gates)}
    return by_code | {(number, msgspec.json.encode(gate.condition)): gate.what for number, gate in gates}


def _code(condition: Condition) -> str:
    return str(type(condition).__struct_config__.tag)


def _seconds(since: datetime, until: datetime) -> float:
    return max((until - since).total_seconds(), 0.0)
