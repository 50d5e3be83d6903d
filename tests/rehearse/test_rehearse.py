"""A plan that is rehearsed shows on its twin what it does to a cluster, and to every phone."""

import asyncio

import msgspec
import pytest
from msgspec.structs import replace

from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import ResetPhones
from ringtrust.change.plan import Straggler, Strategy, sealed
from ringtrust.change.rehearsal import Rehearsal, write_rehearsal
from ringtrust.clock import StoppedClock
from ringtrust.cluster.facts import Known
from ringtrust.cluster.surroundings import Parameter
from ringtrust.lab.topology import Security
from ringtrust.plan.backups import Backups
from ringtrust.plan.build import Wish, make_plan
from ringtrust.plan.canary import Chosen
from ringtrust.plan.goal import read_goal
from ringtrust.rehearse.seen import evening
from ringtrust.rehearse.stage import Scale
from ringtrust.report.rehearsals import rehearsal_lines
from ringtrust.trust.names import counted
from tests.rehearse.plans import apart, careless, lost, lost_by_proof, planned, rehearsed
from tests.support.clusters import PHONES, START, small


@pytest.mark.parametrize("name", ["campus-9.1", "campus-12.5", "campus-14"])
def test_a_plan_for_everything_comes_to_its_end_and_nobody_is_stranded(name: str) -> None:
    plan = planned(small(name), "all")
    found = rehearsed(plan)
    assert found.well, found.stops
    assert [step.number for step in found.steps] == [step.number for step in plan.steps]
    assert (found.phones, found.applies, found.stops) == (PHONES, 1, ())
    for each in found.muster:
        assert each.registered == each.current == each.phones
    _holds_together(found, waves=sum(isinstance(step.act, ResetPhones) for step in plan.steps))


def test_what_a_plan_expects_of_a_cluster_besides_is_so_on_its_twin() -> None:
    """Whatever the cluster calls a parameter, and wherever single sign-on is on there."""
    snapshot = asyncio.run(evening(small("campus-14"), StoppedClock(START)))
    besides = replace(
        snapshot.surroundings, interaction=Known(Parameter("PhoneInteractionMode", "7")), sso=Known(("sub1",))
    )
    plan = make_plan(replace(snapshot, surroundings=besides), load_catalog(), read_goal(["TVS@sub1"]), START)
    asked = {gate.code for step in plan.steps for gate in (*step.before, *step.after)}
    assert {"G-NTP", "G-DRS-RUN", "G-UPG", "G-ALM", "G-PAR", "G-SSO", "G-DBFS", "G-CAP"} <= asked
    found = rehearsed(plan)
    assert found.well, found.stops
    assert found.stops == ()


def test_backups_that_apply_takes_itself_are_taken_on_the_twin_too() -> None:
    """Whatever the device and the features of the cluster are called."""
    snapshot = asyncio.run(evening(small("campus-12.5"), StoppedClock(START)))
    wish = Wish(backups=Backups("ringtrust", "nightly", "UCM,IM_AND_PRESENCE", 3))
    plan = make_plan(snapshot, load_catalog(), read_goal(["ipsec@sub1"]), START, wish)
    found = rehearsed(plan)
    assert found.well, found.stops
    assert found.stops == ()


@pytest.mark.parametrize(
    ("name", "strategy"),
    [
        *(("single-9.1", each) for each in ("type", "fewest", "rollback")),
        *(("branch-11.5", each) for each in ("type", "tftp", "fewest", "rollback")),
        *(("campus-9.1", each) for each in ("tftp", "fewest", "rollback")),
        *(("campus-12.5", each) for each in ("tftp", "fewest", "rollback")),
        ("campus-14", "fewest"),
    ],
)
def test_every_way_to_renew_what_phones_trust_by_strands_nobody(name: str, strategy: Strategy) -> None:
    """Where a CM group has one member documents know the rollback parameter alone, and the mechanism bears the rest."""
    alone = name in {"single-9.1", "branch-11.5"} and strategy != "rollback"
    goal = ("CallManager", "TVS", *(() if name.endswith("9.1") else ("ITLRecovery",)))
    wish = Wish(strategy=strategy, basis="mechanism" if alone else "documented")
    found = rehearsed(planned(small(name, 4), *goal, wish=wish))
    assert found.well, found.stops
    assert found.applies == 1
    assert found.least * 60 <= found.seconds * 1.5
    assert found.seconds <= found.most * 60


@pytest.mark.parametrize("name", ["secure-11.5", "secure-14"])
def test_out_of_mixed_mode_every_phone_comes_back_one_without_an_itl_too(name: str) -> None:
    """118892. No phone of a secure profile is there to hear of a reset: each reads its configuration by itself."""
    found = rehearsed(planned(small(name), "mode=non-secure"))
    assert found.well, found.stops
    assert found.stops == ()
    assert all(each.registered == each.current == each.phones for each in found.muster)


def test_into_mixed_mode_the_twin_has_phones_whose_secure_profile_begins_to_count() -> None:
    before = replace(small("secure-11.5"), security=Security())
    found = rehearsed(planned(before, "mode=mixed", wish=Wish(stragglers=2)))  # two have no list, and need none
    assert found.well, found.stops
    assert sum(each.lscs for each in found.muster) > 0


@pytest.mark.parametrize(("fault", "told"), [("node=pub@step:2+30m", 8), ("off=20%@step:2-step:3", 2)])
def test_phones_that_have_missed_capf_are_told_once_more_and_they_alone(fault: str, told: int) -> None:
    """CAPF was down when they asked it, or they were off. The run of before would have waited for ever."""
    plan = planned(small("secure-11.5", 10), "lsc=all", wish=Wish(canary=20))
    found = rehearsed(plan, fault)
    assert found.well, found.stops
    step = found.steps[1]
    assert (step.acts, step.told) == (2, f"{counted(told, 'phone')} were told to fetch a new LSC.")


@pytest.mark.parametrize("in_memory", [True, False], ids=["in memory", "on the wire"])
def test_on_the_twin_too_the_canary_goes_first_and_the_others_follow(in_memory: bool) -> None:
    topology = replace(small("campus-14", 7), manual_resets=True)
    plan = planned(topology, "CallManager@pub", wish=Wish(first=Chosen("A", by_hand=True)))
    first, rest = (step for step in plan.steps if isinstance(step.act, ResetPhones))
    found = rehearsed(plan, scale=Scale(on_the_wire=not in_memory))
    assert found.well, found.stops
    assert (found.applies, found.stops) == (1, ())
    assert [(wave.step, wave.phones) for wave in found.waves] == [(first.number, 3), (rest.number, 7)]
    names = {each.name: each.phones for each in found.muster}
    assert names == {"group A, canary": 3, "group B": 2, "group C": 2}
    text = "\n".join(rehearsal_lines(found))
    assert "reset the canary A alone: 3 phones" in text
    assert f"3 phones, in step {first.number}" in text


def test_a_canary_of_a_few_phones_of_a_large_cluster_is_a_few_on_a_small_twin() -> None:
    """Its share of the phones, one at least of each CM group that it has some of."""
    topology = replace(small("campus-14", 30), manual_resets=True)
    in_a, in_b, _ = (each.examples for each in planned(topology, "TVS@pub").ground.classes)
    plan = planned(topology, "TVS@pub", wish=Wish(first=Chosen("pilot.txt", (*in_a, *in_b[:1]), by_hand=True)))
    found = rehearsed(plan, scale=Scale(phones=9))
    assert found.well, found.stops
    names = {each.name: each.phones for each in found.muster}
    assert names == {"group A": 2, "group A, canary": 1, "group B": 3, "group B, canary": 1, "group C": 3}
    assert [wave.phones for wave in found.waves] == [2, 10]


def _holds_together(found: Rehearsal, waves: int) -> None:
    """Steps follow each other, phones are all counted at any moment, and Cisco's half hours are in it."""
    begins = [step.at for step in found.steps]
    assert begins == sorted(begins)
    assert found.seconds > waves * 1800 / 2
    assert {sum(msgspec.structs.astuple(sample.phones)) for sample in found.samples} == {found.phones}
    assert len(found.waves) >= waves
    assert all(wave.phones == found.phones and 60 < wave.seconds < 120 for wave in found.waves)
    assert msgspec.json.decode(write_rehearsal(found), type=Rehearsal) == found


def test_a_plan_that_its_own_gates_do_not_let_begin_changes_nothing_and_is_not_well() -> None:
    """A CM group of one member: nobody vouches while that changes (H09). The gate asks before the first act."""
    found = rehearsed(planned(small("branch-11.5"), "TVS@pub"))
    assert not found.finished
    assert not found.well
    assert found.lost == 0
    assert {stop.step for stop in found.stops} == {1}
    assert found.stops[-1].why.startswith("G-CMG")
    assert found.stops[-1].done == "gave up"


@pytest.mark.parametrize("goal", [("CallManager", "TVS"), ("CallManager",), ("TVS",)])
def test_a_careless_night_strands_the_phones_that_its_proof_says_and_no_other(goal: tuple[str, ...]) -> None:
    """H01. Each type alone is borne: after the wave the phones come back as Change Notification does."""
    plan = careless(planned(small("campus-9.1"), *goal))
    found = rehearsed(plan)
    assert lost(found) == lost_by_proof(plan)
    assert bool(lost(found)) == (len(goal) > 1)


def test_where_one_group_alone_loses_its_tvs_its_phones_alone_are_stranded() -> None:
    plan = careless(planned(apart(), "CallManager", "TVS@sub1"))
    found = rehearsed(plan)
    assert lost(found) == lost_by_proof(plan) == {"group A": 3}
    assert not found.well


def test_phones_that_only_a_restore_would_bring_back_are_told_apart_and_are_not_well() -> None:
    """12.5: ITLRecovery signs, CallManager may, and a backup holds the old keys (R4). A proof calls them lost."""
    plan = careless(planned(small("campus-12.5"), "CallManager", "TVS", "ITLRecovery"))
    found = rehearsed(plan)
    assert lost(found) == lost_by_proof(plan)
    assert [(each.by_restore, each.stranded) for each in found.muster] == [(each.phones, 0) for each in found.muster]
    assert not found.well


def test_phones_that_were_off_throughout_become_what_the_proof_says_of_them() -> None:
    plan = planned(small("campus-9.1"), "CallManager", "TVS")
    first = plan.phones[0]
    kinds = plan.ground.classes
    late = replace(kinds[0], name="group A, left behind", phones=1, waited=False)
    ground = replace(plan.ground, classes=(replace(kinds[0], phones=kinds[0].phones - 1), late, *kinds[1:]))
    left = (Straggler(first, "", "It is not registered."),)
    plan = sealed(replace(plan, ground=ground, phones=plan.phones[1:], stragglers=left))
    found = rehearsed(plan)
    assert found.finished
    assert lost(found) == lost_by_proof(plan) == {"group A, left behind": 1}


def test_on_the_wire_phones_do_what_they_do_in_memory() -> None:
    plan = planned(small("campus-9.1"), "TVS@pub", "CallManager@sub1")
    memory, wire = (rehearsed(plan, scale=Scale(on_the_wire=wired)) for wired in (False, True))
    assert wire.well, wire.stops
    assert wire.on_the_wire
    assert wire.muster == memory.muster
    assert [step.title for step in wire.steps] == [step.title for step in memory.steps]
    assert [(wave.step, wave.phones) for wave in wire.waves] == [(wave.step, wave.phones) for wave in memory.waves]


def test_a_twin_has_as_many_phones_as_one_likes_shared_out_as_on_the_cluster() -> None:
    plan = planned(small("campus-9.1"), "TVS@pub")
    found = rehearsed(plan, scale=Scale(phones=50))
    assert [(each.name, each.phones) for each in found.muster] == [("group A", 25), ("group B", 25)]
    assert found.well
