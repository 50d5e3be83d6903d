"""The messages of the Trust Verification Service: a phone asks whether to trust a certificate (trust-formats.md §4).

Every message keeps the frame that it was read from, so that writing it gives the same bytes, whatever order, reserved
byte or unknown tag the other side used. No socket here: bytes in, values out.
"""

from typing import Final

import msgspec

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust import names
from ringtrust.trust.choices import TVS_ISSUER_TAG, TVS_SERIAL_TAG
from ringtrust.trust.tlv import BLOCK_BYTES_AT_MOST, Block, encode, scan

FRAME_HEAD: Final = 10
DEFAULT_TTL: Final = 86_400
_PROTOCOL: Final = 0x57
_VERSION: Final = 1
_DEVICE, _CERTIFICATE, _SUBJECT, _STATUS, _ROLES, _TTL = 1, 2, 3, 7, 8, 9
_VALID, _INVALID = 0, 1
_DEVICE_MARK: Final = b"\x01"


class Frame(msgspec.Struct, frozen=True):
    """A message as it travels: kind, session, and items in their order. CUCM leaves anything in `reserved`."""

    kind: int
    session: int
    items: tuple[tuple[int, bytes], ...]
    reserved: int = 0
    version: int = _VERSION

    def to_bytes(self) -> bytes:
        """The bytes on the wire. Raises RefusedError when they are more than a length of two bytes can say."""
        body = b"".join(encode(tag, value) for tag, value in self.items)
        if len(body) > BLOCK_BYTES_AT_MOST:
            raise RefusedError(
                f"A TVS message holds at most {BLOCK_BYTES_AT_MOST:,} bytes; this one has {len(body):,}."
            )
        head = bytes((_PROTOCOL, self.version, self.kind, self.reserved)) + self.session.to_bytes(4, "big")
        return head + len(body).to_bytes(2, "big") + body

    def value(self, tag: int) -> bytes:
        """The value of an item. Raises FormatError when the message has none, or two."""
        found = [value for each, value in self.items if each == tag]
        if len(found) != 1:
            raise FormatError(
                f"The message of type {self.kind} has {'no' if not found else 'more than one'} tag {tag}",
                FRAME_HEAD,
            )
        return found[0]

    def has(self, tag: int) -> bool:
        """Whether an item with this tag is there."""
        return any(each == tag for each, _ in self.items)


class VerifyRequest(msgspec.Struct, frozen=True):
    """A question about a certificate that a server has just shown (type 1)."""

    frame: Frame
    device: str
    certificate: bytes

    @classmethod
    def make(cls, session: int, device: str, certificate: bytes) -> "VerifyRequest":
        """A question of `device` (`CP-8861-SEP001122334455`) about a certificate in DER."""
        return cls(
            Frame(1, session, ((_DEVICE, _DEVICE_MARK + device.encode()), (_CERTIFICATE, certificate))),
            device,
            certificate,
        )


class VerifyResponse(msgspec.Struct, frozen=True):
    """The answer (type 2). `roles` are the role codes of the certificate; a phone may remember it for `ttl` seconds."""

    frame: Frame
    valid: bool
    roles: tuple[int, ...]
    ttl: int

    @classmethod
    def make(cls, session: int, roles: tuple[int, ...], ttl: int = DEFAULT_TTL) -> "VerifyResponse":
        """The certificate is known, with these roles."""
        items = ((_STATUS, bytes((_VALID,))), (_ROLES, bytes(roles)), (_TTL, ttl.to_bytes(4, "big")))
        return cls(Frame(2, session, items), valid=True, roles=roles, ttl=ttl)

    @classmethod
    def unknown(cls, session: int) -> "VerifyResponse":
        """The certificate is not known."""
        return cls(Frame(2, session, ((_STATUS, bytes((_INVALID,))),)), valid=False, roles=(), ttl=0)


class QueryRequest(msgspec.Struct, frozen=True):
    """A question about an unknown signer (type 3), with its names from the header of a signed file."""

    frame: Frame
    device: str
    subject: bytes
    issuer: bytes
    serial: bytes

    @classmethod
    def make(cls, session: int, device: str, subject: bytes, issuer: bytes, serial: bytes) -> "QueryRequest":
        """A question of `device` about the certificate with these names, as header.SignerId holds them."""
        items = (
            (_DEVICE, _DEVICE_MARK + device.encode()),
            (_SUBJECT, subject),
            (TVS_ISSUER_TAG, issuer),
            (TVS_SERIAL_TAG, serial),
        )
        return cls(Frame(3, session, items), device, subject, issuer, serial)


class QueryResponse(msgspec.Struct, frozen=True):
    """The answer (type 4): the certificate in DER with its roles; `certificate` is empty when it was not found."""

    frame: Frame
    found: bool
    certificate: bytes
    roles: tuple[int, ...]
    ttl: int

    @classmethod
    def make(cls, session: int, certificate: bytes, roles: tuple[int, ...], ttl: int = DEFAULT_TTL) -> "QueryResponse":
        """Here is the certificate."""
        items = (
            (_STATUS, bytes((_VALID,))),
            (_CERTIFICATE, certificate),
            (_ROLES, bytes(roles)),
            (_TTL, ttl.to_bytes(4, "big")),
        )
        return cls(Frame(4, session, items), found=True, certificate=certificate, roles=roles, ttl=ttl)

    @classmethod
    def unknown(cls, session: int) -> "QueryResponse":
        """No such certificate here."""
        return cls(Frame(4, session, ((_STATUS, bytes((_INVALID,))),)), found=False, certificate=b"", roles=(), ttl=0)


Message = VerifyRequest | VerifyResponse | QueryRequest | QueryResponse


def frame_size(start: bytes) -> int:
    """How many bytes the message has that starts with these; FRAME_HEAD while they are too few to tell.

    Raises FormatError as soon as they cannot be the start of a TVS message.
    """
    for position, (expected, name) in enumerate(((_PROTOCOL, "protocol"), (_VERSION, "version"))):
        if len(start) > position and start[position] != expected:
            raise FormatError(f"This is no TVS message: its {name} byte is {start[position]}, not {expected}", position)
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
    session = int.from_bytes(data[4:8], "big")
    return Frame(kind=data[2], reserved=data[3], session=session, items=tuple(Block(body, layout).items()))


def read_message(data: bytes) -> Message:
    """The message that fills `data`. Raises FormatError."""
    frame = read_frame(data)
    match frame.kind:
        case 1:
            return VerifyRequest(frame, _device(frame), frame.value(_CERTIFICATE))
        case 2:
            valid = _status(frame)
            return VerifyResponse(frame, valid, *_terms(frame, valid=valid))
        case 3:
            return QueryRequest(frame, _device(frame), frame.value(_SUBJECT), *_issuer_and_serial(frame))
        case 4:
            found = _status(frame)
            return QueryResponse(frame, found, frame.value(_CERTIFICATE) if found else b"", *_terms(frame, valid=found))
        case other:
            raise FormatError(f"{other} is no type of TVS message that a phone or a server sends", 2)


def _device(frame: Frame) -> str:
    return names.text(frame.value(_DEVICE).removeprefix(_DEVICE_MARK))


def _status(frame: Frame) -> bool:
    return frame.value(_STATUS)[0] == _VALID


def _terms(frame: Frame, *, valid: bool) -> tuple[tuple[int, ...], int]:
    """Roles and time to live; an answer that says no carries neither (§4.2)."""
    if not valid:
        return (), 0
    return tuple(frame.value(_ROLES)), int.from_bytes(frame.value(_TTL), "big")


def _issuer_and_serial(frame: Frame) -> tuple[bytes, bytes]:
    """Which of the two tags is the issuer is not certain (§4.2): the one that reads like a name is."""
    one, other = frame.value(TVS_ISSUER_TAG), frame.value(TVS_SERIAL_TAG)
    swapped = not _like_a_name(one) and _like_a_name(other)
    return (other, one) if swapped else (one, other)


def _like_a_name(value: bytes) -> bool:
    return b"=" in value and value.endswith(b"\0") and names.text(value).isprintable()
