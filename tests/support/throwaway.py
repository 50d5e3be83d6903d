"""Throw-away identities: a key and a certificate, made on the spot and never kept. For the demo and the tests."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ringtrust.trust.signing import SigningKey

_BORN = datetime(2026, 1, 1, tzinfo=UTC)
_FIVE_YEARS = timedelta(days=5 * 365)


def new_key(bits: int = 2048) -> RSAPrivateKey:
    """A fresh RSA key."""
    return generate_private_key(public_exponent=65537, key_size=bits)


def cucm_subject(common_name: str) -> x509.Name:
    """A subject as CUCM makes it: six attributes, in the order of its certificates, which is not that of its lists."""
    parts = (
        (NameOID.LOCALITY_NAME, "Krakow"),
        (NameOID.STATE_OR_PROVINCE_NAME, "Malopolska"),
        (NameOID.COMMON_NAME, common_name),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "TAC"),
        (NameOID.ORGANIZATION_NAME, "Cisco"),
        (NameOID.COUNTRY_NAME, "PL"),
    )
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def certificate(
    subject: x509.Name,
    key: RSAPrivateKey | EllipticCurvePrivateKey,
    *,
    issuer: x509.Name | None = None,
    issuer_key: RSAPrivateKey | None = None,
    serial: int | None = None,
    until: datetime = _BORN + _FIVE_YEARS,
) -> bytes:
    """A certificate in DER, valid from 2026 and for five years unless told otherwise; self-signed without an issuer."""
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(_BORN)
        .not_valid_after(until)
        .sign(issuer_key or key, hashes.SHA256())
    )
    return built.public_bytes(Encoding.DER)


def new_identity(common_name: str, bits: int = 2048) -> SigningKey:
    """A self-signed certificate with a fresh key, able to sign."""
    key = new_key(bits)
    return SigningKey(certificate(cucm_subject(common_name), key), key)
