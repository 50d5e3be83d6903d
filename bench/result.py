"""One line of the table."""

from typing import NamedTuple

from bench.timing import Timed


class Result(NamedTuple):
    """What was timed, how long it took, how much it may take, and what follows; `target` is None without a promise."""

    name: str
    timed: Timed
    target: float | None
    note: str = ""
