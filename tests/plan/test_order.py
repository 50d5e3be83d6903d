"""The order: one type at a time, one node at a time, and no phone is asked for two changes at once."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.change.act import HandOver, Regenerate, ResetPhones, Restart
from ringtrust.change.gate import (
    CertificateIs,
    CertificateIsNew,
    GroupsRedundant,
    ListsMatch,
    PhonesBack,
    PhonesCurrent,
    ReplicationGood,
    RollbackOff,
    SecurityModeIs,
    Synchronised,
    TvsLoadable,
    Vouched,
)
from ringtrust.cluster.facts import Known
from ringtrust.cluster.node import Service
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from tests.plan.material import (
    CALLMANAGER,
    CAPF,
    CTI,
    DRF_LOCAL,
    DRF_MASTER,
    NODES,
    PUB,
    RELEASES,
    SUB1,
    SUB2,
    TAKEN,
    TOMCAT,
    TVS,
    V9,
    V12,
    V14,
    V15,
    acts,
    campus,
    conditions,
    facts,
    phone,
    planned,
    served,
    step_of,
    with_certificate,
    with_phones,
    with_services,
)
from tests.plan.walk import (
    check_one_node_at_a_time,
    check_one_type_at_a_time,
    check_restarts,
    check_vouchers,
    check_waves,
    kind,
    renewed_in,
    stretches,
    wave_in,
)

V12_0 = "12.0.1.10000-10"
ALL_RELEASES = ("8.0.3.10000-8", V9, "10.5.2.10000-5", "11.5.1.10000-6", V12_0, V12, V14, V15)
SERVICES = (CALLMANAGER, CTI, TVS, TOMCAT, CAPF, DRF_LOCAL, DRF_MASTER, "Cisco HAProxy", "Cisco AXL Web Service")


@st.composite
def _clusters(draw: st.DrawFn) -> tuple[Snapshot, list[str]]:
    """A cluster of two to five nodes on any release, with any services, lists and groups; and any goal."""
    version = draw(st.sampled_from(ALL_RELEASES))
    nodes = ("pub", *(f"sub{number}" for number in range(1, draw(st.integers(2, 5)))))
    tftp = draw(st.sets(st.sampled_from(nodes), min_size=1))
    running = {name: draw(st.sets(st.sampled_from(SERVICES))) for name in nodes}
    members = st.lists(st.sampled_from(nodes), min_size=2, max_size=3, unique=True).map(tuple)
    groups = {name: draw(members) for name in "AB"}
    snapshot = campus(version, nodes=nodes, tftp=tftp, services=running, groups=groups)
    held = [served(name).sha1 for name in sorted(tftp)]
    phones = [phone(number, "AB"[number % 2], draw(st.sampled_from(held))) for number in range(4)]
    known = facts(version)
    owned = [
        f"{unit.name}@{name}"
        for unit in known.units
        for name in nodes
        if name == PUB or known.owners(unit.name) == "every node"
    ]
    goal = draw(st.lists(st.sampled_from(owned), min_size=1, unique=True))
    return with_phones(snapshot, *phones), goal


@pytest.mark.shows("S104", "S106")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_clusters())
def test_whatever_is_renewed_phones_hear_of_one_change_before_the_next_begins(made: tuple[Snapshot, list[str]]) -> None:
    snapshot, goal = made
    plan = planned(snapshot, *goal)
    check_one_type_at_a_time(plan)
    check_one_node_at_a_time(plan)
    check_vouchers(plan, snapshot)
    check_waves(plan, snapshot)
    check_restarts(plan, snapshot)
    assert sorted(f"{act.unit}@{act.node}" for act in acts(plan, Regenerate)) == sorted(goal)
    assert isinstance(plan.steps[0].act, HandOver)
    assert isinstance(plan.steps[-1].act, HandOver)
    assert [step.number for step in plan.steps] == list(range(1, len(plan.steps) + 1))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_clusters(), st.data())
def test_a_service_that_is_to_run_and_does_not_is_never_passed_over(
    made: tuple[Snapshot, list[str]], data: st.DataObject
) -> None:
    """Somebody starts it before the change, and then it goes on with the certificate of before."""
    snapshot, goal = made
    restarts = acts(planned(snapshot, *goal), Restart)
    assume(restarts)
    chosen = data.draw(st.sampled_from(restarts))
    stopped = Service(chosen.service, "STOPPED", "Commanded Out of Service")
    with pytest.raises(RefusedError, match="activated and does not run") as refused:
        planned(with_services(snapshot, chosen.node, stopped), *goal)
    assert chosen.service in refused.value.what
    assert chosen.node in refused.value.what
    event(chosen.service)


@pytest.mark.shows("S106")
@pytest.mark.parametrize("version", ALL_RELEASES)
def test_types_come_one_by_one_in_the_order_of_the_catalog(version: str) -> None:
    plan = planned(campus(version), "all")
    phases = list(dict.fromkeys(step.phase for step in plan.steps))
    known = [unit.name for unit in facts(version).units if unit.name != "CallManager-ECDSA"]
    assert phases == ["backup", *known]
    renewed = [act.unit for act in acts(plan, Regenerate)]
    assert list(dict.fromkeys(map(kind, renewed))) == known


@pytest.mark.parametrize("version", ["10.5.2.10000-5", V12, V15])
def test_itlrecovery_comes_last(version: str) -> None:
    plan = planned(campus(version), "ITLRecovery", "tomcat", "TVS", "CallManager", "CAPF", "ipsec")
    assert acts(plan, Regenerate)[-1].unit == "ITLRecovery"


@pytest.mark.parametrize("version", ALL_RELEASES)
def test_the_publisher_is_the_first_of_every_type(version: str) -> None:
    snapshot = campus(version)
    mixed = replace(snapshot, nodes=snapshot.nodes[::-1])
    plan = planned(mixed, "all")
    first: dict[str, str] = {}
    for act in acts(plan, Regenerate):
        first.setdefault(kind(act.unit), act.node)
    assert set(first.values()) == {PUB}


@pytest.mark.shows("S104", "S105")
@pytest.mark.parametrize("version", RELEASES)
def test_the_second_tftp_node_waits_until_phones_have_heard_of_the_first(version: str) -> None:
    plan = planned(campus(version), "CallManager")
    changed = [{act.node for act in renewed_in(stretch)} for stretch in stretches(plan) if renewed_in(stretch)]
    assert changed == [{PUB}, {SUB1}, {SUB2}]
    waves = [wave_in(stretch) for stretch in stretches(plan) if renewed_in(stretch)]
    assert waves[:2] == [True, True]
    said = [note for note in plan.notes if "S105" in note.sources]
    assert len(said) == 1
    assert "pub, sub1" in said[0].text
    assert "never change together" in said[0].text
    assert "erase the list by hand" in said[0].text


def test_with_one_tftp_node_the_plan_says_that_no_other_helps() -> None:
    plan = planned(campus(tftp=[SUB1]), "CallManager@sub1")
    assert [note.text for note in plan.notes if "sub1 is the only TFTP node" in note.text]
    assert not [note for note in plan.notes if "S105" in note.sources]


@pytest.mark.parametrize("version", RELEASES)
def test_a_callmanager_certificate_that_is_in_no_list_makes_no_wave_but_phones_are_looked_at(version: str) -> None:
    plan = planned(campus(version), "CallManager@sub2")
    assert acts(plan, ResetPhones) == []
    assert conditions(plan.steps[-2].after)[-3:-1] == [PhonesBack(), PhonesCurrent(PUB)]


@pytest.mark.parametrize("version", ALL_RELEASES)
def test_tvs_changes_on_one_node_at_a_time_with_a_wave_in_between(version: str) -> None:
    plan = planned(campus(version), "TVS")
    changed = [[act.node for act in renewed_in(stretch)] for stretch in stretches(plan) if renewed_in(stretch)]
    assert changed == [[PUB], [SUB1], [SUB2]]
    assert len(acts(plan, ResetPhones)) == 3


def test_on_12_0_where_every_node_signs_its_list_with_its_own_itlrecovery_one_node_changes_at_a_time() -> None:
    plan = planned(campus(V12_0), "ITLRecovery")
    changed = [[act.node for act in renewed_in(stretch)] for stretch in stretches(plan) if renewed_in(stretch)]
    assert changed == [[PUB], [SUB1], [SUB2]]
    for stretch in stretches(plan):
        if renewed_in(stretch):
            assert wave_in(stretch)
            restarted = [step.act.node for step in stretch if isinstance(step.act, Restart) and step.act.service == TVS]
            assert restarted == list(NODES)


@pytest.mark.shows("S108", "S109")
@pytest.mark.parametrize("version", ALL_RELEASES)
def test_nothing_in_a_trust_store_is_ever_regenerated(version: str) -> None:
    snapshot = campus(version)
    stores = {store.name for store in facts(version).stores}
    assert not {act.unit for act in acts(planned(snapshot, "all"), Regenerate)} & stores
    for store in sorted(stores | {"CallManager-TRUST", "-trust"}):
        for word in (store, f"{store}@{SUB1}"):
            with pytest.raises(RefusedError, match="cannot be regenerated, only deleted") as refused:
                planned(snapshot, word)
            assert "renew themselves" in refused.value.advice


@pytest.mark.parametrize("version", ALL_RELEASES)
def test_every_renewal_begins_with_the_certificate_that_was_scanned_and_ends_with_the_new_one_everywhere(
    version: str,
) -> None:
    snapshot = campus(version)
    known = facts(version)
    plan = planned(snapshot, "all")
    for step in plan.steps:
        if not isinstance(step.act, Regenerate):
            continue
        act, node = step.act, snapshot.node(step.act.node)
        assert node is not None
        owned = node.identity(act.unit)
        assert owned is not None
        assert (act.serial, act.sha256) == (owned.serial, owned.sha256)
        assert conditions(step.before)[-1] == CertificateIs(act.unit, act.node, owned.serial)
        stores, everywhere = known.copies(act.unit), known.propagated(act.unit)
        assert conditions(step.after)[:2] == [
            CertificateIsNew(act.unit, act.node, owned.serial, snapshot.taken),
            Synchronised(act.unit, act.node, stores, everywhere),
        ]


def test_everything_is_looked_at_again_before_the_first_renewal_after_phones_were_waited_for() -> None:
    """Nobody knows who was at the cluster since the last look: a plan may be gone on with days later."""
    for version in RELEASES:
        for stretch in stretches(planned(campus(version), "all")):
            renewals = [step for step in stretch if isinstance(step.act, Regenerate)]
            for place, step in enumerate(renewals):
                *ready, _ = [type(each) for each in conditions(step.before)]
                asked = [
                    ReplicationGood,
                    SecurityModeIs,
                    RollbackOff,
                    GroupsRedundant,
                    ListsMatch,
                    Vouched,
                    PhonesCurrent,
                ]
                assert ready == ([] if place else asked), step.title


@pytest.mark.parametrize("version", ALL_RELEASES)
def test_no_tvs_is_restarted_that_would_load_what_phones_do_not_know(version: str) -> None:
    """H01: but for the TVS that the plan itself has just renewed, which the wave behind it announces."""
    for step in planned(campus(version), "all").steps:
        if isinstance(step.act, Restart) and step.act.service == TVS:
            assert conditions(step.before) == ([] if step.phase == "TVS" else [TvsLoadable(step.act.node)])


STORES: dict[str, tuple[set[str], set[str]]] = {
    "tomcat": ({"tomcat-trust"}, {"tomcat-trust"}),
    "ipsec": ({"ipsec-trust"}, set()),
    "CAPF": ({"CAPF-trust", "CallManager-trust"}, {"CallManager-trust"}),
    "CallManager": ({"CallManager-trust", "Phone-SAST-trust"}, {"CallManager-trust", "Phone-SAST-trust"}),
    "TVS": (set(), set()),
}


@pytest.mark.parametrize("version", RELEASES)
@pytest.mark.parametrize("unit", STORES)
def test_a_new_certificate_is_waited_for_in_the_stores_that_cisco_names(version: str, unit: str) -> None:
    """S118, S124 to S127; of those of a node, Change Notification carries some to every other (210541)."""
    plan = planned(campus(version), f"{unit}@{PUB}")
    found = next(each for each in conditions(step_of(plan, Regenerate).after) if isinstance(each, Synchronised))
    assert (set(found.stores), set(found.everywhere)) == STORES[unit]


def test_phones_with_lists_of_several_tftp_nodes_may_hold_any() -> None:
    snapshot = campus()
    mixed = with_phones(snapshot, phone(1, "A", served(PUB).sha1), phone(2, "B", served(SUB1).md5))
    assert PhonesCurrent("") in conditions(planned(mixed, "TVS").steps[-2].after)
    one = with_phones(snapshot, phone(1, "A", served(SUB1).md5), phone(2, "B", served(SUB1).sha1))
    assert PhonesCurrent(SUB1) in conditions(planned(one, "TVS").steps[-2].after)


EDGE: dict[str, Any] = {"exactly": (timedelta(), True), "a second later": (timedelta(seconds=1), False)}


@pytest.mark.shows("S21")
@pytest.mark.parametrize("edge", EDGE)
@pytest.mark.parametrize("days", [0, 60, 36500])
def test_expiring_is_up_to_the_very_last_second(edge: str, days: int) -> None:
    later, meant = EDGE[edge]
    end = TAKEN + timedelta(days=days) + later
    snapshot = campus()
    for node in NODES:
        for unit in ("tomcat", "ipsec", "CallManager", "CAPF", "TVS"):
            far = TAKEN + timedelta(days=40000)
            ends = end if (unit, node) == ("ipsec", SUB2) else far
            snapshot = with_certificate(snapshot, unit, node, lambda found, ends=ends: replace(found, not_after=ends))
    if meant:
        assert [(act.unit, act.node) for act in acts(planned(snapshot, days=days), Regenerate)] == [("ipsec", SUB2)]
    else:
        with pytest.raises(RefusedError, match="nothing to renew"):
            planned(snapshot, "expiring", days=days)


@pytest.mark.parametrize("version", [V14, V15])
def test_from_14_on_only_the_publisher_has_capf_and_the_others_need_not_list_any(version: str) -> None:
    plan = planned(campus(version), "CAPF")
    assert [act.node for act in acts(plan, Regenerate)] == [PUB]


@pytest.mark.parametrize("version", [V12, V15])
def test_the_certificate_of_elliptic_curves_is_renewed_once_alone_or_with_callmanager(version: str) -> None:
    snapshot = campus(version)
    alone = planned(snapshot, f"CallManager-ECDSA@{SUB1}")
    assert [(act.unit, act.node) for act in acts(alone, Regenerate)] == [("CallManager-ECDSA", SUB1)]
    assert len(acts(alone, ResetPhones)) == 1
    both = planned(snapshot, f"CallManager@{SUB1}", f"CallManager-ECDSA@{SUB1}")
    assert [act.unit for act in acts(both, Regenerate)] == ["CallManager", "CallManager-ECDSA"]
    assert len(acts(both, ResetPhones)) == 1


def test_itlrecovery_that_subscribers_only_list_is_the_publishers() -> None:
    snapshot = campus(V12)
    pub = snapshot.node(PUB)
    assert pub is not None
    assert isinstance(pub.identities, Known)
    shared = next(each for each in pub.identities.value if each.unit == "ITLRecovery")
    nodes = tuple(
        node
        if node.publisher
        else replace(
            node, identities=Known((*(node.identities.value if isinstance(node.identities, Known) else ()), shared))
        )
        for node in snapshot.nodes
    )
    plan = planned(replace(snapshot, nodes=nodes), "ITLRecovery")
    assert [act.node for act in acts(plan, Regenerate)] == [PUB]


def test_twenty_nodes_are_planned_one_after_the_other() -> None:
    nodes = (PUB, *(f"sub{number}" for number in range(1, 20)))
    snapshot = campus(V12, nodes=nodes, tftp=(SUB1, "sub7"), groups={"A": nodes[1:4], "B": nodes[4:6]})
    plan = planned(snapshot, "TVS", "CallManager", "tomcat")
    check_one_type_at_a_time(plan)
    check_one_node_at_a_time(plan)
    check_vouchers(plan, snapshot)
    check_waves(plan, snapshot)
    assert len(acts(plan, Regenerate)) == 60
    assert len(acts(plan, ResetPhones)) == 20 + 2
