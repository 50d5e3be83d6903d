"""The certificates of phones: an LSC as CAPF signs it (trust-formats.md §5.7), and a MIC as their maker does.

The subject of an LSC is that of a real one (213407): country, organization and unit of its issuer, locality and state
where it has them, and `CP-8861-SEP…` as CN. The extensions are those of capfd.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ringtrust.lab.certificates.pki import Identity, extended_usage, signed_with_sha1

_SERIAL_BITS: Final = 128
_MIC_DAYS: Final = 15 * 365
_MADE_BEFORE: Final = timedelta(days=400)
_OF_ISSUER: Final = (
    NameOID.COUNTRY_NAME,
    NameOID.ORGANIZATION_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.STATE_OR_PROVINCE_NAME,
    NameOID.LOCALITY_NAME,
)

PublicKey = RSAPublicKey | EllipticCurvePublicKey


class Endpoint(msgspec.Struct, frozen=True):
    """A phone as certificates name it: `CP-8861` and `SEP001122334455`."""

    model: str
    device: str

    @property
    def common_name(self) -> str:
        """As it stands in its certificates and in its questions to TVS."""
        return f"{self.model}-{self.device}"


class Dates(msgspec.Struct, frozen=True):
    """From when until when a certificate is valid."""

    begin: datetime
    end: datetime

    @classmethod
    def of_lsc(cls, now: datetime, days: int, wall: datetime | None = None) -> "Dates":
        """So many days, even where its issuer ends sooner [U]: CUCM shows both ends apart (§1a, LSC).

        `wall` is the clock of the machine: as no other certificate of a lab, it does not begin in the future of that.
        """
        whole = now.replace(microsecond=0)
        return cls(min(whole, (wall or whole).replace(microsecond=0)), whole + timedelta(days=days))


def new_lsc(issuer: Identity, endpoint: Endpoint, key: PublicKey, dates: Dates, *, sha1: bool = False) -> bytes:
    """An LSC in DER; with SHA-1 where the release signs them so (SHA-256 from 11.5(1)SU1)."""
    above = x509.load_der_x509_certificate(issuer.certificate).subject
    parts = [part for oid in _OF_ISSUER for part in above.get_attributes_for_oid(oid)]
    subject = x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, endpoint.common_name)])
    builder = _builder(subject, above, key, dates, f"lsc {endpoint.device} {dates.begin} {above.rfc4514_string()}")
    builder = builder.add_extension(extended_usage(), critical=False)
    named = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(endpoint.device)])
    return _signed(builder.add_extension(named, critical=False), issuer, sha1=sha1)


def new_mic(maker: Identity, endpoint: Endpoint, key: PublicKey, founded: datetime) -> bytes:
    """A MIC in DER. It lives for 15 years, or as long as its maker's certificate [U]; nobody can renew it."""
    above = x509.load_der_x509_certificate(maker.certificate)
    begin = founded.replace(microsecond=0) - _MADE_BEFORE
    dates = Dates(begin, min(begin + timedelta(days=_MIC_DAYS), above.not_valid_after_utc))
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.SERIAL_NUMBER, f"PID:{endpoint.model} SN:LAB{endpoint.device[-8:]}"),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Cisco Systems Inc."),
            x509.NameAttribute(NameOID.COMMON_NAME, endpoint.common_name),
        ]
    )
    return _signed(_builder(subject, above.subject, key, dates, f"mic {endpoint.device}"), maker)


def _builder(subject: x509.Name, issuer: x509.Name, key: PublicKey, dates: Dates, seed: str) -> x509.CertificateBuilder:
    """Serial numbers follow what is certified, so that the order in which phones come changes nothing."""
    chance = random.Random(seed)  # noqa: S311 - equal under a seed
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key)
        .serial_number(chance.getrandbits(_SERIAL_BITS - 1) | 1)
        .not_valid_before(dates.begin.astimezone(UTC))
        .not_valid_after(dates.end.astimezone(UTC))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_USAGE, critical=True)
    )


_USAGE: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=True,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def _signed(builder: x509.CertificateBuilder, issuer: Identity, *, sha1: bool = False) -> bytes:
    made = builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)
    return signed_with_sha1(made, issuer.key) if sha1 and isinstance(issuer.key, RSAPrivateKey) else made
