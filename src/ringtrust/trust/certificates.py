"""What trust lists take from a certificate: its names, its serial number, its key and its issuer's signature."""

from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ringtrust.errors import FormatError
from ringtrust.trust import names

# What the library raises on damaged certificates; fuzzing found the TypeError and the InvalidVersion.
LIBRARY_REFUSALS: Final = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)

_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0
_INTEGER: Final = 0x02
_LONG_FORM: Final = 0x80
_SIGN: Final = 0x80


class CertificateFacts(msgspec.Struct, frozen=True):
    """What records store of a certificate (§1.4): names end with a NUL, serial numbers lack the sign byte."""

    subject: bytes
    issuer: bytes
    serial: bytes
    public_key: bytes
    signature: bytes

    @classmethod
    def of(cls, der: bytes) -> "CertificateFacts":
        """The facts of a certificate in DER. Raises FormatError."""
        certificate = _load(der)
        subject, issuer = _names(certificate)
        return cls(
            subject=subject,
            issuer=issuer,
            serial=_without_sign_byte(der[_serial_span(der)]),
            public_key=_key_bytes(public_key_of(der)),
            signature=certificate.signature,
        )


def public_key_of(der: bytes) -> CertificatePublicKeyTypes:
    """The public key of a certificate in DER. Raises FormatError."""
    try:
        return _load(der).public_key()
    except LIBRARY_REFUSALS as error:
        raise FormatError(f"The key of the certificate cannot be read: {error}", 0) from error


def certificate_der(data: bytes) -> bytes:
    """A certificate in DER from a file that holds it as PEM or DER. Raises FormatError."""
    der = data
    if b"-----BEGIN" in data:
        try:
            der = x509.load_pem_x509_certificate(data).public_bytes(Encoding.DER)
        except LIBRARY_REFUSALS as error:
            raise FormatError(f"The certificate cannot be read: {error}", 0) from error
    _load(der)
    return der


def _load(der: bytes) -> x509.Certificate:
    """The certificate as the library takes it: it refuses serial numbers below one, which real CAPF certificates have.

    Such a number is made positive here; so the result stays in this module, and serial numbers are read from the bytes.
    """
    span = _serial_span(der)
    first = der[span.start]
    if first & _SIGN or der[span] == b"\0":
        der = der[: span.start] + bytes((first & ~_SIGN | 1,)) + der[span.start + 1 :]
    try:
        return x509.load_der_x509_certificate(der)
    except LIBRARY_REFUSALS as error:
        raise FormatError(f"The certificate cannot be read: {error}", 0) from error


def _serial_span(der: bytes) -> slice:
    """Where the serial number stands: in the certificate, in its signed part, behind the version if there is one."""
    try:
        start, _ = _element(der, 0, _SEQUENCE)
        start, _ = _element(der, start, _SEQUENCE)
        if der[start] == _VERSION:
            _, start = _element(der, start, _VERSION)
        start, end = _element(der, start, _INTEGER)
    except IndexError:
        raise FormatError("The certificate ends before its serial number", len(der)) from None
    if not start < end <= len(der):
        raise FormatError("The serial number does not fit into the certificate", min(start, len(der)))
    return slice(start, end)


def _element(der: bytes, position: int, tag: int) -> tuple[int, int]:
    """Start and end of the content of a DER element. Raises FormatError, and IndexError behind the end of the data."""
    if der[position] != tag:
        raise FormatError(f"This is no certificate: DER tag {tag:#04x} is due here, not {der[position]:#04x}", position)
    length, start = der[position + 1], position + 2
    if length >= _LONG_FORM:
        size = length - _LONG_FORM
        length, start = int.from_bytes(der[start : start + size], "big"), start + size
    return start, start + length


def _names(certificate: x509.Certificate) -> tuple[bytes, bytes]:
    """Subject and issuer as stored; the library reads them only now. Raises FormatError."""
    try:
        return names.stored(names.cucm_name(certificate.subject)), names.stored(names.cucm_name(certificate.issuer))
    except LIBRARY_REFUSALS as error:
        raise FormatError(f"The names in the certificate cannot be read: {error}", 0) from error


def _without_sign_byte(integer: bytes) -> bytes:
    return integer[1:] if len(integer) > 1 and integer[0] == 0 else integer


def _key_bytes(key: CertificatePublicKeyTypes) -> bytes:
    """A public key as tag 7 stores it: PKCS #1 for RSA, the X9.62 point for an elliptic curve. Raises FormatError."""
    try:
        if isinstance(key, RSAPublicKey):
            return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    except ValueError as error:
        raise FormatError("The certificate has a key of a kind that trust lists do not know", 0) from error
