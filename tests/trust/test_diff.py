"""What changed from list to list, and what it means for a phone that holds the older one."""

import pytest

from ringtrust.trust.diff import compare, consequence
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind, TrustList, build_list, read_list
from ringtrust.trust.record import Record, build_record, empty_record
from ringtrust.trust.roles import Role
from tests.support.identities import TIMESTAMP, identity, itl, itl_records


def _said(old: TrustList, new: TrustList) -> list[tuple[str, str]]:
    return [(change.code, change.sentence) for change in compare(old, new)]


def _list(records: list[Record], signer: str = "pub", **how: Digest) -> TrustList:
    return build_list(ListKind.ITL, records, identity(signer), timestamp=TIMESTAMP, **how)


def test_the_same_list_has_no_changes() -> None:
    assert compare(itl(), read_list(itl().data)) == ()
    assert consequence(itl(), itl()) == "A phone that holds the one holds the other."


def test_a_list_signed_again_differs_in_its_time_only() -> None:
    assert _said(itl(), itl(timestamp=TIMESTAMP + 60)) == [
        ("timestamp", "Signed 2026-11-18 11:06:40 UTC before, and 2026-11-18 11:07:40 UTC now.")
    ]


def test_a_replaced_certificate_is_told_with_both_serial_numbers() -> None:
    records = itl_records()
    records[3] = build_record(Role.TVS, identity("tvs-pub", 1024).certificate, dns_name="tvs-pub")
    ((code, sentence),) = _said(itl(), _list(records))
    assert code == "certificate-replaced"
    assert sentence.startswith("TVS tvs-pub: another certificate; serial ")
    assert itl().records[3].serial_text in sentence
    assert records[3].serial_text in sentence


def test_records_that_come_and_go_are_told() -> None:
    codes = [code for code, _ in _said(itl(tvs=("tvs-pub", "tvs-sub1")), itl(tvs=("tvs-pub", "tvs-sub2")))]
    assert codes == ["record-removed", "record-added"]


def test_a_new_signer_is_told() -> None:
    codes = [code for code, _ in _said(itl(), itl("sub1"))]
    assert codes[0] == "signer"


def test_another_digest_is_told() -> None:
    assert ("digest", "The digest was SHA-1 and is SHA-512.") in _said(
        itl(), _list(itl_records(), digest=Digest.SHA512)
    )


def test_a_certificate_taken_out_is_told_apart_from_one_replaced() -> None:
    records = itl_records()
    records[1] = empty_record(Role.TFTP, dns_name="pub", ip_address="10.48.47.153")
    assert ("certificate-emptied", "TFTP pub: its certificate was taken out.") in _said(itl(), _list(records))


def test_the_same_certificate_by_its_hash_is_no_new_certificate() -> None:
    records = itl_records()
    records[3] = build_record(Role.TVS, identity("tvs-pub").certificate, dns_name="tvs-pub", by_hash=True)
    assert _said(itl(), _list(records)) == [
        ("record-rewritten", "TVS tvs-pub: the same certificate, written differently.")
    ]


def test_another_order_is_told() -> None:
    assert _said(itl(), _list(itl_records()[::-1])) == [
        ("order", "The same records stand in another order."),
    ]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (lambda: itl(tvs=("tvs-new",)), "knows the signer of the new one and accepts it without asking anybody"),
        (lambda: itl("sub1"), "has to ask a TVS server, and knows 2 of 2 still: tvs-pub, tvs-sub1"),
        (lambda: itl("sub1", tvs=("tvs-pub", "x")), "knows 1 of 2 still: tvs-pub"),
        (lambda: itl("sub1", tvs=("x", "y")), "Of the 2 TVS certificates that it holds, none stands in the new list"),
    ],
    ids=["TVS regenerated", "CallManager regenerated", "CallManager and one TVS", "CallManager and every TVS"],
)
def test_what_a_phone_makes_of_the_new_list_is_told(new: object, expected: str) -> None:
    assert callable(new)
    assert expected in consequence(itl(), new())


def test_the_careless_combination_is_named_by_its_hazard() -> None:
    assert "(H01, H03)" in consequence(itl(), itl("sub1", tvs=("x", "y")))


def test_a_list_changed_on_the_way_is_refused_by_a_phone_that_knows_the_signer() -> None:
    spoilt = bytearray(itl().data)
    spoilt[-1] ^= 1
    assert "refuses the new one" in consequence(itl(), read_list(bytes(spoilt)))


def test_a_phone_with_an_emptied_list_accepts_any() -> None:
    records = itl_records(tvs=())
    records[1] = empty_record(Role.TFTP, dns_name="pub", ip_address="10.48.47.153")
    assert "accepts any list (S82)" in consequence(_list(records), itl("sub1"))


def test_a_phone_that_holds_no_tvs_certificate_can_ask_nobody() -> None:
    assert "it can ask nobody" in consequence(itl(tvs=()), itl("sub1"))


def test_a_ctl_names_no_tvs_server() -> None:
    old = build_list(ListKind.CTL, itl_records(tvs=()), identity("pub"), timestamp=TIMESTAMP)
    assert "depends on the ITL" in consequence(old, itl("sub1"))
