"""Files that others made: lists of certutils, which real phones accept, and certificates of real clusters."""

import json

import pytest
from cryptography import x509

from ringtrust.trust.certificates import CertificateFacts, certificates_in
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind, read_list
from ringtrust.trust.names import text
from ringtrust.trust.record import build_record
from ringtrust.trust.records import read_record
from ringtrust.trust.remarks import remarks
from ringtrust.trust.roles import Role
from ringtrust.trust.signature import Broken, Holds
from ringtrust.trust.signed import read_signed
from ringtrust.trust.tvs import QueryRequest, VerifyRequest, VerifyResponse, frame_size, read_frame, read_message
from tests.support.identities import NOW
from tests.support.shared import shared_bytes, shared_path


@pytest.mark.parametrize(
    ("name", "digest"), [("ITL-10rec-sha1.tlv", Digest.SHA1), ("ITL-sha512-signer1.1.tlv", Digest.SHA512)]
)
def test_lists_of_certutils_are_read_and_hold(name: str, digest: Digest) -> None:
    found = read_list(shared_bytes(f"lists/{name}"))
    assert found.kind is ListKind.ITL
    assert found.verdict() == Holds(1, found.records[0], digest)
    assert remarks(found, NOW) == ()
    assert found.header.signer_version == ((1, 1) if "signer1.1" in name else (1, 0))


def test_the_ten_records_of_certutils_have_the_roles_they_were_made_with() -> None:
    found = read_list(shared_bytes("lists/ITL-10rec-sha1.tlv"))
    assert [record.function for record in found.records] == [0, 0, 1, 3, 3, 4, 21, 21, 7, 7]
    assert [text(record.value(3)).split(",")[0].removeprefix("CN=") for record in found.records] == [
        *("SAST", "SAST2", "CCM", "TFTP", "EC", "CAPF", "TVS1", "TVS2", "APP1", "APP2")
    ]


@pytest.mark.parametrize("name", ["SAST", "CCM", "TFTP", "EC", "CAPF", "TVS1"])
def test_our_record_of_a_certificate_says_what_the_record_of_certutils_says(name: str) -> None:
    """Keys, serial numbers, signatures and certificates byte for byte; certutils writes names its own way."""
    der = certificates_in(shared_bytes(f"lists/{name}.crt.pem"))[0]
    theirs = next(r for r in read_list(shared_bytes("lists/ITL-10rec-sha1.tlv")).records if r.certificate == der)
    ours = build_record(Role(theirs.function), der)
    for tag in (4, 6, 7, 8, 9):
        assert ours.value(tag) == theirs.value(tag), f"tag {tag}"


@pytest.mark.parametrize("name", ["SEP001122334455.cnf.xml.sha1.sgn", "SEP001122334455.cnf.xml.sha512.sgn"])
def test_signed_files_of_certutils_hold_for_a_phone_with_their_list(name: str) -> None:
    found = read_signed(shared_bytes(f"signed/{name}"))
    held = read_list(shared_bytes("lists/ITL-10rec-sha1.tlv"))
    assert isinstance(found.verdict_for_holder_of(held), Holds)
    assert found.body == b"<device><x>1</x></device>\n"
    assert found.header.version == (1, 0)
    changed = read_signed(found.data.replace(b"<x>1", b"<x>2"))
    assert isinstance(changed.verdict_for_holder_of(held), Broken)


def test_an_encrypted_file_of_certutils_holds_without_being_opened() -> None:
    found = read_signed(shared_bytes("signed/SEPAABBCCDDEEFF.cnf.xml.enc.sgn"))
    assert found.encrypted
    assert found.header.version == (2, 0)
    assert isinstance(found.verdict_for_holder_of(read_list(shared_bytes("lists/ITL-10rec-sha1.tlv"))), Holds)


def test_the_certificates_of_real_clusters_and_of_cisco_fit_into_records() -> None:
    found = [*shared_path("data/capf-cas").glob("*.der"), *shared_path("data/cisco-cas").glob("*.der")]
    assert len(found) == 14
    for path in found:
        record = build_record(Role.CAPF, path.read_bytes())
        assert read_record(record.raw) == record
        assert record.certificate == path.read_bytes()


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_the_parts_of_real_certificates_are_those_that_a_library_finds() -> None:
    for path in [*shared_path("data/capf-cas").glob("*.der"), *shared_path("data/cisco-cas").glob("*.der")]:
        ours, theirs = CertificateFacts.of(path.read_bytes()), x509.load_der_x509_certificate(path.read_bytes())
        assert ours.signature == theirs.signature, path
        assert int.from_bytes(ours.serial, "big", signed=ours.serial[0] > 0x7F and theirs.serial_number < 0) == (
            theirs.serial_number
        )
        assert set(text(ours.issuer).split(";")) == {
            f"{name.rfc4514_attribute_name}={name.value!s}" for name in theirs.issuer
        }, path


def test_the_name_of_a_real_capf_is_stored_as_cucm_stores_it() -> None:
    facts = CertificateFacts.of(shared_bytes("capf-cas/CAPF-19a340e5.der"))
    assert text(facts.subject) == "CN=CAPF-19a340e5;OU=tac;O=cisco;L=richardson;ST=tx;C=US"
    assert facts.serial.hex() == "4745cdd0d3e0387c09316ae7ed0914cd"


def test_a_negative_serial_number_is_stored_as_the_certificate_has_it() -> None:
    der = shared_bytes("capf-cas/CAPF-35E08332.der")
    serial = CertificateFacts.of(der).serial
    assert serial == bytes.fromhex("f301")
    assert b"\x02\x02" + serial in der


def test_a_serial_number_with_its_highest_bit_set_has_no_sign_byte() -> None:
    for path in shared_path("data/lists").glob("*.crt.pem"):
        facts = CertificateFacts.of(certificates_in(path.read_bytes())[0])
        assert facts.serial[0] != 0


def test_recorded_tvs_conversations_are_read_and_written_back_the_same() -> None:
    sessions = json.loads(shared_bytes("sessions/tvs-sessions.json"))
    read = {name: [read_message(bytes.fromhex(data)) for _, data in spoken] for name, spoken in sessions.items()}
    for name, spoken in sessions.items():
        assert [message.to_bytes().hex() for message in read[name]] == [data for _, data in spoken]
    known, unknown = read["known"], read["unknown"]
    assert isinstance(known[0], VerifyRequest)
    assert isinstance(known[1], VerifyResponse)
    assert known[0].device == "CP-8861-SEPB000B4BA0AEE"
    assert known[0].certificate == certificates_in(shared_bytes("lists/CCM.crt.pem"))[0]
    assert (known[1].good, known[1].roles, known[1].ttl) == (True, (0, 2), 86_400)
    assert isinstance(unknown[1], VerifyResponse)
    assert not unknown[1].good


def test_the_query_of_a_real_phone_has_the_size_that_its_trace_tells() -> None:
    """Cisco 213407 prints 42 bytes of a query of 153, and the names in it."""
    printed = bytes.fromhex(
        next(line for line in shared_bytes("tvs/query_cert_213407.txt").decode().splitlines() if line.startswith("57"))
        .rstrip(". ")
        .replace(" ", "")
    )
    assert frame_size(printed[:10]) == 153
    query = QueryRequest.make(
        0x3E9,
        "CP-8861-SEPB000B4BA0AEE",
        b"CN=ucm11pub.stormin.local;OU=IST;O=Stormin;L=Brisbane;ST=QLD;C=AU\0",
        b"CN=stormin-WIN2012-CA\0",
        bytes.fromhex("24000000179479B8F124AC3F3B000000000017"),
    )
    ours = query.to_bytes()
    assert len(ours) == 153
    assert ours.startswith(printed)
    assert read_frame(ours) == query.frame
