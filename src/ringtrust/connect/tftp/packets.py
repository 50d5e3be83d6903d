"""The packets of TFTP (RFC 1350 §5, RFC 2347): bytes in, values out."""

from collections.abc import Mapping
from typing import Final

import msgspec

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust import names

READ, DATA, ACKNOWLEDGEMENT, ERROR, OPTIONS = 1, 3, 4, 5, 6
NOT_FOUND: Final = 1
UNKNOWN_TRANSFER: Final = 5
OPTIONS_REFUSED: Final = 8
PACKET_BYTES_AT_MOST: Final = 65_535
_HEAD: Final = 4
_BINARY: Final = "octet"
_OPTIONS_AT_MOST: Final = 16


class Block(msgspec.Struct, frozen=True):
    """A block of the file. Its number has 16 bits, and begins again from 0."""

    number: int
    data: bytes


class Failure(msgspec.Struct, frozen=True):
    """The server says no."""

    code: int
    message: str


class Agreed(msgspec.Struct, frozen=True):
    """The options that the server takes, by their names in lower case."""

    options: Mapping[str, str]


Packet = Block | Failure | Agreed


def read_packet(data: bytes) -> Packet:
    """A packet that a server sends to whoever reads. Raises FormatError."""
    if len(data) < _HEAD:
        raise FormatError("The packet of TFTP is too short", len(data))
    kind, number = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:_HEAD], "big")
    match kind:
        case 3:
            return Block(number, data[_HEAD:])
        case 5:
            return Failure(number, data[_HEAD:].split(b"\0", 1)[0].decode("utf-8", "replace"))
        case 6:
            return Agreed(_options(data))
        case _:
            raise FormatError(f"No server of TFTP sends a packet of kind {kind}", 0)


def _options(data: bytes) -> dict[str, str]:
    if not data.endswith(b"\0"):
        raise FormatError("The options of TFTP do not end", len(data))
    parts = data[2:-1].split(b"\0")
    if len(parts) % 2 or len(parts) > 2 * _OPTIONS_AT_MOST:
        raise FormatError("The options of TFTP are no pairs of names and values", 2)
    texts = [part.decode("ascii", "replace") for part in parts]
    found = {name.lower(): value for name, value in zip(texts[::2], texts[1::2], strict=True)}
    if len(found) != len(parts) // 2:
        raise FormatError("An option of TFTP stands twice", 2)
    return found


def request(name: str, options: Mapping[str, str]) -> bytes:
    """Asks for a file. Raises RefusedError for a name that no packet can carry."""
    if not name or "\0" in name or not name.isprintable():
        raise RefusedError(f"{names.quoted(name)} is no name of a file.")
    words = [name, _BINARY, *(word for option in options.items() for word in option)]
    return READ.to_bytes(2, "big") + b"".join(word.encode() + b"\0" for word in words)


def acknowledgement(number: int) -> bytes:
    """A block has come; 0 is for the options."""
    return ACKNOWLEDGEMENT.to_bytes(2, "big") + number.to_bytes(2, "big")


def failure(code: int, message: str) -> bytes:
    """It goes no further."""
    return ERROR.to_bytes(2, "big") + code.to_bytes(2, "big") + message.encode() + b"\0"
