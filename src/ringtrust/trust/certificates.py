"""What trust lists take from a certificate: its names, its serial number, its key and its issuer's signature."""

import base64
import binascii
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from ringtrust.errors import FormatError
from ringtrust.trust import der, names
from ringtrust.trust.choices import NAME_BYTES_AT_MOST

# CUCM stores these attributes in its own order, whatever the order in the certificate. Every other one is left out: the
# stored name of a Windows CA shows its CN alone (§1.4).
_OBJECT_IDENTIFIERS: Final = ("550403", "55040b", "55040a", "550407", "550408", "550406")
_ATTRIBUTES: Final = dict(zip(map(bytes.fromhex, _OBJECT_IDENTIFIERS), names.CUCM_KEYS, strict=True))
_ENCODINGS: Final = {
    0x0C: "utf-8",  # UTF8String
    0x13: "latin-1",  # PrintableString
    0x14: "latin-1",  # T61String, as everybody reads it
    0x16: "latin-1",  # IA5String
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}
_OTHER_PEM: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]{3,40})-----")
_KEPT: Final = 512
_PKCS_7_OR_12: Final = bytes.fromhex("2a864886f70d0107")
_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


class CertificateFacts(msgspec.Struct, frozen=True):
    """What records store of a certificate (§1.4): names end with a NUL, serial numbers lack the sign byte.

    `public_key` is PKCS #1 for RSA, the X9.62 point for an elliptic curve.
    """

    subject: bytes
    issuer: bytes
    serial: bytes
    public_key: bytes
    signature: bytes

    @classmethod
    def of(cls, data: bytes) -> "CertificateFacts":
        """The facts of a certificate in DER. Raises FormatError."""
        return _facts(data)


@lru_cache(maxsize=_KEPT)
def _facts(data: bytes) -> CertificateFacts:
    """They are kept for the next time: a cluster has few certificates, and many phones that look at them."""
    parts = _Parts.of(data)
    return CertificateFacts(
        subject=names.stored(_name(data, parts.subject)),
        issuer=names.stored(_name(data, parts.issuer)),
        serial=_without_sign_byte(data[parts.serial.content]),
        public_key=_key_bytes(public_key_of(data)),
        signature=data[parts.signature.content][1:],
    )


def forget() -> None:
    """Forgets every certificate, as a process that has just started."""
    _facts.cache_clear()


class _Parts(msgspec.Struct, frozen=True):
    """Where the parts of a certificate stand (RFC 5280 §4.1)."""

    serial: der.Element
    issuer: der.Element
    validity: der.Element
    subject: der.Element
    key: der.Element
    signature: der.Element

    @classmethod
    def of(cls, data: bytes) -> "_Parts":
        if data[:1] != bytes((der.SEQUENCE,)):
            raise FormatError("This is no certificate in DER", 0)
        signed, _algorithm, signature = _exactly(data, der.element_at(data, 0, len(data)), 3)
        fields = [field for field in der.children(data, der.expect(signed, der.SEQUENCE)) if field.tag != der.VERSION]
        if len(fields) < _FIELDS:
            raise FormatError("The certificate lacks some of its fields", signed.begin)
        serial, _algorithm, issuer, validity, subject, key = fields[:_FIELDS]
        return cls(
            der.expect(serial, der.INTEGER),
            der.expect(issuer, der.SEQUENCE),
            der.expect(validity, der.SEQUENCE),
            der.expect(subject, der.SEQUENCE),
            der.expect(key, der.SEQUENCE),
            der.expect(signature, der.BIT_STRING),
        )


_FIELDS: Final = 6


def _exactly(data: bytes, parent: der.Element, count: int) -> list[der.Element]:
    found = list(der.children(data, parent))
    if len(found) != count:
        raise FormatError(f"{count} elements are due here, not {len(found)}", parent.begin)
    return found


def _name(data: bytes, element: der.Element) -> str:
    """A name as CUCM stores it: `CN=…;OU=…;O=…;L=…;ST=…;C=…` (§1.4)."""
    found: list[tuple[str, str]] = []
    for part in der.children(data, element):
        for pair in der.children(data, der.expect(part, der.SET)):
            kind, value = _exactly(data, der.expect(pair, der.SEQUENCE), 2)
            if data[kind.content] in _ATTRIBUTES:
                found.append((_ATTRIBUTES[data[kind.content]], _text(data, value)))
    name = ";".join(f"{key}={value}" for wanted in _ATTRIBUTES.values() for key, value in found if key == wanted)
    if len(names.stored(name)) > NAME_BYTES_AT_MOST:
        raise FormatError("A name in the certificate is longer than any that a list holds", element.begin)
    return name


def _text(data: bytes, element: der.Element) -> str:
    try:
        return data[element.content].decode(_ENCODINGS[element.tag])
    except (KeyError, UnicodeDecodeError) as error:
        raise FormatError(f"A name in the certificate is no text: DER tag {element.tag:#04x}", element.begin) from error


def _without_sign_byte(integer: bytes) -> bytes:
    """Negative numbers, as one real CAPF has, stay as they are."""
    return integer[1:] if len(integer) > 1 and integer[0] == 0 else integer


class Validity(NamedTuple):
    """From when until when a certificate is valid, in UTC."""

    begin: datetime
    end: datetime


def validity_of(data: bytes) -> Validity:
    """The validity of a certificate in DER. Raises FormatError."""
    begin, end = _exactly(data, _Parts.of(data).validity, 2)
    return Validity(_instant(data, begin), _instant(data, end))


def _instant(data: bytes, element: der.Element) -> datetime:
    """A UTCTime, whose years are 1950 to 2049, or a GeneralizedTime (RFC 5280 §4.1.2.5)."""
    text = data[element.content].decode("ascii", errors="replace")
    if element.tag == der.UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise FormatError("A date in the certificate cannot be read", element.begin) from error


def public_key_of(data: bytes) -> PublicKeyTypes:
    """The public key of a certificate in DER. Raises FormatError."""
    key = _Parts.of(data).key
    try:
        return load_der_public_key(data[key.whole])
    except (ValueError, UnsupportedAlgorithm) as error:
        raise FormatError("The key of the certificate cannot be read", key.begin) from error


def _key_bytes(key: PublicKeyTypes) -> bytes:
    if isinstance(key, RSAPublicKey):
        return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    if isinstance(key, EllipticCurvePublicKey):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    raise FormatError("The certificate has a key of a kind that trust lists do not know", 0)


def certificates_in(data: bytes) -> tuple[bytes, ...]:
    """The certificates of a file, in DER: one, or a chain of several in PEM. Raises FormatError."""
    blocks = list(_PEM.finditer(data))
    if not blocks and (other := _OTHER_PEM.search(data)):
        raise FormatError(f"This file holds a {other[1].decode().lower()}, no certificate", other.start())
    if not blocks and _PKCS_7_OR_12 in data[:64]:
        raise FormatError(
            "This is a PKCS #7 or PKCS #12 file", 0, advice="Take the certificate out of it: see openssl pkcs12."
        )
    found = tuple(_from_pem(block) for block in blocks) or (data,)
    for each in found:
        _Parts.of(each)
    return found


def _from_pem(block: "re.Match[bytes]") -> bytes:
    try:
        return base64.b64decode(b"".join(block[1].split()), validate=True)
    except binascii.Error as error:
        raise FormatError("The certificate is no PEM: its lines are no base64", block.start()) from error
