"""What trust lists take from a certificate: its names, its serial number, its key and its issuer's signature."""

import base64
import binascii
import re
from typing import Final

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from ringtrust.errors import FormatError
from ringtrust.trust import der, names

# The attributes that CUCM stores, in this order, whatever the order in the certificate. Every other one is left out:
# the stored name of a Windows CA shows its CN alone (§1.4).
_ATTRIBUTES: Final = {
    bytes.fromhex("550403"): "CN",
    bytes.fromhex("55040b"): "OU",
    bytes.fromhex("55040a"): "O",
    bytes.fromhex("550407"): "L",
    bytes.fromhex("550408"): "ST",
    bytes.fromhex("550406"): "C",
}
_ENCODINGS: Final = {
    0x0C: "utf-8",  # UTF8String
    0x13: "latin-1",  # PrintableString
    0x14: "latin-1",  # T61String, as everybody reads it
    0x16: "latin-1",  # IA5String
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}
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
        parts = _Parts.of(data)
        return cls(
            subject=names.stored(_name(data, parts.subject)),
            issuer=names.stored(_name(data, parts.issuer)),
            serial=_without_sign_byte(data[parts.serial.content]),
            public_key=_key_bytes(public_key_of(data)),
            signature=data[parts.signature.content][1:],
        )


class _Parts(msgspec.Struct, frozen=True):
    """Where the parts of a certificate stand (RFC 5280 §4.1)."""

    serial: der.Element
    issuer: der.Element
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
        serial, _algorithm, issuer, _validity, subject, key = fields[:_FIELDS]
        return cls(
            der.expect(serial, der.INTEGER),
            der.expect(issuer, der.SEQUENCE),
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
    return ";".join(f"{key}={value}" for wanted in _ATTRIBUTES.values() for key, value in found if key == wanted)


def _text(data: bytes, element: der.Element) -> str:
    try:
        return data[element.content].decode(_ENCODINGS[element.tag])
    except (KeyError, UnicodeDecodeError) as error:
        raise FormatError(f"A name in the certificate is no text: DER tag {element.tag:#04x}", element.begin) from error


def _without_sign_byte(integer: bytes) -> bytes:
    """Negative numbers, as one real CAPF has, stay as they are."""
    return integer[1:] if len(integer) > 1 and integer[0] == 0 else integer


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


def certificate_der(data: bytes) -> bytes:
    """A certificate in DER from a file that holds it as PEM or DER; of a chain in PEM the first. Raises FormatError."""
    pem = _PEM.search(data)
    try:
        found = base64.b64decode(b"".join(pem[1].split()), validate=True) if pem else data
    except binascii.Error as error:
        raise FormatError(f"The certificate is no PEM: {error}", 0) from error
    _Parts.of(found)
    return found
