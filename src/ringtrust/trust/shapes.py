"""Layouts seen before, recognised at a glance: what makes reading a list cheap beside checking its signature.

A walk over the eighty or more items of a list takes longer than its hash and its RSA verification together. But a TFTP
node serves one list to thousands of phones, and lists of one size nearly always have one layout. So the layout that a
file of this size had last time is tried first, by comparing the heads of all its items in one step; only when they
differ is the file walked and checked item by item. Shapes hold no content: a walk looks at tags, lengths, sizes of
blocks and the first pad, and so does a shape, so that a file which fits has passed the walk.
"""

import struct
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from ringtrust.trust.tlv import HEAD, PADDING, Layout

_SHAPES_AT_MOST: Final = 64
_ITEMS_AT_MOST: Final = 600

Found = TypeVar("Found")
Unpack = Callable[[bytes], tuple[int, ...]]


class Place(NamedTuple):
    """A block in a file: where it begins, its layout, and how far from there it says its own size in two bytes."""

    begin: int
    layout: Layout
    size_at: int


Placed = Sequence[Place]


class Shapes(Generic[Found]):
    """The shapes of one kind of file.

    `walk` reads and checks a file that is met for the first time. It returns what it found, which must depend on tags
    and lengths alone, and all blocks in their order, each with its position. It raises FormatError.
    """

    def __init__(self, walk: Callable[[bytes], tuple[Found, Placed]]) -> None:
        self._walk = walk
        self._known: dict[Hashable, tuple[Unpack, tuple[int, ...], Found]] = {}

    def of(self, data: bytes, key: Hashable) -> Found:
        """What a walk over the data finds; files with one key are likely to have one shape. Raises FormatError."""
        known = self._known.get(key)
        if known is not None:
            unpack, heads, found = known
            try:
                if unpack(data) == heads:
                    return found
            except struct.error:  # the data end before the shape does
                pass
        return self._met(data, key)

    def forget(self) -> None:
        """Forgets every shape, as a process that has just started."""
        self._known.clear()

    def _met(self, data: bytes, key: Hashable) -> Found:
        found, placed = self._walk(data)
        if sum(len(layout.tags) for _, layout, _ in placed) <= _ITEMS_AT_MOST:
            if len(self._known) >= _SHAPES_AT_MOST:
                self.forget()
            self._known[key] = (*_heads(placed), found)
        return found


def _heads(placed: Placed) -> tuple[Unpack, tuple[int, ...]]:
    """How to unpack all that a walk looks at, and what it must be: tags, lengths, sizes of blocks, first pads."""
    code, position = [">"], 0
    expected: list[int] = []
    for begin, form, values in sorted(_looked_at(placed)):
        code.append(f"{begin - position}x{form}")
        expected += values
        position = begin + struct.calcsize(f">{form}")
    end = placed[-1].begin + placed[-1].layout.size
    code.append(f"{end - position}x")
    return struct.Struct("".join(code)).unpack_from, tuple(expected)


def _looked_at(placed: Placed) -> Iterator[tuple[int, str, tuple[int, ...]]]:
    for begin, layout, size_at in placed:
        yield begin + size_at, "H", (layout.size,)
        end = 0
        for tag, start, end in layout.places():
            yield begin + start - HEAD, "BH", (tag, end - start)
        if end < layout.size:
            yield begin + end, "B", (PADDING,)
