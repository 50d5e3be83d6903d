"""What changed from list to list, in words."""

from ringtrust.trust.diff import compare
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import NewHeader
from ringtrust.trust.lists import ListKind, TrustList, build_list, read_list
from ringtrust.trust.record import Record, build_record, empty_record
from ringtrust.trust.records import read_record
from ringtrust.trust.roles import Role
from ringtrust.trust.tags import HeaderTag
from ringtrust.trust.tlv import encode
from tests.support.identities import TIMESTAMP, identity, itl, itl_records


def _said(old: TrustList, new: TrustList) -> list[tuple[str, str]]:
    return [(change.code, change.sentence) for change in compare(old, new)]


def _list(records: list[Record], signer: str = "pub", kind: ListKind = ListKind.ITL, **how: Digest) -> TrustList:
    return build_list(kind, records, identity(signer), timestamp=TIMESTAMP, **how)


def test_the_same_list_has_no_changes() -> None:
    assert compare(itl(), read_list(itl().data)) == ()


def test_a_list_signed_again_differs_in_its_time_only() -> None:
    assert _said(itl(), itl(timestamp=TIMESTAMP + 60)) == [
        ("timestamp", "The time of signing was 2026-11-18 11:06:40 UTC, and is 2026-11-18 11:07:40 UTC.")
    ]


def test_a_replaced_certificate_is_told_with_both_serial_numbers() -> None:
    records = itl_records()
    records[3] = build_record(Role.TVS, identity("tvs-pub", 1024).certificate, dns_name="tvs-pub")
    before, now = itl().records[3].serial_text, records[3].serial_text
    assert _said(itl(), _list(records)) == [
        (
            "certificate-replaced",
            f"TVS tvs-pub: another certificate; serial {before} before, {now} now.",
        )
    ]


def test_records_that_come_and_go_are_told() -> None:
    gone, come = itl().records[4], itl(tvs=("tvs-pub", "tvs-sub2")).records[4]
    assert _said(itl(), itl(tvs=("tvs-pub", "tvs-sub2"))) == [
        ("record-removed", f"Gone: TVS tvs-sub1, serial {gone.serial_text}."),
        ("record-added", f"New: TVS tvs-sub2, serial {come.serial_text}."),
    ]


def test_of_several_records_of_one_owner_each_is_paired_once() -> None:
    old = _list(
        [*itl_records(), *(build_record(Role.CAPF, identity("twin", bits).certificate) for bits in (1024, 2048))]
    )
    new = _list([*itl_records(), build_record(Role.CAPF, identity("twin", 4096).certificate)])
    assert [code for code, _ in _said(old, new)] == ["certificate-replaced", "record-removed"]


def test_a_new_signer_is_told() -> None:
    (code, sentence), *_ = _said(itl(), itl("sub1"))
    assert code == "signer"
    assert sentence.startswith('The signer was "CN=pub;OU=TAC;')
    assert 'and is "CN=sub1;OU=TAC;' in sentence


def test_another_digest_is_told() -> None:
    assert ("digest", "The digest was SHA-1, and is SHA-512.") in _said(
        itl(), _list(itl_records(), digest=Digest.SHA512)
    )


def test_a_certificate_in_another_role_is_told_as_that() -> None:
    """TFTP becomes CCM+TFTP when a cluster goes to mixed mode: the ITL carries the security mode."""
    records = itl_records()
    records[1] = build_record(Role.CCM_TFTP, identity("pub").certificate, dns_name="pub", ip_address="10.48.47.153")
    assert _said(itl(), _list(records)) == [("role", "TFTP pub became CCM+TFTP: the same certificate in another role.")]


def test_another_address_and_another_host_are_told() -> None:
    records = itl_records()
    records[1] = build_record(Role.TFTP, identity("pub").certificate, dns_name="pub2", ip_address="10.48.47.200")
    ((code, sentence),) = _said(itl(), _list(records))
    assert code == "record-rewritten"
    assert sentence.startswith("TFTP pub: the same certificate; address 10.48.47.153 before, 10.48.47.200 now; ")
    assert sentence.endswith('host "pub" before, "pub2" now.')


def test_a_certificate_taken_out_is_told_apart_from_one_replaced() -> None:
    records = itl_records()
    records[1] = empty_record(Role.TFTP, dns_name="pub", ip_address="10.48.47.153")
    assert ("certificate-emptied", "TFTP pub: its certificate was taken out.") in _said(itl(), _list(records))


def test_the_same_certificate_by_its_hash_is_no_new_certificate() -> None:
    records = itl_records()
    records[3] = build_record(Role.TVS, identity("tvs-pub").certificate, dns_name="tvs-pub", by_hash=True)
    ((code, sentence),) = _said(itl(), _list(records))
    assert code == "record-rewritten"
    assert sentence == (
        "TVS tvs-pub: the same certificate; written differently: CERTIFICATE, CERTHASH, HASH ALGORITHM."
    )


def test_another_key_in_a_record_by_hash_is_told() -> None:
    lean = build_record(Role.TVS, identity("tvs-pub").certificate, by_hash=True)
    other = read_record(lean.raw.replace(lean.value(7), build_record(Role.TVS, identity("x").certificate).value(7)))
    ((_, sentence),) = _said(_list([*itl_records(), lean]), _list([*itl_records(), other]))
    assert sentence == "TVS tvs-pub: the same certificate; written differently: PUBLICKEY."


def test_another_order_is_told() -> None:
    assert _said(itl(), _list(itl_records()[::-1])) == [("order", "The same records stand in another order.")]


def test_an_itl_and_a_ctl_are_told_apart() -> None:
    assert _said(itl(tvs=()), _list(itl_records(tvs=()), kind=ListKind.CTL))[0] == (
        "kind",
        "The kind was ITL, and is CTL.",
    )


def test_what_phones_take_as_a_switch_in_the_header_is_told() -> None:
    identity_ = identity("pub").identity
    front, back = NewHeader(identity_, 1, 2, 256, "ITLFile.tlv", TIMESTAMP, (1, 2)).around_signature()
    body = b"".join(record.raw for record in itl_records())

    def made(signer_version: bytes) -> TrustList:
        more = encode(HeaderTag.SIGNER_VERSION, signer_version)
        data = bytearray(front[:10] + more + front[10:] + encode(HeaderTag.SIGNATURE, bytes(256)) + back + body)
        data[8:10] = (len(data) - len(body)).to_bytes(2, "big")
        return read_list(bytes(data))

    assert _said(made(b"\1\0"), made(b"\1\1")) == [("signer-version", "The signer version was 1.0, and is 1.1.")]


def test_a_changed_signature_is_not_passed_off_as_another_way_of_writing() -> None:
    data = bytearray(itl().data)
    data[itl().header.layout.spans[HeaderTag.SIGNATURE].start] ^= 1
    assert _said(itl(), read_list(bytes(data))) == [("signature", "The same content, with another signature.")]
