"""What every row of the catalog has: where it comes from, and the releases that it holds for (design.md §4.5, §4.6)."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Final

import msgspec

from ringtrust.cluster.release import Release
from ringtrust.errors import UnreadableError

FIRST: Final = "8.0"
_of: Final = cache(Release.of)

Citation = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9]+$")]
"""An S-number, an H-number, a document number, a defect, or the short name of a guide."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row. It has at least one source."""

    sources: Annotated[tuple[Citation, ...], msgspec.Meta(min_length=1)]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The S-numbers among its sources."""
        return tuple(source for source in self.sources if source[0] == "S" and source[1:].isdigit())


class Ranged(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row that holds for the releases from `since` on and before `before`; an empty `before` means: still."""

    since: str = FIRST
    before: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError when they are no releases or in the wrong order."""
        try:
            ends = [_of(end) for end in (self.since, self.before) if end]
        except UnreadableError as error:
            raise ValueError(error.what) from error
        if ends != sorted(set(ends)):
            raise ValueError(f"{self.since} is not before {self.before}.")

    def covers(self, release: Release) -> bool:
        """Whether it holds for a release."""
        return _of(self.since) <= release and (self.before == "" or release < _of(self.before))


class Effect(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that a person should know, as a sentence."""

    text: str


def all_rows(value: object) -> Iterator[Row]:
    """Every row in a value, those inside other rows too, in the order of the data."""
    if isinstance(value, tuple):
        for each in value:
            yield from all_rows(each)
    elif isinstance(value, msgspec.Struct):
        if isinstance(value, Row):
            yield value
        for name in value.__struct_fields__:
            yield from all_rows(getattr(value, name))
