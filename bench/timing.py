"""Two pieces of code timed against each other, in turns, so that a noisy machine disturbs both alike."""

from collections.abc import Callable
from time import perf_counter_ns
from typing import NamedTuple

ROUNDS = 41
_PROCESS_ROUNDS = 15
_ROUND_NS = 20_000_000


class Timed(NamedTuple):
    """Microseconds of ours and of the bare work in the fastest of all rounds, and their ratio.

    Whatever else runs on a machine only makes code slower: the fastest round is the one that was disturbed least.
    """

    ours: float
    bare: float
    ratio: float


def against(ours: Callable[[], object], bare: Callable[[], object]) -> Timed:
    """Times both in turns."""
    count = max(1, _ROUND_NS // max(1, once(bare, 10)))
    rounds = [(once(ours, count), once(bare, count)) for _ in range(ROUNDS)]
    fastest, fastest_bare = min(one for one, _ in rounds), min(other for _, other in rounds)
    return Timed(fastest / 1000, fastest_bare / 1000, fastest / fastest_bare)


def once(work: Callable[[], object], count: int) -> int:
    """Nanoseconds of one call, over so many calls."""
    started = perf_counter_ns()
    for _ in range(count):
        work()
    return (perf_counter_ns() - started) // count


def against_process(ours: Callable[[], object], bare: Callable[[], object]) -> Timed:
    """Times two whole processes in turns, one at a time; the first of each warms the caches and does not count."""
    rounds = [(once(ours, 1), once(bare, 1)) for _ in range(_PROCESS_ROUNDS + 1)][1:]
    fastest, fastest_bare = min(one for one, _ in rounds), min(other for _, other in rounds)
    return Timed(fastest / 1000, fastest_bare / 1000, fastest / fastest_bare)
