"""A certificate as `show cert own` prints it up to 14SU1, and as it is stored (interfaces.md §1.6)."""

import re
import ssl
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_KEYS: Final = {
    NameOID.LOCALITY_NAME: "L",
    NameOID.STATE_OR_PROVINCE_NAME: "ST",
    NameOID.COMMON_NAME: "CN",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.COUNTRY_NAME: "C",
}
_ALGORITHMS: Final = {
    "1.2.840.113549.1.1.5": "SHA1withRSA",
    "1.2.840.113549.1.1.11": "SHA256withRSA",
    "1.2.840.10045.4.3.2": "SHA256withECDSA",
}
_USAGES: Final = (
    ("digital_signature", "digitalSignature"),
    ("key_encipherment", "keyEncipherment"),
    ("data_encipherment", "dataEncipherment"),
    ("key_agreement", "keyAgreement"),
    ("key_cert_sign", "keyCertSign"),
)
_VISIBLE: Final = range(0x21, 0x7F)
_NOT_IN_FILE_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]")


def java_date(when: datetime) -> str:
    """A date as Java prints it: `Sun Jul 08 13:05:19 BST 2018`."""
    zone = when.tzname() or "UTC"
    return f"{_DAYS[when.weekday()]} {_MONTHS[when.month - 1]} {when:%d %H:%M:%S} {zone} {when.year}"


def name_text(name: x509.Name, separator: str = ",") -> str:
    """A name from its last part to its first, as the database and `show cert` have it: `L=KRAKOW,ST=…,CN=…,C=PL`."""
    return separator.join(parts_of(name)[::-1])


def parts_of(name: x509.Name) -> list[str]:
    """The parts of a name in their order, as `CN=…`. What is imported may hold anything: it is shown as `?`."""
    return [f"{_KEYS.get(part.oid, part.oid.dotted_string)}={_visible(part.value)}" for part in name]


def _visible(value: object) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in str(value))


def common_name(name: x509.Name) -> str:
    """The CN of a name; the whole name where it has none."""
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return _visible(found[0].value) if found else name_text(name)


@lru_cache(maxsize=4096)
def file_name(certificate: bytes) -> str:
    """The name in a trust store: the CN with everything unusual replaced (210541)."""
    return _NOT_IN_FILE_NAMES.sub("_", common_name(x509.load_der_x509_certificate(certificate).subject)) + ".pem"


def serial_text(certificate: bytes) -> str:
    """The serial number as the database holds it: lower-case hexadecimal, no sign byte, no separators."""
    number = x509.load_der_x509_certificate(certificate).serial_number
    digits = f"{number:x}"
    return digits if len(digits) % 2 == 0 else f"0{digits}"


def pem(certificate: bytes) -> str:
    """PEM, ending with a line end."""
    return ssl.DER_cert_to_PEM_cert(certificate)


def dump(certificate: bytes) -> str:
    """The whole answer to `show cert own`: the decoded text, and behind its last bracket the PEM."""
    parsed = x509.load_der_x509_certificate(certificate)
    return (
        "\n".join((*_fields(parsed), *_extensions(parsed), "", *_signature(parsed.signature)))
        + "\n]"
        + pem(certificate)
    )


def _fields(parsed: x509.Certificate) -> Iterator[str]:
    algorithm = parsed.signature_algorithm_oid.dotted_string
    yield "["
    yield "  Version: V3"
    yield f"  Serial Number: {serial_text(parsed.public_bytes(Encoding.DER)).upper()}"
    yield f"  SignatureAlgorithm: {_ALGORITHMS.get(algorithm, algorithm)} ({algorithm})"
    yield f"  Issuer Name: {name_text(parsed.issuer, ', ')}"
    yield f"  Validity From: {java_date(parsed.not_valid_before_utc)}"
    yield f"           To:   {java_date(parsed.not_valid_after_utc)}"
    yield f"  Subject Name: {name_text(parsed.subject, ', ')}"
    yield from _key(parsed)


def _key(parsed: x509.Certificate) -> Iterator[str]:
    key = parsed.public_key()
    if isinstance(key, RSAPublicKey):
        yield "  Key: RSA (1.2.840.113549.1.1.1)"
        yield f"    Key value: {key.public_bytes(Encoding.DER, PublicFormat.PKCS1).hex()}"
    else:
        yield "  Key: EC (1.2.840.10045.2.1)"
        yield f"    Key value: {key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()}"


def _extensions(parsed: x509.Certificate) -> Iterator[str]:
    yield f"  Extensions: {len(parsed.extensions)} present"
    for extension in parsed.extensions:
        yield "  ["
        yield from _extension(extension)
        yield "  ]"


def _extension(extension: "x509.Extension[x509.ExtensionType]") -> Iterator[str]:
    match extension.value:
        case x509.KeyUsage() as usage:
            title, text = "KeyUsage", "".join(f"{shown}, " for name, shown in _USAGES if getattr(usage, name))
            line = f"     Usages: {text}"
        case x509.ExtendedKeyUsage() as usage:
            title, line = "ExtKeyUsageSyntax", "     Usage oids: " + "".join(f"{oid.dotted_string}, " for oid in usage)
        case x509.SubjectKeyIdentifier() as identifier:
            title, line = "SubjectKeyIdentifier", f"     keyID: {identifier.digest.hex()}"
        case x509.SubjectAlternativeName() as names:
            rows = [f"     {place}) {_visible(name.value)} (dNSName)" for place, name in enumerate(names, 1)]
            title, line = "SubjectAltName", "\n".join((f"     altNames: {len(rows)} names", *rows))
        case other:
            title, line = type(other).__name__, ""
    yield f"     Extension: {title} (OID.{extension.oid.dotted_string})"
    yield f"     Critical: {str(extension.critical).lower()}"
    yield line.rstrip(" ")


def _signature(value: bytes) -> Iterator[str]:
    yield "  Signature:"
    for start in range(0, len(value), 16):
        row = value[start : start + 16]
        shown = "".join(chr(byte) if byte in _VISIBLE else "." for byte in row)
        yield f"  {start:04x}: {row.hex(' ')} [{shown}]"
