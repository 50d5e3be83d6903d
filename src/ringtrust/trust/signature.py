"""Whether a signature holds, and for whose key (trust-formats.md §1.3, §6.2).

A signature covers the whole file but the SIGNATURE item itself: the header before and behind it, the pads, and all
records or the body.
"""

from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ringtrust.errors import FormatError
from ringtrust.trust.certificates import public_key_of
from ringtrust.trust.digests import DIGEST_OF_CODE, Digest
from ringtrust.trust.header import Header, SignerId
from ringtrust.trust.names import same_name
from ringtrust.trust.record import Record
from ringtrust.trust.tags import RecordTag

_RSA: Final = 0
_PADDING: Final = PKCS1v15()


class Holds(msgspec.Struct, frozen=True):
    """The signature fits the content and was made with the key of `signer`, record number `record`, counted from 1."""

    record: int
    signer: Record
    digest: Digest


class Broken(msgspec.Struct, frozen=True):
    """The signature does not fit the content, or was not made with the key of the record that the header names."""

    record: int
    signer: Record

    @property
    def reason(self) -> str:
        """Why, in a sentence without its end."""
        return (
            f"it names record {self.record}, {self.signer.title}, as its signer, but the signature does not fit: "
            "the file was changed after it was signed, or signed with another key"
        )


class SignerUnknown(msgspec.Struct, frozen=True):
    """None of the records that may sign is the signer that the header names."""

    signer: SignerId

    @property
    def reason(self) -> str:
        """Why, in a sentence without its end."""
        if self.signer.nobody:
            return "its header names no signer"
        return f"its signer, {self.signer.text}, is none of the records that may sign it"


class Unjudged(msgspec.Struct, frozen=True):
    """Nobody can say whether it holds: the file names something unknown, or the signer's key cannot be read."""

    reason: str


Numbered = tuple[int, Record]
Verdict = Holds | Broken | SignerUnknown | Unjudged
_BEST_FIRST: Final = (Unjudged, Broken, SignerUnknown)


def best(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of several records, or of several lists, taken together: one that holds is enough.

    What nobody can judge counts before what is wrong: it might have been the right one. Raises ValueError for none.
    """
    found: list[Verdict] = []
    for verdict in verdicts:
        if isinstance(verdict, Holds):  # what else there is need not be judged
            return verdict
        found.append(verdict)
    return min(found, key=lambda verdict: _BEST_FIRST.index(type(verdict)))


def judge(data: bytes, header: Header, records: Iterable[Record], may_sign: Set[int]) -> Verdict:
    """Whether the signature of a file holds for one of the records that may sign it.

    The signer is looked up as a phone does: by name, serial number and issuer. `records` may be those of the file
    itself, or of a list that the phone holds.
    """
    return judge_by(data, header, signers(records, may_sign))


def judge_by(data: bytes, header: Header, candidates: Iterable[Numbered]) -> Verdict:
    """The same for records that are known to be allowed to sign."""
    verdicts: list[Verdict] = []
    hashed = b""
    method = header.method
    digest = DIGEST_OF_CODE.get(method.digest_code)
    for number, record in _named(header, candidates):
        if digest is None:
            return Unjudged(f"digest algorithm {method.digest_code} is unknown")
        if method.algorithm_code != _RSA:
            return Unjudged(f"signature algorithm {method.algorithm_code} is unknown")
        hashed = hashed or digest.of(*header.signed_parts(data))
        verdict = _judge_with(number, record, header.signature, hashed, digest)
        if isinstance(verdict, Holds):
            return verdict
        verdicts.append(verdict)
    return best(verdicts) if verdicts else SignerUnknown(header.signer)


def named_signers(header: Header, records: Iterable[Record], may_sign: Set[int]) -> Iterator[Numbered]:
    """The records that may sign and that the header names as its signer, with their numbers, counted from 1."""
    return _named(header, signers(records, may_sign))


def signers(records: Iterable[Record], may_sign: Set[int]) -> Iterator[Numbered]:
    """The records that may sign, with their numbers, counted from 1."""
    return ((number, record) for number, record in enumerate(records, 1) if record.function in may_sign)


def _named(header: Header, candidates: Iterable[Numbered]) -> Iterator[Numbered]:
    signer = header.signer
    if signer.nobody:
        return
    for number, record in candidates:
        if _is_signer(record.owner, signer):
            yield number, record


def _is_signer(owner: SignerId, signer: SignerId) -> bool:
    """Byte for byte, as one writer writes them; or by what they mean, as others might."""
    return owner == signer or (
        owner.serial.lstrip(b"\0") == signer.serial.lstrip(b"\0")
        and same_name(owner.name, signer.name)
        and same_name(owner.issuer, signer.issuer)
    )


def _judge_with(number: int, record: Record, signature: bytes, hashed: bytes, digest: Digest) -> Verdict:
    key = signing_key_of(record)
    if isinstance(key, Unjudged):
        return key
    try:
        key.verify(signature, hashed, _PADDING, digest.prehashed)
    except InvalidSignature:
        return Broken(number, record)
    return Holds(number, record, digest)


def signing_key_of(record: Record) -> RSAPublicKey | Unjudged:
    """The key that a record's signatures are checked with: that of its certificate, or, without one, its PUBLICKEY."""
    certificate = record.certificate
    return key_of_certificate(certificate) if certificate else _bare_key(record.value(RecordTag.PUBLIC_KEY))


@lru_cache(maxsize=128)
def key_of_certificate(der: bytes) -> RSAPublicKey | Unjudged:
    """The key of a certificate in DER. It is kept for the next time: a cluster has few signers, and many phones."""
    try:
        return _rsa(public_key_of(der))
    except FormatError:
        return _UNREADABLE


def _bare_key(der: bytes) -> RSAPublicKey | Unjudged:
    try:
        return _rsa(load_der_public_key(der))
    except (ValueError, UnsupportedAlgorithm):
        return _UNREADABLE


def _rsa(key: object) -> RSAPublicKey | Unjudged:
    if isinstance(key, RSAPublicKey):
        return key
    return Unjudged("the signer's record has no RSA key, and no other kind is known to sign")


_UNREADABLE: Final = Unjudged("the key of the signer's record cannot be read")
