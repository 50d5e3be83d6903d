"""Which items make a record: how it begins, what it must hold, how long its items may be (trust-formats.md §1.4)."""

from typing import Final

from ringtrust.errors import FormatError
from ringtrust.trust.choices import NAME_BYTES_AT_MOST, SERIAL_BYTES_AT_MOST
from ringtrust.trust.tags import RECORD_NAMES
from ringtrust.trust.tags import RecordTag as Tag
from ringtrust.trust.tlv import HEAD, Layout, scan

RECORD_LENGTH_HEAD: Final = b"\x01\0\x02"
SHORTEST: Final = len(RECORD_LENGTH_HEAD) + 2
_SIZES: Final = ((Tag.FUNCTION, 2), (Tag.HASH_ALGORITHM, 1))
_LIMITS: Final = (
    (Tag.DNS_NAME, NAME_BYTES_AT_MOST),
    (Tag.SUBJECT_NAME, NAME_BYTES_AT_MOST),
    (Tag.ISSUER_NAME, NAME_BYTES_AT_MOST),
    (Tag.SERIAL_NUMBER, SERIAL_BYTES_AT_MOST),
    (Tag.CERTIFICATE_HASH, SERIAL_BYTES_AT_MOST),
    (Tag.IP_ADDRESS, SERIAL_BYTES_AT_MOST),
)


def record_layout(data: bytes, position: int) -> Layout:
    """The layout of the record that begins at this position. Raises FormatError, with the offset in the data."""
    length = int.from_bytes(data[position + HEAD : position + SHORTEST], "big")
    if position + length > len(data):
        raise FormatError(f"{length} bytes are due here, but the file has only {len(data) - position} more", position)
    try:
        return _checked(data[position : position + length])
    except FormatError as error:
        raise error.shifted(position) from None


def _checked(block: bytes) -> Layout:
    """The layout of a record that begins with its length, has a role, and repeats nothing that has a meaning."""
    if len(block) < SHORTEST:
        raise FormatError(f"A record has at least {SHORTEST} bytes", 0)
    if not block.startswith(RECORD_LENGTH_HEAD):
        raise FormatError(f"A record begins with RECORDLENGTH (tag {Tag.RECORD_LENGTH}, 2 bytes)", 0)
    layout = scan(block)
    for place, tag in enumerate(layout.tags):
        if tag in RECORD_NAMES and layout.tags.index(tag) < place:
            raise FormatError(f"Tag {tag} stands twice in the record", layout.head(place))
    if Tag.FUNCTION not in layout.tags:
        raise FormatError(f"The record has no FUNCTION (tag {Tag.FUNCTION})", len(block))
    for tag, size in _SIZES:
        layout.expect(tag, size)
    for tag, size in _LIMITS:
        layout.expect_at_most(tag, size)
    return layout
