"""What `ringtrust apply` says while it works, and when it ends."""

from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self

from ringtrust.apply.news import (
    Acted,
    Began,
    Ending,
    Finished,
    Judged,
    News,
    Resumed,
    Settled,
    StoppedAtAct,
    StoppedAtGate,
    Waiting,
)
from ringtrust.change.act import HandOver, Regenerate, sentence
from ringtrust.change.outcome import Done, Outcome, Passed, Refused, Unclear, Unknown, Verdict
from ringtrust.change.plan import Plan, Step
from ringtrust.cli.output import say, warn
from ringtrust.cli.progress import Line
from ringtrust.trust.names import printable

_SAY_EVERY: Final = 300  # seconds
_SEE_TO_IT: Final = "see to it, then call apply again with the same plan."
_MEND: Final = "mend that, then call apply again with the same plan; it goes on from here."
_LOOK: Final = "call apply again with the same plan: it looks at the cluster before it does anything else."


class Teller:
    """Tells the news: a line an act, a line a gate; what is being waited for on a line that is written over."""

    def __init__(self, plan: Plan, *, quiet: bool) -> None:
        self._total = len(plan.steps)
        self._quiet = quiet
        self._line = Line()
        self._said = -_SAY_EVERY

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.wipe()

    def tell(self, news: News) -> None:
        """One piece of news."""
        if isinstance(news, Waiting):
            self._wait(news)
            return
        self._said = -_SAY_EVERY
        self._line.wipe()
        if not self._quiet:
            for line in map(printable, self._lines(news)):
                say(line)

    def _wait(self, news: Waiting) -> None:
        """On a terminal a line that is written over; in a log a line now and then, so that nobody thinks it hangs."""
        told = f"     waiting: {news.gate.what}. {' '.join(news.verdict.evidence)} ({news.seconds} s)"
        if self._line.shown:
            self._line.show(told)
        elif news.seconds - self._said >= _SAY_EVERY:
            self._said = news.seconds
            warn(printable(told))

    def _lines(self, news: News) -> Iterator[str]:
        match news:
            case Resumed(done=done, of=of):
                yield f"This plan was begun before: {done} of {of} steps are done. It goes on from there."
            case Settled():
                yield from settled_lines(news)
            case Began(step=step):
                yield f"{_clock()} {step.number:>3}/{self._total}  {step.title}"
            case Acted(outcome=outcome):
                told = _told(outcome)  # what is there now, or else why not: the ending says the rest
                yield from (f"               {text}" for text in (told[-1:] if isinstance(outcome, Done) else told[:1]))
            case Judged(gate=gate, verdict=verdict):
                word = "ok" if isinstance(verdict, Passed) else type(verdict).__name__.upper()
                yield f"               {word}: {gate.what}"
            case Waiting():
                return


def settled_lines(news: Settled) -> Iterator[str]:
    """What was found out about an act of which nobody wrote down what became of it."""
    act = news.intended.act
    yield (
        f"The last apply ended after it had begun to {sentence(act)}, at {news.intended.at:%Y-%m-%d %H:%M:%S} UTC, and "
        "before it could write down what became of it."
    )
    if isinstance(act, Regenerate):
        yield f"Look at {act.unit} of {act.node}: its serial number was {news.intended.before}."
    yield from _told(news.outcome)


def _told(result: Outcome | Verdict) -> tuple[str, ...]:
    """The evidence, without an advice that is none."""
    return tuple(text for text in result.evidence if text)


def _clock() -> str:
    return f"{datetime.now().astimezone():%H:%M:%S}"


def ending_lines(ending: Ending, plan: Plan) -> Iterator[str]:
    """How it ended, and what to do next."""
    yield ""
    yield from map(printable, _ending(ending, plan))


def _ending(ending: Ending, plan: Plan) -> Iterator[str]:
    match ending:
        case Finished(run=run):
            yield f"Done: every step of the plan, and every gate passed (run {run})."
            yield from (f"Left for you: {step.title}." for step in plan.steps[-1:] if isinstance(step.act, HandOver))
            yield f"Look once more with: ringtrust verify {plan.cluster} --against PLAN"
        case StoppedAtGate(step=step, gate=gate, verdict=verdict):
            how = "nobody can tell whether" if isinstance(verdict, Unknown) else "it is not so that"
            yield f"Stopped at step {step.number}, {step.title}: {how} {gate.what} ({gate.code})."
            yield from (f"  {text}" for text in _told(verdict))
            yield from _next(_to_do(step), acted=ending.acted)
        case StoppedAtAct(step=step, outcome=outcome):
            yield f"Stopped at step {step.number}, {step.title}: {_why(outcome)}"
            yield from (f"  {text}" for text in _told(outcome))
            yield from _next(_LOOK if isinstance(outcome, Unclear) else _to_do(step), acted=ending.acted)


def _why(outcome: Outcome) -> str:
    if isinstance(outcome, Refused):
        return "the cluster did not do it."
    return "nobody knows what became of it; look before anything else is done."


def _to_do(step: Step) -> str:
    return _SEE_TO_IT if isinstance(step.act, HandOver) else _MEND


def _next(to_do: str, *, acted: bool) -> Iterator[str]:
    yield f"What to do: {to_do}"
    if acted:
        yield "Change nothing else meanwhile, and renew nothing by hand: phones keep the trust that they have."
        yield "If you need help, contact Cisco TAC, and keep the backup from before the change at hand."
    else:
        yield "Nothing has been changed so far."


def ending_document(ending: Ending) -> dict[str, Any]:
    """The same for programs."""
    document: dict[str, Any] = {"format": "ringtrust.apply/1", "run": ending.run, "finished": False, "acted": True}
    match ending:
        case Finished():
            document["finished"] = True
        case StoppedAtGate(step=step, gate=gate, verdict=verdict):
            document["acted"] = ending.acted
            document["gate"] = {"code": gate.code, "what": gate.what, "verdict": type(verdict).__name__.lower()}
            document |= {"step": step.number, "title": step.title, "evidence": list(_told(verdict))}
        case StoppedAtAct(step=step, outcome=outcome):
            document["acted"] = ending.acted
            document["outcome"] = type(outcome).__name__.lower()
            document |= {"step": step.number, "title": step.title, "evidence": list(_told(outcome))}
    return document
