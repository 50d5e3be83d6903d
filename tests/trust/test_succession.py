"""What a phone that holds one list makes of the next."""

from collections.abc import Callable

import pytest

from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind, TrustList, build_list, read_list
from ringtrust.trust.record import Record, build_record, empty_record
from ringtrust.trust.roles import Role
from ringtrust.trust.succession import Fate, succession
from ringtrust.trust.tags import HeaderTag
from tests.support.identities import TIMESTAMP, identity, itl, itl_records


def _list(records: list[Record], signer: str = "pub", kind: ListKind = ListKind.ITL, **how: Digest) -> TrustList:
    return build_list(kind, records, identity(signer), timestamp=TIMESTAMP, **how)


def _spoilt(found: TrustList) -> TrustList:
    data = bytearray(found.data)
    data[-1] ^= 1
    return read_list(bytes(data))


def _with_unknown_digest(found: TrustList) -> TrustList:
    data = bytearray(found.data)
    data[found.header.layout.spans[HeaderTag.DIGEST_ALGORITHM].start] = 9
    return read_list(bytes(data))


@pytest.mark.parametrize(
    ("new", "fate", "said"),
    [
        (itl, Fate.SAME, "holds the other"),
        (lambda: itl(tvs=("tvs-new",)), Fate.ACCEPTS, "accepts it without asking anybody"),
        (lambda: itl("sub1"), Fate.MUST_ASK, "knows 2 of 2 still: tvs-pub, tvs-sub1"),
        (lambda: itl("sub1", tvs=("tvs-pub", "x")), Fate.MUST_ASK, "knows 1 of 2 still: tvs-pub."),
        (lambda: itl("sub1", tvs=("x", "y")), Fate.CANNOT_ASK, "Of the 2 TVS certificates"),
        (lambda: _spoilt(itl()), Fate.REFUSES, "refuses the new one"),
        (lambda: _spoilt(itl("sub1")), Fate.REFUSES, "whoever vouches for its signer"),
        (lambda: _with_unknown_digest(itl()), Fate.UNTOLD, "digest algorithm 9 is unknown"),
        (lambda: _with_unknown_digest(itl("sub1")), Fate.UNTOLD, "digest algorithm 9 is unknown"),
    ],
    ids=[
        "the same list",
        "TVS regenerated",
        "CallManager regenerated",
        "CallManager and one TVS",
        "CallManager and every TVS",
        "changed on the way",
        "regenerated, and changed on the way",
        "an unknown digest by a known signer",
        "an unknown digest by an unknown signer",
    ],
)
def test_what_a_phone_makes_of_the_new_list(new: Callable[[], TrustList], fate: Fate, said: str) -> None:
    found = succession(itl(), new())
    assert found.fate is fate
    assert said in found.sentence


def test_the_careless_combination_is_named_by_its_hazards() -> None:
    assert "(H01, H03)" in succession(itl(), itl("sub1", tvs=("x", "y"))).sentence


def test_a_key_that_stands_in_both_lists_may_bring_the_phones_back() -> None:
    recovery = build_record(Role.SAST, identity("ITLRECOVERY_pub").certificate)
    old, new = _list([recovery, *itl_records()]), _list([recovery, *itl_records("sub1", tvs=("x", "y"))], "sub1")
    found = succession(old, new)
    assert found.fate is Fate.CANNOT_ASK
    (note,) = [note for note in found.notes if "(R1)" in note]
    assert "still believe ITLRECOVERY_pub" in note
    assert "utils itl reset localkey" in note
    assert not any("(R1)" in note for note in succession(itl(), itl("sub1", tvs=("x", "y"))).notes)


def test_a_phone_with_an_emptied_list_accepts_any() -> None:
    records = itl_records(tvs=())
    records[1] = empty_record(Role.TFTP, dns_name="pub", ip_address="10.48.47.153")
    found = succession(_list(records), itl("sub1"))
    assert found.fate is Fate.ACCEPTS_ANY
    assert "(S82)" in found.sentence


def test_a_list_without_tvs_is_not_taken_for_an_emptied_one() -> None:
    found = succession(_list([itl_records()[0]]), itl("sub1"))
    assert found.fate is Fate.CANNOT_ASK
    assert "it can ask nobody" in found.sentence


def test_of_a_ctl_alone_nobody_can_tell_whether_the_phone_can_ask() -> None:
    old = _list(itl_records(tvs=()), kind=ListKind.CTL)
    found = succession(old, itl("sub1"))
    assert found.fate is Fate.UNTOLD
    assert "give it with --also" in found.sentence


def test_beside_a_ctl_the_itl_of_the_phone_tells() -> None:
    old = _list(itl_records(tvs=()), kind=ListKind.CTL)
    assert succession(old, itl("sub1"), itl()).fate is Fate.MUST_ASK
    assert succession(old, itl("sub1"), itl("sub1")).fate is Fate.ACCEPTS


def test_a_new_ctl_does_not_tell_which_certificates_tvs_presents() -> None:
    new = _list(itl_records("sub1", tvs=()), "sub1", kind=ListKind.CTL)
    found = succession(itl(), new)
    assert found.fate is Fate.MUST_ASK
    assert "a CTL does not tell" in found.sentence


@pytest.mark.parametrize(
    ("new", "note"),
    [
        (lambda: _list(itl_records(), digest=Digest.SHA512), "7900, 8900 and 9900 models cannot verify"),
        (lambda: _list([itl_records()[0], *itl_records()[2:]]), "no TFTP record"),
        (
            lambda: _list([itl_records()[0], *itl_records("sub1")[1:]]),
            "The old list was served by pub, the new one by sub1: lists of two TFTP nodes differ without any renewal.",
        ),
    ],
    ids=["SHA-512", "no TFTP record", "another TFTP node"],
)
def test_what_else_there_is_to_know_about_a_list_that_is_accepted(new: Callable[[], TrustList], note: str) -> None:
    found = succession(itl(), new())
    assert found.fate is Fate.ACCEPTS
    assert any(note in each for each in found.notes)


def test_an_ordinary_renewal_has_no_notes() -> None:
    assert succession(itl(), itl(tvs=("tvs-new",))).notes == ()
