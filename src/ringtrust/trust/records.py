"""The records of a trust list, and the places where they stand."""

from collections.abc import Iterator, Sequence
from typing import overload

import msgspec

from ringtrust.errors import FormatError
from ringtrust.trust.choices import RECORDS_AT_MOST
from ringtrust.trust.record import Record
from ringtrust.trust.record_layout import record_layout
from ringtrust.trust.tlv import Layout


class Records(Sequence[Record]):
    """The records of a list. Each is cut out of the file when it is looked at: a phone looks at one or two."""

    __slots__ = ("_data", "_places")

    def __init__(self, data: bytes, places: Sequence[tuple[int, Layout]]) -> None:
        self._data = data
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Record]:
        for start, layout in self._places:
            yield Record(self._data[start : start + layout.size], layout)

    @overload
    def __getitem__(self, which: int) -> Record: ...
    @overload
    def __getitem__(self, which: slice) -> Sequence[Record]: ...
    def __getitem__(self, which: int | slice) -> Record | Sequence[Record]:
        if isinstance(which, slice):
            return Records(self._data, self._places[which])
        start, layout = self._places[which]
        return Record(self._data[start : start + layout.size], layout)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


class ListPlaces(msgspec.Struct, frozen=True):
    """Where header and records of a list stand."""

    header: Layout
    records: tuple[tuple[int, Layout], ...]


def record_places(data: bytes, position: int) -> tuple[tuple[int, Layout], ...]:
    """Where the records stand, from this position to the end of the file. Raises FormatError with the offset."""
    places: list[tuple[int, Layout]] = []
    while position < len(data):
        if len(places) == RECORDS_AT_MOST:
            raise FormatError(f"More than {RECORDS_AT_MOST} records", position)
        layout = record_layout(data, position)
        if places and places[-1][1] == layout:  # the TVS records of a cluster often have one
            layout = places[-1][1]
        places.append((position, layout))
        position += layout.size
    return tuple(places)


def read_record(raw: bytes) -> Record:
    """The record that fills `raw`. Raises FormatError."""
    places = record_places(raw, 0)
    if len(places) != 1:
        raise FormatError(f"One record is due here, not {len(places)}", 0)
    return Record(raw, places[0][1])
