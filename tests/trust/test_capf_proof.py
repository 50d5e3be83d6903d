"""How a phone shows that a certificate is its own: recorded proofs hold, ours too, and nobody else's."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPrivateNumbers, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.capf import AuthResponse, KeyGenerateResponse, read_message
from ringtrust.trust.capf_elements import CertificateType, Evidence, HashedProof, HeldCertificate, SudiData
from ringtrust.trust.capf_frame import Element
from ringtrust.trust.capf_proof import (
    NotProved,
    Proved,
    device_data,
    evidence,
    judge,
    phone_key,
    proof,
    proof_holds,
    spki,
)
from ringtrust.trust.digests import Digest
from tests.support.identities import identity
from tests.support.throwaway import certificate, cucm_subject
from tests.trust.test_capf import DEVICE, recorded

EC_KEY = generate_private_key(SECP384R1())
EC_LSC = HeldCertificate(certificate(cucm_subject(DEVICE), EC_KEY))


def lsc() -> HeldCertificate:
    """An RSA certificate of a phone."""
    return HeldCertificate(identity("lsc").certificate)


def answer(shown: Evidence | None, session: int = 9, device: str = DEVICE) -> AuthResponse:
    """The answer of the phone, as the server reads it."""
    read = read_message(AuthResponse.make(session, device, "", shown).to_bytes())
    assert isinstance(read, AuthResponse)
    return read


def recorded_answer() -> AuthResponse:
    """The recorded answer of a phone that shows its LSC, and SUDI data."""
    read = read_message(recorded("install-ec-p256-existing-cert-lsc")[1])
    assert isinstance(read, AuthResponse)
    return read


def test_the_recorded_proofs_hold() -> None:
    judged = judge(recorded_answer())
    assert isinstance(judged, Proved)
    assert judged.certificate.kind == CertificateType.LSC
    assert judged.sudi == judged.certificate.der


def test_a_recorded_answer_in_another_session_is_a_replay() -> None:
    read = recorded_answer()
    assert isinstance(judge(answer(read.evidence, read.session)), Proved)
    replayed = judge(answer(read.evidence, read.session + 1))
    assert replayed == NotProved("the proof of the hardware certificate does not fit it and the session")


def test_a_proof_is_for_one_phone() -> None:
    read = recorded_answer()
    judged = judge(answer(read.evidence, read.session, "SEP001122334456"))
    assert judged == NotProved("the proof does not fit the certificate and the name of the phone")


def test_an_rsa_proof_is_the_bare_hash_in_a_block_of_type_1() -> None:
    key = identity("lsc").key
    signed = proof(key, b"data", Digest.SHA1)
    numbers = key.public_key().public_numbers()
    block = pow(int.from_bytes(signed, "big"), numbers.e, numbers.n).to_bytes(256, "big")
    hashed = Digest.SHA1.of(b"data")
    assert block == b"\0\1" + b"\xff" * (256 - 3 - len(hashed)) + b"\0" + hashed


@pytest.mark.parametrize("digest", [Digest.SHA1, Digest.SHA512])
def test_a_proof_holds_for_its_key_its_data_and_its_digest_only(digest: Digest) -> None:
    for key, other in ((identity("lsc").key, identity("pub").key), (EC_KEY, generate_private_key(SECP384R1()))):
        signed = proof(key, b"data", digest)
        assert proof_holds(key.public_key(), b"data", signed, digest)
        assert not proof_holds(key.public_key(), b"Data", signed, digest)
        assert not proof_holds(other.public_key(), b"data", signed, digest)
        assert not proof_holds(key.public_key(), b"data", signed[:-1], digest)
        assert not proof_holds(key.public_key(), b"data", b"", digest)
        assert not proof_holds(key.public_key(), b"data", signed, Digest.SHA256)


def test_a_signature_with_a_digest_info_is_no_proof() -> None:
    """CAPF signs the bare hash; a signature that names its algorithm was made for something else."""
    key = identity("lsc").key
    signed = key.sign(Digest.SHA1.of(b"data"), PKCS1v15(), Digest.SHA1.prehashed)
    assert not proof_holds(key.public_key(), b"data", signed, Digest.SHA1)


def test_what_a_phone_shows_is_believed_for_rsa_and_ec_with_and_without_sudi() -> None:
    mic = identity("mic")
    shown = evidence(9, DEVICE, lsc(), identity("lsc").key, mic)
    assert judge(answer(shown)) == Proved(lsc(), mic.certificate)
    assert judge(answer(evidence(9, DEVICE, EC_LSC, EC_KEY))) == Proved(EC_LSC)
    assert answer(shown).evidence == shown


def test_an_old_phone_proves_by_sha1_alone() -> None:
    signed = proof(EC_KEY, device_data(DEVICE, EC_LSC.der), Digest.SHA1)
    assert judge(answer(Evidence(EC_LSC, sha1=signed))) == Proved(EC_LSC)


def test_every_proof_that_is_there_must_hold() -> None:
    good = evidence(9, DEVICE, EC_LSC, EC_KEY)
    assert isinstance(judge(answer(Evidence(EC_LSC, good.sha1, HashedProof(good.sha1)))), NotProved)
    assert good.sha2 is not None
    assert isinstance(judge(answer(Evidence(EC_LSC, good.sha2.proof, good.sha2))), NotProved)


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (None, "it shows no certificate"),
        (Evidence(EC_LSC), "it shows a certificate without a proof that it holds the key"),
        (Evidence(HeldCertificate(b"no certificate"), b"x"), "This is no certificate in DER"),
        (Evidence(EC_LSC, sha2=HashedProof(b"x", 9)), "it proves by digest algorithm 9, which nobody knows"),
        (Evidence(EC_LSC, sha2=HashedProof(b"")), "the proof does not fit the certificate and the name of the phone"),
    ],
)
def test_what_proves_nothing_is_told_with_its_reason(shown: Evidence | None, reason: str) -> None:
    assert judge(answer(shown)) == NotProved(reason)


def test_sudi_data_without_proofs_prove_nothing() -> None:
    data = device_data(DEVICE, EC_LSC.der)
    shown = Evidence(EC_LSC, proof(EC_KEY, data, Digest.SHA1), None, SudiData(identity("mic").certificate, b"", b""))
    assert judge(answer(shown)) == NotProved("the proof of the hardware certificate does not fit it and the session")


@pytest.mark.parametrize("digest", [Digest.SHA256, Digest.SHA512])
def test_a_phone_may_prove_by_the_newer_digest_alone(digest: Digest) -> None:
    signed = proof(EC_KEY, device_data(DEVICE, EC_LSC.der), digest)
    assert judge(answer(Evidence(EC_LSC, sha2=HashedProof(signed, digest.value)))) == Proved(EC_LSC)


def test_nobody_shows_a_certificate_with_the_key_of_another() -> None:
    with pytest.raises(RefusedError, match="does not belong"):
        evidence(9, DEVICE, lsc(), EC_KEY)


@pytest.mark.parametrize("name", ["install-rsa2048-authstring", "install-ec-p384-nullstring"])
def test_the_recorded_public_keys_are_read_and_written_back(name: str) -> None:
    read = read_message(recorded(name)[4])
    assert isinstance(read, KeyGenerateResponse)
    assert spki(phone_key(read.public_key)) == read.frame.value(Element.PUBLIC_KEY)


def test_a_key_of_another_kind_is_refused() -> None:
    other = Ed25519PrivateKey.generate().public_key()
    with pytest.raises(FormatError, match="neither RSA nor EC"):
        phone_key(other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(FormatError, match="cannot be read"):
        phone_key(b"")


def test_a_key_that_is_too_small_for_a_digest_is_refused() -> None:
    small = _key_of_512_bits()
    assert proof_holds(small.public_key(), b"data", proof(small, b"data", Digest.SHA1), Digest.SHA1)
    with pytest.raises(RefusedError, match="512 bits is too small for a proof by SHA-512"):
        proof(small, b"data", Digest.SHA512)


def _key_of_512_bits() -> RSAPrivateKey:
    """CAPF still has a number for keys of this size; the library makes no new ones."""
    p = 0xD93C1BF40D4B15B3DFB881A0C8E2E9670A7748D9A48AA7B58C955D96D975FF85
    q = 0xD0CD7FA1A7FF4BA15C25C8F463096C64B74D244D12D54226C8093E4D6557CB99
    e = 65_537
    d = pow(e, -1, (p - 1) * (q - 1))
    public = RSAPublicNumbers(e, p * q)
    return RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()
