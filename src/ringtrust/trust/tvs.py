"""The messages of the Trust Verification Service: a phone asks whether to trust a certificate (trust-formats.md §4).

Every message is a view of the frame that it was read from, so that writing it gives the same bytes, whatever order,
reserved byte or unknown tag the other side used. No socket here: bytes in, values out.
"""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.choices import TVS_ISSUER_TAG, TVS_SERIAL_TAG
from ringtrust.trust.tlv import BLOCK_BYTES_AT_MOST, Block, encode, scan

FRAME_HEAD: Final = 10
DEFAULT_TTL: Final = 86_400
_PROTOCOL: Final = 0x57
_VERSION: Final = 1
_DEVICE, _CERTIFICATE, _SUBJECT, _STATUS, _ROLES, _TTL = 1, 2, 3, 7, 8, 9
_VALID, _INVALID = b"\0", b"\1"
_U8, _U32 = 0xFF, 0xFFFF_FFFF
_DEVICE_MARK: Final = b"\x01"
_NAME: Final = re.compile(rb"[A-Za-z]{1,20}=[^\0]*\0?\Z")

Items = tuple[tuple[int, bytes], ...]


class Frame(msgspec.Struct, frozen=True):
    """A message as it travels: kind, session, and items in their order. CUCM leaves anything in `reserved`.

    Raises RefusedError for a session that is no number of 32 bits.
    """

    kind: int
    session: int
    items: Items
    reserved: int = 0
    version: int = _VERSION

    def __post_init__(self) -> None:
        if not 0 <= self.session <= _U32:
            raise RefusedError(f"A session is a number of 32 bits, not {self.session}.")

    def to_bytes(self) -> bytes:
        """The bytes on the wire. Raises RefusedError when they are more than a length of two bytes can say."""
        body = b"".join(encode(tag, value) for tag, value in self.items)
        if len(body) > BLOCK_BYTES_AT_MOST:
            raise RefusedError(
                f"A TVS message holds at most {BLOCK_BYTES_AT_MOST:,} bytes; this one has {len(body):,}."
            )
        head = bytes((_PROTOCOL, self.version, self.kind, self.reserved)) + self.session.to_bytes(4, "big")
        return head + len(body).to_bytes(2, "big") + body

    def values(self, tag: int) -> tuple[bytes, ...]:
        """The values of all items with this tag."""
        return tuple(value for each, value in self.items if each == tag)

    def value(self, tag: int) -> bytes:
        """The value of the first item with this tag; empty when there is none."""
        return next(iter(self.values(tag)), b"")


class _View(msgspec.Struct, frozen=True):
    frame: Frame

    def to_bytes(self) -> bytes:
        """The bytes on the wire, those that it was read from."""
        return self.frame.to_bytes()

    @property
    def session(self) -> int:
        """The number by which the answer is told to belong to the question; phones count from 1001."""
        return self.frame.session


class _Request(_View, frozen=True):
    @property
    def device(self) -> str:
        """The phone that asks, as `CP-8861-SEP001122334455`."""
        return self.frame.value(_DEVICE).removeprefix(_DEVICE_MARK).decode("latin-1")


class _Response(_View, frozen=True):
    @property
    def good(self) -> bool:
        """Whether the certificate is known."""
        return self.frame.value(_STATUS) == _VALID

    @property
    def roles(self) -> tuple[int, ...]:
        """The role codes of the certificate; none when it is not known."""
        return tuple(self.frame.value(_ROLES)) if self.good else ()

    @property
    def ttl(self) -> int:
        """For how many seconds a phone may remember the answer; 0 when it says nothing of that."""
        return int.from_bytes(self.frame.value(_TTL), "big")


class VerifyRequest(_Request, frozen=True):
    """A question about a certificate that a server has just shown (type 1)."""

    @classmethod
    def make(cls, session: int, device: str, certificate: bytes) -> "VerifyRequest":
        """A question of `device` about a certificate in DER. Raises RefusedError."""
        return cls(Frame(1, session, (_device_item(device), (_CERTIFICATE, certificate))))

    @property
    def certificate(self) -> bytes:
        """The certificate in DER."""
        return self.frame.value(_CERTIFICATE)


class VerifyResponse(_Response, frozen=True):
    """The answer (type 2)."""

    @classmethod
    def make(cls, session: int, roles: Iterable[int], ttl: int = DEFAULT_TTL) -> "VerifyResponse":
        """The certificate is known, with these roles. Raises RefusedError."""
        return cls(Frame(2, session, ((_STATUS, _VALID), *_terms(roles, ttl))))

    @classmethod
    def unknown(cls, session: int) -> "VerifyResponse":
        """The certificate is not known."""
        return cls(Frame(2, session, ((_STATUS, _INVALID),)))


class QueryRequest(_Request, frozen=True):
    """A question about an unknown signer (type 3), with its names from the header of a signed file."""

    @classmethod
    def make(cls, session: int, device: str, subject: bytes, issuer: bytes, serial: bytes) -> "QueryRequest":
        """A question of `device` about the certificate with these names, as header.SignerId holds them."""
        named = ((_SUBJECT, subject), (TVS_ISSUER_TAG, issuer), (TVS_SERIAL_TAG, serial))
        return cls(Frame(3, session, (_device_item(device), *named)))

    @property
    def subject(self) -> bytes:
        """The subject, as stored."""
        return self.frame.value(_SUBJECT)

    @property
    def issuer(self) -> bytes:
        """The issuer, as stored."""
        return self.frame.value(TVS_SERIAL_TAG if self._swapped else TVS_ISSUER_TAG)

    @property
    def serial(self) -> bytes:
        """The serial number."""
        return self.frame.value(TVS_ISSUER_TAG if self._swapped else TVS_SERIAL_TAG)

    @property
    def _swapped(self) -> bool:
        """Which of the two tags is the issuer is not certain (§4.2): ours, unless only the other reads like a name."""
        return b"=" not in self.frame.value(TVS_ISSUER_TAG) and bool(_NAME.match(self.frame.value(TVS_SERIAL_TAG)))


class QueryResponse(_Response, frozen=True):
    """The answer (type 4): the certificate with its roles."""

    @classmethod
    def make(cls, session: int, certificate: bytes, roles: Iterable[int], ttl: int = DEFAULT_TTL) -> "QueryResponse":
        """Here is the certificate, in DER. Raises RefusedError."""
        return cls(Frame(4, session, ((_STATUS, _VALID), (_CERTIFICATE, certificate), *_terms(roles, ttl))))

    @classmethod
    def unknown(cls, session: int) -> "QueryResponse":
        """No such certificate here."""
        return cls(Frame(4, session, ((_STATUS, _INVALID),)))

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """The certificate in DER; none when it was not found. Whether a server may send several is not known (§9)."""
        return self.frame.values(_CERTIFICATE) if self.good else ()


Message = VerifyRequest | VerifyResponse | QueryRequest | QueryResponse

# What a message must hold, once, before it is taken for one. A status that is no yes needs nothing else.
_KINDS: Final[dict[int, type[Message]]] = {1: VerifyRequest, 2: VerifyResponse, 3: QueryRequest, 4: QueryResponse}
_ONCE: Final = {
    1: (_DEVICE, _CERTIFICATE),
    2: (_STATUS,),
    3: (_DEVICE, _SUBJECT, TVS_ISSUER_TAG, TVS_SERIAL_TAG),
    4: (_STATUS,),
}


def _device_item(device: str) -> tuple[int, bytes]:
    if not device.isascii() or not device.isprintable():
        raise RefusedError(f"A device is named in ASCII, not {device!a}.")
    return _DEVICE, _DEVICE_MARK + device.encode()


def _terms(roles: Iterable[int], ttl: int) -> Items:
    codes = tuple(roles)
    if not all(0 <= code <= _U8 for code in codes) or not 0 <= ttl <= _U32:
        raise RefusedError("A role is a number of 8 bits, and a time to live one of 32.")
    return (_ROLES, bytes(codes)), (_TTL, ttl.to_bytes(4, "big"))


def frame_size(start: bytes) -> int:
    """How many bytes the message has that starts with these; FRAME_HEAD while they are too few to tell.

    Raises FormatError as soon as they cannot be the start of a TVS message.
    """
    if start and start[0] != _PROTOCOL:
        raise FormatError(f"This is no TVS message: its protocol byte is {start[0]}, not {_PROTOCOL}", 0)
    if len(start) > 1 and start[1] > _VERSION:
        raise FormatError(f"This is no TVS message of version {_VERSION}: its version byte is {start[1]}", 1)
    if len(start) < FRAME_HEAD:
        return FRAME_HEAD
    return FRAME_HEAD + int.from_bytes(start[8:10], "big")


def read_frame(data: bytes) -> Frame:
    """The frame that fills `data`. Raises FormatError."""
    size = frame_size(data)
    if len(data) != size:
        raise FormatError(f"The message has {len(data)} bytes where its head says {size}", min(len(data), size))
    body = data[FRAME_HEAD:]
    try:
        layout = scan(body)
        layout.expect(_STATUS, 1)
        layout.expect(_TTL, 4)
    except FormatError as error:
        raise error.shifted(FRAME_HEAD) from None
    items = tuple(Block(body, layout).items())
    return Frame(data[2], int.from_bytes(data[4:8], "big"), items, reserved=data[3], version=data[1])


def read_message(data: bytes) -> Message:
    """The message that fills `data`. Raises FormatError."""
    frame = read_frame(data)
    if frame.kind not in _KINDS:
        raise FormatError(f"{frame.kind} is no type of TVS message that a phone or a server sends", 2)
    for tag in _ONCE[frame.kind]:
        count = len(frame.values(tag))
        if count != 1:
            what = "more than one" if count else "no"
            raise FormatError(f"The message of type {frame.kind} has {what} tag {tag}", FRAME_HEAD)
    message = _KINDS[frame.kind](frame)
    if isinstance(message, QueryResponse) and message.good and not message.certificates:
        raise FormatError("The answer says that the certificate was found, and does not hold it", FRAME_HEAD)
    return message
