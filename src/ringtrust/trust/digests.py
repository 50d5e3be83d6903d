"""The digests that a header may name (trust-formats.md §1.2, tag 8)."""

import hashlib
from enum import Enum

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed


class Digest(Enum):
    """A digest algorithm; the value is its code in tag 8. Every phone takes SHA-1; some models SHA-512, from 11.5."""

    SHA1 = 1
    SHA256 = 2
    SHA512 = 3

    @property
    def text(self) -> str:
        """The name as people write it."""
        return self.name.replace("SHA", "SHA-")

    @property
    def prehashed(self) -> Prehashed:
        """For the cryptography library: the digest is computed already."""
        return _PREHASHED[self]

    def of(self, first: bytes, *more: bytes | memoryview) -> bytes:
        """The digest of the parts, one behind the other."""
        # Phones decide which digest is secure enough, not this machine.
        state = _CONSTRUCTORS[self](first, usedforsecurity=False)
        for part in more:
            state.update(part)
        return state.digest()


DIGEST_OF_CODE = {digest.value: digest for digest in Digest}
_CONSTRUCTORS = {Digest.SHA1: hashlib.sha1, Digest.SHA256: hashlib.sha256, Digest.SHA512: hashlib.sha512}
_PREHASHED = {
    Digest.SHA1: Prehashed(hashes.SHA1()),
    Digest.SHA256: Prehashed(hashes.SHA256()),
    Digest.SHA512: Prehashed(hashes.SHA512()),
}
