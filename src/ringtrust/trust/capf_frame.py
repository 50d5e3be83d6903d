"""The frame of CAPF messages: head, elements, and a stream of them cut into frames (trust-formats.md §5.2, §5.3).

A frame keeps every element as it came, whatever its tag, order and value, so that writing it gives the same bytes. The
authentication string travels in it (element 11): no frame prints it.
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import Final

import msgspec

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.tlv import BLOCK_BYTES_AT_MOST, HEAD, Block, encode, scan

FRAME_HEAD: Final = 8
_PROTOCOL: Final = 0x55
_U8, _U32 = 0xFF, 0xFFFF_FFFF
_SHOWN_BYTES: Final = 16

Items = tuple[tuple[int, bytes], ...]


class Command(IntEnum):
    """What a message is (§5.2). 5 to 8 are in nobody's use; what 22 and 23 hold is not known [U]."""

    AUTH_REQUEST = 1
    AUTH_RESPONSE = 2
    KEY_GENERATE_REQUEST = 3
    KEY_GENERATE_RESPONSE = 4
    STORE_CERTIFICATE_REQUEST = 9
    STORE_CERTIFICATE_RESPONSE = 10
    FETCH_REQUEST = 11
    FETCH_RESPONSE = 12
    DELETE_REQUEST = 13
    DELETE_RESPONSE = 14
    END_SESSION = 15
    RETRY_LATER = 16
    IN_PROGRESS = 17
    STATUS_REQUEST = 18
    STATUS_RESPONSE = 19
    ABORT_REQUEST = 20
    ABORT_RESPONSE = 21
    SIGN_REQUEST = 22
    SIGN_RESPONSE = 23


class Element:
    """Tags of elements (§5.3); whatever is not named here is kept as it is."""

    REASON: Final = 1
    REASON_INFO: Final = 2
    CERTIFICATE_TYPE: Final = 3
    CERTIFICATE: Final = 4
    SIGNED_DATA: Final = 6
    VERSION: Final = 7
    AUTH_TYPE: Final = 8
    PUBLIC_KEY: Final = 9
    KEY_SIZE: Final = 10
    PASSWORD: Final = 11
    DEVICE_NAME: Final = 13
    SUDI_DATA: Final = 16
    KEY_TYPE: Final = 17
    CURVE: Final = 18
    SHA2_SIGNED_DATA: Final = 20


_SIZES: Final = (
    (Element.REASON, 1),
    (Element.CERTIFICATE_TYPE, 1),
    (Element.VERSION, 1),
    (Element.AUTH_TYPE, 1),
    (Element.KEY_SIZE, 2),
    (Element.KEY_TYPE, 1),
    (Element.CURVE, 1),
)


class Frame(msgspec.Struct, frozen=True):
    """A message as it travels: command, session, and elements in their order.

    Raises RefusedError for a command of more than 8 bits and a session of more than 32.
    """

    command: int
    session: int
    items: Items = ()

    def __post_init__(self) -> None:
        if not 0 <= self.session <= _U32:
            raise RefusedError(f"A session is a number of 32 bits, not {self.session}.")
        if not 0 <= self.command <= _U8:
            raise RefusedError(f"A command is a number of 8 bits, not {self.command}.")

    def to_bytes(self) -> bytes:
        """The bytes on the wire. Raises RefusedError when they are more than a length of two bytes can say.

        Write them in one piece: a phone stalls when head and body arrive in two (§5.1).
        """
        body = b"".join(encode(tag, value) for tag, value in self.items)
        if len(body) > BLOCK_BYTES_AT_MOST:
            raise RefusedError(
                f"A CAPF message holds at most {BLOCK_BYTES_AT_MOST:,} bytes; this one has {len(body):,}.",
                advice="Use a smaller certificate.",
            )
        head = bytes((_PROTOCOL, self.command)) + self.session.to_bytes(4, "big")
        return head + len(body).to_bytes(2, "big") + body

    def has(self, tag: int) -> bool:
        """Whether an element with this tag is there, be it empty."""
        return any(each == tag for each, _ in self.items)

    def values(self, tag: int) -> tuple[bytes, ...]:
        """The values of all elements with this tag."""
        return tuple(value for each, value in self.items if each == tag)

    def value(self, tag: int) -> bytes:
        """The value of the first element with this tag; empty when there is none."""
        return next(iter(self.values(tag)), b"")

    def number(self, tag: int) -> int:
        """The same as a number; 0 when there is none."""
        return int.from_bytes(self.value(tag), "big")

    def offset(self, tag: int) -> int:
        """Where the value of the first element with this tag begins in the message; its end when there is none."""
        position = FRAME_HEAD
        for each, value in self.items:
            if each == tag:
                return position + HEAD
            position += HEAD + len(value)
        return position

    def __repr__(self) -> str:
        shown = " ".join(f"{tag}={_shown(tag, value)}" for tag, value in self.items)
        return f"<CAPF command {self.command}, session {self.session}: {shown or 'nothing'}>"


def _shown(tag: int, value: bytes) -> str:
    """An element for logs and for those who look for a mistake; the authentication string is nobody's business."""
    if tag == Element.PASSWORD:
        return "(hidden)"
    return value.hex() if len(value) <= _SHOWN_BYTES else f"({len(value)} bytes)"


def frame_size(start: bytes | bytearray) -> int:
    """How many bytes the message has that starts with these; FRAME_HEAD while they are too few to tell.

    Raises FormatError as soon as they cannot be the start of a CAPF message.
    """
    if start and start[0] != _PROTOCOL:
        raise FormatError(f"This is no CAPF message: its protocol byte is {start[0]}, not {_PROTOCOL}", 0)
    if len(start) < FRAME_HEAD:
        return FRAME_HEAD
    return FRAME_HEAD + int.from_bytes(start[6:8], "big")


def read_frame(data: bytes) -> Frame:
    """The frame that fills `data`. Raises FormatError."""
    size = frame_size(data)
    if len(data) != size:
        raise FormatError(f"The message has {len(data)} bytes where its head says {size}", min(len(data), size))
    body = data[FRAME_HEAD:]
    try:
        layout = scan(body)
        for tag, due in _SIZES:
            layout.expect(tag, due)
    except FormatError as error:
        raise error.shifted(FRAME_HEAD) from None
    return Frame(data[1], int.from_bytes(data[2:6], "big"), tuple(Block(body, layout).items()))


class Frames:
    """Cuts a stream into whole messages. It never holds more than what it was last fed and one unfinished message."""

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def unfinished(self) -> bool:
        """Whether a message has begun and is not whole: a stream that ends here was cut."""
        return bool(self._held)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that are whole by now, for `read_message`.

        What is fed is kept whether the messages are taken or not. Taking them raises FormatError as soon as what
        follows cannot be CAPF; hang up then, for nothing tells where the next message begins.
        """
        self._held += data
        return self._whole()

    def _whole(self) -> Iterator[bytes]:
        while len(self._held) >= (size := frame_size(self._held)):
            message = bytes(self._held[:size])
            del self._held[:size]
            yield message
