"""Progress of long work, on standard error and only for people: a line that is written over."""

import shutil
import sys
from types import TracebackType
from typing import Self

from ringtrust.trust.names import printable


class Line:
    """A line that is rewritten in place on a terminal; silent elsewhere."""

    def __init__(self) -> None:
        self._width = 0
        self.shown = sys.stderr is not None and sys.stderr.isatty()

    def __enter__(self) -> Self:
        """Nothing yet."""
        return self

    def show(self, text: str) -> None:
        """What is going on now."""
        if self.shown:
            line = printable(text)[: shutil.get_terminal_size().columns - 1]
            sys.stderr.write(f"\r{line:<{self._width}}")
            sys.stderr.flush()
            self._width = len(line)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The line goes."""
        self.wipe()

    def wipe(self) -> None:
        """Takes the line away, before something else is said."""
        if self.shown and self._width:
            sys.stderr.write(f"\r{'':<{self._width}}\r")
            sys.stderr.flush()
            self._width = 0


class Counter(Line):
    """`87 of 200 phones are back`."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what

    def tell(self, done: int, total: int) -> None:
        """So many, of so many."""
        self.show(f"{done} of {total} {self._what}")
