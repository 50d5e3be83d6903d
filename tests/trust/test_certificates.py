"""Certificates from foreign files: what lists store of them, or one FormatError."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from ringtrust.errors import FormatError
from ringtrust.trust import names
from ringtrust.trust.certificates import CertificateFacts, certificates_in, public_key_of, validity_of
from tests.support.identities import ec_certificate, identity
from tests.support.throwaway import certificate, cucm_subject, new_key

COMMON_NAME = bytes.fromhex("0603550403")
UTF8_STRING, BIT_STRING = b"\x0c", b"\x03"
VERSION_3, VERSION_4 = bytes.fromhex("a003020102"), bytes.fromhex("a003020103")


def test_a_name_that_is_a_bit_string_is_refused_like_any_other_damage() -> None:
    """Found by fuzzing: an X.509 library raised a TypeError here."""
    der = identity("pub").certificate
    spoilt = der.replace(COMMON_NAME + UTF8_STRING, COMMON_NAME + BIT_STRING)
    assert spoilt != der
    with pytest.raises(FormatError, match="no text"):
        CertificateFacts.of(spoilt)


def test_what_no_phone_looks_at_is_not_judged() -> None:
    """A version that does not exist, and an empty name, of which X.509 libraries complain."""
    der = identity("pub").certificate
    assert CertificateFacts.of(der.replace(VERSION_3, VERSION_4, 1)) == CertificateFacts.of(der)
    unnamed = certificate(x509.Name([]), new_key())
    assert CertificateFacts.of(unnamed).subject == b"\0"


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Kraków", _ASN1Type.UTF8String), ("Kraków", _ASN1Type.BMPString), ("Krakow", _ASN1Type.PrintableString)],
)
def test_a_name_is_text_in_whichever_encoding_the_certificate_has_it(text: str, kind: _ASN1Type) -> None:
    der = certificate(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text, _type=kind)]), new_key())
    assert CertificateFacts.of(der).subject == names.stored(f"CN={text}")


@pytest.mark.parametrize("tag", [0x13, 0x14, 0x16])
def test_old_string_types_are_read_as_latin_1(tag: int) -> None:
    der = certificate(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "aa")]), new_key())
    old = der.replace(COMMON_NAME + b"\x0c\x02aa", COMMON_NAME + bytes((tag,)) + b"\x02a\xf3")
    assert CertificateFacts.of(old).subject == names.stored("CN=aó")


@pytest.mark.parametrize("der", [identity("pub").certificate, ec_certificate("pub-EC")], ids=["RSA", "EC"])
def test_the_parts_are_those_that_a_library_finds(der: bytes) -> None:
    ours, theirs = CertificateFacts.of(der), x509.load_der_x509_certificate(der)
    assert int.from_bytes(ours.serial, "big") == theirs.serial_number
    assert ours.signature == theirs.signature
    assert public_key_of(der) == theirs.public_key()
    stored = {f"{name.rfc4514_attribute_name}={name.value!s}" for name in theirs.subject}
    assert set(names.text(ours.subject).split(";")) == stored


@pytest.mark.parametrize("length", [0, 1, 3, 5, 12])
def test_a_certificate_cut_short_is_refused_with_an_offset_inside_it(length: int) -> None:
    with pytest.raises(FormatError) as refused:
        CertificateFacts.of(identity("pub").certificate[:length])
    assert 0 <= refused.value.offset <= length


def test_the_key_of_an_elliptic_curve_is_stored_as_its_point() -> None:
    point = CertificateFacts.of(ec_certificate("pub-EC")).public_key
    assert (len(point), point[0]) == (97, 4)


def test_a_file_may_hold_a_certificate_as_der_or_a_chain_as_pem() -> None:
    ders = (identity("pub").certificate, ec_certificate("pub-EC"))
    chain = b"Bag Attributes\n".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in ders)
    assert certificates_in(ders[0]) == ders[:1]
    assert certificates_in(chain) == ders


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n", "no base64"),
        (b"-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n", "no certificate"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds a private key"),
        (b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n", "holds a certificate request"),
        (bytes.fromhex("3082100002010330820f0006092a864886f70d010701"), "PKCS #12"),
        (b"nothing", "no certificate"),
        (b"", "no certificate"),
    ],
)
def test_a_file_that_holds_something_else_says_what_it_is(data: bytes, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        certificates_in(data)


def test_the_validity_is_that_of_the_certificate_in_either_form_of_date() -> None:
    der = identity("pub").certificate
    library = x509.load_der_x509_certificate(der)
    assert validity_of(der) == (library.not_valid_before_utc, library.not_valid_after_utc)
    late = certificate(cucm_subject("x"), new_key(), until=datetime(2055, 6, 1, 12, tzinfo=UTC))
    assert validity_of(late).end == datetime(2055, 6, 1, 12, tzinfo=UTC)
    last_century = der.replace(b"260101000000Z", b"991231235959Z")
    assert validity_of(last_century).begin == datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)
    with pytest.raises(FormatError, match="date"):
        validity_of(der.replace(b"260101000000Z", b"261301000000Z"))


def test_a_name_longer_than_any_in_a_list_is_refused() -> None:
    unit = NameOID.ORGANIZATIONAL_UNIT_NAME
    long = x509.Name([x509.NameAttribute(unit, "x" * 64) for _ in range(20)])
    with pytest.raises(FormatError, match="longer than any"):
        CertificateFacts.of(certificate(long, new_key()))


def test_a_certificate_of_very_many_parts_is_refused() -> None:
    serial = NameOID.SERIAL_NUMBER
    many = x509.Name([x509.NameAttribute(serial, str(number)) for number in range(70)])
    with pytest.raises(FormatError, match="more than 64 parts"):
        CertificateFacts.of(certificate(many, new_key()))


def _without_version(der: bytes) -> bytes:
    """The same certificate in X.509 version 1, which has no version field; extensions are left, since nobody looks."""
    inner_start = 4
    inner = der[inner_start + 4 :].replace(bytes.fromhex("a003020102"), b"", 1)
    inner_length = int.from_bytes(der[inner_start + 2 : inner_start + 4], "big") - 5
    outer_length = int.from_bytes(der[2:4], "big") - 5
    return b"\x30\x82" + outer_length.to_bytes(2, "big") + b"\x30\x82" + inner_length.to_bytes(2, "big") + inner


def test_a_certificate_of_version_1_has_no_version_field() -> None:
    der = identity("pub").certificate
    assert CertificateFacts.of(_without_version(der)) == CertificateFacts.of(der)


@pytest.mark.parametrize(
    ("number", "stored"), [("00", "00"), ("ff01", "ff01"), ("0080", "80"), ("7f", "7f"), ("000080", "0080")]
)
def test_a_serial_number_loses_its_sign_byte_and_nothing_else(number: str, stored: str) -> None:
    der = certificate(cucm_subject("x"), new_key(), serial=0x1122334455)
    at = der.index(bytes.fromhex("02051122334455"))
    value = bytes.fromhex(number)
    element = bytes((2, len(value))) + value
    grown = len(element) - 7
    lengths = [int.from_bytes(der[place : place + 2], "big") + grown for place in (2, 6)]
    changed = der[:2] + lengths[0].to_bytes(2, "big") + der[4:6] + lengths[1].to_bytes(2, "big") + der[8:at]
    assert CertificateFacts.of(changed + element + der[at + 7 :]).serial == bytes.fromhex(stored)


def test_a_key_of_a_kind_that_lists_do_not_know_is_refused() -> None:
    key = Ed25519PrivateKey.generate()
    name = cucm_subject("x")
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    start = datetime(2026, 1, 1, tzinfo=UTC)
    dated = builder.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=1))
    der = dated.sign(key, None).public_bytes(Encoding.DER)
    with pytest.raises(FormatError, match="a kind that trust lists do not know"):
        CertificateFacts.of(der)


def test_text_before_a_certificate_in_pem_is_passed_over() -> None:
    der = identity("pub").certificate
    pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
    assert certificates_in(b"subject=CN = pub\n\n" + pem + b"trailing\n") == (der,)
