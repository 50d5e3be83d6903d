"""What has moved since a plan was made: every fact that it leans on is told, and nothing else is called a move."""

from collections.abc import Callable
from datetime import timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.change.fingerprint import HASH_BYTES, Fingerprint, Kind, Moved, PhonesOf, Trait, Unseen
from ringtrust.change.plan import read_plan, write_plan
from ringtrust.cluster.certificate import Trusted
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.node import ListRecord, Node, Served, Service
from ringtrust.cluster.phone import Group, Lsc, Phone
from ringtrust.cluster.snapshot import Backup, Replication, Snapshot
from ringtrust.plan.fingerprint import fingerprint_of, hash_of
from ringtrust.plan.moved import Names, moved, named_by, names_of
from ringtrust.plan.standing import HoldsNoMore, NobodyKnows, StillHolds, standing
from tests.plan.material import (
    NODES,
    PUB,
    RELEASES,
    SUB1,
    SUB2,
    TAKEN,
    TFTP,
    V9,
    V12,
    campus,
    catalog,
    certificate,
    phone,
    planned,
    served,
    with_certificate,
    with_node,
    with_phones,
    with_services,
)

MANY = tuple(phone(number, "A" if number % 2 else "B", served(PUB).sha1) for number in range(40))
FULL = with_phones(campus(V9), *MANY)


def moves(new: Snapshot, old: Snapshot = FULL, *goal: str) -> tuple[Moved, ...]:
    """What has moved, for a plan with this goal."""
    names = names_of(planned(old, *(goal or ("ipsec",))), [each.name for each in new.all_phones()])
    return moved(fingerprint_of(old), fingerprint_of(new), names)


def with_served_list(snapshot: Snapshot, node: str, **changes: object) -> Snapshot:
    found = snapshot.node(node)
    assert isinstance(found, Node)
    assert isinstance(found.itl, Known)
    return with_node(snapshot, node, itl=Known(replace(found.itl.value, **changes)))


def trusted(*names: str, store: str = "CallManager-trust") -> Known[tuple[Trusted, ...]]:
    return Known(tuple(Trusted(store, f"{name}.pem", Known(certificate(name))) for name in names))


def one_fewer(snapshot: Snapshot) -> Snapshot:
    nodes = tuple(node for node in snapshot.nodes if node.name != SUB2)
    return replace(snapshot, nodes=nodes)


def one_more(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, nodes=(*snapshot.nodes, replace(snapshot.nodes[-1], name="sub3")))


NEWER = certificate("TVS of sub1, made anew")
WITH_TRUST = with_node(FULL, SUB1, trusted=trusted("CAPF of pub"))
PLAIN = tuple(replace(each, profile=Known("non-secure")) for each in MANY)
RUNS = (Served("TVS", 2445, Known(certificate("TVS of sub1"))),)

# What somebody may have changed: the snapshots before and after, how much it weighs, and what is said.
CHANGES: dict[str, tuple[Snapshot, Snapshot, str, str]] = {
    "a renewal that the plan does not name": (
        FULL,
        with_certificate(FULL, "tomcat", SUB1, lambda _: NEWER),
        "weighs",
        f"The certificate tomcat of sub1 was serial {certificate('tomcat of sub1').serial} (",
    ),
    "a renewal that the plan names": (
        FULL,
        with_certificate(FULL, "ipsec", SUB1, lambda _: NEWER),
        "breaks",
        f"and is serial {NEWER.serial} (",
    ),
    "another TVS than phones know": (
        FULL,
        with_certificate(FULL, "TVS", SUB1, lambda _: NEWER),
        "breaks",
        "TVS of sub1",
    ),
    "a certificate taken away": (
        FULL,
        with_certificate(FULL, "CAPF", PUB, lambda _: None),
        "weighs",
        "The certificate CAPF of pub was serial",
    ),
    "TVS runs with another": (
        with_node(FULL, SUB1, served=RUNS),
        with_node(FULL, SUB1, served=(Served("TVS", 2445, Known(NEWER)),)),
        "weighs",
        "The certificate that TVS of sub1 runs with was serial",
    ),
    "a node more": (FULL, one_more(FULL), "breaks", "The node sub3 was not there, and is a subscriber now."),
    "a node less": (FULL, one_fewer(FULL), "breaks", "The node sub2 was a subscriber, and is not there now."),
    "an upgrade of all": (
        FULL,
        replace(FULL, nodes=tuple(replace(node, version=Known(V12)) for node in FULL.nodes)),
        "breaks",
        f"The version of pub, sub1, sub2 was {V9}, and is {V12} now.",
    ),
    "mixed mode": (
        FULL,
        replace(FULL, security_mode=Known(1)),
        "breaks",
        "The security mode was non-secure, and is mixed now.",
    ),
    "the rollback parameter": (
        FULL,
        replace(FULL, rollback=Known(value=True)),
        "breaks",
        "The rollback parameter was False, and is True now.",
    ),
    "a member less": (
        FULL,
        replace(FULL, groups=Known((Group("A", (SUB1,)), Group("B", (SUB2, SUB1))))),
        "weighs",
        'The CM group "A" was sub1, sub2, and is sub1 now.',
    ),
    "another order of members": (
        FULL,
        replace(FULL, groups=Known((Group("A", (SUB2, SUB1)), Group("B", (SUB2, SUB1))))),
        "weighs",
        'The CM group "A" was sub1, sub2, and is sub2, sub1 now.',
    ),
    "a group more": (
        FULL,
        replace(FULL, groups=Known((*FULL.groups.value, Group("C\x1b[2J", (SUB1,))))),  # type: ignore[union-attr]
        "weighs",
        'The CM group "C\\x1b[2J" was not there, and is sub1 now.',
    ),
    "a service more": (
        FULL,
        with_services(FULL, SUB2, Service(TFTP, "STARTED")),
        "weighs",
        "Cisco Tftp of sub2 was not activated, and is activated now.",
    ),
    "another signer": (FULL, with_served_list(FULL, PUB, signer_serial="77"), "weighs", "and is signed by serial 77"),
    "other records": (
        FULL,
        with_served_list(FULL, PUB, records=(ListRecord("TVS", "x", "CN=x", "1", "AA"),)),
        "weighs",
        "with 1 records",
    ),
    "an empty list": (FULL, with_served_list(FULL, PUB, emptied=True), "weighs", "emptied"),
    "a list that is not valid": (FULL, with_served_list(FULL, PUB, valid=False), "weighs", "and not valid now."),
    "a list that is served no more": (
        FULL,
        with_node(FULL, SUB1, itl=Skipped("Cisco Tftp is not activated here.")),
        "weighs",
        "The ITL of sub1 was signed by serial",
    ),
    "a file with the same in it": (
        FULL,
        with_served_list(FULL, PUB, sha1="77" * 20, md5="77" * 16),
        "told",
        "The file of the ITL of pub was SHA-1",
    ),
    "a CTL": (
        FULL,
        with_node(FULL, PUB, ctl=Known(served(PUB))),
        "weighs",
        "The CTL of pub was not served, and is signed by serial 1",
    ),
    "a trusted certificate less": (
        WITH_TRUST,
        with_node(FULL, SUB1, trusted=trusted()),
        "weighs",
        '"CAPF of pub" in CallManager-trust, serial',
    ),
    "a trusted certificate more": (
        FULL,
        WITH_TRUST,
        "told",
        '"CAPF of pub" in CallManager-trust, serial',
    ),
    "a newer backup": (
        FULL,
        replace(FULL, backups=Known((Backup("x", "SUCCESS", "CCM", Known(TAKEN)),))),
        "told",
        "The last good backup was of 2026-06-01 02:00 UTC, and is of 2026-06-01 12:00 UTC now.",
    ),
    "a phone in another group": (
        FULL,
        with_phones(FULL, replace(MANY[0], group="A"), *MANY[1:]),
        "weighs",
        f'1 phone ({MANY[0].name}): in CM group "B"; now in CM group "A".',
    ),
    "a phone with another profile": (
        with_phones(FULL, *(replace(each, profile=Known("non-secure")) for each in MANY)),
        with_phones(
            FULL, *(replace(each, profile=Known("encrypted" if each is MANY[0] else "non-secure")) for each in MANY)
        ),
        "weighs",
        f'({MANY[0].name}): in CM group "B", non-secure; now in CM group "B", encrypted.',
    ),
    "a new phone": (
        FULL,
        with_phones(FULL, *MANY, phone(99)),
        "told",
        "New in the database, and no wave of this plan waits for them: 1 phone (SEP000000000099).",
    ),
    "many new phones": (
        FULL,
        with_phones(FULL, *MANY, *(phone(90 + number) for number in range(4))),
        "weighs",
        "4 phones (SEP000000000090, SEP000000000091, SEP000000000092, SEP000000000093)",
    ),
    "a phone gone": (FULL, with_phones(FULL, *MANY[1:]), "told", f"No more in the database: 1 phone ({MANY[0].name})."),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_somebody_changes_is_told_and_weighed(change: str) -> None:
    old, new, weight, sentence = CHANGES[change]
    found = moves(new, old)
    assert [each.weight for each in found if sentence in each.what] == [weight], found
    assert len([each for each in found if each.weight != "told"]) == (weight != "told")


@pytest.mark.parametrize("version", RELEASES)
def test_a_cluster_that_is_as_it_was_has_not_moved(version: str) -> None:
    assert moved(fingerprint_of(campus(version)), fingerprint_of(campus(version))) == ()


LSC = Known(Lsc("CAPF", None, None, "", "", ""))
UNMOVED: dict[str, Callable[[Snapshot], Snapshot]] = {
    "time": lambda now: replace(now, taken=TAKEN + timedelta(days=9)),
    "the name in ringtrust.toml": lambda now: replace(now, cluster="elsewhere"),
    "an address": lambda now: with_node(now, SUB1, address="10.9.9.9"),
    "phones that are off": lambda now: with_phones(now, *(replace(each, registration=Unread("off")) for each in MANY)),
    "what phones hold": lambda now: with_phones(now, *(replace(each, itl=Known("")) for each in MANY)),
    "LSCs": lambda now: with_phones(
        now, *(replace(each, lsc=Known(Lsc("C", None, None, "", "", ""))) for each in MANY)
    ),
    "replication": lambda now: replace(now, replication=Known((Replication(PUB, 4, "(4)", 9),))),
    "a service that stopped": lambda now: with_services(now, SUB1, Service("Cisco CallManager", "STOPPED")),
    "a service nobody needs": lambda now: with_services(
        now, SUB1, Service("Cisco Bulk Provisioning Service", "STARTED")
    ),
    "descriptions": lambda now: with_phones(now, *(replace(each, description="new") for each in MANY)),
    "another store": lambda now: with_node(now, SUB1, trusted=trusted("somebody", store="tomcat-trust")),
    "a profile that was asked for now": lambda now: with_phones(now, *PLAIN),
}


@pytest.mark.parametrize("change", UNMOVED)
def test_what_no_plan_leans_on_and_what_gates_look_at_is_no_move(change: str) -> None:
    assert moves(UNMOVED[change](FULL)) == ()


UNREAD: dict[str, tuple[Callable[[Snapshot], Snapshot], str]] = {
    "certificates": (lambda now: with_node(now, SUB1, identities=Unread("No answer.")), "The certificates of sub1"),
    "one certificate": (
        lambda now: with_certificate(now, "TVS", SUB1, lambda _: Unread("No answer.")),
        "The certificates of sub1 could not be read now: TVS",
    ),
    "trust stores": (lambda now: with_node(now, SUB1, trusted=Unread("No answer.")), "The trust stores of sub1"),
    "a list": (lambda now: with_node(now, SUB1, itl=Unread("No answer.")), "The ITL of sub1"),
    "services": (lambda now: with_node(now, SUB1, services=Unread("No answer.")), "The services of sub1"),
    "the version": (lambda now: with_node(now, SUB1, version=Unread("No answer.")), "The version of sub1"),
    "groups": (lambda now: replace(now, groups=Unread("No answer.")), "The CM groups"),
    "the mode": (lambda now: replace(now, security_mode=Unread("No answer.")), "The security mode"),
    "the parameter": (lambda now: replace(now, rollback=Unread("No answer.")), "The rollback parameter"),
    "phones": (lambda now: replace(now, phones=Unread("No answer.")), "The phones could not be read now: No answer."),
}


@pytest.mark.parametrize("change", UNREAD)
def test_what_cannot_be_read_now_is_not_taken_for_gone(change: str) -> None:
    spoil, sentence = UNREAD[change]
    (found,) = [each for each in moves(spoil(FULL)) if each.weight != "told"]
    assert found.weight == "unread"
    assert found.what.startswith(sentence)
    assert "No answer." in found.what
    assert "not there" not in found.what
    back = moved(fingerprint_of(spoil(FULL)), fingerprint_of(FULL))
    assert {each.weight for each in back} == {"told"}, "what could not be read then was no part of the plan"
    assert moved(fingerprint_of(spoil(FULL)), fingerprint_of(spoil(FULL))) == ()


KINDS: st.SearchStrategy[Kind] = st.sampled_from([kind for kind in get_args(Kind) if kind not in {"node", "phones"}])
TRAITS = st.builds(Trait, KINDS, st.sampled_from(("", *NODES)), st.text(max_size=9), st.text(min_size=1, max_size=9))
PHONES = st.dictionaries(st.text(max_size=9), st.sampled_from(("A", "B", "C")), max_size=9)


@st.composite
def fingerprints(draw: st.DrawFn) -> Fingerprint:
    """Any cluster of these three nodes."""
    phones = draw(PHONES)
    hashes = {group: sorted(hash_of(name) for name, own in phones.items() if own == group) for group in "ABC"}
    traits = {(each.kind, each.node, each.name): each for each in draw(st.lists(TRAITS, max_size=9))}
    nodes = [Trait("node", name, "", "a subscriber") for name in NODES]
    return Fingerprint(
        tuple(sorted((*traits.values(), *nodes))),
        tuple(PhonesOf(group, "", b"".join(found)) for group, found in hashes.items() if found),
    )


@given(fingerprints())
def test_no_cluster_has_moved_from_itself(fingerprint: Fingerprint) -> None:
    assert moved(fingerprint, fingerprint) == ()
    again = msgspec.json.decode(msgspec.json.encode(fingerprint), type=Fingerprint)
    assert again == fingerprint


@given(st.data(), fingerprints())
def test_any_single_fact_that_is_otherwise_is_told(data: st.DataObject, old: Fingerprint) -> None:
    changed = list(old.traits)
    place = data.draw(st.integers(0, len(changed) - 1))
    trait = changed[place]
    how = data.draw(st.sampled_from(("another value", "gone", "one more")))
    if how == "another value":
        changed[place] = replace(trait, value=f"{trait.value}!")
    elif how == "gone":
        del changed[place]
    else:
        changed.append(replace(trait, name=f"{trait.name}!"))
    (found,) = moved(old, replace(old, traits=tuple(sorted(changed))))
    assert found.what.endswith(" now.")
    assert found.what.isprintable()


@given(st.data(), fingerprints(), fingerprints())
def test_any_phone_that_is_otherwise_is_told_by_its_name(
    data: st.DataObject, old: Fingerprint, new: Fingerprint
) -> None:
    new = replace(new, traits=old.traits)
    was = {phone: each.group for each in old.phones for phone in each.hashes()}
    here = {phone: each.group for each in new.phones for phone in each.hashes()}
    names = Names(phones={phone: f"SEP{phone.hex()}" for phone in (*was, *here)})
    told = " ".join(each.what for each in moved(old, new, names))
    other = [phone for phone in was.keys() | here.keys() if was.get(phone) != here.get(phone)]
    assert bool(told) == bool(other)
    assert all(f"SEP{phone.hex()}" in told or " more" in told for phone in other)


def test_forty_thousand_phones_are_a_quarter_of_a_megabyte_and_have_names_of_their_own() -> None:
    phones = tuple(
        Phone(f"SEP{number:012X}", "", "", f"{number % 7}", Unread(""), Unread("")) for number in range(40_000)
    )
    fingerprint = fingerprint_of(with_phones(campus(V9), *phones))
    assert sum(len(each.phones) for each in fingerprint.phones) == 40_000 * HASH_BYTES
    assert len(msgspec.json.encode(fingerprint)) < 300_000


def test_a_plan_carries_the_fingerprint_of_its_snapshot_and_knows_what_it_names() -> None:
    plan = planned(FULL, "TVS@sub1", "tomcat@pub")
    assert read_plan(write_plan(plan)).fingerprint == fingerprint_of(FULL)
    assert named_by(plan) >= {"TVS of sub1", "tomcat of pub"}
    assert "tomcat of sub1" not in named_by(plan)
    unseen = fingerprint_of(replace(FULL, backups=Unread("No answer.")))
    assert unseen.unseen == (Unseen("backup", "", "No answer."),)


# Whether the old proof still holds.


def test_a_proof_holds_on_the_ground_that_it_was_made_for_and_on_one_more_service() -> None:
    for version in RELEASES:
        old = with_phones(campus(version), *MANY)
        plan = planned(old, "all")
        assert standing(plan, old, catalog()) == StillHolds()
        more = with_services(old, SUB2, Service("Cisco CTIManager", "STARTED"))
        assert standing(plan, more, catalog()) == StillHolds()


def test_a_group_of_one_member_refutes_what_two_have_proved() -> None:
    plan = planned(FULL, "TVS")
    alone = replace(FULL, groups=Known((Group("A", (SUB1,)), Group("B", (SUB2, SUB1)))))
    found = standing(plan, alone, catalog())
    assert isinstance(found, HoldsNoMore)
    assert "CM group A has one member" in found.why
    assert found.why.endswith("(H09).")


def test_phones_of_which_nobody_vouches_any_more_are_counted() -> None:
    plan = planned(FULL, "CallManager")
    empty = replace(FULL, groups=Known((Group("A", ()), Group("B", (SUB2, SUB1)))))
    found = standing(plan, empty, catalog())
    assert isinstance(found, HoldsNoMore)
    assert found.phones == len(MANY) // 2
    assert found.why.startswith("20 phones may lose trust by it: group A.")


def test_phones_that_are_left_behind_and_the_few_that_are_new_are_told_and_not_counted() -> None:
    off = phone(77, "A", served(PUB).sha1, "UnRegistered")
    old = with_phones(FULL, *MANY, off)
    plan = planned(old, "all")
    assert [each.name for each in plan.stragglers] == [off.name]
    assert standing(plan, with_phones(old, *MANY, off, phone(99)), catalog()) == StillHolds()


def test_what_cannot_be_proved_is_not_called_refuted() -> None:
    plan = planned(FULL, "ipsec")
    assert standing(plan, one_fewer(FULL), catalog()) == NobodyKnows(
        "The plan acts on sub2, and the cluster has none of that name."
    )
    found = standing(plan, replace(FULL, phones=Unread("No answer.")), catalog())
    assert isinstance(found, NobodyKnows)
    assert "No answer." in found.why
    found = standing(plan, replace(FULL, version=Known("99.1.1.10000-1")), catalog())
    assert isinstance(found, NobodyKnows)
