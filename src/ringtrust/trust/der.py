"""DER, as far as it takes to cut a certificate into its parts.

The parts that records store are cut out of the bytes and not taken from the X.509 library: that refuses serial numbers
below one, which real CAPF certificates have, and judges names, versions and extensions that no phone looks at.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from ringtrust.errors import FormatError

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OBJECT_IDENTIFIER: Final = 0x06
UTC_TIME: Final = 0x17
SEQUENCE: Final = 0x30
SET: Final = 0x31
VERSION: Final = 0xA0
_LONG_FORM: Final = 0x80
_LENGTH_BYTES_AT_MOST: Final = 4
_CHILDREN_AT_MOST: Final = 64


class Element(msgspec.Struct, frozen=True, gc=False):
    """A DER element: its tag, where it begins, and where its content stands in the data."""

    tag: int
    begin: int
    start: int
    end: int

    @property
    def content(self) -> slice:
        """The place of its content."""
        return slice(self.start, self.end)

    @property
    def whole(self) -> slice:
        """The place of the element with its tag and length."""
        return slice(self.begin, self.end)


def element_at(data: bytes, position: int, end: int) -> Element:
    """The element that begins at this position. Raises FormatError when it does not end before `end`."""
    start = position + 2
    if start > end:
        raise FormatError("The certificate ends inside an element", position)
    length = data[position + 1]
    if length >= _LONG_FORM:
        size = length - _LONG_FORM
        start += size
        if not 0 < size <= _LENGTH_BYTES_AT_MOST or start > end:
            raise FormatError("An element of the certificate has no definite length", position)
        length = int.from_bytes(data[position + 2 : start], "big")
    if start + length > end:
        raise FormatError(f"An element of {length} bytes does not fit into the certificate", position)
    return Element(data[position], position, start, start + length)


def children(data: bytes, parent: Element) -> Iterator[Element]:
    """The elements inside another one, in their order. Raises FormatError."""
    position = parent.start
    for _ in range(_CHILDREN_AT_MOST):
        if position == parent.end:
            return
        child = element_at(data, position, parent.end)
        yield child
        position = child.end
    raise FormatError(f"An element of the certificate has more than {_CHILDREN_AT_MOST} parts", parent.begin)


def expect(element: Element, tag: int) -> Element:
    """The element itself. Raises FormatError when it has another tag."""
    if element.tag != tag:
        raise FormatError(f"DER tag {tag:#04x} is due here, not {element.tag:#04x}", element.begin)
    return element
