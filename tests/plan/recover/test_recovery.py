"""Each state that somebody may leave behind, what ringtrust says of it, and the way back, carried out on the lab."""

import pytest
from msgspec.structs import replace

from ringtrust.change.act import (
    HandOver,
    ResetCtl,
    ResetItl,
    ResetPhones,
    Restart,
    SetRollback,
    StartService,
    UpdateCtl,
)
from ringtrust.change.night import MatchLists
from ringtrust.change.night import ResetItl as ResetLists
from ringtrust.change.plan import Plan, read_plan, write_plan
from ringtrust.change.proof import Holds, Refuted, sealed_proof
from ringtrust.lab.stranded import Fate
from ringtrust.plan.recover.reached import Return
from ringtrust.plan.recover.recovery import Recovery, Wish
from ringtrust.prove.check import flaws
from ringtrust.prove.prove import Subject, prove
from ringtrust.prove.steps import night_of
from tests.plan.recover.carried import recovered
from tests.plan.recover.scene import Scene
from tests.prove.differential.worlds import Shape, topology
from tests.support.clusters import START

TFTP, TVS, CALLMANAGER = "Cisco Tftp", "Cisco Trust Verification Service", "Cisco CallManager"
APART = (("sub1", "sub2"), ("sub2",))
PAIRS = (("sub1", "sub2"), ("sub2", "sub1"))


@pytest.fixture(params=["9.1", "11.5", "12.5", "15.0"])
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def at(release: str, *, mixed: bool = False) -> Scene:
    return Scene(topology(Shape(release, 3, 1, PAIRS, mixed), 3)).remember()


@pytest.fixture
def campus(release: str) -> Scene:
    return at(release)


@pytest.fixture
def old() -> Scene:
    return at("9.1")


@pytest.fixture
def recent() -> Scene:
    return at("11.5")


@pytest.fixture
def secure() -> Scene:
    return at("12.5", mixed=True)


def of(found: Scene) -> Recovery:
    return found.recovery(Wish(tuple(found.before)))


def acts(plan: Plan) -> list[type]:
    return [type(step.act) for step in plan.steps]


def test_where_all_is_well_nothing_is_to_be_done(campus: Scene) -> None:
    found = of(campus)
    assert (found.plan, found.by_hand, found.signs) == ((), (), ())
    assert found.well == len(found.found)


def lost(found: Scene) -> None:
    """CallManager and TVS at once, loaded before any phone has heard of it (H01)."""
    found.switch(range(6), on=False).regenerate("CallManager").regenerate("TVS").sync()
    found.restart(TVS).restart(TFTP).switch(range(6), on=True)


def test_h01_on_9_1_nobody_comes_back_and_everybody_is_named_with_his_keys(old: Scene) -> None:
    lost(old)
    found = of(old)
    assert set(found.found.values()) == {Return.NOT}
    assert {old.fate(name) for name in found.found} == {Fate.STRANDED}
    assert [row.name for row in found.by_hand] == list(found.found)
    assert all(row.sure and row.itl and row.pool.startswith("DP_") for row in found.by_hand)
    assert found.signs[0].hazard == "H01"
    assert not found.plan


def test_r1_the_recovery_key_brings_back_whom_h01_has_lost(recent: Scene) -> None:
    lost(recent)
    found = of(recent)
    assert set(found.found.values()) == {Return.BACK}
    assert ResetItl in acts(found.plan[0])
    order = [act for act in acts(found.plan[0]) if act in {ResetItl, ResetPhones}]
    assert order == [ResetItl, ResetPhones, ResetPhones]
    assert recovered(recent).wrong == []
    assert all(map(recent.is_back, found.found))


def test_without_an_earlier_snapshot_the_times_of_certificates_tell_the_same(recent: Scene) -> None:
    lost(recent)
    assert recent.recovery().found == of(recent).found


def test_a_tvs_that_still_runs_with_the_certificate_that_phones_know_is_used_before_it_is_restarted(old: Scene) -> None:
    """Everything is renewed, and nothing restarted: by the certificates on disk every phone is lost already (H01)."""
    old.stop(TFTP, "pub").regenerate("CallManager").regenerate("TVS").sync()
    found = of(old)
    assert {old.fate(name) for name in found.found} == {Fate.STRANDED}
    assert set(found.found.values()) == {Return.BACK}
    steps = found.plan[0].steps
    wave = next(step.number for step in steps if isinstance(step.act, ResetPhones))
    assert all(step.number > wave for step in steps if isinstance(step.act, Restart) and step.act.service == TVS)
    assert recovered(old).wrong == []
    assert all(map(old.is_back, found.found))


def test_r3_the_other_key_of_the_ctl_brings_back_who_does_not_know_itlrecovery(secure: Scene) -> None:
    secure.regenerate("ITLRecovery", "pub").sync().update_ctl()
    secure.sync().restart(TVS).restart(TFTP).wave()
    found = of(secure)
    assert [act for act in acts(found.plan[0]) if act in {ResetCtl, UpdateCtl}] == [ResetCtl, UpdateCtl]
    assert recovered(secure).wrong == []
    assert all(map(secure.is_back, found.found))


def test_h13_a_ctl_that_nobody_has_updated_is_updated(secure: Scene) -> None:
    secure.regenerate("CallManager").sync().restart(CALLMANAGER).restart(TFTP).wave()
    found = of(secure)
    assert "H13" in {sign.hazard for sign in found.signs}
    assert UpdateCtl in acts(found.plan[0])
    assert recovered(secure).wrong == []
    assert all(map(secure.is_back, found.found))


def test_r4_where_only_the_backup_of_before_knows_the_keys_a_person_is_told_how_to_restore_it() -> None:
    found = Scene(topology(Shape("15.0", 1, 1, (("pub",), ("pub",))), 3))
    found.remember().switch(range(6), on=False)
    found.regenerate("ITLRecovery").regenerate("TVS").regenerate("CallManager").sync()
    found.restart(TVS).restart(TFTP).switch(range(6), on=True)
    told = of(found)
    restore = told.plan[0].steps[0]
    assert isinstance(restore.act, HandOver)
    assert (restore.phase, "R4" in restore.sources) == ("restore", True)
    assert "Restore Wizard" in restore.command
    assert {found.fate(name) for name in told.found} == {Fate.BY_RESTORE}
    assert recovered(found).wrong == []


def test_a_missed_wave_is_sent_once_more_and_nothing_else_happens(campus: Scene) -> None:
    """One TVS is new, Cisco Tftp was down meanwhile, and nobody has sent the phones for the list with it."""
    campus.stop(TFTP, "pub").regenerate("TVS", "sub2").sync()
    campus.act(StartService(TFTP, "pub"))
    found = of(campus)
    assert found.well == 0
    assert set(found.found.values()) == {Return.BACK}
    assert ResetItl not in acts(found.plan[0])
    assert recovered(campus).wrong == []
    assert all(map(campus.is_back, found.found))


@pytest.mark.parametrize("service", [TFTP, TVS])
def test_a_service_that_does_not_run_is_started(campus: Scene, service: str) -> None:
    campus.stop(service, "pub")
    found = of(campus)
    assert StartService in acts(found.plan[0])
    assert recovered(campus).wrong == []


def test_h11_a_rollback_parameter_that_was_left_true_is_set_back_by_a_person(old: Scene) -> None:
    old.rollback(value=True).restart(TFTP).wave()
    found = of(old)
    assert "H11" in {sign.hazard for sign in found.signs}
    assert SetRollback in acts(found.plan[0])
    assert recovered(old).wrong == []


def test_a_phone_that_is_off_is_not_waited_for_and_is_told_of(recent: Scene) -> None:
    recent.switch([0], on=False)
    recent.regenerate("TVS", "sub2").sync().restart(TVS, "sub2")
    found = of(recent)
    (name,) = [name for name, how in found.found.items() if not recent.is_back(name)]
    assert found.found[name] in {Return.LATER, Return.PERHAPS}
    assert recovered(recent).wrong == []


def test_a_plan_of_a_recovery_is_a_plan_as_any(recent: Scene) -> None:
    lost(recent)
    (plan,) = of(recent).plan
    assert read_plan(write_plan(plan)) == plan
    assert plan.strategy == "recover"
    assert set(plan.phones) == set(of(recent).found)


def test_a_night_that_brings_nobody_back_is_refuted_and_the_refutation_is_right(recent: Scene) -> None:
    """The same plan without R1: the wave reaches phones that refuse what is served."""
    lost(recent)
    (plan,) = of(recent).plan
    without = tuple(each for each in night_of(plan) if each.deed not in {ResetLists(), MatchLists(anew=True)})
    proof = prove(plan.ground, without, plan.basis, Subject("plan", plan.digest), START)
    assert isinstance(proof.verdict, Refuted)
    assert sum(story.count for story in proof.verdict.stories) == len(plan.phones)
    assert any("does not bring them back" in text for story in proof.verdict.stories for text in story.told)
    assert flaws(proof) == ()


def test_a_proof_that_claims_that_they_come_back_all_the_same_is_found_out(recent: Scene) -> None:
    lost(recent)
    (plan,) = of(recent).plan
    right = prove(plan.ground, night_of(plan), plan.basis, Subject("plan", plan.digest), START)
    assert isinstance(right.verdict, Holds)
    kinds = tuple(
        replace(each, holds=tuple(replace(held, sasts=("?",)) for held in each.holds)) for each in plan.ground.classes
    )
    forged = sealed_proof(replace(right, ground=replace(plan.ground, classes=kinds)))
    assert flaws(forged)
