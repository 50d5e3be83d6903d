"""Reads docs/coverage.md: one row a requirement."""

import re
from functools import cache
from typing import NamedTuple

from tests.support.shared import ROOT

TOTAL = 189
NOT_YET = "not yet"
_ROW = re.compile(r"^\| (S\d+) \| ([A-Z]) \| (.*?) \| (.*?) \| (.*?) \|$", re.MULTILINE)


class Row(NamedTuple):
    """A row: number, kind, where it lives, the tests that show it, and a note: the reason, where there is none."""

    number: str
    kind: str
    lives: str
    tests: tuple[str, ...]
    note: str

    @property
    def shown(self) -> bool:
        """Whether the row claims to be shown."""
        return self.lives != NOT_YET


@cache
def read_table() -> tuple[Row, ...]:
    """All rows, in the order of the page."""
    text = (ROOT / "docs/coverage.md").read_text()
    return tuple(
        Row(number, kind, lives, tuple(re.findall(r"`([^`]+::[^`]+)`", tests)), note)
        for number, kind, lives, tests, note in _ROW.findall(text)
    )
