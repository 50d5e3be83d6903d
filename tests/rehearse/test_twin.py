"""The twin of a cluster: who plays it, what it has of the cluster, and how a plan is carried over to it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from ringtrust.change.act import Regenerate
from ringtrust.change.gate import CertificateIs, CertificateIsNew, PhonesCurrent, Vouched
from ringtrust.change.ground import Ground
from ringtrust.change.plan import Plan, read_plan, write_plan
from ringtrust.errors import RefusedError
from ringtrust.lab.labtime import SteppedTime
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.founding import found_cluster
from ringtrust.rehearse.carried import carried_over, identities_of
from ringtrust.rehearse.rehearse import Wanted, rehearse
from ringtrust.rehearse.release import part_for
from ringtrust.rehearse.twin import cast, memory_phones, sized, tftp_order, topology_of
from tests.plan.material import PUB, SUB1, V8, V9, V12, V14, V15, campus, planned, with_services
from tests.plan.secured import V11 as V115
from tests.plan.secured import secured
from tests.rehearse.plans import rehearsed

NOW = datetime(2026, 6, 2, 20, tzinfo=UTC)
V10, V11, V120 = "10.5.2.10000-5", "11.0.1.10000-10", "12.0.1.10000-10"
BUSY = "Cisco CallManager"


@contextmanager
def twin_of(plan: Plan) -> Iterator[Cluster]:
    """A cluster that was founded and does not run."""
    topology = topology_of(plan, part_for(plan.ground))
    time = SteppedTime(NOW)
    addresses = {node.name: f"127.9.8.{place}" for place, node in enumerate(topology.nodes, 1)}
    cluster = found_cluster(topology, time, time, addresses)
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.mark.parametrize(
    ("version", "played"),
    [
        (V8, "9.1"),
        (V9, "9.1"),
        (V10, "11.5"),
        (V11, "11.5"),
        (V120, "12.5"),
        (V12, "12.5"),
        (V14, "14.0"),
        (V15, "15.0"),
    ],
)
def test_a_release_is_played_by_the_nearest_with_the_same_signer_and_the_report_says_so(
    version: str, played: str
) -> None:
    plan = planned(campus(version), "TVS@pub")
    part = part_for(plan.ground)
    assert part.release.name == played
    other = version.split(".")[:2] != part.release.version.split(".")[:2]
    assert any(version in text and part.release.version in text for text in part.differences) == other
    found = rehearsed(plan)
    assert found.well, found.stops
    assert (found.version, found.played_by, found.differences) == (version, part.release.version, part.differences)


def _ground() -> Ground:
    return planned(campus(V9), "TVS@pub").ground


def test_a_signer_that_no_release_of_the_lab_has_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"No release of the lab plays 9\.1") as refused:
        part_for(replace(_ground(), signer="TVS", sasts=("TVS",)))
    assert "prove" in refused.value.advice


@pytest.mark.parametrize(("version", "goal"), [(V115, "CallManager@pub"), (V14, "ITLRecovery"), (V12, "TVS@pub")])
def test_in_mixed_mode_the_twin_has_a_ctl_and_the_plan_keeps_it_right(version: str, goal: str) -> None:
    found = rehearsed(planned(secured(version), goal))
    assert found.well, found.stops
    assert found.stops == ()
    assert all(each.current == each.phones for each in found.muster)


def test_with_etokens_the_person_of_a_rehearsal_has_one_at_hand_and_runs_the_ctl_client() -> None:
    found = rehearsed(planned(secured(V9, tokens=True), "CallManager@sub1"))
    assert found.well, found.stops
    assert found.stops == ()


@pytest.mark.parametrize("goal", ["lsc=all", "ctl=tokenless"])
def test_with_etokens_the_twin_has_a_ctl_by_one_too_where_no_step_needs_the_client(goal: str) -> None:
    found = rehearsed(planned(secured(V12, tokens=True), goal))
    assert found.well, found.stops
    assert found.stops == ()


def test_a_step_about_what_the_twin_lacks_is_refused_before_anything_begins() -> None:
    """12.0: every node has an ITLRecovery of its own; the release that plays it has one for the cluster."""
    plan = planned(campus(V120), "ITLRecovery")
    assert [step for step in plan.steps if isinstance(step.act, Regenerate) and step.act.node == SUB1]
    with pytest.raises(RefusedError, match=r"cannot be rehearsed: on the twin, release 12\.5, there is no ITLRecovery"):
        rehearsed(plan)


def test_a_cluster_that_the_lab_cannot_have_is_refused() -> None:
    plan = planned(campus(V9), "TVS@pub")
    lonely = tuple(replace(kind, members=()) for kind in plan.ground.classes)
    with pytest.raises(RefusedError, match=r"no twin of campus.*has no members"):
        topology_of(replace(plan, ground=replace(plan.ground, classes=lonely)), part_for(plan.ground))


def test_the_twin_has_the_nodes_services_groups_and_delays_of_the_cluster() -> None:
    plan = planned(with_services(campus(V12), PUB), "TVS@pub")
    topology = topology_of(plan, part_for(plan.ground))
    assert [node.name for node in topology.nodes] == list(plan.ground.names)
    for node in topology.nodes:
        assert (BUSY in node.services) == (BUSY in plan.ground.node(node.name).services)
    assert {group.name: group.members for group in topology.groups} == {
        kind.group: kind.members for kind in plan.ground.classes
    }
    assert topology.delays.change_notification == 1800


def test_phones_are_shared_out_as_they_are_and_no_class_is_left_out() -> None:
    [first, second] = planned(campus(V9), "TVS@pub").ground.classes
    late = replace(first, name="late", phones=1, waited=False)
    kinds = (replace(first, phones=900), replace(second, phones=99), late)
    found = [(each.name, each.phones) for each in sized(kinds, 100)]
    assert found == [(first.name, 90), ("late", 1), (second.name, 10)]
    assert sum(each.phones for each in sized(kinds, None)) == 1000


def test_phones_ask_first_the_tftp_node_whose_list_they_hold() -> None:
    plan = planned(campus(V9), "TVS@pub")
    with twin_of(plan) as cluster:
        addresses = {node.name: node.address for node in cluster.nodes}
        first, second = plan.ground.classes
        split = replace(plan, ground=replace(plan.ground, classes=(first, replace(second, lists=(SUB1,)))))
        asked = {each.traits.tftp[0] for each in memory_phones(split, cluster)}
        assert asked == {addresses[PUB], addresses[SUB1]}
        assert all(each.papers.shown for each in memory_phones(split, cluster))
    gated = _with_first(plan, SUB1)
    assert tftp_order(gated) == (SUB1, PUB)


def _with_first(plan: Plan, node: str) -> Plan:
    """Its gates wait for the list of another TFTP node."""
    steps = tuple(
        replace(
            step,
            after=tuple(
                replace(gate, condition=PhonesCurrent(node)) if isinstance(gate.condition, PhonesCurrent) else gate
                for gate in step.after
            ),
        )
        for step in plan.steps
    )
    return replace(plan, steps=tuple(replace(step, before=()) for step in steps))


def test_a_plan_that_is_carried_over_is_sealed_and_speaks_of_the_twins_certificates_and_phones_alone() -> None:
    plan = planned(campus(V12), "all")
    with twin_of(plan) as cluster:
        phones = cast(plan, memory_phones(plan, cluster))
        found = carried_over(plan, cluster, phones, NOW)
        identities = identities_of(cluster)
    assert read_plan(write_plan(found)) == found
    assert [step.title for step in found.steps] == [step.title for step in plan.steps]
    assert found.phones == tuple(each.name for each in phones)
    known = {certificate.serial for certificate in identities.values()}
    assert {serial for serial in _serials(found) if serial} <= known
    assert not known & set(_serials(plan))
    assert [bool(serial) for serial in _serials(found)] == [bool(serial) for serial in _serials(plan)]


def _serials(plan: Plan) -> list[str]:
    """Every serial number in it; an empty one is made by the plan itself."""
    found = []
    for step in plan.steps:
        found += [step.act.serial] if isinstance(step.act, Regenerate) else []
        for gate in (*step.before, *step.after):
            match gate.condition:
                case CertificateIs(serial=serial) | CertificateIsNew(serial=serial):
                    found.append(serial)
                case Vouched(known=known):
                    found += [each.serial for each in known]
                case _:
                    pass
    return found


def test_a_rehearsal_leaves_nothing_running() -> None:
    async def once() -> int:
        await rehearse(planned(campus(V9), "TVS@pub"), Wanted(), NOW)
        return len(asyncio.all_tasks())

    assert asyncio.run(once()) == 1
