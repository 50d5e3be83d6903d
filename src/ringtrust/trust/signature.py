"""Signing files, and judging whether a signature holds and for whose key (trust-formats.md §1.3, §6.2).

Signed is the whole file but the SIGNATURE item itself: header before and behind it, pads, and all records or the body.
"""

from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.certificates import CertificateFacts, public_key_of
from ringtrust.trust.digests import DIGEST_OF_CODE, Digest
from ringtrust.trust.header import Header, NewHeader, SignerId
from ringtrust.trust.names import same_name
from ringtrust.trust.record import Record
from ringtrust.trust.tags import HeaderTag, RecordTag
from ringtrust.trust.tlv import encode

# Tag 11 has a code for these and for no other size; certutils writes the same codes.
MODULUS_CODES: Final = {512: 0, 1024: 1, 2048: 2, 4096: 3}
_RSA: Final = 0
_PADDING: Final = PKCS1v15()


class Holds(msgspec.Struct, frozen=True):
    """The signature fits the content and was made with the key of `signer`, record number `record`, counted from 1."""

    record: int
    signer: Record
    digest: Digest


class Broken(msgspec.Struct, frozen=True):
    """The signature does not hold; `reason` is a sentence."""

    reason: str


class Unjudged(msgspec.Struct, frozen=True):
    """Nobody can say whether it holds: the file names something unknown, or the signer's key cannot be read."""

    reason: str


Verdict = Holds | Broken | Unjudged


class SigningKey(msgspec.Struct, frozen=True):
    """A certificate (DER) and its private key. Raises RefusedError when a list cannot be signed with it."""

    certificate: bytes
    key: RSAPrivateKey

    def __post_init__(self) -> None:
        if self.key.key_size not in MODULUS_CODES:
            raise RefusedError(
                f"A trust list cannot be signed with a key of {self.key.key_size} bits: the format has no code for it.",
                advice="Use a key of 1024, 2048 or 4096 bits.",
            )
        if public_key_of(self.certificate) != self.key.public_key():
            raise RefusedError(
                "The private key does not belong to the signer's certificate.",
                advice="Give the key and the certificate of one pair.",
            )

    @property
    def identity(self) -> SignerId:
        """The signer as the header names it."""
        facts = CertificateFacts.of(self.certificate)
        return SignerId(facts.subject, facts.serial, facts.issuer)

    def signed(self, body: bytes, *, digest: Digest, filename: str, timestamp: int, version: tuple[int, int]) -> bytes:
        """The body behind a header with a signature over both. `timestamp` in Unix seconds."""
        header = NewHeader(
            signer=self.identity,
            digest_code=digest.value,
            modulus_code=MODULUS_CODES[self.key.key_size],
            signature_bytes=self.key.key_size // 8,
            filename=filename,
            timestamp=timestamp,
            version=version,
        )
        front, back = header.around_signature()
        signature = self.key.sign(digest.of(front, back, body), _PADDING, digest.prehashed)
        return front + encode(HeaderTag.SIGNATURE, signature) + back + body


def judge(data: bytes, header: Header, records: Iterable[Record], may_sign: Set[int]) -> Verdict:
    """Whether the signature of a file holds for one of the records that may sign it.

    The signer is looked up as a phone does: by name, serial number and issuer. `records` may be those of the file
    itself, or of a list that the phone holds.
    """
    first: Verdict | None = None
    for number, record in signer_records(header, records, may_sign):
        verdict = _judge_with(record, number, data, header)
        if isinstance(verdict, Holds):
            return verdict
        first = first or verdict
    return first or Broken(f"its signer, {header.signer.text}, is none of the records that may sign it")


def signer_records(header: Header, records: Iterable[Record], may_sign: Set[int]) -> Iterator[tuple[int, Record]]:
    """The records that the header names as its signer and that may sign, with their numbers, counted from 1."""
    signer = header.signer
    for number, record in enumerate(records, 1):
        if record.function in may_sign and _is_signer(record, signer):
            yield number, record


def _is_signer(record: Record, signer: SignerId) -> bool:
    """Byte for byte, as one writer writes them; or by what they mean, as others might."""
    owner = record.owner
    return owner == signer or (
        owner.serial.lstrip(b"\0") == signer.serial.lstrip(b"\0")
        and same_name(owner.name, signer.name)
        and same_name(owner.issuer, signer.issuer)
    )


def _judge_with(record: Record, number: int, data: bytes, header: Header) -> Verdict:
    method = header.method
    digest = DIGEST_OF_CODE.get(method.digest_code)
    if digest is None:
        return Unjudged(f"digest algorithm {method.digest_code} is unknown")
    if method.algorithm_code != _RSA:
        return Unjudged(f"signature algorithm {method.algorithm_code} is unknown")
    key = signing_key_of(record)
    if isinstance(key, Unjudged):
        return key
    try:
        key.verify(header.signature, digest.of(*header.signed_parts(data)), _PADDING, digest.prehashed)
    except InvalidSignature:
        return Broken(
            f"its signer is record {number}, {record.title}, but the signature does not fit the content: "
            "the file was changed after it was signed, or signed with another key"
        )
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
