"""Encrypted configuration files (.enc.sgn): for one phone, and signed like any other file (trust-formats.md §3).

The body is encrypted with AES-128-CBC; the AES key is encrypted with the RSA key of the phone's LSC or MIC.
"""

import hashlib
import hmac
import secrets
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.choices import FILLER_BYTE
from ringtrust.trust.digests import Digest
from ringtrust.trust.encryption_block import BLOCK, Encryption, read_encryption
from ringtrust.trust.signed import SignedFile, read_signed
from ringtrust.trust.signing import SigningKey

_PADDING: Final = PKCS1v15()
# That of the small .sgn file beside it is 1.0, as that of any other.
_VERSION: Final = (2, 0)


def cert_hash(certificate: bytes) -> str:
    """The `certHash` of the small .sgn file: by it a phone sees whether the encrypted file is for its certificate."""
    return hashlib.md5(certificate, usedforsecurity=False).hexdigest()


class ContentKey(msgspec.Struct, frozen=True):
    """The AES key and the IV of one file, 16 bytes each. Raises RefusedError for any other size."""

    key: bytes
    iv: bytes

    def __post_init__(self) -> None:
        if (len(self.key), len(self.iv)) != (BLOCK, BLOCK):
            raise RefusedError(f"The key and the IV of AES-128-CBC have {BLOCK} bytes each.")

    def __repr__(self) -> str:
        return "ContentKey(hidden)"

    @classmethod
    def fresh(cls) -> "ContentKey":
        """One that nobody has used: CUCM makes a new one for each change of a configuration."""
        return cls(secrets.token_bytes(BLOCK), secrets.token_bytes(BLOCK))


class Sealed(msgspec.Struct, frozen=True):
    """A body, encrypted for one phone and not signed yet."""

    encryption: Encryption
    ciphertext: bytes


def seal(
    clear: bytes,
    phone_key: PublicKeyTypes,
    *,
    digest: Digest = Digest.SHA1,
    content_key: ContentKey | None = None,
) -> Sealed:
    """A body, encrypted for the phone with this public key; the AES key is a fresh one unless it is given.

    Raises RefusedError for a key that is not RSA.
    """
    if not isinstance(phone_key, RSAPublicKey):
        raise RefusedError(
            "Configuration can be encrypted for RSA keys only, and the phone's is of another kind.",
            advice="Give the phone an RSA certificate, or leave its configuration signed and not encrypted.",
        )
    used = content_key or ContentKey.fresh()
    filler = BLOCK - len(clear) % BLOCK
    encryptor = Cipher(AES128(used.key), CBC(used.iv)).encryptor()
    ciphertext = encryptor.update(clear + bytes((FILLER_BYTE,)) * filler) + encryptor.finalize()
    wrapped = phone_key.encrypt(used.key, _PADDING)
    return Sealed(Encryption(used.iv, filler, wrapped, digest.of(clear), digest.value), ciphertext)


def build_encrypted(
    filename: str, sealed: Sealed, signer: SigningKey, *, timestamp: int, digest: Digest = Digest.SHA1
) -> SignedFile:
    """The encrypted body, signed. `filename` is the name that the phone asks for, with its `.enc.sgn`.

    `timestamp` is Unix seconds; `digest` is that of the signature. Raises RefusedError.
    """
    data = signer.signed(
        sealed.ciphertext,
        digest=digest,
        filename=filename,
        timestamp=timestamp,
        version=_VERSION,
        behind=sealed.encryption.to_bytes(),
    )
    return read_signed(data)


class Opened(msgspec.Struct, frozen=True):
    """The clear text; its digest fits. It holds passwords: it is printed nowhere."""

    clear: bytes

    def __repr__(self) -> str:
        return f"Opened({len(self.clear)} bytes)"


class WrongKey(msgspec.Struct, frozen=True):
    """It was encrypted for another key: that can be seen without using the key."""

    reason: str


class NotOpened(msgspec.Struct, frozen=True):
    """The digest does not fit what comes out. Another key and a damaged body look the same.

    They are not told apart on purpose: an answer that tells how far the decryption came is what attacks on PKCS #1 v1.5
    and CBC live on. Whether the signature holds tells whether the file is damaged, and takes no key.
    """

    @property
    def reason(self) -> str:
        """Why, in a sentence without its end."""
        return (
            "the file was encrypted for another key, or was damaged; "
            "if its signature holds, it is undamaged, and the key is another one"
        )


class MethodUnknown(msgspec.Struct, frozen=True):
    """It names a cipher or a digest that nobody knows."""

    reason: str


Outcome = Opened | WrongKey | NotOpened | MethodUnknown


def open_encrypted(found: SignedFile, key: PrivateKeyTypes) -> Outcome:
    """The clear text of an encrypted file, with the phone's private key. The signature is not looked at.

    Raises FormatError for a file that is not encrypted or has no whole blocks, RefusedError for a key that is not RSA.
    """
    if not isinstance(key, RSAPrivateKey):
        raise RefusedError(
            "Configuration is encrypted for RSA keys only; a key of another kind opens none.",
            advice="Give the RSA key of the phone.",
        )
    encryption = read_encryption(found.header)
    body = found.body
    if not body or len(body) % BLOCK:
        raise FormatError(f"{len(body)} bytes are no whole blocks of {BLOCK}", found.header.length)
    if encryption.unknown:
        return MethodUnknown(f"it names {encryption.unknown}, which nobody knows")
    if reason := _other_key(encryption, key):
        return WrongKey(reason)
    return _opened(encryption, body, key)


def _other_key(encryption: Encryption, key: RSAPrivateKey) -> str:
    """Why the key cannot be the right one, by what everybody may know of it; empty when it may be."""
    if encryption.key_bits != -(-key.key_size // 8) * 8:
        return f"the file was encrypted for a key of {encryption.key_bits} bits, and this one has {key.key_size}"
    if int.from_bytes(encryption.wrapped_key, "big") >= key.public_key().public_numbers().n:
        return "the file was encrypted for another key of the same size"
    return ""


def _opened(encryption: Encryption, body: bytes, key: RSAPrivateKey) -> Outcome:
    decryptor = Cipher(AES128(_content_key(encryption, key)), CBC(encryption.iv)).decryptor()
    padded = decryptor.update(body) + decryptor.finalize()
    clear = padded[: len(padded) - encryption.filler]
    digest = encryption.digest_algorithm
    if digest is not None and hmac.compare_digest(digest.of(clear), encryption.digest):
        return Opened(clear)
    return NotOpened()


def _content_key(encryption: Encryption, key: RSAPrivateKey) -> bytes:
    """The AES key, or one that opens nothing: a wrong one must take the same way as the right one."""
    try:
        unwrapped = key.decrypt(encryption.wrapped_key, _PADDING)
    except ValueError:
        unwrapped = b""
    return unwrapped if len(unwrapped) == BLOCK else secrets.token_bytes(BLOCK)
