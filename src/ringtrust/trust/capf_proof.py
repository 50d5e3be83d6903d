"""How a phone proves in CAPF that a certificate is its own, and how that is checked (trust-formats.md §5.6).

A proof is a signature. RSA signs the bare hash, without the DigestInfo that would name the algorithm; EC signs as ever.
"""

from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.capf import AuthResponse
from ringtrust.trust.capf_elements import Evidence, HashedProof, HeldCertificate, SudiData
from ringtrust.trust.certificates import public_key_of
from ringtrust.trust.digests import DIGEST_OF_CODE, Digest
from ringtrust.trust.signing import SigningKey

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey
PublicKey = RSAPublicKey | EllipticCurvePublicKey

_PADDING: Final = PKCS1v15()
_BARE: Final = NoDigestInfo()
_PADDING_BYTES: Final = 11


def proof(key: PrivateKey, data: bytes, digest: Digest) -> bytes:
    """A proof by this key over the data. Raises RefusedError for an RSA key that is too small for the digest."""
    hashed = digest.of(data)
    if isinstance(key, EllipticCurvePrivateKey):
        return key.sign(hashed, ECDSA(digest.prehashed))
    if key.key_size // 8 < len(hashed) + _PADDING_BYTES:
        raise RefusedError(f"A key of {key.key_size} bits is too small for a proof by {digest.text}.")
    return key.sign(hashed, _PADDING, _BARE)


def proof_holds(key: PublicKey, data: bytes, signed: bytes, digest: Digest) -> bool:
    """Whether `signed` is a proof by the key's owner over the data."""
    hashed = digest.of(data)
    try:
        if isinstance(key, RSAPublicKey):
            return key.recover_data_from_signature(signed, _PADDING, None) == hashed
        key.verify(signed, hashed, ECDSA(digest.prehashed))
    except InvalidSignature:
        return False
    return True


def device_data(device: str, certificate: bytes) -> bytes:
    """What elements 6 and 20 sign: the name of the device with its NUL, and the certificate in DER."""
    return device.encode(errors="replace") + b"\0" + certificate


def sudi_data(session: int, certificate: bytes) -> bytes:
    """What the proofs in element 16 sign: the session, lowest byte first as nowhere else, and the certificate."""
    return session.to_bytes(4, "little") + certificate


def phone_key(spki: bytes) -> PublicKey:
    """The key in a SubjectPublicKeyInfo (element 9). Raises FormatError unless it is RSA or EC."""
    try:
        return _usable(load_der_public_key(spki))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise FormatError("The public key of the phone cannot be read", 0) from error


def spki(key: PublicKey) -> bytes:
    """A key as element 9 holds it."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _usable(key: object) -> PublicKey:
    if isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
        return key
    raise FormatError("The key is neither RSA nor EC, and CAPF knows no other", 0)


def evidence(
    session: int, device: str, held: HeldCertificate, key: PrivateKey, sudi: SigningKey | None = None
) -> Evidence:
    """What a phone sends to show this certificate, with its key; `sudi` is the one it was made with.

    Raises RefusedError when the key is not that of the certificate, and FormatError for what is no certificate.
    """
    if public_key_of(held.der) != key.public_key():
        raise RefusedError("The private key does not belong to the certificate that the phone shows.")
    data = device_data(device, held.der)
    shown = None if sudi is None else _sudi(session, sudi)
    return Evidence(held, proof(key, data, Digest.SHA1), HashedProof(proof(key, data, Digest.SHA512)), shown)


def _sudi(session: int, made_with: SigningKey) -> SudiData:
    data = sudi_data(session, made_with.certificate)
    by = made_with.key
    return SudiData(made_with.certificate, proof(by, data, Digest.SHA1), proof(by, data, Digest.SHA512))


class Proved(msgspec.Struct, frozen=True):
    """The phone holds the key of the certificate; `sudi` is its hardware certificate in DER, empty where not shown.

    Who issued them is for the server to check, against CAPF-trust.
    """

    certificate: HeldCertificate
    sudi: bytes = b""


class NotProved(msgspec.Struct, frozen=True):
    """It does not, or nobody can tell; `reason` is a sentence without its end."""

    reason: str


Judged = Proved | NotProved


def judge(response: AuthResponse) -> Judged:
    """Whether a phone has shown that its existing certificate is its own. Every proof that is there must hold."""
    shown = response.evidence
    if shown is None:
        return NotProved("it shows no certificate")
    if not shown.sha1 and shown.sha2 is None:
        return NotProved("it shows a certificate without a proof that it holds the key")
    if shown.sha2 is not None and shown.sha2.digest_code not in DIGEST_OF_CODE:
        return NotProved(f"it proves by digest algorithm {shown.sha2.digest_code}, which nobody knows")
    try:
        return _judged(response, shown)
    except FormatError as error:
        return NotProved(error.reason)


Given = tuple[tuple[Digest, bytes], ...]


def _judged(response: AuthResponse, shown: Evidence) -> Judged:
    data = device_data(response.device, shown.certificate.der)
    if not _all_hold(shown.certificate.der, data, _given(shown)):
        return NotProved("the proof does not fit the certificate and the name of the phone")
    sudi = shown.sudi
    if sudi is None:
        return Proved(shown.certificate)
    both = ((Digest.SHA1, sudi.sha1), (Digest.SHA512, sudi.sha512))
    if not _all_hold(sudi.certificate, sudi_data(response.session, sudi.certificate), both):
        return NotProved("the proof of the hardware certificate does not fit it and the session")
    return Proved(shown.certificate, sudi.certificate)


def _given(shown: Evidence) -> Given:
    """The proofs that are there, one or two: phones before version 3 know SHA-1 alone."""
    first = ((Digest.SHA1, shown.sha1),) if shown.sha1 else ()
    sha2 = shown.sha2
    return first if sha2 is None else (*first, (DIGEST_OF_CODE[sha2.digest_code], sha2.proof))


def _all_hold(certificate: bytes, data: bytes, given: Given) -> bool:
    """Whether each proof is by the key of the certificate. Raises FormatError."""
    key = _usable(public_key_of(certificate))
    return all(proof_holds(key, data, signed, digest) for digest, signed in given)
