"""The shortest history that still goes wrong: one fault after the other is left out."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.apply.faults.history import History, play
from tests.apply.faults.invariants import violations

_FOLDER = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it


def wrong(history: History) -> list[str]:
    """What does not hold in a history."""
    with tempfile.TemporaryDirectory(dir=_FOLDER if _FOLDER.is_dir() else None) as folder:
        return violations(history, play(history, Path(folder)))


def shortened(history: History, goes_wrong: Callable[[History], object] = wrong) -> History:
    """The same, without the faults that it goes wrong without."""
    place = 0
    while place < len(history.faults):
        less = history._replace(faults=history.faults[:place] + history.faults[place + 1 :])
        if goes_wrong(less):
            history = less
        else:
            place += 1
    return history
