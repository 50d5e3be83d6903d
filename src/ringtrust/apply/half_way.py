"""Trouble before a run is gone on with: whoever calls apply again must not be told that nothing was begun."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL

from ringtrust.apply.due import has_begun
from ringtrust.change.plan import Plan
from ringtrust.errors import HalfWayError, RefusedError, RingtrustError
from ringtrust.journal.journal import Journal
from ringtrust.journal.store import is_there


@contextmanager
def told_as_half_way(plan: Plan, place: Path | URL) -> Iterator[None]:
    """What could not be read while a run is half-way raises HalfWayError, exit status 4 and not 3 (design.md §4.7).

    That a node does not answer means that nothing was done only before the first act of all.
    """
    try:
        yield
    except (HalfWayError, RefusedError):
        raise
    except RingtrustError as error:
        raise as_half_way(error, plan, place) from error


def as_half_way(error: RingtrustError, plan: Plan, place: Path | URL) -> RingtrustError:
    """The error as it is, or as HalfWayError where a run of this plan has acted and is not over."""
    if isinstance(error, HalfWayError | RefusedError) or not _is_half_way(plan, place):
        return error
    return half_way(error)


def half_way(error: RingtrustError) -> HalfWayError:
    """The same error, of a run that has acted."""
    return HalfWayError(error.what, advice=f"{error.advice} Then call apply again: it goes on.".strip())


def _is_half_way(plan: Plan, place: Path | URL) -> bool:
    """By the journal; where that cannot be read, nobody knows of any run."""
    try:
        if not is_there(place):
            return False
        with closing(Journal(place)) as journal:
            return any(not run.over and has_begun(run, journal) for run in journal.of_plan(plan.digest))
    except RingtrustError:
        return False
