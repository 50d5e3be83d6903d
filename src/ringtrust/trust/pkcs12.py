"""Whether a file is a PKCS #12 container, by its outside (RFC 7292 §4). What is inside is locked, and left alone."""

from typing import Final

from ringtrust.errors import FormatError
from ringtrust.trust.der import INTEGER, OBJECT_IDENTIFIER, SEQUENCE, children, element_at, expect

BYTES_AT_MOST: Final = 1024 * 1024
_VERSION: Final = b"\x03"
_DATA: Final = bytes.fromhex("2a864886f70d010701")  # id-data of PKCS #7: the integrity of the file is by a password
_ADVICE: Final = "Fetch it anew: file get tftp ITLRecovery.p12, on the publisher."


def refuse_unless_pkcs12(data: bytes) -> None:
    """Raises FormatError for what is none, or has something behind it."""
    if len(data) > BYTES_AT_MOST:
        raise FormatError(f"The file has more than {BYTES_AT_MOST:,} bytes", BYTES_AT_MOST, advice=_ADVICE)
    try:
        _refuse(data)
    except FormatError as error:
        raise FormatError(f"This is no PKCS #12 file. {error.reason}", error.offset, advice=_ADVICE) from error


def _refuse(data: bytes) -> None:
    whole = expect(element_at(data, 0, len(data)), SEQUENCE)
    if whole.end != len(data):
        raise FormatError("Something stands behind its end", whole.end)
    parts = list(children(data, whole))
    if len(parts) not in {2, 3}:
        raise FormatError(f"It has {len(parts)} parts", whole.start)
    if data[expect(parts[0], INTEGER).content] != _VERSION:
        raise FormatError("Its version is not 3", parts[0].start)
    inside = list(children(data, expect(parts[1], SEQUENCE)))
    if not inside or data[expect(inside[0], OBJECT_IDENTIFIER).content] != _DATA:
        raise FormatError("What it holds is of no known kind", parts[1].start)
