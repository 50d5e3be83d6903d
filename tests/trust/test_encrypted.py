"""Encrypted configuration files: opened by the phone that they are for, and by nobody else."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.certificates import certificates_in, public_key_of
from ringtrust.trust.digests import Digest
from ringtrust.trust.encrypted import (
    ContentKey,
    MethodUnknown,
    NotOpened,
    Opened,
    Sealed,
    WrongKey,
    build_encrypted,
    cert_hash,
    open_encrypted,
    seal,
)
from ringtrust.trust.encryption_block import Encryption, read_encryption
from ringtrust.trust.signature import Broken, Holds
from ringtrust.trust.signed import SignedFile, build_signed, read_signed
from ringtrust.trust.tags import HeaderTag
from tests.support.identities import TIMESTAMP, identity, itl
from tests.support.shared import program, shared_bytes

NAME = "SEPAABBCCDDEEFF.cnf.xml.enc.sgn"
CLEAR = b"<device><sshPassword>secret</sshPassword></device>\n"
FIXED = ContentKey(bytes(range(16)), bytes(range(16, 32)))


def built(clear: bytes = CLEAR, digest: Digest = Digest.SHA1) -> SignedFile:
    """A file for the phone with the key of "lsc", signed by "pub"."""
    sealed = seal(clear, identity("lsc").key.public_key(), digest=digest, content_key=FIXED)
    return build_encrypted(NAME, sealed, identity("pub"), timestamp=TIMESTAMP, digest=digest)


def made_elsewhere() -> SignedFile:
    """The file of certutils."""
    return read_signed(shared_bytes(f"signed/{NAME}"))


def test_what_the_file_of_certutils_says_of_its_clear_text_is_true() -> None:
    found = made_elsewhere()
    clear = shared_bytes("signed/SEPAABBCCDDEEFF.cnf.xml")
    block = read_encryption(found.header)
    assert (block.key_bits, block.digest_algorithm, block.unknown) == (2048, Digest.SHA1, "")
    assert block.digest == Digest.SHA1.of(clear)
    assert len(found.body) == len(clear) + block.filler


def test_the_key_of_another_phone_does_not_open_the_file_of_certutils() -> None:
    """The recorded key is that of SEP001122334455, whose certificate is not the one of certHash."""
    key = load_pem_private_key(shared_bytes("signed/device-throwaway-key-and-cert.pem"), None)
    assert isinstance(key, RSAPrivateKey)
    assert isinstance(open_encrypted(made_elsewhere(), key), NotOpened | WrongKey)
    der = certificates_in(shared_bytes("signed/device-throwaway-key-and-cert.pem"))[0]
    small = read_signed(shared_bytes("signed/SEPAABBCCDDEEFF.cnf.xml.sgn"))
    assert b"<certHash>" in small.body
    assert cert_hash(der).encode() not in small.body


def test_the_file_of_certutils_is_built_again_byte_for_byte_but_for_its_signer() -> None:
    found = made_elsewhere()
    theirs = read_encryption(found.header)
    again = build_encrypted(NAME, Sealed(theirs, found.body), identity("pub"), timestamp=found.header.timestamp or 0)
    assert _behind_signature(again) == _behind_signature(found)
    assert again.header.version == found.header.version == (2, 0)


def _behind_signature(found: SignedFile) -> bytes:
    """The file name, the time, the encryption block, and the body; not the pads, which depend on the signer's names."""
    spans = found.header.layout.spans
    return found.data[spans[HeaderTag.SIGNATURE].stop : spans[HeaderTag.CLEAR_DIGEST].stop] + found.body


def test_the_cert_hash_is_the_md5_fingerprint_of_openssl(tmp_path: Path) -> None:
    path = tmp_path / "lsc.der"
    path.write_bytes(identity("lsc").certificate)
    said = _openssl("x509", "-inform", "DER", "-in", str(path), "-noout", "-fingerprint", "-md5").decode()
    assert cert_hash(identity("lsc").certificate) == said.partition("=")[2].strip().replace(":", "").lower()


def test_openssl_opens_what_we_sealed(tmp_path: Path) -> None:
    key, blob, body = tmp_path / "key.pem", tmp_path / "blob", tmp_path / "body"
    key.write_bytes(identity("lsc").key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    found = built()
    block = read_encryption(found.header)
    blob.write_bytes(block.wrapped_key)
    body.write_bytes(found.body)
    aes = _openssl("pkeyutl", "-decrypt", "-inkey", str(key), "-in", str(blob))
    assert aes == FIXED.key
    aes_options = ("-K", aes.hex(), "-iv", block.iv.hex())
    clear = _openssl("enc", "-d", "-aes-128-cbc", "-nopad", *aes_options, "-in", str(body))
    assert clear == CLEAR + b"\r" * block.filler


def _openssl(*arguments: str) -> bytes:
    return subprocess.run([program("openssl"), *arguments], check=True, capture_output=True).stdout


@pytest.mark.parametrize("digest", [Digest.SHA1, Digest.SHA512])
@pytest.mark.parametrize("clear", [b"", b"x", bytes(15), bytes(16), bytes(17), CLEAR * 1000])
def test_what_is_sealed_for_a_phone_opens_with_its_key(clear: bytes, digest: Digest) -> None:
    found = built(clear, digest)
    assert found.encrypted
    assert open_encrypted(found, identity("lsc").key) == Opened(clear)
    assert isinstance(found.verdict_for_holder_of(itl()), Holds)
    block = read_encryption(found.header)
    assert block.filler == 16 - len(clear) % 16
    assert block.digest == digest.of(clear)


def test_every_file_has_an_aes_key_of_its_own_unless_it_is_given() -> None:
    phone = identity("lsc").key.public_key()
    one, other = seal(CLEAR, phone), seal(CLEAR, phone)
    assert one.encryption.iv != other.encryption.iv
    assert one.ciphertext != other.ciphertext
    assert seal(CLEAR, phone, content_key=FIXED).ciphertext == seal(CLEAR, phone, content_key=FIXED).ciphertext


def test_another_key_of_the_same_size_opens_nothing() -> None:
    outcome = open_encrypted(built(), identity("tvs-pub").key)
    assert isinstance(outcome, NotOpened | WrongKey)  # WrongKey where its modulus happens to be smaller than the blob


def test_a_key_of_another_size_is_told_to_be_the_wrong_one() -> None:
    outcome = open_encrypted(built(), identity("small", 1024).key)
    assert outcome == WrongKey("the file was encrypted for a key of 2048 bits, and this one has 1024")


def test_a_blob_that_is_no_number_below_the_modulus_was_made_for_another_key() -> None:
    block = read_encryption(built().header)
    large = Encryption(block.iv, block.filler, b"\xff" * 256, block.digest, block.digest_code)
    outcome = open_encrypted(_with(large), identity("lsc").key)
    assert outcome == WrongKey("the file was encrypted for another key of the same size")


def test_a_damaged_body_looks_like_another_key_and_the_signature_tells() -> None:
    found = built()
    for at in (found.header.length, len(found.data) - 1):
        data = bytearray(found.data)
        data[at] ^= 1
        damaged = read_signed(bytes(data))
        outcome = open_encrypted(damaged, identity("lsc").key)
        if at == found.header.length:
            assert isinstance(outcome, NotOpened)
            assert "if its signature holds" in outcome.reason
        assert isinstance(damaged.verdict_for_holder_of(itl()), Broken)


def test_a_damaged_wrapped_key_gives_no_other_answer_than_a_damaged_body() -> None:
    """Whatever PKCS #1 makes of the blob: an answer that depends on it would open files to whoever may ask often."""
    block = read_encryption(built().header)
    for byte in (1, 100, 255):
        blob = bytearray(block.wrapped_key)
        blob[byte] ^= 1
        damaged = Encryption(block.iv, block.filler, bytes(blob), block.digest, block.digest_code)
        assert open_encrypted(_with(damaged), identity("lsc").key) == NotOpened()


def test_an_aes_key_of_another_size_opens_nothing() -> None:
    block = read_encryption(built().header)
    long = identity("lsc").key.public_key().encrypt(bytes(32), PKCS1v15())
    damaged = Encryption(block.iv, block.filler, long, block.digest, block.digest_code)
    assert open_encrypted(_with(damaged), identity("lsc").key) == NotOpened()


def _with(block: Encryption) -> SignedFile:
    """The file of `built`, with another encryption block."""
    return build_encrypted(NAME, Sealed(block, built().body), identity("pub"), timestamp=TIMESTAMP)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda b: Encryption(b.iv, b.filler, b.wrapped_key, b.digest, 1, cipher_code=7), "cipher 7"),
        (lambda b: Encryption(b.iv, b.filler, b.wrapped_key, b.digest, 1, key_cipher_code=1), "key cipher 1"),
        (lambda b: Encryption(b.iv, b.filler, b.wrapped_key, b.digest, 1, key_algorithm_code=0), "key algorithm 0"),
        (lambda b: Encryption(b.iv, b.filler, b.wrapped_key, b.digest, 9), "digest algorithm 9"),
    ],
)
def test_a_method_that_nobody_knows_is_named(change: Callable[[Encryption], Encryption], reason: str) -> None:
    found = _with(change(read_encryption(built().header)))
    assert open_encrypted(found, identity("lsc").key) == MethodUnknown(f"it names {reason}, which nobody knows")
    assert read_encryption(found.header).to_bytes() in found.data


@pytest.mark.parametrize(
    ("was", "becomes", "error", "place"),
    [
        (b"\x14\0\2\0", b"\x14\0\2\1", "bytes of filler are more than a block", 3),
        (b"\x17\0\2\x08\0", b"\x17\0\2\x04\0", "said to have 1024 bits, but it has 2048", 3),
        (b"\x16\0\1\0\x17", b"\x17\0\1\0\x17", "no tag 22", 0),
        (b"\x12\0\1\0\x13", b"\x13\0\1\0\x13", "no tag 18", 0),
        (b"\x1a\0\1\1\x1b", b"\x1a\0\1\3\x1b", "20 bytes are no SHA-512 digest", 7),
        (b"\x10\1\x32\x11\0\x1c", b"\x10\1\x32\x11\0\x1d", "Tag 1 says", 35),
    ],
)
def test_a_damaged_encryption_block_is_refused_with_the_place(
    was: bytes, becomes: bytes, error: str, place: int
) -> None:
    good = built().data
    assert was in good
    header = read_signed(good.replace(was, becomes, 1)).header
    with pytest.raises(FormatError, match=error) as refused:
        read_encryption(header)
    assert refused.value.offset == good.index(was) + place


def test_a_body_that_is_no_whole_blocks_is_refused() -> None:
    good = built()
    for cut in (good.data[:-1], good.data[: good.header.length]):
        with pytest.raises(FormatError, match="no whole blocks of 16"):
            open_encrypted(read_signed(cut), identity("lsc").key)


def test_a_file_that_is_only_signed_is_not_opened() -> None:
    plain = build_signed("a.cnf.xml.sgn", CLEAR, identity("pub"), timestamp=TIMESTAMP)
    with pytest.raises(FormatError, match="signed, not encrypted"):
        open_encrypted(plain, identity("lsc").key)


def test_keys_of_elliptic_curves_are_refused_with_a_sentence() -> None:
    key = generate_private_key(SECP256R1())
    with pytest.raises(RefusedError, match="RSA keys only"):
        seal(CLEAR, key.public_key())
    with pytest.raises(RefusedError, match="RSA keys only"):
        open_encrypted(built(), key)


def test_nothing_secret_is_printed() -> None:
    assert "secret" not in repr(open_encrypted(built(), identity("lsc").key))
    assert repr(FIXED) == "ContentKey(hidden)"
    for odd in (b"", bytes(32)):
        with pytest.raises(RefusedError, match="16 bytes"):
            ContentKey(odd, odd)


def test_a_certificate_of_a_phone_is_enough_to_encrypt_for_it() -> None:
    lsc = identity("lsc")
    sealed = seal(CLEAR, public_key_of(lsc.certificate))
    found = build_encrypted(NAME, sealed, identity("pub"), timestamp=TIMESTAMP)
    assert open_encrypted(found, lsc.key) == Opened(CLEAR)
