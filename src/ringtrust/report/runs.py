"""Runs for people: in a list, one as a timeline, and what was said with the nodes meanwhile."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from ringtrust.change.decision import Decision
from ringtrust.change.outcome import Done, Outcome, Passed, Refused, Verdict
from ringtrust.change.timeline import (
    Became,
    Began,
    Brief,
    Decided,
    Ended,
    Event,
    Exchange,
    Judged,
    Meant,
    State,
    Stopped,
    Taken,
    Talked,
    Timeline,
    Waited,
)
from ringtrust.report.plans import span
from ringtrust.trust.names import counted, printable, some

_WIDTH: Final = 110
_DECIDED: Final = {
    "pause": "pauses it",
    "resume": "lets it go on",
    "abort": "ends it",
    "approve": "approves it",
    "override": "lets a gate pass",
    "accept": "takes a risk",
}
_ENDED: Final = {
    "finished": "finished: every step is done, and every gate passed, or was let pass",
    "superseded": "gave way to a newer plan",
    "aborted": "over: a person has ended it, and nothing was due from it",
}


def runs_lines(found: Sequence[Brief]) -> Iterator[str]:
    """A list of runs; nothing in it that a terminal would obey."""
    if not found:
        yield "No run was begun."
    for each in found:
        yield printable(
            f"{each.id:>5}  {each.name}: {each.goal}. Begun {_minute(each.began)} by {each.by}; "
            f"{each.done} of {counted(each.steps, 'step')} done; last sign {_minute(each.last)}."
        )
        yield from _wrapped(state(each.state), "       ")


def state(found: State) -> str:
    """How a run stands, in a sentence."""
    why, step = f": {found.why}" if found.why else "", f" at step {found.step}" if found.step else ""
    match found.word:
        case "at work":
            return f"At work{step}, by {found.who}."
        case "held":
            return f"Nothing is begun{step}{why}. At work is {found.who}."
        case "ending":
            return f"It is ending, by the word of {found.who}{why}."
        case "paused":
            return f"Paused{step} by {found.who}{why}. Nobody works on it."
        case _:
            return _still(found, step, why)


def _still(found: State, step: str, why: str) -> str:
    match found.word:
        case "to be resumed":
            return f"Ended{step} by {found.who}{why}. It is not over: `runs show` tells what is due."
        case "stopped":
            return f"Stopped{step}{why}"
        case "cut short":
            return f"Cut short{step}: nobody works on it, and nobody has said why."
        case "finished":
            return "Finished."
        case "gave way":
            return "Over: it gave way to a newer plan."
        case _:
            return "Over: a person has ended it."


def timeline_lines(found: Timeline) -> Iterator[str]:
    """A run, one thing after the other."""
    brief, day = found.brief, ""
    yield printable(f"Run {brief.id}: {brief.goal} on {brief.name} ({brief.cluster}). Plan {found.digest}.")
    yield printable(f"{brief.done} of {counted(brief.steps, 'step')} done. {state(brief.state)}")
    if found.due:
        yield from _wrapped(f"Due from what was renewed: {'; '.join(found.due)}.", "")
    yield "Times are UTC."
    for event in found.events:
        if isinstance(event, Talked):
            continue  # what was said word by word is for --sessions: it would drown acts, stops and decisions
        if f"{event.at:%Y-%m-%d}" != day:
            day = f"{event.at:%Y-%m-%d}"
            yield ""
            yield day
        for number, line in enumerate(lines_of(event)):
            lead = f"{event.at:%H:%M:%S} {step_of(event) or '':>4}  " if number == 0 else " " * 15
            yield from _wrapped(line, lead, " " * 17)


def step_of(event: Event) -> int:
    """The step that it is about, 0 where it is about none."""
    match event:
        case Decided(decision=decision):
            return decision.step
        case Meant() | Became() | Judged() | Waited() | Talked() | Stopped():
            return event.step
        case _:
            return 0


def lines_of(event: Event) -> Iterator[str]:
    """An event in sentences: what, and below it by what evidence."""
    match event:
        case Meant(what=what, wave=wave):
            yield f"{'WAVE ' if wave else ''}begins: {what}"
        case Became(what=what, outcome=outcome, seconds=seconds):
            yield f"{_word(outcome)} after {lasted(seconds)}: {what}"
            yield from filter(None, outcome.evidence)
        case Judged(verdict=verdict, code=code, what=what, seconds=seconds):
            yield f"{verdict_word(verdict)} after {lasted(seconds)}: {what} ({code}, {event.moment} the step)"
            if event.by:
                yield f"{event.by} let it pass."
            yield from filter(None, verdict.evidence)
        case Stopped(why=why):
            yield "STOPPED"
            yield from filter(None, why)
        case Waited(why=why, seconds=seconds, until=until):
            how_long = f" for {lasted(seconds)}" if seconds else f" until {until}" if until else ""
            yield f"nothing is begun{how_long}: {why}"
        case _:
            yield _said(event)


def _said(event: Began | Taken | Decided | Talked | Ended) -> str:
    match event:
        case Began(by=by):
            return f"begun by {by}"
        case Taken(by=by, before=before):
            return f"{by}{f', in the place of {before}' if before else ''} works on it"
        case Decided(decision=decision):
            return decision_line(decision)
        case Talked(exchanges=exchanges, nodes=nodes, doors=doors):
            return f"{counted(exchanges, 'exchange')} with {some(nodes)} over {some(doors)}"
        case Ended(ending=ending):
            return _ENDED.get(ending, ending)


def decision_line(decision: Decision) -> str:
    """What a person has decided, and why."""
    gate = f" ({decision.gate} of step {decision.step})" if decision.gate else ""
    return f"{decision.by} {_DECIDED[decision.what]}{gate}{f': {decision.why}' if decision.why else ''}"


def exchange_lines(found: Exchange) -> Iterator[str]:
    """One exchange: what was sent behind >, what came back as it is, and nothing that a terminal would obey."""
    yield printable(f"--- {found.at:%Y-%m-%d %H:%M:%S} step {found.step}, {found.node} over {found.door}")
    yield from (f"> {line}" for line in _read(found.sent))
    yield from _read(found.answer)


def _read(data: bytes) -> Iterator[str]:
    for line in data.decode(errors="backslashreplace").split("\n") if data else ():
        yield printable(line.rstrip("\r"))


def lasted(seconds: float) -> str:
    """How long something took."""
    return span(round(seconds))


def _word(outcome: Outcome) -> str:
    if isinstance(outcome, Done):
        return "done"
    return "REFUSED" if isinstance(outcome, Refused) else "UNCLEAR"


def verdict_word(verdict: Verdict) -> str:
    """ok, or what it is else."""
    return "ok" if isinstance(verdict, Passed) else type(verdict).__name__.upper()


def _minute(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _wrapped(text: str, first: str, more: str = "") -> Iterator[str]:
    yield from textwrap.wrap(
        printable(text), _WIDTH, initial_indent=first, subsequent_indent=more or first, break_on_hyphens=False
    )
