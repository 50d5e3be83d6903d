"""A snapshot in mixed mode as what a proof stands on: nothing that was not read is taken for clean."""

from typing import Any

import pytest
from msgspec.structs import replace

from ringtrust.change.ground import MIC, Copy
from ringtrust.change.proof import Holds
from ringtrust.cluster.certificate import Identity, Trusted
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.node import Node
from ringtrust.cluster.phone import Lsc
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.prove.check import flaws
from ringtrust.prove.runbook import read_runbook
from ringtrust.prove.served import is_blank
from tests.plan.material import PUB, SUB1, V9, V12, certificate, with_node
from tests.prove.mixed import CAPF_NOW, Kind, capf, ctl, snapshot
from tests.prove.nights import grounds, holds, night, proved, refuted

RESTARTS = ("restart callmanager @ all", "restart tvs @ all", "restart tftp @ all")
STEP = ("wait sync", *RESTARTS, "wave complete")
CALLMANAGER = night("regen CallManager @ all", "wait sync", "ctl update", *STEP)
CLEAN_FILE = f"{CAPF_NOW}.pem"
CLEAN = f"delete CallManager-trust/{CLEAN_FILE} @ all"


def test_what_could_not_be_seen_is_not_proved_of() -> None:
    blind = with_node(snapshot(V12), SUB1, ctl=Unread("it was silent"))
    with pytest.raises(RefusedError, match=r"The CTL of sub1 could not be read"):
        grounds(blind)
    bare = snapshot(V12)
    for node in bare.nodes:
        bare = with_node(bare, node.name, ctl=Skipped("This node serves no CTL."))
    with pytest.raises(RefusedError, match="no node serves a CTL"):
        grounds(bare)


FIRST = Kind("A", 2)


def one_like(**changes: Any) -> Snapshot:
    """A cluster whose first phone is changed."""
    plain = snapshot(V12, FIRST)
    assert isinstance(plain.phones, Known)
    first, *others = plain.phones.value
    return replace(plain, phones=Known((replace(first, **changes), *others)))


@pytest.mark.parametrize("profile", [Unread("the database was silent"), Skipped("It was not asked for.")])
def test_a_phone_of_an_unread_profile_is_not_taken_for_one_that_is_not_secure(profile: Unread | Skipped) -> None:
    with pytest.raises(RefusedError, match=r"Whether SEP\w+ registers over TLS is not known: ") as refused:
        grounds(one_like(profile=profile))
    assert profile.reason in str(refused.value)


@pytest.mark.parametrize("profile", ["", "Verschlüsselt", "non-secure "])
def test_nor_is_one_whose_profile_has_an_unknown_word(profile: str) -> None:
    with pytest.raises(RefusedError, match="is not known: its profile says"):
        grounds(one_like(profile=Known(profile)))


@pytest.mark.parametrize("lsc", [Unread("the database was silent"), Skipped("It was not asked for.")])
def test_who_signed_for_a_secure_phone_has_to_be_known(lsc: Unread | Skipped) -> None:
    with pytest.raises(RefusedError, match="Who signed the LSC"):
        grounds(one_like(lsc=lsc))
    assert grounds(one_like(lsc=lsc, profile=Known("non-secure"))).ctl


@pytest.mark.parametrize("trusted", [Unread("it was silent"), Skipped("It was not asked for.")])
def test_an_unread_trust_store_is_not_an_empty_one(trusted: Unread | Skipped) -> None:
    """Whom it does not know in the beginning could not be missed afterwards."""
    with pytest.raises(RefusedError, match="The trust stores of sub1 could not be read"):
        grounds(with_node(snapshot(V12), SUB1, trusted=trusted))
    plain = snapshot(V12, Kind("A", profile="non-secure", issuer=""))
    assert grounds(with_node(plain, SUB1, trusted=trusted)).ctl


def with_trusted(found: Snapshot, *more: Trusted) -> Snapshot:
    """With more files in the trust stores of every node."""
    for node in found.nodes:
        assert isinstance(node.trusted, Known)
        found = with_node(found, node.name, trusted=Known((*node.trusted.value, *more)))
    return found


def test_an_unread_file_counts_by_its_name_and_one_without_a_telling_name_is_refused() -> None:
    kinds = (Kind("A", 2, issuer="CAPF-0000000b"),)
    unread = Unread("`show cert trust` shows no PEM")
    early = night("delete CallManager-trust/CAPF-0000000b.pem @ all")
    named = with_trusted(snapshot(V12, *kinds), Trusted("CallManager-trust", "CAPF-0000000b.pem", unread))
    assert refuted(early, named).stories[0].unregistered
    with pytest.raises(RefusedError, match=r"x\.pem.* could not be read, and its name does not tell"):
        grounds(with_trusted(named, Trusted("CallManager-trust", "x.pem", unread)))


@pytest.mark.parametrize(
    "issuer",
    [CAPF_NOW.upper(), CAPF_NOW.lower(), f"CN={CAPF_NOW},OU=Voice,O=Example", f"CN={CAPF_NOW};OU=Voice"],
)
def test_the_issuer_of_an_lsc_is_found_whichever_way_it_is_written(issuer: str) -> None:
    found = snapshot(V12, Kind("A", 2, issuer=issuer))
    assert {phones.issuer for phones in grounds(found).classes} == {"CAPF@pub#0"}
    assert refuted(night(CLEAN), found).stories[0].unregistered


def test_an_lsc_of_another_ca_is_none_of_the_capf_of_now() -> None:
    """CAPF may be made to have LSCs signed by a CA: that is the one that has to stay."""
    other = certificate("Example Manufacturing CA")
    found = with_trusted(
        snapshot(V12, Kind("A", 2, issuer="example manufacturing ca")),
        Trusted("CallManager-trust", "Example.pem", Known(other)),
    )
    assert {phones.issuer for phones in grounds(found).classes} == {"example manufacturing ca"}
    assert holds(night(CLEAN), found)
    assert refuted(night("delete CallManager-trust/Example.pem @ all"), found).stories[0].unregistered


def test_two_certificates_of_one_capf_name_count_as_one() -> None:
    """Which of them signed an LSC nobody tells: neither goes, and an expired one does not make the other expired."""
    older = capf(ended=True)
    found = with_trusted(
        snapshot(V12, FIRST), Trusted("CallManager-trust", "CAPF-older.pem", Known(replace(older, sha256="0" * 64)))
    )
    assert CAPF_NOW not in grounds(found).expired
    assert "CAPF@pub#0" not in grounds(found).expired
    assert refuted(night("delete CallManager-trust/CAPF-older.pem @ all"), found).stories[0].unregistered


def test_before_11_5_a_secure_phone_without_a_word_of_its_lsc_may_have_one() -> None:
    """`Operation Pending` hides what was there before; `None` and `Delete Success` do not."""
    plain = snapshot(V9, Kind("A", issuer=""))
    assert isinstance(plain.phones, Known)
    for status, issuer in (("Operation Pending", "CAPF@pub#0"), ("None", MIC), ("Delete Success", MIC)):
        lsc = Lsc("", None, None, "No Pending Operation", status, "By Null String")
        found = replace(plain, phones=Known((replace(plain.phones.value[0], lsc=Known(lsc)),)))
        assert {phones.issuer for phones in grounds(found).classes} == {issuer}


def test_a_ctl_whose_signer_is_in_none_of_its_records_is_refused() -> None:
    for serial in ("ABCDEF", "", "00"):
        odd = replace(ctl(V12), signer_serial=serial)
        with pytest.raises(RefusedError, match="The CTL of sub1 holds no record of who signed it"):
            grounds(with_node(snapshot(V12), SUB1, ctl=Known(odd)))


@pytest.mark.parametrize(("node", "unit"), [(SUB1, "CallManager"), (PUB, "CAPF")])
def test_an_unread_certificate_is_not_one_of_before(node: str, unit: str) -> None:
    """Taken for another one than the CTL holds, its phones had been barred before, and nobody counted them after."""
    found = snapshot(V12)
    seen = found.node(node)
    assert seen is not None
    assert isinstance(seen.identities, Known)
    unread = tuple(Identity(unit, Unread("-")) if each.unit == unit else each for each in seen.identities.value)
    with pytest.raises(RefusedError, match=f"{unit} of {node} could not be read"):
        grounds(with_node(found, node, identities=Known(unread)))


def test_a_certificate_of_several_nodes_is_refused() -> None:
    found = snapshot(V12)
    shared = Identity("CallManager", Known(certificate("CallManager of all")))
    for node in found.nodes:
        assert isinstance(node.identities, Known)
        others = tuple(each for each in node.identities.value if each.unit != "CallManager")
        found = with_node(found, node.name, identities=Known((*others, shared)))
    with pytest.raises(RefusedError, match="CallManager of pub and of sub1 are one certificate"):
        grounds(found)


@pytest.mark.parametrize(
    ("itl", "held", "start"),
    [
        ("", "now", "a CTL alone"),
        ("now", "", "an ITL alone"),
        ("", "", "no list"),
        ("now", "AB", "a list that no node serves"),
        ("AB", "", "a list that no node serves"),
    ],
)
def test_a_phone_with_one_list_alone_does_not_trust_anybody(itl: str, held: str, start: str) -> None:
    plain = snapshot(V12, FIRST)
    assert isinstance(plain.phones, Known)
    phone = plain.phones.value[0]
    changes = {"itl": phone.itl if itl == "now" else Known(itl), "ctl": phone.ctl if held == "now" else Known(held)}
    phones = grounds(replace(plain, phones=Known((replace(phone, **changes),)))).classes
    assert [each.start for each in phones] == [start]


def test_phones_with_an_itl_alone_are_lost_where_their_signers_and_tvs_go_at_once() -> None:
    plain = snapshot(V12, FIRST)
    assert isinstance(plain.phones, Known)
    both = night("regen CallManager @ all", "regen ITLRecovery @ pub", "regen TVS @ all", *STEP)
    for changes in ({"ctl": Known("")}, {"itl": Known("")}):
        phones = tuple(replace(phone, **changes) for phone in plain.phones.value)
        verdict = refuted(both, replace(plain, phones=Known(phones)))
        assert not verdict.stories[0].unregistered
        assert not is_blank(verdict.stories[0].first)
    blank = tuple(replace(phone, ctl=Known(""), itl=Known("")) for phone in plain.phones.value)
    assert holds(night("regen TVS @ all", *STEP), replace(plain, phones=Known(blank)))


def test_a_phone_with_neither_list_takes_both_whoever_signed_them() -> None:
    """With tokens nobody who may sign the one may sign the other: a new phone takes them together when it starts."""
    plain = snapshot(V9, FIRST)
    assert isinstance(plain.phones, Known)
    blank = tuple(replace(phone, ctl=Known(""), itl=Known("")) for phone in plain.phones.value)
    proof = proved(CALLMANAGER, replace(plain, phones=Known(blank)))
    assert isinstance(proof.verdict, Holds)
    assert flaws(proof) == ()


def test_who_cannot_register_before_the_night_is_remarked_upon() -> None:
    """Their CTL holds the CallManager of the publisher alone, and that is in no CM group."""
    records = tuple(each for each in ctl(V12).records if each.role != "CCM+TFTP" or each.host == PUB)
    found = snapshot(V12, FIRST)
    for node in found.nodes:
        found = with_node(found, node.name, ctl=Known(replace(ctl(V12), records=records)))
    told = [each.text for each in proved(night("backup"), found).remarks]
    assert any("cannot register before the night begins" in each and "CallManager of sub" in each for each in told)
    assert not any("cannot register" in each.text for each in proved(night("backup"), snapshot(V12)).remarks)


def test_files_whose_names_differ_only_in_case_are_told_apart() -> None:
    found = with_trusted(
        snapshot(V12, FIRST), Trusted("CallManager-trust", CLEAN_FILE.lower(), Known(certificate("somebody")))
    )
    other = replace(grounds(found), copies=(*grounds(found).copies, Copy(CLEAN_FILE.lower(), MIC, "CallManager-trust")))
    stages = read_runbook(night(CLEAN), other, frozenset())
    assert {getattr(stage.deed, "name", "") for stage in stages} == {CLEAN_FILE}


def test_nodes_that_serve_different_ctls_are_all_met() -> None:
    """One node has kept the CTL from before the last renewal: phones may hold either."""
    old = ctl(V12)
    lacking = replace(old, sha1="AB" * 20, records=tuple(each for each in old.records if each.host != SUB1))
    mixed = with_node(snapshot(V12), SUB1, ctl=Known(lacking))
    assert [len(each.servers) for each in grounds(mixed).ctl] == [2, 3]
    assert isinstance(_publisher(mixed).ctl, Known)


def _publisher(found: Snapshot) -> Node:
    node = found.node(PUB)
    assert node is not None
    return node
