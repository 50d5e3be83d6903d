"""The header of every signed file: who signed it, how, when, and under which name (trust-formats.md §1.2)."""

import itertools
from collections.abc import Callable
from typing import Final

import msgspec

from ringtrust.errors import FormatError
from ringtrust.trust import names
from ringtrust.trust.shapes import Shapes
from ringtrust.trust.tags import HEADER_NAMES
from ringtrust.trust.tags import HeaderTag as Tag
from ringtrust.trust.tlv import HEAD, Block, Layout, encode, scan

_CONTAINERS: Final = frozenset({Tag.SIGNER_ID, Tag.SIGNATURE_INFO, Tag.SIGNATURE_ALGORITHM_INFO})
_SIGNER_PARTS: Final = [
    Tag.SIGNER_NAME,
    Tag.SERIAL_NUMBER,
    Tag.CA_NAME,
]  # in any order: CUCM writes 4 5 6, certutils 4 6 5
_SIGNATURE_PARTS: Final = [
    Tag.DIGEST_ALGORITHM,
    Tag.SIGNATURE_ALGORITHM_INFO,
    Tag.SIGNATURE_ALGORITHM,
    Tag.SIGNATURE_MODULUS,
]
_DIGEST_AT, _ALGORITHM_AT, _MODULUS_AT = 3, 10, 14  # the bytes of SIGNATUREINFO, whose parts have one order and size
_REQUIRED: Final = (Tag.SIGNER_ID, Tag.SIGNATURE_INFO, Tag.SIGNATURE)
_IN_ORDER: Final = (*_REQUIRED, Tag.FILENAME, Tag.TIMESTAMP)
_ONCE: Final = frozenset({*range(Tag.VERSION, Tag.SIGNATURE + 1), Tag.FILENAME, Tag.TIMESTAMP, Tag.SIGNER_VERSION})
_SIZES: Final = (
    (Tag.VERSION, 2),
    (Tag.HEADER_LENGTH, 2),
    (Tag.DIGEST_ALGORITHM, 1),
    (Tag.SIGNATURE_ALGORITHM, 1),
    (Tag.SIGNATURE_MODULUS, 1),
    (Tag.TIMESTAMP, 4),
    (Tag.SIGNER_VERSION, 2),
)
_FIXED_HEADS: Final = ((0, b"\x01\0\x02", "VERSION"), (HEAD + 2, b"\x02\0\x02", "HEADERLENGTH"))
_FIXED_PART: Final = 2 * (HEAD + 2)
_ALIGNMENT: Final = 4


class SignerId(msgspec.Struct, frozen=True, gc=False):
    """Who signed: the names and the serial number of the signing certificate, as stored.

    `serial` is the unsigned number, big-endian, without the sign byte of DER; `name` and `issuer` end with a NUL.
    """

    name: bytes
    serial: bytes
    issuer: bytes

    @property
    def text(self) -> str:
        """The signer in a sentence."""
        return f"{names.printable(names.text(self.name))}, serial {serial_text(self.serial)}"


class Method(msgspec.Struct, frozen=True, gc=False):
    """How a file was signed: see digests.Digest and signature.MODULUS_CODES; algorithm 0 is RSA, no other is known."""

    digest_code: int
    algorithm_code: int
    modulus_code: int


class Header(Block, frozen=True):
    """A header as read; containers stand before their children in its items."""

    @property
    def length(self) -> int:
        """How many bytes it has; the records, or the signed file, stand behind them."""
        return len(self.raw)

    @property
    def version(self) -> tuple[int, int]:
        """1.2 in trust lists; 1.0 in signed files, 2.0 when they are encrypted; 1.1 in firmware."""
        major, minor = self.value(Tag.VERSION)
        return major, minor

    @property
    def signer(self) -> SignerId:
        """Who signed, it says."""
        return SignerId(self.value(Tag.SIGNER_NAME), self.value(Tag.SERIAL_NUMBER), self.value(Tag.CA_NAME))

    @property
    def method(self) -> "Method":
        """How it was signed."""
        info = self.value(Tag.SIGNATURE_INFO)
        return Method(info[_DIGEST_AT], info[_ALGORITHM_AT], info[_MODULUS_AT])

    @property
    def signature(self) -> bytes:
        """The signature, as many bytes as the signer's key has."""
        return self.value(Tag.SIGNATURE)

    @property
    def filename(self) -> str:
        """The name of the file; empty where the header has none."""
        return names.text(self.value(Tag.FILENAME))

    @property
    def timestamp(self) -> int | None:
        """When it was signed, in Unix seconds; None where the header does not say, as that of firmware."""
        return int.from_bytes(self.value(Tag.TIMESTAMP), "big") if self.has(Tag.TIMESTAMP) else None

    @property
    def signer_version(self) -> tuple[int, int] | None:
        """Only in lists of certutils: 1.1 makes phones fetch configuration over HTTPS. None where there is none."""
        value = self.value(Tag.SIGNER_VERSION)
        return (value[0], value[1]) if value else None

    def signed_parts(self, data: bytes) -> tuple[bytes, memoryview]:
        """What the signature covers: everything before and behind the SIGNATURE item (§1.3)."""
        signature = self.layout.spans[Tag.SIGNATURE]
        return data[: signature.start - HEAD], memoryview(data)[signature.stop :]


class NewHeader(msgspec.Struct, frozen=True):
    """What goes into a header that is yet to be signed. `timestamp` is Unix seconds."""

    signer: SignerId
    digest_code: int
    modulus_code: int
    signature_bytes: int
    filename: str
    timestamp: int
    version: tuple[int, int]

    def around_signature(self) -> tuple[bytes, bytes]:
        """What stands before and behind the SIGNATURE item, in the order of genuine files (§1.2)."""
        signer = self.signer
        who = (
            encode(Tag.SIGNER_NAME, signer.name)
            + encode(Tag.SERIAL_NUMBER, signer.serial)
            + encode(Tag.CA_NAME, signer.issuer)
        )
        algorithm = encode(Tag.SIGNATURE_ALGORITHM, b"\0") + encode(Tag.SIGNATURE_MODULUS, bytes((self.modulus_code,)))
        how = encode(Tag.DIGEST_ALGORITHM, bytes((self.digest_code,))) + encode(Tag.SIGNATURE_ALGORITHM_INFO, algorithm)
        front = encode(Tag.SIGNER_ID, who) + encode(Tag.SIGNATURE_INFO, how)
        back = encode(Tag.FILENAME, names.stored(self.filename)) + encode(
            Tag.TIMESTAMP, self.timestamp.to_bytes(4, "big")
        )
        bare = _FIXED_PART + len(front) + HEAD + self.signature_bytes + len(back)
        length = -(-bare // _ALIGNMENT) * _ALIGNMENT
        start = encode(Tag.VERSION, bytes(self.version)) + encode(Tag.HEADER_LENGTH, length.to_bytes(2, "big"))
        return start + front, back + b"\x0d" * (length - bare)


def serial_text(serial: bytes) -> str:
    """A serial number as `show itl` prints it: `70:CA:F6:09`."""
    return serial.hex(":").upper()


def read_header(data: bytes) -> Header:
    """The header at the start of a signed file. Raises FormatError."""
    for _, layout in SHAPES.run(data, 0):
        return Header(data[: layout.size], layout)
    raise FormatError("The file is empty", 0)


def _walk(data: bytes, _start: int) -> Layout:
    """The layout of a header whose order, containers and sizes are right."""
    layout = scan(data[: _header_length(data)], containers=_CONTAINERS, padded=True)
    try:
        _check_places(layout.tags)
    except _MisplacedError as misplaced:
        known = misplaced.place < len(layout.tags)
        raise FormatError(misplaced.what, layout.head(misplaced.place) if known else layout.size) from None
    _expect_end(layout, Tag.SIGNER_ID, layout.tags.index(Tag.SIGNER_ID) + len(_SIGNER_PARTS))
    _expect_end(layout, Tag.SIGNATURE_INFO, layout.tags.index(Tag.SIGNATURE_MODULUS))
    _expect_end(layout, Tag.SIGNATURE_ALGORITHM_INFO, layout.tags.index(Tag.SIGNATURE_MODULUS))
    for tag, size in _SIZES:
        layout.expect(tag, size)
    return layout


SHAPES: Final = Shapes(_walk, size_at=_FIXED_PART - 2)


def _header_length(data: bytes) -> int:
    """VERSION and HEADERLENGTH stand first, in ten fixed bytes: without them nothing else can be found."""
    if len(data) < _FIXED_PART:
        raise FormatError(f"{len(data)} bytes are too few for a header", len(data))
    for position, head, name in _FIXED_HEADS:
        if not data.startswith(head, position):
            raise FormatError(f"This is no signed file: {name} (tag {head[0]}, 2 bytes) is due here", position)
    length = int.from_bytes(data[_FIXED_PART - 2 : _FIXED_PART], "big")
    if length > len(data):
        raise FormatError(f"HEADERLENGTH says {length} bytes, but the file has {len(data)}", HEAD + 2)
    return length


def _expect_end(layout: Layout, container: int, last: int) -> None:
    place = layout.tags.index(container)
    if layout.end(place) != layout.end(last):
        said, found = layout.lengths[place], layout.end(last) - layout.starts[place]
        raise FormatError(f"Tag {container} says {said} bytes, but its parts have {found}", layout.head(place))


class _MisplacedError(Exception):
    """The tag at `place`, counted from 0, does not belong where it stands."""

    def __init__(self, what: str, place: int) -> None:
        super().__init__(what)
        self.what = what
        self.place = place


def _check_places(tags: bytes) -> None:
    """Raises _MisplacedError unless this sequence of tags makes a header."""
    for place, tag in enumerate(tags):
        if tag in _ONCE and tags.index(tag) < place:
            raise _MisplacedError(f"Tag {tag} stands twice in the header", place)
    for tag in _REQUIRED:
        if tag not in tags:
            raise _MisplacedError(f"The header has no {HEADER_NAMES[tag]} (tag {tag})", len(tags))
    _expect_parts(tags, tags.index(Tag.SIGNER_ID), _SIGNER_PARTS, sorted)
    _expect_parts(tags, tags.index(Tag.SIGNATURE_INFO), _SIGNATURE_PARTS, list)
    for before, after in itertools.pairwise(tag for tag in _IN_ORDER if tag in tags):
        if tags.index(after) < tags.index(before):
            raise _MisplacedError(f"Tag {after} stands before tag {before}", tags.index(after))


def _expect_parts(tags: bytes, place: int, parts: list[int], ordered: Callable[[bytes], list[int]]) -> None:
    """Each part stands once in a header, so that parts found behind their container stand nowhere else."""
    if ordered(tags[place + 1 : place + 1 + len(parts)]) != parts:
        raise _MisplacedError(f"Tag {tags[place]} does not hold the tags {', '.join(map(str, parts))}", place)
