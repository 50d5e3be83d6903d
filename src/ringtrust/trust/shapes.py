"""Layouts seen before, recognised at a glance: what makes reading a list cheap beside checking its signature.

Blocks of one size nearly always have the same layout: the TVS records of a cluster, the headers of its lists. So the
layout that a block of this size had last time is tried first, by comparing the heads of all its items in one step. Only
when they differ is the block walked and checked item by item. A layout holds no content, and what depends on nothing
but tags and lengths need not be checked again.
"""

import struct
from collections.abc import Callable, Iterator
from typing import Final

from ringtrust.trust.tlv import PADDING, Layout

_SHAPES_AT_MOST: Final = 128
_ITEMS_AT_MOST: Final = 32

Walk = Callable[[bytes, int], Layout]
Unpack = Callable[[bytes, int], tuple[int, ...]]


class Shapes:
    """The shapes of one kind of block, which says its own size in two bytes, `size_at` bytes from its start.

    `walk` reads and checks the layout of a block, given the data and where it begins; it raises FormatError.
    """

    def __init__(self, walk: Walk, size_at: int) -> None:
        self._walk = walk
        self._size_at = size_at
        self._known: dict[bytes, tuple[Unpack, tuple[int, ...], Layout]] = {}

    def run(self, data: bytes, position: int) -> Iterator[tuple[int, Layout]]:
        """Where the blocks begin from this position to the end of the data, and their layouts. Raises FormatError."""
        known, size_at = self._known, self._size_at
        while position < len(data):
            size = data[position + size_at : position + size_at + 2]
            unpack, heads, layout = known.get(size) or self._met(data, position, size)
            try:
                fits = unpack(data, position) == heads
            except struct.error:  # the data end before the block does
                fits = False
            if not fits:
                _, _, layout = self._met(data, position, size)
            yield position, layout
            position += layout.size

    def forget(self) -> None:
        """Forgets every shape, as a process that has just started."""
        self._known.clear()

    def _met(self, data: bytes, position: int, size: bytes) -> tuple[Unpack, tuple[int, ...], Layout]:
        layout = self._walk(data, position)
        shape = (*_heads(layout), layout)
        if len(layout.tags) <= _ITEMS_AT_MOST:
            if len(self._known) == _SHAPES_AT_MOST:
                self.forget()
            self._known[size] = shape
        return shape


def _heads(layout: Layout) -> tuple[Unpack, tuple[int, ...]]:
    """How to unpack the tags and lengths of a block with this layout, and what they must be."""
    code, expected, position = ">", [], 0
    for place, tag in enumerate(layout.tags):
        code += f"{layout.head(place) - position}xBH"
        expected += [tag, layout.lengths[place]]
        position = layout.starts[place]
    end = layout.end(len(layout.tags) - 1)
    code += f"{end - position}x"
    if end < layout.size:
        code += f"B{layout.size - end - 1}x"
        expected.append(PADDING)
    return struct.Struct(code).unpack_from, tuple(expected)
