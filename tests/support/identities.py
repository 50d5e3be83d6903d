"""Keys and certificates for the tests: fresh in every run, shared within one, because keys are slow to make."""

from datetime import UTC, datetime
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key

from ringtrust.trust.lists import ListKind, TrustList, build_list
from ringtrust.trust.record import Record, build_record
from ringtrust.trust.roles import Role
from ringtrust.trust.signing import SigningKey
from tests.support.throwaway import certificate, cucm_subject, new_identity

TIMESTAMP = 1_795_000_000
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@cache
def identity(name: str, bits: int = 2048) -> SigningKey:
    """The identity of this name, the same for a whole run."""
    return new_identity(name, bits)


@cache
def ec_certificate(name: str) -> bytes:
    """A self-signed P-384 certificate."""
    return certificate(cucm_subject(name), generate_private_key(SECP384R1()))


def itl_records(signer: str = "pub", tvs: tuple[str, ...] = ("tvs-pub", "tvs-sub1")) -> list[Record]:
    """The records of an ITL up to 11.5: the signer as SAST and as TFTP, CAPF, and every TVS."""
    certificate_ = identity(signer).certificate
    return [
        build_record(Role.SAST, certificate_, dns_name="pub"),
        build_record(Role.TFTP, certificate_, dns_name="pub", ip_address="10.48.47.153"),
        build_record(Role.CAPF, identity("CAPF-19a340e5").certificate, dns_name="pub"),
        *(build_record(Role.TVS, identity(name).certificate, dns_name=name) for name in tvs),
    ]


def itl(signer: str = "pub", tvs: tuple[str, ...] = ("tvs-pub", "tvs-sub1"), timestamp: int = TIMESTAMP) -> TrustList:
    """An ITL with these records."""
    return build_list(ListKind.ITL, itl_records(signer, tvs), identity(signer), timestamp=timestamp)
