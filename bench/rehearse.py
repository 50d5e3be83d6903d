"""Whole plans rehearsed, with phones in memory, against the bare verifications in them.

    python -m bench.rehearse 40000     # a plan for everything on campus-12.5, in seconds

A phone boots once for itself and once in every wave, and checks a real signature each time.
"""

import asyncio
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Final

from bench.result import Result
from bench.timing import Timed, once
from bench.waves import verifications
from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import Plan
from ringtrust.change.rehearsal import Rehearsal
from ringtrust.clock import StoppedClock
from ringtrust.plan.build import make_plan
from ringtrust.plan.goal import read_goal
from ringtrust.rehearse.rehearse import Wanted, rehearse
from ringtrust.rehearse.seen import evening
from ringtrust.rehearse.stage import Scale
from tests.support.clusters import START, bench, small

_CLUSTER: Final = "campus-12.5"
_FEW, _MORE = 500, 2_500  # two rehearsals, and a line through them
_MANY: Final = 40_000


def results() -> Iterator[Result]:
    """All figures."""
    plan = _plan()
    (few, _), (more, found) = (rehearsed(plan, phones) for phones in (_FEW, _MORE))
    each = (more - few) / (_MORE - _FEW)
    bare = once(verifications(bench(small(_CLUSTER)), 1), 2_000) / 1e9
    boots = len(found.waves) + 1
    timed = Timed(each * 1e6, boots * bare * 1e6, each / (boots * bare))
    note = f"{1 / each:,.0f} phones a second; {_MANY:,} phones: {few + each * (_MANY - _FEW):.0f} s"
    yield Result("a rehearsal, for each phone", timed, None, note)


def _plan() -> Plan:
    snapshot = asyncio.run(evening(small(_CLUSTER), StoppedClock(START)))
    return make_plan(snapshot, load_catalog(), read_goal(("all",)), START)


def rehearsed(plan: Plan, phones: int) -> tuple[float, Rehearsal]:
    """Seconds on the wall, and what became of it."""
    begun = perf_counter()
    found = asyncio.run(rehearse(plan, Wanted(Scale(phones)), START))
    assert found.well, found.stops
    return perf_counter() - begun, found


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else _MANY
    taken, seen = rehearsed(_plan(), many)
    print(
        f"{many:,} phones, {len(seen.steps)} steps, {len(seen.waves)} waves, {seen.seconds / 3600:.1f} h of the twin:"
    )
    print(f"{taken:.1f} s, {many / taken:,.0f} phones a second.")
