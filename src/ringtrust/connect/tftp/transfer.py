"""One file by TFTP, without a socket: packets in, what to say next out (RFC 1350, 2347, 2348 blksize, 2349 tsize)."""

from typing import Final

import msgspec

from ringtrust.connect.tftp.packets import (
    NOT_FOUND,
    OPTIONS_REFUSED,
    Agreed,
    Block,
    Failure,
    Packet,
    acknowledgement,
    read_packet,
    request,
)
from ringtrust.errors import UnreadableError
from ringtrust.trust import names

BLOCK: Final = 1428
"""What goes into one Ethernet frame."""
_PLAIN_BLOCK: Final = 512
_SMALLEST_BLOCK: Final = 8
_NUMBERS: Final = 0x1_0000
_DIGITS_AT_MOST: Final = 12


class Say(msgspec.Struct, frozen=True):
    """Send this, to the port that the server answers from."""

    packet: bytes


class Restart(msgspec.Struct, frozen=True):
    """it wants no options: send this to the port where it listens, as if nothing had been said."""

    packet: bytes


class Ended(msgspec.Struct, frozen=True):
    """The file is whole. Send this last packet."""

    data: bytes
    packet: bytes


class Absent(msgspec.Struct, frozen=True):
    """There is no such file."""


Step = Say | Restart | Ended | Absent


class Transfer:
    """The client's side of one file, of so many bytes at most."""

    def __init__(self, name: str, bytes_at_most: int) -> None:
        self._name = name
        self._at_most = bytes_at_most
        self._asked = {"blksize": str(BLOCK), "tsize": "0"}
        self._begun = False
        self._block = _PLAIN_BLOCK
        self._announced = -1
        self._last = 0
        self._data = bytearray()

    def begin(self) -> bytes:
        """The request. Raises RefusedError for a name that is none."""
        return request(self._name, self._asked)

    def received(self, data: bytes) -> Step:
        """What to do after a packet. Raises UnreadableError, FormatError."""
        packet: Packet = read_packet(data)
        match packet:
            case Failure():
                return self._failed(packet)
            case Agreed():
                return self._agree(packet)
            case Block():
                return self._take(packet)

    def _failed(self, packet: Failure) -> Step:
        if packet.code == NOT_FOUND and not self._data:
            return Absent()
        if packet.code == OPTIONS_REFUSED and self._asked and not self._begun:
            self._asked = {}
            return Restart(self.begin())
        raise UnreadableError(f"it refuses with error {packet.code}: {names.quoted(packet.message)}.")

    def _agree(self, packet: Agreed) -> Step:
        if self._last:
            # One that was on its way for long.
            return Say(acknowledgement(self._last % _NUMBERS))
        if not packet.options.keys() <= self._asked.keys():
            raise UnreadableError("it agrees to options that nobody asked for.")
        self._begun = True
        self._block = _number(packet.options.get("blksize", str(_PLAIN_BLOCK)))
        if not _SMALLEST_BLOCK <= self._block <= BLOCK:
            raise UnreadableError(f"it wants blocks of {self._block} bytes.")
        if "tsize" in packet.options:
            self._announced = _number(packet.options["tsize"])
            self._check_size(self._announced)
        return Say(acknowledgement(0))

    def _take(self, packet: Block) -> Step:
        expected = (self._last + 1) % _NUMBERS
        if packet.number != expected:
            # It comes twice: its acknowledgement was lost, or is still on its way.
            return Say(acknowledgement(self._last % _NUMBERS)) if self._begun else self._out_of_place(packet)
        if len(packet.data) > self._block:
            raise UnreadableError(f"it sends {len(packet.data)} bytes in blocks of {self._block}.")
        self._begun = True
        self._last += 1
        self._data += packet.data
        self._check_size(len(self._data))
        if len(packet.data) == self._block:
            return Say(acknowledgement(expected))
        if self._announced not in {-1, len(self._data)}:
            raise UnreadableError(f"it announced {self._announced} bytes and sent {len(self._data)}.")
        return Ended(bytes(self._data), acknowledgement(expected))

    def _out_of_place(self, packet: Block) -> Step:
        raise UnreadableError(f"it begins with block {packet.number}.")

    def _check_size(self, size: int) -> None:
        if size > self._at_most:
            raise UnreadableError(f"it sends more than {self._at_most:,} bytes, which is no answer to this.")


def _number(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_AT_MOST):
        raise UnreadableError(f"it gives an option the value {names.quoted(digits)}.")
    return int(digits)
