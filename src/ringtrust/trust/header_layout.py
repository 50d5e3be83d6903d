"""Which items make a header: in which order, in which container, how long (trust-formats.md §1.2)."""

import itertools
from typing import Final

from ringtrust.errors import FormatError
from ringtrust.trust.choices import NAME_BYTES_AT_MOST, SERIAL_BYTES_AT_MOST
from ringtrust.trust.tags import HEADER_NAMES
from ringtrust.trust.tags import HeaderTag as Tag
from ringtrust.trust.tlv import HEAD, Layout, scan

CONTAINERS: Final = frozenset({Tag.SIGNER_ID, Tag.SIGNATURE_INFO, Tag.SIGNATURE_ALGORITHM_INFO})
FIXED_PART: Final = 2 * (HEAD + 2)
HEADER_LENGTH_AT: Final = FIXED_PART - 2

_FIXED_HEADS: Final = ((0, b"\x01\0\x02", "VERSION"), (HEAD + 2, b"\x02\0\x02", "HEADERLENGTH"))
# In any order: CUCM writes 4 5 6, certutils 4 6 5.
_SIGNER_PARTS: Final = (Tag.SIGNER_NAME, Tag.SERIAL_NUMBER, Tag.CA_NAME)
# In this order: header.Method reads them at fixed places.
_SIGNATURE_PARTS: Final = (
    Tag.DIGEST_ALGORITHM,
    Tag.SIGNATURE_ALGORITHM_INFO,
    Tag.SIGNATURE_ALGORITHM,
    Tag.SIGNATURE_MODULUS,
)
_REQUIRED: Final = (Tag.SIGNER_ID, Tag.SIGNATURE_INFO, Tag.SIGNATURE)
_IN_ORDER: Final = (*_REQUIRED, Tag.FILENAME, Tag.TIMESTAMP)
_ONCE: Final = frozenset({*range(Tag.VERSION, Tag.SIGNATURE + 1), Tag.FILENAME, Tag.TIMESTAMP, Tag.SIGNER_VERSION})
_SIZES: Final = (
    (Tag.DIGEST_ALGORITHM, 1),
    (Tag.SIGNATURE_ALGORITHM, 1),
    (Tag.SIGNATURE_MODULUS, 1),
    (Tag.TIMESTAMP, 4),
    (Tag.SIGNER_VERSION, 2),
)
_LIMITS: Final = (
    (Tag.SIGNER_NAME, NAME_BYTES_AT_MOST),
    (Tag.CA_NAME, NAME_BYTES_AT_MOST),
    (Tag.FILENAME, NAME_BYTES_AT_MOST),
    (Tag.SERIAL_NUMBER, SERIAL_BYTES_AT_MOST),
)


def header_layout(data: bytes) -> Layout:
    """The layout of the header at the start of a file. Raises FormatError unless it is one."""
    layout = scan(data[: _header_length(data)], containers=CONTAINERS, padded=True)
    _check_presence(layout)
    _check_parts(layout, Tag.SIGNER_ID, _SIGNER_PARTS, in_order=False)
    _check_parts(layout, Tag.SIGNATURE_INFO, _SIGNATURE_PARTS, in_order=True)
    _check_end(layout, Tag.SIGNATURE_ALGORITHM_INFO, layout.tags.index(Tag.SIGNATURE_MODULUS))
    _check_order(layout)
    for tag, size in _SIZES:
        layout.expect(tag, size)
    for tag, size in _LIMITS:
        layout.expect_at_most(tag, size)
    return layout


def _header_length(data: bytes) -> int:
    """VERSION and HEADERLENGTH stand first, in ten fixed bytes: without them nothing else can be found."""
    if len(data) < FIXED_PART:
        raise FormatError(f"{len(data)} bytes are too few for a header" if data else "The file is empty", len(data))
    if data.startswith((b"<", b"-----")):
        raise FormatError("This is text, no signed file", 0)
    for position, head, name in _FIXED_HEADS:
        if not data.startswith(head, position):
            raise FormatError(f"This is no signed file: {name} (tag {head[0]}, 2 bytes) is due here", position)
    length = int.from_bytes(data[HEADER_LENGTH_AT:FIXED_PART], "big")
    if length > len(data):
        raise FormatError(f"HEADERLENGTH says {length} bytes, but the file has {len(data)}", HEAD + 2)
    return length


def _check_presence(layout: Layout) -> None:
    for place, tag in enumerate(layout.tags):
        if tag in _ONCE and layout.tags.index(tag) < place:
            raise FormatError(f"Tag {tag} stands twice in the header", layout.head(place))
    for tag in _REQUIRED:
        if tag not in layout.tags:
            raise FormatError(f"The header has no {HEADER_NAMES[tag]} (tag {tag})", layout.size)


def _check_parts(layout: Layout, container: int, parts: tuple[int, ...], *, in_order: bool) -> None:
    """Each part stands once in a header, so that parts found behind their container stand nowhere else."""
    place = layout.tags.index(container)
    found = tuple(layout.tags[place + 1 : place + 1 + len(parts)])
    if (found if in_order else tuple(sorted(found))) != parts:
        named = ", ".join(map(str, parts))
        raise FormatError(f"Tag {container} does not hold the tags {named}", layout.head(place))
    _check_end(layout, container, place + len(parts))


def _check_end(layout: Layout, container: int, last: int) -> None:
    said, end = layout.spans[container], layout.span(last).stop
    if said.stop != end:
        raise FormatError(
            f"Tag {container} says {said.stop - said.start} bytes, but its parts have {end - said.start}",
            said.start - HEAD,
        )


def _check_order(layout: Layout) -> None:
    places = [(tag, layout.tags.index(tag)) for tag in _IN_ORDER if tag in layout.tags]
    for (before, earlier), (after, later) in itertools.pairwise(places):
        if later < earlier:
            raise FormatError(f"Tag {after} stands before tag {before}", layout.head(later))
