"""Whether the certificate of a phone is taken by somebody who believes a set of issuers: CUCM, or a RADIUS server.

The chain is followed to a root that is in the set, every signature is checked, and neither the certificate nor its
issuer may have ended (S120). Authorities are read once for all phones.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_AUTHORITIES_KEPT: Final = 512
_PHONES_KEPT: Final = 16_384
_STEPS_AT_MOST: Final = 8


class Taken(msgspec.Struct, frozen=True):
    """It is taken."""


class UnknownIssuer(msgspec.Struct, frozen=True):
    """Nobody in the set has signed it, or one above is missing. `issuer` is the CN of who should have."""

    issuer: str


class Ended(msgspec.Struct, frozen=True):
    """It has ended, or with `issuer` its issuer has."""

    when: datetime
    issuer: str = ""


Answer = Taken | UnknownIssuer | Ended


def judge(certificate: bytes, believed: Iterable[bytes], now: datetime) -> Answer:
    """What somebody who believes these issuers (DER) makes of a certificate (DER) now."""
    chain = _chain(certificate, tuple(believed))
    if chain.above is None:
        return UnknownIssuer(chain.issuer)
    if chain.end <= now:
        return Ended(chain.end)
    return Ended(chain.above, chain.issuer) if chain.above <= now else Taken()


def has_ended(certificate: bytes, now: datetime) -> bool:
    """Whether a certificate (DER) has expired."""
    return _read(certificate).not_valid_after_utc <= now


class _Chain(msgspec.Struct, frozen=True, gc=False):
    """When a certificate ends; its issuer, and when that ends, None where it is not believed."""

    end: datetime
    issuer: str
    above: datetime | None


@lru_cache(maxsize=_PHONES_KEPT)
def _chain(certificate: bytes, authorities: tuple[bytes, ...]) -> _Chain:
    """It follows from the bytes: a phone that nobody takes asks every half minute, and is answered from memory."""
    parsed = x509.load_der_x509_certificate(certificate)
    issuer = _issuer(parsed, authorities)
    believed = issuer is not None and _leads_to_a_root(issuer, authorities)
    above = _read(issuer).not_valid_after_utc if issuer is not None and believed else None
    return _Chain(parsed.not_valid_after_utc, _common_name(parsed.issuer), above)


def _issuer(parsed: x509.Certificate, authorities: tuple[bytes, ...]) -> bytes | None:
    return next((each for each in authorities if _issued(parsed, _read(each))), None)


def _issued(parsed: x509.Certificate, authority: x509.Certificate) -> bool:
    """By name and by signature. The library's own way takes no SHA-1, with which CAPF signs up to 11.0."""
    if parsed.issuer != authority.subject or parsed.signature_hash_algorithm is None:
        return False
    key, signed = authority.public_key(), (parsed.signature, parsed.tbs_certificate_bytes)
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(*signed, PKCS1v15(), parsed.signature_hash_algorithm)
        elif isinstance(key, EllipticCurvePublicKey):
            key.verify(*signed, ECDSA(parsed.signature_hash_algorithm))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


@lru_cache(maxsize=_AUTHORITIES_KEPT)
def _leads_to_a_root(issuer: bytes, authorities: tuple[bytes, ...]) -> bool:
    at: bytes | None = issuer
    for _ in range(_STEPS_AT_MOST):
        if at is None:
            return False
        parsed = _read(at)
        if parsed.issuer == parsed.subject:
            return True
        at = _issuer(parsed, authorities)
    return False


@lru_cache(maxsize=_AUTHORITIES_KEPT)
def _read(certificate: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(certificate)


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()
