"""What `ringtrust apply` says while it works."""

from collections.abc import Iterator
from datetime import datetime
from textwrap import wrap
from types import TracebackType
from typing import Final, Self

from ringtrust.apply.news import (
    Acted,
    Began,
    GaveUp,
    GoesOn,
    Held,
    Judged,
    Looks,
    News,
    Overridden,
    Resumed,
    Settled,
    Waiting,
)
from ringtrust.change.act import Regenerate, is_a_persons, sentence
from ringtrust.change.gate import PhonesCurrent
from ringtrust.change.outcome import Done, Outcome, Passed, Verdict
from ringtrust.change.plan import Plan, Step
from ringtrust.cli.output import say, warn
from ringtrust.cli.progress import Line
from ringtrust.report.plans import span
from ringtrust.trust.names import printable

_SAY_EVERY: Final = 300  # seconds
_WIDTH: Final = 110


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
        for line in map(printable, self._lines(news)):
            if not self._quiet:
                say(line)
            elif isinstance(news, GaveUp):
                warn(line)

    def _wait(self, news: Waiting) -> None:
        """On a terminal a line that is written over; in a log a line now and then, so that nobody thinks it hangs."""
        waited, patience = span(news.seconds), span(news.gate.patience)
        text = f"     waiting {waited} of {patience}: {' '.join(news.verdict.evidence)} ({news.gate.what})"
        if self._line.shown:
            self._line.show(text)
        elif news.seconds - self._said >= _SAY_EVERY:
            self._said = news.seconds
            warn(printable(text))

    def _by_people(self, news: Overridden | Held) -> Iterator[str]:
        match news:
            case Overridden(gate=gate, verdict=verdict, decision=decision):
                word = type(verdict).__name__.upper()
                yield f"               {word}: {gate.what}; {decision.by} lets it pass: {decision.why}"
            case Held(step=step, why=why):
                yield f"{_clock()} {step.number:>3}/{self._total}  not begun: {why}"

    def _lines(self, news: News) -> Iterator[str]:
        match news:
            case Resumed() | GaveUp() | Looks() | Settled():
                yield from before_lines(news)
            case Overridden() | Held():
                yield from self._by_people(news)
            case Began(step=step):
                yield f"{_clock()} {step.number:>3}/{self._total}  {step.title}"
                yield from _for_you(step)
            case GoesOn(step=step):
                yield f"{_clock()} {step.number:>3}/{self._total}  {step.title}: done before; its gates once more"
                yield from _for_you(step)
            case Acted(outcome=outcome):
                texts = evidence(outcome)  # what is there now, or else why not: the ending says the rest
                shown = texts[-1:] if isinstance(outcome, Done) else texts[:1]
                yield from (f"               {text}" for text in shown)
            case Judged():
                yield from _judged_lines(news)
            case Waiting():
                return


def _judged_lines(news: Judged) -> Iterator[str]:
    """What was judged; of phones also by what it is known (§6b)."""
    passed = isinstance(news.verdict, Passed)
    yield f"               {'ok' if passed else type(news.verdict).__name__.upper()}: {news.gate.what}"
    if isinstance(news.gate.condition, PhonesCurrent) and passed:
        yield from (f"                   {text}" for text in news.verdict.evidence[1:])


def _for_you(step: Step) -> Iterator[str]:
    """What a person has to type or click, where a person does it: nobody finds it in the plan while apply waits."""
    if is_a_persons(step.act) and step.command:
        yield from wrap(f"You: {step.command}", _WIDTH, initial_indent=" " * 15, subsequent_indent=" " * 20)


def before_lines(news: Resumed | GaveUp | Looks | Settled) -> Iterator[str]:
    """What there was before this apply."""
    match news:
        case Resumed(done=done, of=of):
            yield f"This plan was begun before: {done} of {of} steps are done. It goes on from there."
        case GaveUp(run=run, owed=owed):
            yield f"Run {run} is given up. Unless somebody has done it, this is still due from it:"
            yield from (f"  {step.title}" for step in owed)
        case Looks(intended=intended):
            began = f"it had begun to {sentence(intended.act)}, at {intended.at:%Y-%m-%d %H:%M:%S} UTC"
            yield f"The last apply ended after {began}, and before it could write down what became of it."
            yield "Looking at what is there now; that may take some minutes."
        case Settled():
            yield from settled_lines(news)


def settled_lines(news: Settled) -> Iterator[str]:
    """What was found out about an act of which nobody wrote down what became of it."""
    act = news.intended.act
    if isinstance(act, Regenerate):
        yield f"Look at {act.unit} of {act.node}: its serial number was {news.intended.before}."
    yield from evidence(news.outcome)


def evidence(result: Outcome | Verdict) -> tuple[str, ...]:
    """The evidence, without an advice that is none."""
    return tuple(text for text in result.evidence if text)


def _clock() -> str:
    return f"{datetime.now().astimezone():%H:%M:%S}"
