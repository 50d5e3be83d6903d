"""Signing lists and files: a header whose signature covers it and all that stands behind it (trust-formats.md §1.3)."""

from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ringtrust.errors import RefusedError
from ringtrust.trust.certificates import CertificateFacts, public_key_of
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import NewHeader, SignerId
from ringtrust.trust.tags import HeaderTag
from ringtrust.trust.tlv import encode

# Tag 11 has a code for these sizes and for no other; certutils writes the same codes.
MODULUS_CODES: Final = {512: 0, 1024: 1, 2048: 2, 4096: 3}
_SMALLEST_KEY: Final = 1024


class SigningKey(msgspec.Struct, frozen=True):
    """A certificate (DER) and its private key. Raises RefusedError when a list cannot be signed with it."""

    certificate: bytes
    key: RSAPrivateKey

    def __post_init__(self) -> None:
        if self.key.key_size not in MODULUS_CODES or self.key.key_size < _SMALLEST_KEY:
            raise RefusedError(
                f"A trust list cannot be signed with a key of {self.key.key_size} bits: phones have no use for it.",
                advice="Use a key of 1024, 2048 or 4096 bits; the format has no code for any other.",
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

    def signed(
        self,
        body: bytes,
        *,
        digest: Digest,
        filename: str,
        timestamp: int,
        version: tuple[int, int],
        behind: bytes = b"",
    ) -> bytes:
        """The body behind a header with a signature over both; `timestamp` in Unix seconds. Raises RefusedError.

        `behind` are the items that stand behind the time, as those of an encrypted file.
        """
        header = NewHeader(
            signer=self.identity,
            digest_code=digest.value,
            modulus_code=MODULUS_CODES[self.key.key_size],
            signature_bytes=self.key.key_size // 8,
            filename=filename,
            timestamp=timestamp,
            version=version,
            behind=behind,
        )
        front, back = header.around_signature()
        signature = self.key.sign(digest.of(front, back, body), PKCS1v15(), digest.prehashed)
        return front + encode(HeaderTag.SIGNATURE, signature) + back + body
