"""Two pieces of code timed against each other, in turns, so that a noisy machine disturbs both alike."""

import statistics
from collections.abc import Callable
from time import perf_counter_ns
from typing import NamedTuple

ROUNDS = 41
_ROUND_NS = 20_000_000


class Timed(NamedTuple):
    """Median times in microseconds of ours and of the bare work, and the median of the ratios of each round."""

    ours: float
    bare: float
    ratio: float


def against(ours: Callable[[], object], bare: Callable[[], object]) -> Timed:
    """Times both in turns."""
    count = max(1, _ROUND_NS // max(1, _once(bare, 10)))
    rounds = [(_once(ours, count), _once(bare, count)) for _ in range(ROUNDS)]
    return Timed(
        ours=statistics.median(one for one, _ in rounds) / 1000,
        bare=statistics.median(other for _, other in rounds) / 1000,
        ratio=statistics.median(one / other for one, other in rounds),
    )


def _once(work: Callable[[], object], count: int) -> int:
    """Nanoseconds of one call, over so many calls."""
    started = perf_counter_ns()
    for _ in range(count):
        work()
    return (perf_counter_ns() - started) // count
