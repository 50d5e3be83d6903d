"""Reading and verifying a trust list of ten records, against the bare work: hashing it, and one RSA verification."""

from collections.abc import Callable, Iterator

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bench.result import Result
from bench.timing import against
from ringtrust.trust import header, lists
from ringtrust.trust.certificates import public_key_of
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind, TrustList, build_list, read_list
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import Role
from ringtrust.trust.signature import Holds, key_of_certificate
from tests.support.throwaway import new_identity

TARGET = 1.5
_PADDING = PKCS1v15()


def results() -> Iterator[Result]:
    """All figures."""
    for digest in (Digest.SHA1, Digest.SHA512):
        found = ten_records(digest)
        yield Result(f"{digest.text}, signer's key known", against(_reading(found), _bare(found, digest)), TARGET)
    found = ten_records(Digest.SHA1)
    yield Result("SHA-1, signer's key new", against(_reading(found, _forget_key), _bare_anew(found)), TARGET)
    yield Result("SHA-1, every layout new", against(_reading(found, _forget_shapes), _bare(found, Digest.SHA1)), None)


def _forget_key() -> None:
    key_of_certificate.cache_clear()


def _forget_shapes() -> None:
    header.SHAPES.forget()
    lists.SHAPES.forget()


def ten_records(digest: Digest) -> TrustList:
    """An ITL of a cluster of six TVS nodes, with RSA-2048 keys: two SAST, TFTP, CAPF and six TVS records."""
    signer = new_identity("ITLRECOVERY_pub")
    records = [
        build_record(role, certificate, dns_name=name)
        for role, certificate, name in (
            (Role.SAST, signer.certificate, "pub"),
            *((role, new_identity("pub").certificate, "pub") for role in (Role.SAST, Role.TFTP, Role.CAPF)),
            *((Role.TVS, new_identity(f"sub{node}").certificate, f"sub{node}") for node in range(6)),
        )
    ]
    return build_list(ListKind.ITL, records, signer, timestamp=0, digest=digest)


def _reading(found: TrustList, forget: Callable[[], None] = lambda: None) -> Callable[[], object]:
    def work() -> None:
        forget()
        assert isinstance(read_list(found.data).verdict(), Holds)

    return work


def _signed_parts(found: TrustList) -> tuple[bytes, bytes]:
    return found.header.signature, b"".join(found.header.signed_parts(found.data))


def _bare(found: TrustList, digest: Digest) -> Callable[[], object]:
    key = public_key_of(found.records[0].certificate)
    assert isinstance(key, RSAPublicKey)
    signature, signed = _signed_parts(found)
    return lambda: key.verify(signature, digest.of(signed), _PADDING, digest.prehashed)


def _bare_anew(found: TrustList) -> Callable[[], object]:
    """The same for a key that has not been used before, as after the load of a certificate."""
    signature, signed = _signed_parts(found)
    certificate = found.records[0].certificate

    def work() -> None:
        key = public_key_of(certificate)
        assert isinstance(key, RSAPublicKey)
        key.verify(signature, Digest.SHA1.of(signed), _PADDING, Digest.SHA1.prehashed)

    return work
