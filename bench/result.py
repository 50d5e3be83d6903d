"""One line of the table."""

from typing import NamedTuple

from bench.timing import Timed


class Result(NamedTuple):
    """What was timed, how long it took, and how much it may take; `target` is None for a figure without a promise."""

    name: str
    timed: Timed
    target: float | None
