"""Tag, length, value: how headers, records and TVS bodies are written (trust-formats.md §1.1).

An item is a tag (1 byte), a length (2 bytes, big-endian) and so many bytes of value. A block is a run of items that is
read as a whole; its layout says where they stand.
"""

from array import array
from collections.abc import Iterator, Mapping, Set
from functools import cached_property
from types import MappingProxyType
from typing import Final

import msgspec

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.choices import ITEMS_AT_MOST

HEAD: Final = 3
BLOCK_BYTES_AT_MOST: Final = 0xFFFF
PADDING: Final = 0x0D


class Layout(msgspec.Struct, frozen=True, dict=True):
    """Where the items of a block stand: their tags, and where their values begin and end, in the order of the block.

    `bounds` is packed, two numbers of 16 bits an item, for hostile blocks are full of tiny items; `spans` is made when
    it is first asked for.
    """

    size: int
    tags: bytes
    bounds: bytes

    @cached_property
    def spans(self) -> Mapping[int, slice]:
        """Where the value of the first item with each tag stands."""
        found: dict[int, slice] = {}
        for tag, start, end in self.places():
            found.setdefault(tag, slice(start, end))
        return MappingProxyType(found)

    def places(self) -> Iterator[tuple[int, int, int]]:
        """Each item's tag, and where its value begins and ends."""
        bounds = memoryview(self.bounds).cast("H")
        for place, tag in enumerate(self.tags):
            yield tag, bounds[2 * place], bounds[2 * place + 1]

    def span(self, place: int) -> slice:
        """Where the value of the item at this place stands."""
        bounds = memoryview(self.bounds).cast("H")
        return slice(bounds[2 * place], bounds[2 * place + 1])

    def length(self, place: int) -> int:
        """How many bytes the value at this place has."""
        span = self.span(place)
        return int(span.stop - span.start)

    def head(self, place: int) -> int:
        """Where the item at this place begins, with its tag."""
        return int(self.span(place).start) - HEAD

    def expect(self, tag: int, length: int) -> None:
        """Raises FormatError unless an item with this tag, where there is one, has so many bytes."""
        place = self.tags.find(tag)
        if place >= 0 and self.length(place) != length:
            raise FormatError(f"Tag {tag} has {self.length(place)} bytes where {length} are due", self.head(place))

    def expect_at_most(self, tag: int, length: int) -> None:
        """Raises FormatError when an item with this tag has more bytes."""
        place = self.tags.find(tag)
        if place >= 0 and self.length(place) > length:
            raise FormatError(f"Tag {tag} has {self.length(place)} bytes; {length} are enough", self.head(place))


class Block(msgspec.Struct, frozen=True):
    """A run of items as read: its bytes, and where each item stands in them. Blocks are equal when their bytes are."""

    raw: bytes
    layout: Layout

    def value(self, tag: int) -> bytes:
        """The value of the first item with this tag, empty when there is none."""
        span = self.layout.spans.get(tag)
        return b"" if span is None else self.raw[span]

    def has(self, tag: int) -> bool:
        """Whether an item with this tag stands here, be it empty."""
        return tag in self.layout.tags

    def items(self) -> Iterator[tuple[int, bytes]]:
        """Tags and values, in the order of the block."""
        for tag, start, end in self.layout.places():
            yield tag, self.raw[start:end]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Block) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)


def scan(block: bytes, *, containers: Set[int] = frozenset(), padded: bool = False) -> Layout:
    """The layout of a block. A container is followed by its children, as a linear reader meets them.

    With `padded`, a bare padding byte ends the items and what is behind it is skipped, as a phone does (§1.1).
    Raises FormatError when the last item does not end where the block ends, or when there are too many items.
    """
    tags, bounds = bytearray(), array("H")
    position, size = 0, len(block)
    while position < size and not (padded and block[position] == PADDING):
        if len(tags) == ITEMS_AT_MOST:
            raise FormatError(f"More than {ITEMS_AT_MOST} items stand here", position)
        tag, start = block[position], position + HEAD
        if start > size:
            raise FormatError(f"Tag {tag} has no room for its length before byte {size}", position)
        end = start + (block[position + 1] << 8 | block[position + 2])
        if end > size:
            raise FormatError(f"Tag {tag} says {end - start} bytes, but only {size - start} are left", position)
        tags.append(tag)
        bounds.append(start)
        bounds.append(end)
        position = start if tag in containers else end
    return Layout(size, bytes(tags), bounds.tobytes())


def encode(tag: int, value: bytes) -> bytes:
    """One item. Raises RefusedError when the value has more than 65,535 bytes."""
    if len(value) > BLOCK_BYTES_AT_MOST:
        raise RefusedError(
            f"The value of tag {tag} has {len(value):,} bytes; an item holds at most {BLOCK_BYTES_AT_MOST:,}.",
            advice="Use shorter names or a smaller certificate.",
        )
    return bytes((tag, len(value) >> 8, len(value) & 0xFF)) + value
