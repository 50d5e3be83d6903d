"""Tag, length, value: how headers, records and TVS bodies are written (trust-formats.md §1.1).

An item is a tag (1 byte), a length (2 bytes, big-endian) and so many bytes of value. A block is a run of items that is
read as a whole; its layout says where they stand.
"""

from array import array
from collections.abc import Iterator, Mapping, Set
from functools import cached_property
from typing import Final

import msgspec

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.choices import ITEMS_AT_MOST

HEAD: Final = 3
BLOCK_BYTES_AT_MOST: Final = 0xFFFF
PADDING: Final = 0x0D


class Layout(msgspec.Struct, frozen=True, dict=True):
    """Where the items of a block stand: tags, starts and lengths of their values, in the order of the block.

    Places are kept in arrays, for hostile blocks are full of tiny items; `spans` is made when it is first asked for.
    """

    size: int
    tags: bytes
    starts: "array[int]"
    lengths: "array[int]"

    @cached_property
    def spans(self) -> Mapping[int, slice]:
        """Where the value of the first item with each tag stands."""
        found: dict[int, slice] = {}
        for place, tag in enumerate(self.tags):
            found.setdefault(tag, slice(self.starts[place], self.end(place)))
        return found

    def end(self, place: int) -> int:
        """Where the value at this place ends."""
        return self.starts[place] + self.lengths[place]

    def head(self, place: int) -> int:
        """Where the item at this place begins, with its tag."""
        return self.starts[place] - HEAD

    def expect(self, tag: int, length: int) -> None:
        """Raises FormatError unless an item with this tag, where there is one, has so many bytes."""
        place = self.tags.find(tag)
        if place >= 0 and self.lengths[place] != length:
            raise FormatError(f"Tag {tag} has {self.lengths[place]} bytes where {length} are due", self.head(place))


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
        for tag, start, length in zip(self.layout.tags, self.layout.starts, self.layout.lengths, strict=True):
            yield tag, self.raw[start : start + length]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Block) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)


def scan(block: bytes, *, containers: Set[int] = frozenset(), padded: bool = False) -> Layout:
    """The layout of a block. A container is followed by its children, as a linear reader meets them.

    With `padded`, a bare padding byte ends the items and what is behind it is skipped, as a phone does (§1.1).
    Raises FormatError when the last item does not end where the block ends, or when there are too many items.
    """
    tags, starts, lengths = bytearray(), array("H"), array("H")
    position, size = 0, len(block)
    while position < size and not (padded and block[position] == PADDING):
        if len(tags) == ITEMS_AT_MOST:
            raise FormatError(f"More than {ITEMS_AT_MOST} items stand here", position)
        tag, start = block[position], position + HEAD
        if start > size:
            raise FormatError(f"Tag {tag} has no room for its length before byte {size}", position)
        length = block[position + 1] << 8 | block[position + 2]
        if start + length > size:
            raise FormatError(f"Tag {tag} says {length} bytes, but only {size - start} are left", position)
        tags.append(tag)
        starts.append(start)
        lengths.append(length)
        position = start if tag in containers else start + length
    return Layout(size, bytes(tags), starts, lengths)


def encode(tag: int, value: bytes) -> bytes:
    """One item. Raises RefusedError when the value has more than 65,535 bytes."""
    if len(value) > BLOCK_BYTES_AT_MOST:
        raise RefusedError(
            f"The value of tag {tag} has {len(value):,} bytes; an item holds at most {BLOCK_BYTES_AT_MOST:,}.",
            advice="Use shorter names or a smaller certificate.",
        )
    return bytes((tag, len(value) >> 8, len(value) & 0xFF)) + value
