"""What is odd about a list although its signature holds."""

from datetime import UTC, datetime

import pytest

from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind, TrustList, build_list, read_list
from ringtrust.trust.record import Record, build_record
from ringtrust.trust.records import read_record
from ringtrust.trust.remarks import remarks
from ringtrust.trust.roles import Role
from ringtrust.trust.signature import Holds
from ringtrust.trust.tags import HeaderTag, RecordTag
from ringtrust.trust.tlv import encode
from tests.support.identities import NOW, TIMESTAMP, identity, itl, itl_records


def _list(records: list[Record]) -> TrustList:
    return build_list(ListKind.ITL, records, identity("pub"), timestamp=TIMESTAMP)


def _said(found: TrustList, now: datetime = NOW) -> tuple[str, ...]:
    return remarks(found, now)


def _with(record: Record, tag: int, value: bytes) -> Record:
    return read_record(record.raw.replace(record.value(tag), value, 1))


def test_a_good_list_is_not_remarked_upon() -> None:
    assert _said(itl()) == ()


def test_a_record_whose_serial_number_is_not_that_of_its_certificate() -> None:
    records = itl_records()
    records[3] = _with(records[3], RecordTag.SERIAL_NUMBER, bytes(len(records[3].serial)))
    assert _said(_list(records)) == ("Record 4, TVS tvs-pub: its serial number is not that of its certificate.",)


def test_a_record_that_carries_the_certificate_of_another() -> None:
    records = itl_records()
    theirs, ours = records[3], records[4]
    mixed = theirs.raw.replace(theirs.certificate, ours.certificate)
    if len(theirs.certificate) != len(ours.certificate):
        at = mixed.index(ours.certificate)
        mixed = mixed[: at - 2] + len(ours.certificate).to_bytes(2, "big") + mixed[at:]
        mixed = mixed[:3] + len(mixed).to_bytes(2, "big") + mixed[5:]
    records[3] = read_record(mixed)
    found = _list(records)
    assert isinstance(found.verdict(), Holds)
    assert [remark.split(": ")[1] for remark in _said(found)] == [
        "its serial number is not that of its certificate.",
        "its public key is not that of its certificate.",
        "its signature is not that of its certificate.",
        "its subject is not that of its certificate.",
        "its issuer is not that of its certificate.",
    ]


def test_a_record_whose_certificate_cannot_be_read() -> None:
    records = itl_records()
    records[3] = _with(records[3], RecordTag.CERTIFICATE, bytes(len(records[3].certificate)))
    (remark,) = _said(_list(records))
    assert remark.startswith("Record 4, TVS tvs-pub: This is no certificate")


def _crowd(certificates: int) -> TrustList:
    """An ITL with so many different certificates."""
    signer = identity("pub").certificate
    others = [identity(f"tvs-{number}", 1024).certificate for number in range(certificates - 1)]
    records = [build_record(role, signer) for role in (Role.SAST, Role.TFTP)]
    return _list([*records, *(build_record(Role.TVS, other) for other in others)])


def test_an_itl_with_more_certificates_than_phones_bear() -> None:
    assert _said(_crowd(39)) == ()
    assert _said(_crowd(40)) == ("The list has 40 certificates; more than 39 break registration (H19).",)


def _of_size(size: int, kind: ListKind = ListKind.ITL) -> TrustList:
    """A list of exactly so many bytes."""
    records = [*itl_records(), *itl_records() * 7]
    left = size - itl().header.length - sum(len(record.raw) for record in records)
    items = encode(RecordTag.FUNCTION, b"\0\x15") + encode(77, bytes(left - 13))
    filler = read_record(encode(1, left.to_bytes(2, "big")) + items)
    return build_list(kind, [*records, filler], identity("pub"), timestamp=TIMESTAMP)


def test_an_itl_larger_than_phones_bear() -> None:
    assert len(_of_size(64 * 1024).data) == 64 * 1024
    assert _said(_of_size(64 * 1024)) == ()
    assert _said(_of_size(64 * 1024 + 1)) == (
        "The list has 65,537 bytes; phones cannot load an ITL of more than 64 KB (H19).",
    )
    assert not any("H19" in remark for remark in _said(_of_size(64 * 1024 + 1, ListKind.CTL)))


def test_a_list_signed_with_sha_256_is_remarked_upon() -> None:
    found = build_list(ListKind.ITL, itl_records(), identity("pub"), timestamp=TIMESTAMP, digest=Digest.SHA256)
    assert "signed with SHA-256" in _said(found)[0]


def test_a_hash_of_another_length_than_its_algorithm_is_remarked_upon() -> None:
    lean = build_record(Role.TVS, identity("tvs-pub").certificate, by_hash=True)
    assert _said(_list([*itl_records(), lean])) == ()
    claimed = read_record(lean.raw.replace(b"\x0c\0\1\1", b"\x0c\0\1\3"))
    assert _said(_list([*itl_records(), claimed])) == (
        "Record 6, TVS tvs-pub: its hash has not the length of its algorithm.",
    )


@pytest.mark.parametrize(
    ("subject", "odd"),
    [
        (b"CN=tvs-pub,OU=TAC,O=Cisco,L=Krakow,ST=Malopolska,C=PL\0", False),
        (b"CN=tvs-pub,OU=TAC,O=Cisco,L=Krakow,ST=Malopolska,C=PL,DC=com\0", False),
        (b"CN=tvs-pub,OU=TAC,O=Cisco,L=Krakow,ST=Malopolska\0", True),
        (b"CN=other,CN=tvs-pub,OU=TAC,O=Cisco,L=Krakow,ST=Malopolska,C=PL\0", True),
    ],
    ids=["by comma", "with more than CUCM stores", "one attribute missing", "another CN before it"],
)
def test_names_are_compared_by_the_attributes_that_cucm_stores(subject: bytes, odd: bool) -> None:
    honest = itl_records()[3]
    items = b"".join(
        encode(tag, subject if tag == RecordTag.SUBJECT_NAME else value) for tag, value in honest.items() if tag != 1
    )
    record = read_record(encode(1, (len(items) + 5).to_bytes(2, "big")) + items)
    assert any("its subject" in remark for remark in _said(_list([*itl_records(), record]))) == odd


def test_a_header_that_lies_about_the_size_of_its_key() -> None:
    good = itl()
    place = good.header.layout.spans[HeaderTag.SIGNATURE_MODULUS].start
    data = bytearray(good.data)
    data[place] = 3
    assert _said(read_list(bytes(data))) == ("The header says 4096 bits, but the signature has 2048 bits.",)
    data[place] = 9
    assert "unknown modulus code 9" in _said(read_list(bytes(data)))[0]


def test_records_held_by_hash_count_as_the_certificate_they_stand_for() -> None:
    der = identity("tvs-pub").certificate
    lean, full = build_record(Role.TVS, der, by_hash=True), build_record(Role.TVS, der)
    assert lean.certificate_digest == full.certificate_digest == Digest.SHA1.of(der)
    assert _said(_list([*itl_records(), lean])) == ()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (datetime(2025, 12, 31, tzinfo=UTC), "its certificate is not valid before 2026-01-01."),
        (datetime(2026, 1, 1, tzinfo=UTC), ""),
        (datetime(2030, 11, 29, tzinfo=UTC), ""),
        (datetime(2030, 12, 2, tzinfo=UTC), "its certificate expires on 2030-12-31, in 29 days."),
        (datetime(2030, 12, 31, tzinfo=UTC), "its certificate expired on 2030-12-31."),
    ],
)
def test_a_certificate_that_expires_soon_or_has_expired_is_remarked_upon(day: datetime, expected: str) -> None:
    found = _said(itl(), day)
    assert {remark.split(": ")[1] for remark in found} == ({expected} if expected else set())
    assert len(found) == (5 if expected else 0)


def test_a_list_that_lets_a_phone_verify_no_file_is_remarked_upon() -> None:
    signer = identity("pub").certificate
    assert "no TFTP record" in _said(_list([build_record(Role.SAST, signer)]))[0]
    assert _said(TrustList(itl().data, itl().header, ()))[-1] == "The list has no records."


def test_a_ctl_with_tvs_records_is_remarked_upon() -> None:
    ctl = build_list(ListKind.CTL, itl_records(), identity("pub"), timestamp=TIMESTAMP)
    assert any("no genuine CTL" in remark for remark in _said(ctl))


def test_a_signer_that_stands_there_without_a_certificate_is_remarked_upon() -> None:
    lean = build_record(Role.SAST, identity("sub1").certificate, by_hash=True)
    assert _said(_list([*itl_records(), lean])) == ("Record 6, SAST sub1: its key stands there without a certificate.",)
