"""The header of every signed file: who signed it, how, when, and under which name (trust-formats.md §1.2)."""

from typing import Final

import msgspec

from ringtrust.errors import RefusedError
from ringtrust.trust import names
from ringtrust.trust.choices import NAME_BYTES_AT_MOST
from ringtrust.trust.header_layout import FIXED_PART, HEADER_LENGTH_AT, header_layout
from ringtrust.trust.shapes import Place, Placed, Shapes
from ringtrust.trust.tags import HeaderTag as Tag
from ringtrust.trust.tlv import HEAD, PADDING, Block, Layout, encode

_DIGEST_AT, _ALGORITHM_AT, _MODULUS_AT = 3, 10, 14  # in SIGNATUREINFO, whose parts have one order and size
_ALIGNMENT: Final = 4
_TIMESTAMP_END: Final = 2**32


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
        return f"{names.quoted(names.text(self.name))}, serial {serial_text(self.serial) or 'none'}"

    @property
    def nobody(self) -> bool:
        """Whether it names nobody at all."""
        return not self.serial and not self.name.rstrip(b"\0")


class Method(msgspec.Struct, frozen=True, gc=False):
    """How a file was signed: see digests.Digest and signing.MODULUS_CODES; algorithm 0 is RSA, no other is known."""

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
    def method(self) -> Method:
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
    """What goes into a header that is yet to be signed; `timestamp` is Unix seconds. Raises RefusedError.

    `behind` are items that stand behind TIMESTAMP, as those of an encrypted file (§3).
    """

    signer: SignerId
    digest_code: int
    modulus_code: int
    signature_bytes: int
    filename: str
    timestamp: int
    version: tuple[int, int]
    behind: bytes = b""

    def __post_init__(self) -> None:
        if not 0 <= self.timestamp < _TIMESTAMP_END:
            raise RefusedError(
                f"A header cannot hold the time {self.timestamp}: it counts seconds from 1970 to 2106.",
                advice="Give a time in between.",
            )
        if len(names.stored(self.filename)) > NAME_BYTES_AT_MOST:
            raise RefusedError("The file name is too long for a header.", advice="Use a shorter one.")

    def around_signature(self) -> tuple[bytes, bytes]:
        """What stands before and behind the SIGNATURE item, in the order of genuine files (§1.2)."""
        front = encode(Tag.SIGNER_ID, self._who()) + encode(Tag.SIGNATURE_INFO, self._how())
        back = encode(Tag.FILENAME, names.stored(self.filename))
        back += encode(Tag.TIMESTAMP, self.timestamp.to_bytes(4, "big")) + self.behind
        bare = FIXED_PART + len(front) + HEAD + self.signature_bytes + len(back)
        length = -(-bare // _ALIGNMENT) * _ALIGNMENT
        start = encode(Tag.VERSION, bytes(self.version)) + encode(Tag.HEADER_LENGTH, length.to_bytes(2, "big"))
        return start + front, back + bytes((PADDING,)) * (length - bare)

    def _who(self) -> bytes:
        signer = self.signer
        return (
            encode(Tag.SIGNER_NAME, signer.name)
            + encode(Tag.SERIAL_NUMBER, signer.serial)
            + encode(Tag.CA_NAME, signer.issuer)
        )

    def _how(self) -> bytes:
        algorithm = encode(Tag.SIGNATURE_ALGORITHM, b"\0") + encode(Tag.SIGNATURE_MODULUS, bytes((self.modulus_code,)))
        digest = encode(Tag.DIGEST_ALGORITHM, bytes((self.digest_code,)))
        return digest + encode(Tag.SIGNATURE_ALGORITHM_INFO, algorithm)


def serial_text(serial: bytes) -> str:
    """A serial number as `show itl` prints it: `70:CA:F6:09`."""
    return serial.hex(":").upper()


def read_header(data: bytes) -> Header:
    """The header at the start of a signed file. Raises FormatError."""
    layout = SHAPES.of(data, data[HEADER_LENGTH_AT:FIXED_PART])
    return Header(data[: layout.size], layout)


def _walk(data: bytes) -> tuple[Layout, Placed]:
    layout = header_layout(data)
    return layout, (Place(0, layout, HEADER_LENGTH_AT),)


SHAPES: Final = Shapes(_walk)
