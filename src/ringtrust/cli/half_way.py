"""What every look at a cluster says first: that a run was left half-way, so that nobody takes its traces for damage."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

from sqlalchemy import URL

from ringtrust.apply.begin import names_of
from ringtrust.apply.due import done_steps, has_begun, is_stuck
from ringtrust.cli.output import warn
from ringtrust.errors import RefusedError, RingtrustError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Run
from ringtrust.journal.store import is_there
from ringtrust.observe.eyes import Eyes


def warn_of_half_way(place: Path | URL, eyes: Eyes) -> None:
    """Tells of runs in a journal, if there is one. A journal that cannot be read is told of too: nothing else stops."""
    try:
        if not is_there(place):
            return
        with closing(Journal(place)) as journal:
            for line in _lines(journal, names_of(eyes)):
                warn(f"ringtrust: {line}")
    except RingtrustError as error:
        warn(f"ringtrust: {error.what}")


def refuse_beside_half_way(place: Path | URL, eyes: Eyes, *, known: bool) -> None:
    """Raises RefusedError when a run in a journal was left half-way: a single act beside it would make it stuck.

    Whoever knows that is warned only. Raises RingtrustError for a journal that cannot be read.
    """
    if known or not is_there(place):
        warn_of_half_way(place, eyes)
        return
    with closing(Journal(place)) as journal:
        found = next(_lines(journal, names_of(eyes)), "")
    if found:
        raise RefusedError(
            f"{found[:1].upper()}{found[1:]}", advice="End that first. If this act has to come between: --i-know."
        )


def _lines(journal: Journal, names: Iterable[str]) -> Iterator[str]:
    for run in chain.from_iterable(map(journal.runs, names)):
        if not run.over and has_begun(run, journal):
            yield f"{_where(run, journal)} What looks odd may come from that. {_next(run, journal)}"


def _next(run: Run, journal: Journal) -> str:
    if is_stuck(run, journal):
        return "It cannot go on, for somebody else has renewed a certificate of it: a new plan takes over."
    return f"Go on with it: ringtrust resume {run.id}"


def _where(run: Run, journal: Journal) -> str:
    done = max(done_steps(journal, run), default=0)
    began = f"{run.began:%Y-%m-%d %H:%M} UTC"
    return (
        f"run {run.id} of {began} ({run.plan.goal}) was left half-way, or goes on now: "
        f"{done} of {len(run.plan.steps)} steps are done."
    )
