"""A certificate of the wire as the value that snapshots hold. Old Cisco CAs are read as they are; nothing is judged."""

import hashlib
import ssl
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ringtrust.cluster.certificate import Certificate
from ringtrust.errors import FormatError
from ringtrust.trust.certificates import certificates_in

# A multi-server certificate with a hundred names has about 8 KB.
_BYTES_AT_MOST: Final = 64 * 1024
_PEM_BEGIN: Final = b"-----BEGIN "
_OTHER: Final = "other"
_PURPOSES: Final[Mapping[str, str]] = {
    ExtendedKeyUsageOID.SERVER_AUTH.dotted_string: "serverAuth",
    ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string: "clientAuth",
    ExtendedKeyUsageOID.CODE_SIGNING.dotted_string: "codeSigning",
    ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string: "emailProtection",
    ExtendedKeyUsageOID.TIME_STAMPING.dotted_string: "timeStamping",
    ExtendedKeyUsageOID.OCSP_SIGNING.dotted_string: "OCSPSigning",
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string: "anyExtendedKeyUsage",
    "1.3.6.1.5.5.7.3.5": "ipsecEndSystem",
    "1.3.6.1.5.5.7.3.6": "ipsecTunnel",
    "1.3.6.1.5.5.7.3.7": "ipsecUser",
}
_MALFORMED: Final = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


def certificate_of(pem_or_der: str | bytes) -> Certificate:
    """A certificate in PEM or DER, decoded. Raises FormatError, also where there are several."""
    data = _der(pem_or_der)
    # The library warns of serial numbers below one and of odd names, which real CAPF certificates have: no matter here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _decoded(data, x509.load_der_x509_certificate(data))
        except _MALFORMED as error:
            raise FormatError("The certificate cannot be decoded", 0, advice="Export it again, in PEM.") from error


def public_key(pem: str) -> bytes:
    """The public key of a certificate in PEM, as it is encoded in it. Raises FormatError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            key = x509.load_pem_x509_certificate(pem.encode()).public_key()
            return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        except _MALFORMED as error:
            raise FormatError("The key of the certificate cannot be decoded", 0) from error


def serial_text(number: int) -> str:
    """A serial number in upper-case hexadecimal, two digits a byte.

    Negative ones, as one real CAPF has, show the bytes that stand in the certificate, as trust lists do.
    """
    length = (number.bit_length() + 7) // 8 if number >= 0 else (number + 1).bit_length() // 8 + 1
    return number.to_bytes(max(1, length), "big", signed=number < 0).hex().upper()


def _der(pem_or_der: str | bytes) -> bytes:
    data = pem_or_der.encode(errors="replace") if isinstance(pem_or_der, str) else pem_or_der
    if len(data) > _BYTES_AT_MOST:
        raise FormatError(f"{len(data):,} bytes are more than a certificate has", _BYTES_AT_MOST)
    if data.count(_PEM_BEGIN) > 1:
        raise FormatError("There are several blocks of PEM where one certificate is due", data.rfind(_PEM_BEGIN))
    return certificates_in(data)[0]


def _decoded(data: bytes, found: x509.Certificate) -> Certificate:
    key, bits = _key(found)
    extensions = [each.value for each in found.extensions]
    return Certificate(
        subject=found.subject.rfc4514_string(),
        common_name=_common_name(found.subject),
        issuer=found.issuer.rfc4514_string(),
        serial=serial_text(found.serial_number),
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
        key=key,
        bits=bits,
        digest=_digest(found),
        names=tuple(_names(extensions)),
        self_signed=found.subject == found.issuer,
        authority=_authority(extensions),
        key_id=_key_id(extensions),
        issuer_key_id=_issuer_key_id(extensions),
        purposes=_purposes(extensions),
        sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest().upper(),
        sha256=hashlib.sha256(data).hexdigest().upper(),
        pem=ssl.DER_cert_to_PEM_cert(data),
    )


def _common_name(name: x509.Name) -> str:
    """The first one; empty where there is none."""
    return next((str(each.value) for each in name.get_attributes_for_oid(NameOID.COMMON_NAME)), "")


def _key(found: x509.Certificate) -> tuple[str, int]:
    """The kind and the size; a key that the library does not know is no reason not to read the rest."""
    try:
        key = found.public_key()
    except UnsupportedAlgorithm:
        return _OTHER, 0
    if isinstance(key, RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, EllipticCurvePublicKey):
        return "EC", key.key_size
    return _OTHER, 0


def _digest(found: x509.Certificate) -> str:
    """`sha1`, `sha256`, …; the number of the algorithm where it is not known which digest that means."""
    try:
        digest = found.signature_hash_algorithm
    except UnsupportedAlgorithm:
        digest = None
    return digest.name if digest is not None else found.signature_algorithm_oid.dotted_string


def _names(extensions: Sequence[x509.ExtensionType]) -> Iterator[str]:
    """The subject alternative names, as text."""
    for extension in extensions:
        if isinstance(extension, x509.SubjectAlternativeName):
            yield from (_name(each) for each in extension)


def _name(name: x509.GeneralName) -> str:
    match name:
        case x509.DirectoryName():
            return name.value.rfc4514_string()
        case x509.OtherName():
            return name.type_id.dotted_string
        case x509.RegisteredID():
            return name.value.dotted_string
        case _:
            return str(name.value)


def _authority(extensions: Sequence[x509.ExtensionType]) -> bool:
    return any(isinstance(each, x509.BasicConstraints) and each.ca for each in extensions)


def _key_id(extensions: Sequence[x509.ExtensionType]) -> str:
    own = (each.digest for each in extensions if isinstance(each, x509.SubjectKeyIdentifier))
    return next(own, b"").hex().upper()


def _issuer_key_id(extensions: Sequence[x509.ExtensionType]) -> str:
    """Empty too where it names the issuer by its name and serial number only."""
    of_issuer = (each.key_identifier for each in extensions if isinstance(each, x509.AuthorityKeyIdentifier))
    return (next(of_issuer, None) or b"").hex().upper()


def _purposes(extensions: Sequence[x509.ExtensionType]) -> tuple[str, ...]:
    """By their names in RFC 5280 §4.2.1.12, such as `serverAuth`; by number where the library knows no name."""
    found = (each for each in extensions if isinstance(each, x509.ExtendedKeyUsage))
    return tuple(_PURPOSES.get(use.dotted_string, use.dotted_string) for each in found for use in each)
