"""What the elements of CAPF messages hold: numbers with names, certificates, proofs (trust-formats.md §5.3, §5.5).

The numbers are names for reading and writing; a message keeps any other number as it came.
"""

from enum import IntEnum
from typing import Final

import msgspec

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.choices import CAPF_CERTIFICATES
from ringtrust.trust.digests import Digest
from ringtrust.trust.tlv import BLOCK_BYTES_AT_MOST, HEAD, encode, scan

VERSION: Final = 3
"""The protocol version since 11.0; earlier ones know no EC keys."""

_CERTIFICATE_HEAD: Final = 5
_TYPE_BYTES: Final = 2
_SUDI_CERTIFICATE: Final = 0
_SUDI_PARTS: Final = bytes((_SUDI_CERTIFICATE, Digest.SHA1.value, Digest.SHA512.value))


class AuthType(IntEnum):
    """How a phone is to show who it is (element 8)."""

    NONE = 0
    PASSWORD = 1
    NO_PASSWORD = 2
    LSC = 3
    MIC = 4


class KeyType(IntEnum):
    """Which kind of key to make (element 17)."""

    RSA = 0
    EC = 1


class Curve(IntEnum):
    """Which curve an EC key is to have (element 18)."""

    SECP256R1 = 0
    SECP384R1 = 1
    SECP521R1 = 2


class CertificateType(IntEnum):
    """Which of a phone's certificates is meant (elements 3 and 4)."""

    LSC = 1
    MIC = 2


class Reason(IntEnum):
    """How something went (element 1). 7 stands for every failure, that of a wrong string too; 2 to 6 and 8 are [U]."""

    NO_ACTION = 0
    UPDATE_CERTIFICATE = 1
    INVALID_ELEMENT = 7
    UNKNOWN_DEVICE = 9


SUCCESS: Final = Reason.UPDATE_CERTIFICATE
"""The same number says that all went well."""


class HeldCertificate(msgspec.Struct, frozen=True):
    """A certificate in DER as element 4 wraps it; `kind` is a CertificateType, or a number that nobody knows."""

    der: bytes
    kind: int = CertificateType.LSC

    def to_bytes(self) -> bytes:
        """The value of element 4. Raises RefusedError for a certificate that is too large for it."""
        if len(self.der) > BLOCK_BYTES_AT_MOST - _CERTIFICATE_HEAD:
            raise RefusedError("The certificate is too large for a CAPF message.", advice="Use a smaller one.")
        size = (len(self.der) + _TYPE_BYTES).to_bytes(2, "big")
        return bytes((CAPF_CERTIFICATES,)) + size + bytes((0, self.kind)) + self.der

    @classmethod
    def read(cls, value: bytes) -> "HeldCertificate":
        """The certificate in the value of an element 4, whatever its first byte counts [I]. Raises FormatError."""
        if len(value) <= _CERTIFICATE_HEAD:
            raise FormatError(f"Tag 4 has {len(value)} bytes, too few for a certificate", 0)
        said, due = int.from_bytes(value[1:3], "big"), len(value) - HEAD
        if said != due:
            raise FormatError(f"The certificate is said to have {said} bytes with its type, but {due} stand there", 1)
        return cls(value[_CERTIFICATE_HEAD:], value[4])


class SudiData(msgspec.Struct, frozen=True):
    """Element 16: the certificate that a phone was made with (MIC or SUDI), in DER, and two proofs of its RSA key."""

    certificate: bytes
    sha1: bytes
    sha512: bytes

    def to_bytes(self) -> bytes:
        """The value of element 16. Raises RefusedError."""
        parts = (self.certificate, self.sha1, self.sha512)
        return b"".join(encode(tag, value) for tag, value in zip(_SUDI_PARTS, parts, strict=True))

    @classmethod
    def read(cls, value: bytes) -> "SudiData":
        """The parts of an element 16, in any order. Raises FormatError unless each is there once."""
        layout = scan(value)
        for part in _SUDI_PARTS:
            if layout.tags.count(part) != 1:
                raise FormatError(
                    f"SUDI data hold a certificate and two proofs (parts 0, 1, 3), each once; not so {part}", 0
                )
        return cls(*(value[layout.spans[part]] for part in _SUDI_PARTS))


class HashedProof(msgspec.Struct, frozen=True):
    """Element 20: a proof, and the number of its digest (digests.Digest). Only 3, SHA-512, was ever seen."""

    proof: bytes
    digest_code: int = Digest.SHA512.value

    def to_bytes(self) -> bytes:
        """The value of element 20. Raises RefusedError."""
        return encode(self.digest_code, self.proof)

    @classmethod
    def read(cls, value: bytes) -> "HashedProof":
        """The proof in an element 20. Raises FormatError unless it is one."""
        layout = scan(value)
        if len(layout.tags) != 1:
            raise FormatError("SHA2 signed data hold one proof, and nothing else", 0)
        return cls(value[layout.span(0)], layout.tags[0])


class Evidence(msgspec.Struct, frozen=True):
    """How a phone shows its existing certificate (§5.6): elements 4, 6, 20 and 16.

    `sha1` is empty, `sha2` and `sudi` are None where there are none. Make it with `capf_proof.evidence`, judge it with
    `capf_proof.judge`.
    """

    certificate: HeldCertificate
    sha1: bytes = b""
    sha2: HashedProof | None = None
    sudi: SudiData | None = None
