"""TFTP, the server's side without a socket: datagrams in, datagrams out (RFC 1350, 2347 to 2349).

It reads files in octet mode and writes none. A client that is silent gets its datagram again, a few times.
"""

import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Final

import msgspec

from ringtrust.errors import FormatError


class Opcode(IntEnum):
    """What a datagram is."""

    READ = 1
    WRITE = 2
    DATA = 3
    ACKNOWLEDGMENT = 4
    ERROR = 5
    OPTIONS = 6


class Code(IntEnum):
    """Why there is no file."""

    OTHER = 0
    NOT_FOUND = 1
    ACCESS = 2
    ILLEGAL = 4
    UNKNOWN_TRANSFER = 5


REQUEST_BYTES_AT_MOST: Final = 512
_BLOCK: Final = 512
_BLOCKS: Final = range(8, 65_465)
_SECONDS: Final = range(1, 256)
_TRIES: Final = 5
_BLOCK_NUMBERS: Final = 1 << 16
_NUMBER: Final = re.compile(r"[0-9]{1,9}\Z")
OCTET: Final = "octet"


class ReadRequest(msgspec.Struct, frozen=True):
    """What a client wants. The names of modes and options are in lower case."""

    name: str
    mode: str
    options: Mapping[str, str]


def opcode(datagram: bytes) -> int:
    """The number at its start; 0 where there is none."""
    return int.from_bytes(datagram[:2], "big") if len(datagram) > 1 else 0


def error(code: Code, message: str) -> bytes:
    """An error, which ends whatever was going on."""
    return _words(Opcode.ERROR, code) + message.encode("ascii", "replace") + b"\0"


def read_request(datagram: bytes) -> ReadRequest:
    """A request to read. Raises FormatError."""
    if opcode(datagram) != Opcode.READ or len(datagram) > REQUEST_BYTES_AT_MOST:
        raise FormatError("This is no request to read a file", 0)
    *fields, rest = datagram[2:].split(b"\0")
    if rest or len(fields) < len(("name", "mode")):
        raise FormatError("The request lacks its name or its mode", 2)
    name, mode, *more = (field.decode("latin-1") for field in fields)
    pairs = dict(zip((each.lower() for each in more[::2]), more[1::2], strict=False))
    return ReadRequest(name, mode.lower(), pairs)


class Transfer:
    """One file on its way to one client. `seconds` is how long the client is waited for before `again`."""

    def __init__(self, data: bytes, options: Mapping[str, str]) -> None:
        self._data = data
        self._size = _BLOCK
        self._block = 1
        self._tries = 0
        self._answers: list[tuple[str, int]] = []
        self.seconds = 1.0
        self.finished = False
        self._agree(options)

    def _agree(self, options: Mapping[str, str]) -> None:
        """What is understood is agreed to; everything else is left out of the answer (RFC 2347)."""
        wanted = {name: int(value) for name, value in options.items() if _NUMBER.match(value)}
        if wanted.get("blksize", 0) in _BLOCKS:
            self._size = wanted["blksize"]
            self._answers.append(("blksize", self._size))
        if wanted.get("timeout", 0) in _SECONDS:
            self.seconds = float(wanted["timeout"])
            self._answers.append(("timeout", wanted["timeout"]))
        if "tsize" in wanted:
            self._answers.append(("tsize", len(self._data)))
        if self._answers:
            self._block = 0

    def begin(self) -> bytes:
        """The first datagram: the options that are agreed to, or the first block."""
        return self._current()

    def received(self, datagram: bytes) -> bytes | None:
        """The answer to a datagram of this client; None where there is none to give."""
        if self.finished:
            return None
        match opcode(datagram):
            case Opcode.ACKNOWLEDGMENT if len(datagram) == len(_words(0, 0)):
                return self._acknowledged(int.from_bytes(datagram[2:], "big"))
            case Opcode.ERROR:
                self.finished = True
                return None
            case Opcode.READ:  # the request once more: it gets its first datagram again by the clock
                return None
            case _:
                self.finished = True
                return error(Code.ILLEGAL, "Illegal TFTP operation")

    def again(self) -> bytes | None:
        """The last datagram once more, as the client is silent; None when it has been for too long."""
        self._tries += 1
        if self._tries >= _TRIES:
            self.finished = True
        return None if self.finished else self._current()

    def _acknowledged(self, number: int) -> bytes | None:
        """An older one is not answered: that would send everything twice from then on."""
        if number != self._block % _BLOCK_NUMBERS:
            return None
        if self._block and self._block * self._size > len(self._data):
            self.finished = True
            return None
        self._block += 1
        self._tries = 0
        return self._current()

    def _current(self) -> bytes:
        if self._block == 0:
            pairs = "".join(f"{name}\0{value}\0" for name, value in self._answers)
            return Opcode.OPTIONS.to_bytes(2, "big") + pairs.encode()
        begin = (self._block - 1) * self._size
        head = _words(Opcode.DATA, self._block % _BLOCK_NUMBERS)
        return head + self._data[begin : begin + self._size]


def _words(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(2, "big") for number in numbers)
