"""The rows that cite a number, found by the number: without the row, or the citation, a test has nothing to read."""

from typing import TypeVar

from ringtrust.catalog.knowledge import Statement
from ringtrust.catalog.load import load_catalog
from ringtrust.catalog.row import Row

Kind = TypeVar("Kind", bound=Row)
CATALOG = load_catalog()


def rows(kind: type[Kind], number: str) -> tuple[Kind, ...]:
    """The rows of one kind that cite a number; there is at least one."""
    found = tuple(row for row in CATALOG.cited(number) if isinstance(row, kind))
    assert found, f"no {kind.__name__} cites {number}"
    return found


def row(kind: type[Kind], number: str) -> Kind:
    """The only row of one kind that cites a number."""
    found = rows(kind, number)
    assert len(found) == 1, f"{len(found)} rows of the kind {kind.__name__} cite {number}"
    return found[0]


def says(number: str, *parts: str) -> bool:
    """Whether the statement of this number has all these parts in its text."""
    text = row(Statement, number).text
    return all(part in text for part in parts)
