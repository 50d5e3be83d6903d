"""Certificates as nodes have them, old and odd ones too, are decoded; anything else is one typed error."""

import datetime
import re
from datetime import UTC

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.connect.certificates import certificate_of, serial_text
from ringtrust.errors import FormatError
from ringtrust.trust.certificates import CertificateFacts
from tests.support.identities import ec_certificate, identity
from tests.support.shared import shared_bytes
from tests.support.throwaway import cucm_subject, new_key

CAPF_OF_NEGATIVE_SERIAL = "capf-cas/CAPF-35E08332.der"
REAL = (
    "capf-cas/CAPF-19a340e5.der",
    "capf-cas/CAPF-2fbd03a4.der",
    CAPF_OF_NEGATIVE_SERIAL,
    "capf-cas/CAPF-3a66269a.der",
    "capf-cas/CAPF-72c7ffbb.der",
    "capf-cas/CAPF-851d4452.der",
    "capf-cas/CAPF-dc3cda68.der",
    "cisco-cas/ACT2_SUDI_CA.der",
    "cisco-cas/CAP-RTP-001.der",
    "cisco-cas/CAP-RTP-002.der",
    "cisco-cas/Cisco_Manufacturing_CA.der",
    "cisco-cas/Cisco_Manufacturing_CA_SHA2.der",
    "cisco-cas/Cisco_Root_CA_2048.der",
    "cisco-cas/Cisco_Root_CA_M2.der",
)


@pytest.mark.parametrize("name", REAL)
def test_real_certificates_are_decoded_with_the_serial_number_that_lists_hold(name: str) -> None:
    data = shared_bytes(name)
    found = certificate_of(data)
    assert found.serial == CertificateFacts.of(data).serial.hex().upper()
    assert found.key == "RSA"
    assert found.bits in {1024, 2048}
    assert found.digest in {"sha1", "sha256"}
    assert certificate_of(found.pem) == found


def test_what_is_known_of_a_real_ca() -> None:
    found = certificate_of(shared_bytes("cisco-cas/Cisco_Manufacturing_CA.pem"))
    assert found.subject == "CN=Cisco Manufacturing CA,O=Cisco Systems"
    assert found.common_name == "Cisco Manufacturing CA"
    assert found.issuer == "CN=Cisco Root CA 2048,O=Cisco Systems"
    assert found.serial == "6A6967B3000000000003"
    assert (found.self_signed, found.authority, found.digest) == (False, True, "sha1")
    assert found.not_before.tzinfo is UTC
    assert re.fullmatch(r"[0-9A-F]{40}", found.sha1)
    assert re.fullmatch(r"[0-9A-F]{64}", found.sha256)


def test_the_certificate_of_a_node() -> None:
    found = certificate_of(identity("pub").certificate)
    assert found.self_signed
    assert found.common_name == "pub"
    assert certificate_of(ec_certificate("ec")).key == "EC"


def _signed(name: x509.Name, *, names: tuple[x509.GeneralName, ...] = (), odd_key: bool = False) -> bytes:
    key = new_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(cucm_subject("ca"))
        .public_key(ed25519.Ed25519PrivateKey.generate().public_key() if odd_key else key.public_key())
        .serial_number(7)
        .not_valid_before(datetime.datetime(2025, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime.datetime(2055, 1, 1, tzinfo=UTC))
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key, hashes.SHA384()).public_bytes(Encoding.DER)


def test_names_dates_digests_and_keys_of_every_kind() -> None:
    import ipaddress  # noqa: PLC0415 - one address

    others = (
        x509.DNSName("pub.lab.example"),
        x509.IPAddress(ipaddress.ip_address("10.0.0.1")),
        x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])),
        x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
        x509.OtherName(x509.ObjectIdentifier("1.2.4"), b"\x05\x00"),
    )
    found = certificate_of(_signed(x509.Name([]), names=others, odd_key=True))
    assert found.names == ("pub.lab.example", "10.0.0.1", "CN=x", "1.2.3", "1.2.4")
    assert (found.key, found.bits, found.digest) == ("other", 0, "sha384")
    assert (found.subject, found.common_name, found.serial) == ("", "", "07")
    assert found.not_after == datetime.datetime(2055, 1, 1, tzinfo=UTC)


def test_a_name_that_no_standard_allows_is_read_without_a_warning() -> None:
    country = b"\x55\x04\x06\x13\x02PL"
    data = identity("pub").certificate
    assert country in data
    assert "C=P?" in certificate_of(data.replace(country, country[:-1] + b"?")).subject


@pytest.mark.parametrize(
    "data",
    [
        b"",
        "",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n",
        b"0" * 100_000,
        "é" * 10,
        "-----BEGIN CERTIFICATE-----\n" * 2000,
    ],
)
def test_what_is_no_certificate_is_one_error(data: str | bytes) -> None:
    with pytest.raises(FormatError):
        certificate_of(data)


@given(st.integers(-(2**170), 2**170))
def test_serial_numbers_are_the_bytes_of_der_without_the_sign_byte(number: int) -> None:
    text = serial_text(number)
    assert int.from_bytes(bytes.fromhex(text), "big", signed=number < 0) == number
    assert text.isascii()
    assert text == text.upper()
    assert len(text) % 2 == 0
    assert number < 0 or len(text) == 2 or not text.startswith("00")


@given(st.data())
def test_spoilt_certificates_give_a_value_or_one_error(data: st.DataObject) -> None:
    seeds = [identity("pub").certificate, ec_certificate("ec"), _NAMED]
    spoilt = bytearray(data.draw(st.sampled_from(seeds)))
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = certificate_of(bytes(spoilt))
    except FormatError as error:
        assert 0 <= error.offset <= len(spoilt)
    else:
        assert certificate_of(found.pem) == found


_NAMED = _signed(cucm_subject("pub"), names=(x509.DNSName("pub.lab.example"),))


def test_a_chain_is_told_by_its_key_identifiers() -> None:
    root = certificate_of(shared_bytes("cisco-cas/Cisco_Root_CA_M2.der"))
    below = certificate_of(shared_bytes("cisco-cas/Cisco_Manufacturing_CA_SHA2.der"))
    assert below.issuer_key_id == root.key_id != ""
    assert certificate_of(ec_certificate("ec")).issuer_key_id == ""


def test_its_purposes_are_told_by_their_names() -> None:
    assert certificate_of(shared_bytes(CAPF_OF_NEGATIVE_SERIAL)).purposes == ()
    assert certificate_of(shared_bytes("capf-cas/CAPF-19a340e5.der")).purposes == ("serverAuth", "ipsecEndSystem")
    assert "1.3.6.1.4.1.311.21.6" in certificate_of(shared_bytes("cisco-cas/Cisco_Manufacturing_CA.der")).purposes
