"""A certificate as `show cert own` prints it from 14SU2 on: the text of BouncyCastle's certificate object, and PEM.

No complete capture of a CUCM exists: tags and order are documented, spacing and the values of extensions are inferred
from that library, and the PEM behind it is what earlier releases print [U] (interfaces.md §1.6).
"""

from collections.abc import Iterator
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ringtrust.lab.certificates.text import java_date, parts_of, pem

_BYTES_A_LINE: Final = 20
_ALGORITHMS: Final = {
    "1.2.840.113549.1.1.5": "SHA1WITHRSA",
    "1.2.840.113549.1.1.11": "SHA256WITHRSA",
    "1.2.840.10045.4.3.2": "SHA256WITHECDSA",
}


def dump(certificate: bytes) -> str:
    """The whole answer."""
    parsed = x509.load_der_x509_certificate(certificate)
    return "\n".join((*_fields(parsed), *_key(parsed), *_signature(parsed), *_extensions(parsed), pem(certificate)))


def _fields(parsed: x509.Certificate) -> Iterator[str]:
    yield "  [0]         Version: 3"
    yield f"         SerialNumber: {parsed.serial_number}"
    yield f"             IssuerDN: {','.join(parts_of(parsed.issuer))}"
    yield f"           Start Date: {java_date(parsed.not_valid_before_utc)}"
    yield f"           Final Date: {java_date(parsed.not_valid_after_utc)}"
    yield f"            SubjectDN: {','.join(parts_of(parsed.subject))}"


def _key(parsed: x509.Certificate) -> Iterator[str]:
    key = parsed.public_key()
    if isinstance(key, RSAPublicKey):
        numbers = key.public_numbers()
        yield "           Public Key: RSA Public Key"
        yield f"            modulus: {numbers.n:x}"
        yield f"    public exponent: {numbers.e:x}"
    elif isinstance(key, EllipticCurvePublicKey):
        point = key.public_numbers()
        yield "           Public Key: EC Public Key"
        yield f"            X: {point.x:x}"
        yield f"            Y: {point.y:x}"
    else:
        yield f"           Public Key: {type(key).__name__}"


def _signature(parsed: x509.Certificate) -> Iterator[str]:
    algorithm = parsed.signature_algorithm_oid.dotted_string
    yield f"  Signature Algorithm: {_ALGORITHMS.get(algorithm, algorithm)}"
    value = parsed.signature
    for start in range(0, len(value), _BYTES_A_LINE):
        tag = "            Signature: " if start == 0 else " " * 23
        yield f"{tag}{value[start : start + _BYTES_A_LINE].hex()}"


def _extensions(parsed: x509.Certificate) -> Iterator[str]:
    yield "       Extensions: "
    for extension in parsed.extensions:
        critical = str(extension.critical).lower()
        yield f"                       critical({critical}) {extension.oid.dotted_string} value = {_value(extension)}"


def _value(extension: "x509.Extension[x509.ExtensionType]") -> str:
    try:
        return extension.value.public_bytes().hex()
    except NotImplementedError:
        return ""
