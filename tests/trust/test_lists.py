"""Trust lists: what is built is what CUCM builds, it verifies, and nobody can change it unnoticed."""

import contextlib
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.choices import LIST_BYTES_AT_MOST, NO_ADDRESS, RECORDS_AT_MOST
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import NewHeader, SignerId
from ringtrust.trust.lists import ListKind, build_list, read_list
from ringtrust.trust.names import stored
from ringtrust.trust.record import Record, build_record, client_record, empty_record
from ringtrust.trust.records import read_record
from ringtrust.trust.roles import Role
from ringtrust.trust.signature import Broken, Holds, SignerUnknown, Unjudged
from ringtrust.trust.signed import build_signed
from ringtrust.trust.signing import SigningKey
from ringtrust.trust.tags import HeaderTag, RecordTag
from ringtrust.trust.tlv import HEAD, encode
from tests.support.identities import TIMESTAMP, ec_certificate, identity, itl, itl_records
from tests.support.shared import program
from tests.support.throwaway import certificate, cucm_subject, new_key


def test_a_built_list_is_read_back_with_all_that_went_in() -> None:
    found = itl()
    assert found.kind is ListKind.ITL
    assert found.header.filename == "ITLFile.tlv"
    assert (found.header.version, found.header.timestamp, found.header.signer_version) == ((1, 2), TIMESTAMP, None)
    assert [record.title for record in found.records] == [
        "SAST pub",
        "TFTP pub",
        "CAPF CAPF-19a340e5",
        "TVS tvs-pub",
        "TVS tvs-sub1",
    ]
    assert [record.ip_text for record in found.records[:2]] == [NO_ADDRESS, "10.48.47.153"]
    assert list(found.records) == itl_records()
    assert found.records[0].subject == "CN=pub;OU=TAC;O=Cisco;L=Krakow;ST=Malopolska;C=PL"


def test_the_header_stands_in_the_order_of_genuine_files() -> None:
    assert list(itl().header.layout.tags) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15]
    assert itl().records[1].layout.tags == bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])


@pytest.mark.parametrize(
    ("signer_id", "signature_bytes", "expected"),
    [(149, 128, 336), (117, 128, 304), (127, 128, 312), (149, 256, 464), (73, 256, 388)],
    ids=["118893", "118892", "a real CTL of 7166 bytes", "2048 bits", "no multiple of eight"],
)
def test_the_header_is_as_long_as_in_genuine_files(signer_id: int, signature_bytes: int, expected: int) -> None:
    signer = SignerId(bytes(signer_id - 9 - 16 - 10), bytes(16), bytes(10))
    header = NewHeader(signer, 1, 1, signature_bytes, "CTLFile.tlv", TIMESTAMP, (1, 2))
    front, back = header.around_signature()
    assert len(front) + HEAD + signature_bytes + len(back) == expected


@pytest.mark.parametrize("digest", list(Digest))
@pytest.mark.parametrize("bits", [1024, 2048, 4096])
def test_the_signature_of_a_built_list_holds_for_its_signer(digest: Digest, bits: int) -> None:
    signer = identity(f"pub-{bits}", bits)
    records = [build_record(Role.TFTP, signer.certificate), build_record(Role.SAST, signer.certificate)]
    found = build_list(ListKind.CTL, records, signer, timestamp=TIMESTAMP, digest=digest)
    assert found.verdict() == Holds(2, records[1], digest)
    assert len(found.header.signature) == bits // 8


def test_no_byte_of_a_list_can_be_changed_without_breaking_it() -> None:
    good = itl()
    for place in [*range(good.header.length), *range(good.header.length, len(good.data), 37)]:
        spoilt = bytearray(good.data)
        spoilt[place] ^= 0x40
        with contextlib.suppress(FormatError):
            assert not isinstance(read_list(bytes(spoilt)).verdict(), Holds), f"byte {place}"


def test_a_program_that_nobody_here_wrote_agrees_with_the_signature(tmp_path: Path) -> None:
    """Signed is everything but the SIGNATURE item (trust-formats.md §1.3): openssl is given exactly that."""
    found = itl()
    place = found.header.layout.spans[HeaderTag.SIGNATURE]
    (tmp_path / "signature").write_bytes(found.data[place])
    (tmp_path / "signed").write_bytes(found.data[: place.start - HEAD] + found.data[place.stop :])
    key = x509.load_der_x509_certificate(found.records[0].certificate).public_key()
    (tmp_path / "key").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    command = [program("openssl"), "dgst", "-sha1", "-verify", "key", "-signature", "signature", "signed"]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == "Verified OK"


def test_a_list_whose_signer_is_no_sast_record_is_not_built() -> None:
    another = build_record(Role.SAST, identity("sub1").certificate)
    by_hash = build_record(Role.SAST, identity("pub").certificate, by_hash=True)
    for records in (itl_records()[1:], [another, *itl_records()[1:]], [by_hash, *itl_records()[1:]]):
        with pytest.raises(RefusedError, match="in none of the SAST records"):
            build_list(ListKind.ITL, records, identity("pub"), timestamp=TIMESTAMP)


def test_more_records_than_any_list_has_are_neither_built_nor_read() -> None:
    smallest = encode(1, (10).to_bytes(2, "big")) + encode(4, b"\0\x15")
    most = itl().header.raw + smallest * RECORDS_AT_MOST
    assert len(read_list(most).records) == RECORDS_AT_MOST
    with pytest.raises(FormatError, match="More than 512 records") as refused:
        read_list(most + smallest)
    assert refused.value.offset == len(most)
    with pytest.raises(RefusedError, match="more than any phone reads"):
        build_list(ListKind.ITL, itl_records() * 200, identity("pub"), timestamp=TIMESTAMP)


def test_a_file_larger_than_phones_download_is_no_list() -> None:
    with pytest.raises(FormatError, match="more than any trust list has") as refused:
        read_list(itl().header.raw + bytes(LIST_BYTES_AT_MOST))
    assert refused.value.offset == LIST_BYTES_AT_MOST


def test_records_are_equal_when_their_bytes_are() -> None:
    one, two = itl_records()[:2]
    assert one == read_record(one.raw)
    assert hash(one) == hash(read_record(one.raw))
    assert one != two
    assert itl().records == itl_records()
    assert itl().records != itl_records()[::-1]
    assert list(itl().records[1:3]) == itl_records()[1:3]


def test_what_was_read_cannot_be_changed() -> None:
    """Layouts are shared by all files of one shape."""
    record = itl().records[0]
    with pytest.raises(TypeError):
        record.layout.spans[4] = slice(0, 0)  # type: ignore[index]
    with pytest.raises(AttributeError):
        record.raw = b""  # type: ignore[misc]


@pytest.mark.parametrize("address", ["nowhere", "10.48.47", ""])
def test_a_record_with_an_address_that_is_none_is_not_built(address: str) -> None:
    with pytest.raises(RefusedError, match="no IP address"):
        build_record(Role.TVS, identity("pub").certificate, ip_address=address)


@pytest.mark.parametrize("host", ["a\0b", "a\nb", "x" * 1024])
def test_a_record_with_a_host_that_is_none_is_not_built(host: str) -> None:
    with pytest.raises(RefusedError, match="no host name"):
        build_record(Role.TVS, identity("pub").certificate, dns_name=host)


def test_a_list_is_not_signed_with_a_key_size_that_has_no_code() -> None:
    key = rsa.generate_private_key(65537, 3072)
    with pytest.raises(RefusedError, match="3072 bits"):
        SigningKey(certificate(cucm_subject("pub"), key), key)


def test_a_list_is_not_signed_with_the_key_of_another_certificate() -> None:
    with pytest.raises(RefusedError, match="does not belong"):
        SigningKey(identity("pub").certificate, new_key())


@pytest.mark.parametrize(
    ("name", "serial", "issuer", "known"),
    [
        ("CN=pub;O=x", 7, "CN=ca", True),
        ("CN=pub,O=x", 7, "CN=ca", True),
        ("CN=sub1;O=x", 7, "CN=ca", False),
        ("CN=pub;O=x", 8, "CN=ca", False),
        ("CN=pub;O=x", 7, "CN=other", False),
    ],
    ids=["the same", "in another spelling", "another name", "another serial number", "another issuer"],
)
def test_the_signer_is_found_by_name_serial_number_and_issuer(name: str, serial: int, issuer: str, known: bool) -> None:
    items = (
        encode(RecordTag.SUBJECT_NAME, b"CN=pub;O=x\0")
        + encode(RecordTag.FUNCTION, b"\0\0")
        + encode(RecordTag.ISSUER_NAME, b"CN=ca\0")
        + encode(RecordTag.SERIAL_NUMBER, b"\0\7")
        + encode(RecordTag.CERTIFICATE, identity("pub").certificate)
    )
    record = encode(1, (len(items) + 5).to_bytes(2, "big")) + items
    signer = SignerId(stored(name), bytes((serial,)), stored(issuer))
    front, back = NewHeader(signer, 1, 2, 256, "ITLFile.tlv", TIMESTAMP, (1, 2)).around_signature()
    verdict = read_list(front + encode(HeaderTag.SIGNATURE, bytes(256)) + back + record).verdict()
    assert isinstance(verdict, Broken if known else SignerUnknown)


def _impostor(name: str) -> Record:
    """A SAST record with the names and the serial number of an identity, and another key."""
    serial = x509.load_der_x509_certificate(identity(name).certificate).serial_number
    return build_record(Role.SAST, certificate(cucm_subject(name), new_key(), serial=serial))


def test_a_signer_with_the_right_names_and_another_key_does_not_make_a_signature_hold() -> None:
    found, forged = itl(), _impostor("pub")
    swapped = read_list(found.header.raw + forged.raw + b"".join(record.raw for record in found.records[1:]))
    assert swapped.verdict() == Broken(1, forged)


def test_a_signed_file_is_no_trust_list() -> None:
    file = build_signed("SEP001122334455.cnf.xml.sgn", b"", identity("pub"), timestamp=TIMESTAMP)
    with pytest.raises(FormatError, match="no trust list") as refused:
        read_list(file.data)
    assert "ringtrust signed" in refused.value.advice


@pytest.mark.parametrize(("timestamp", "filename"), [(-1, "x"), (2**32, "x"), (0, "x" * 1024)])
def test_a_header_that_cannot_hold_what_is_asked_for_is_not_built(timestamp: int, filename: str) -> None:
    with pytest.raises(RefusedError):
        build_signed(filename, b"", identity("pub"), timestamp=timestamp)


def test_the_other_of_two_records_with_the_signers_names_is_tried_too() -> None:
    twin = _impostor("pub")
    found = build_list(ListKind.ITL, [twin, *itl_records()], identity("pub"), timestamp=TIMESTAMP)
    assert found.verdict() == Holds(2, itl_records()[0], Digest.SHA1)


def test_what_nobody_can_judge_is_never_a_no() -> None:
    """Of two records with the signer's names one has another key, the other a certificate that cannot be read."""
    unreadable = read_record(
        itl_records()[0].raw.replace(identity("pub").certificate, bytes(len(identity("pub").certificate)))
    )
    for records in ([_impostor("pub"), unreadable], [unreadable, _impostor("pub")]):
        found = read_list(itl().header.raw + b"".join(record.raw for record in records))
        assert found.verdict() == Unjudged("the key of the signer's record cannot be read")


def test_a_header_that_names_no_signer_has_none() -> None:
    front, back = NewHeader(SignerId(b"\0", b"", b"\0"), 1, 2, 256, "ITLFile.tlv", TIMESTAMP, (1, 2)).around_signature()
    nameless = encode(4, b"\0\0") + encode(3, b"\0") + encode(5, b"\0")
    record = encode(1, (len(nameless) + 5).to_bytes(2, "big")) + nameless
    verdict = read_list(front + encode(HeaderTag.SIGNATURE, bytes(256)) + back + record).verdict()
    assert isinstance(verdict, SignerUnknown)
    assert verdict.reason == "its header names no signer"


def test_the_key_of_a_signer_held_by_hash_is_its_public_key_item() -> None:
    real = identity("pub")
    lean = build_record(Role.SAST, real.certificate, by_hash=True)
    found = itl()
    body = lean.raw + b"".join(record.raw for record in found.records[1:])
    data = real.signed(body, digest=Digest.SHA1, filename="ITLFile.tlv", timestamp=TIMESTAMP, version=(1, 2))
    assert read_list(data).verdict() == Holds(1, lean, Digest.SHA1)
    assert lean.certificate_digest == build_record(Role.SAST, real.certificate).certificate_digest


@pytest.mark.parametrize(
    ("tag", "value", "reason"),
    [
        (HeaderTag.DIGEST_ALGORITHM, 9, "digest algorithm 9 is unknown"),
        (HeaderTag.SIGNATURE_ALGORITHM, 5, "signature algorithm 5 is unknown"),
    ],
)
def test_an_unknown_algorithm_is_neither_right_nor_wrong(tag: int, value: int, reason: str) -> None:
    data = bytearray(itl().data)
    data[itl().header.layout.spans[tag].start] = value
    assert read_list(bytes(data)).verdict() == Unjudged(reason)


def test_a_signer_whose_key_is_no_rsa_key_is_neither_right_nor_wrong() -> None:
    signer = build_record(Role.SAST, ec_certificate("pub-EC"))
    names = SignerId(signer.value(RecordTag.SUBJECT_NAME), signer.serial, signer.value(RecordTag.ISSUER_NAME))
    front, back = NewHeader(names, 1, 2, 256, "ITLFile.tlv", TIMESTAMP, (1, 2)).around_signature()
    found = read_list(front + encode(HeaderTag.SIGNATURE, bytes(256)) + back + signer.raw)
    assert found.verdict() == Unjudged("the signer's record has no RSA key, and no other kind is known to sign")


def test_emptied_records_are_33_bytes_long_as_in_118892() -> None:
    record = empty_record(Role.CCM_TFTP, dns_name="10.48.47.153", ip_address="10.48.47.153")
    assert len(record.raw) == 33
    assert record.layout.tags == bytes([1, 2, 4, 10])
    assert record.title == "CCM+TFTP 10.48.47.153"


@pytest.mark.parametrize(
    ("filename", "kind"),
    [("CTLFile.tlv", ListKind.CTL), ("ITLSEP001122334455.tlv", ListKind.ITL), ("other", ListKind.ITL)],
)
def test_a_list_is_known_by_its_name_or_else_by_its_records(filename: str, kind: ListKind) -> None:
    body = b"".join(record.raw for record in itl_records())
    data = identity("pub").signed(body, digest=Digest.SHA1, filename=filename, timestamp=0, version=(1, 2))
    assert read_list(data).kind is kind


def test_a_record_of_the_ctl_client_lacks_the_issuer_s_signature_and_names_an_etoken_as_cisco_does() -> None:
    """The lengths are those of 118892: 56 bytes of subject, 42 of issuer, a DNS name of length 1."""
    token = identity("SAST-ADN0054f509        ").certificate
    name = stored('cn="SAST-ADN0054f509        ";ou=IPCBU;o="Cisco Systems')
    owner = SignerId(name, bytes.fromhex("3CF927000000AFA2DA45"), stored("cn=Cisco Manufacturing CA;o=Cisco Systems"))
    record = read_record(client_record(Role.SAST, token, owner=owner).raw)
    assert record.layout.tags == bytes([1, 2, 3, 4, 5, 6, 7, 9, 10])
    assert [len(record.value(tag)) for tag in (RecordTag.DNS_NAME, RecordTag.SUBJECT_NAME, RecordTag.ISSUER_NAME)] == [
        *(1, 56, 42)
    ]
    assert (record.owner, record.certificate, record.ip_text) == (owner, token, NO_ADDRESS)
    server = client_record(Role.CAPF, identity("CAPF-19a340e5").certificate, dns_name="10.48.47.153")
    assert server.owner == build_record(Role.CAPF, identity("CAPF-19a340e5").certificate).owner


def test_who_holds_a_ctl_alone_believes_an_itl_of_one_of_its_servers_and_who_holds_an_itl_does_not() -> None:
    token = identity("SAST-token")
    sast = build_record(Role.SAST, token.certificate)
    server = build_record(Role.CCM_TFTP, identity("pub").certificate, dns_name="pub")
    ctl = build_list(ListKind.CTL, [sast, server], token, timestamp=TIMESTAMP)
    assert isinstance(itl("pub").verdict_for_holder_of(ctl), Holds)
    assert isinstance(itl("sub1").verdict_for_holder_of(ctl), SignerUnknown)
    assert isinstance(itl("pub").verdict_for_holder_of(ctl, itl("sub1")), SignerUnknown)
    other = [build_record(Role.SAST, identity("pub").certificate), server]
    ctl_of_server = build_list(ListKind.CTL, other, identity("pub"), timestamp=TIMESTAMP)
    assert isinstance(ctl_of_server.verdict_for_holder_of(ctl), SignerUnknown)  # a server signs no CTL
