"""The header of every signed file: who signed it, how, when, and under which name (trust-formats.md §1.2)."""

import itertools
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from ringtrust.errors import FormatError
from ringtrust.trust import names
from ringtrust.trust.tags import HEADER_NAMES
from ringtrust.trust.tags import HeaderTag as Tag
from ringtrust.trust.tlv import HEAD, Field, encode, expect_length, scan

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


class Header(msgspec.Struct, frozen=True):
    """A header as read. `fields` are all items in the order of the file, containers before their children.

    `filename` is empty, and `timestamp` (Unix seconds) and `signer_version` are None, where the file has none.
    """

    length: int
    version: tuple[int, int]
    signer: SignerId
    digest_code: int
    algorithm_code: int
    modulus_code: int
    signature: Field
    filename: str
    timestamp: int | None
    signer_version: tuple[int, int] | None
    fields: tuple[Field, ...]

    def has(self, tag: int) -> bool:
        """Whether an item with this tag stands in the header."""
        return any(field.tag == tag for field in self.fields)


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
    length = _header_length(data)
    fields = scan(data, 0, length, containers=_CONTAINERS, padded=True)
    at = _checked(fields, length)
    return Header(
        length=length,
        version=_pair(data, at[Tag.VERSION]),
        signer=SignerId(data[at[Tag.SIGNER_NAME].span], data[at[Tag.SERIAL_NUMBER].span], data[at[Tag.CA_NAME].span]),
        digest_code=data[at[Tag.DIGEST_ALGORITHM].start],
        algorithm_code=data[at[Tag.SIGNATURE_ALGORITHM].start],
        modulus_code=data[at[Tag.SIGNATURE_MODULUS].start],
        signature=at[Tag.SIGNATURE],
        filename=names.text(data[at[Tag.FILENAME].span]) if Tag.FILENAME in at else "",
        timestamp=int.from_bytes(data[at[Tag.TIMESTAMP].span], "big") if Tag.TIMESTAMP in at else None,
        signer_version=_pair(data, at[Tag.SIGNER_VERSION]) if Tag.SIGNER_VERSION in at else None,
        fields=tuple(fields),
    )


def _pair(data: bytes, field: Field) -> tuple[int, int]:
    return data[field.start], data[field.start + 1]


def _header_length(data: bytes) -> int:
    """Version and header length stand first, in ten fixed bytes: without them nothing else can be found."""
    if len(data) < _FIXED_PART:
        raise FormatError(f"{len(data)} bytes are too few for a header", len(data))
    for position, head, name in ((0, b"\x01\0\x02", "VERSION"), (HEAD + 2, b"\x02\0\x02", "HEADERLENGTH")):
        if data[position : position + HEAD] != head:
            raise FormatError(f"This is no signed file: {name} (tag {head[0]}, 2 bytes) is due here", position)
    length = data[8] << 8 | data[9]
    if length > len(data):
        raise FormatError(f"HEADERLENGTH says {length} bytes, but the file has {len(data)}", HEAD + 2)
    return length


def _checked(fields: list[Field], length: int) -> dict[int, Field]:
    """The fields by tag, once their order, their containers and their sizes are found right."""
    try:
        place_of = _places(bytes([field.tag for field in fields]))
    except _MisplacedError as misplaced:
        offset = fields[misplaced.place].start - HEAD if misplaced.place < len(fields) else length
        raise FormatError(misplaced.what, offset) from None
    at = {tag: fields[place] for tag, place in place_of.items()}
    _expect_end(at[Tag.SIGNER_ID], fields[place_of[Tag.SIGNER_ID] + len(_SIGNER_PARTS)])
    _expect_end(at[Tag.SIGNATURE_INFO], at[Tag.SIGNATURE_MODULUS])
    _expect_end(at[Tag.SIGNATURE_ALGORITHM_INFO], at[Tag.SIGNATURE_MODULUS])
    for tag, size in _SIZES:
        if tag in at:
            expect_length(at[tag], size)
    return at


def _expect_end(container: Field, last: Field) -> None:
    if container.end != last.end:
        said, found = container.length, last.end - container.start
        raise FormatError(f"Tag {container.tag} says {said} bytes, but its parts have {found}", container.start - HEAD)


class _MisplacedError(Exception):
    """The tag at `place`, counted from 0, does not belong where it stands."""

    def __init__(self, what: str, place: int) -> None:
        super().__init__(what)
        self.what = what
        self.place = place


@lru_cache(maxsize=256)
def _places(tags: bytes) -> Mapping[int, int]:
    """Where each tag stands in a sequence of tags that makes a header.

    Headers come in a handful of sequences, and each is judged once. Raises _MisplacedError.
    """
    place_of: dict[int, int] = {}
    for place, tag in enumerate(tags):
        if tag in place_of and tag in _ONCE:
            raise _MisplacedError(f"Tag {tag} stands twice in the header", place)
        place_of.setdefault(tag, place)
    for tag in _REQUIRED:
        if tag not in place_of:
            raise _MisplacedError(f"The header has no {HEADER_NAMES[tag]} (tag {tag})", len(tags))
    _expect_parts(tags, place_of[Tag.SIGNER_ID], _SIGNER_PARTS, sorted)
    _expect_parts(tags, place_of[Tag.SIGNATURE_INFO], _SIGNATURE_PARTS, list)
    _expect_order(place_of)
    return place_of


def _expect_parts(tags: bytes, place: int, parts: list[int], ordered: Callable[[bytes], list[int]]) -> None:
    """Each part stands once in a header, so that parts found behind their container stand nowhere else."""
    if ordered(tags[place + 1 : place + 1 + len(parts)]) != parts:
        raise _MisplacedError(f"Tag {tags[place]} does not hold the tags {', '.join(map(str, parts))}", place)


def _expect_order(place_of: Mapping[int, int]) -> None:
    known = [tag for tag in _IN_ORDER if tag in place_of]
    for before, after in itertools.pairwise(known):
        if place_of[after] < place_of[before]:
            raise _MisplacedError(f"Tag {after} stands before tag {before}", place_of[after])
