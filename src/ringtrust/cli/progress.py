"""Progress of long work, on standard error and only for people: a line that is written over."""

import sys
from types import TracebackType
from typing import Self


class Counter:
    """`87 of 200 phones are back`, rewritten in place on a terminal; silent elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._width = 0
        self._shown = sys.stderr is not None and sys.stderr.isatty()

    def __enter__(self) -> Self:
        """Nothing yet."""
        return self

    def tell(self, done: int, total: int) -> None:
        """So many, of so many."""
        if self._shown:
            line = f"{done} of {total} {self._what}"
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
        if self._shown and self._width:
            sys.stderr.write(f"\r{'':<{self._width}}\r")
            sys.stderr.flush()
            self._width = 0
