"""Tag, length, value: how headers, records and TVS bodies are written (trust-formats.md §1.1).

An item is a tag (1 byte), a length (2 bytes, big-endian) and so many bytes of value.
"""

from collections.abc import Set
from typing import Final

import msgspec

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.choices import ITEMS_AT_MOST

HEAD: Final = 3
VALUE_BYTES_AT_MOST: Final = 0xFFFF
PADDING: Final = 0x0D


class Field(msgspec.Struct, frozen=True, gc=False):
    """Where an item stands: its tag, where its value starts, and how many bytes it says to have."""

    tag: int
    start: int
    length: int

    @property
    def end(self) -> int:
        """Where the value ends."""
        return self.start + self.length

    @property
    def span(self) -> slice:
        """The value's place in the data."""
        return slice(self.start, self.start + self.length)


def scan(data: bytes, start: int, end: int, *, containers: Set[int] = frozenset(), padded: bool = False) -> list[Field]:
    """The items of data[start:end], in order. A container is followed by its children, as a linear reader meets them.

    With `padded`, a bare padding byte ends the items and what is behind it is skipped, as a phone does (§1.1).
    Raises FormatError when the last item does not end where the whole ends, or when there are too many items.
    """
    fields: list[Field] = []
    position = start
    while position < end and not (padded and data[position] == PADDING):
        if len(fields) == ITEMS_AT_MOST:
            raise FormatError(f"More than {ITEMS_AT_MOST} items stand here", position)
        field = _field_at(data, position, end)
        fields.append(field)
        position = field.start if field.tag in containers else field.end
    return fields


def _field_at(data: bytes, position: int, end: int) -> Field:
    tag, start = data[position], position + HEAD
    if start > end:
        raise FormatError(f"Tag {tag} has no room for its length before byte {end}", position)
    length = data[position + 1] << 8 | data[position + 2]
    if start + length > end:
        raise FormatError(f"Tag {tag} says {length} bytes, but only {end - start} are left before byte {end}", position)
    return Field(tag, start, length)


def encode(tag: int, value: bytes) -> bytes:
    """One item. Raises RefusedError when the value has more than 65,535 bytes."""
    if len(value) > VALUE_BYTES_AT_MOST:
        raise RefusedError(
            f"The value of tag {tag} has {len(value):,} bytes; an item holds at most {VALUE_BYTES_AT_MOST:,}.",
            advice="Use shorter names or a smaller certificate.",
        )
    return bytes((tag, len(value) >> 8, len(value) & 0xFF)) + value


def expect_length(field: Field, length: int) -> None:
    """Raises FormatError unless the field has exactly `length` bytes."""
    if field.length != length:
        raise FormatError(f"Tag {field.tag} has {field.length} bytes where {length} are due", field.start - HEAD)
