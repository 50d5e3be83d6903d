"""What a worker says: a line a step, with the name of the cluster."""

from datetime import datetime

from ringtrust.apply.news import Acted, Began, Held, Judged, News, Overridden, Settled
from ringtrust.change.outcome import Done, Passed
from ringtrust.cli.output import say
from ringtrust.trust.names import printable


def at_work(cluster: str, news: News) -> None:
    """One piece of news of a cluster."""
    if text := _text(news):
        say(printable(f"{datetime.now().astimezone():%H:%M:%S} {cluster}  {text}"))


def _text(news: News) -> str:
    match news:
        case Began(step=step):
            return f"{step.number}  {step.title}"
        case Acted(outcome=outcome) if not isinstance(outcome, Done):
            return f"    {' '.join(outcome.evidence)}"
        case Judged(gate=gate, verdict=verdict) if not isinstance(verdict, Passed):
            return f"    {type(verdict).__name__.upper()}: {gate.what}"
        case _:
            return _of_people(news)


def _of_people(news: News) -> str:
    match news:
        case Overridden(gate=gate, decision=decision):
            return f"    {decision.by} lets {gate.code} pass: {decision.why}"
        case Settled(outcome=outcome):
            return f"    {' '.join(outcome.evidence)}"
        case Held(why=why):
            return f"    not begun: {why}"
        case _:
            return ""
