"""What a hostile review of proofs and plans found: each was a way to be told that a night holds that does not."""

from msgspec.structs import replace

from ringtrust.change.act import ResetPhones, Restart, StartService, StopService
from ringtrust.change.gate import Halted, ListsMatch, ServicesRun
from ringtrust.change.night import Delete, Renew, Stage
from ringtrust.change.proof import Holds, sealed_proof
from ringtrust.plan.build import Wish
from ringtrust.prove.check import flaws
from ringtrust.prove.moves import PHONE_SAST
from ringtrust.prove.runbook import read_runbook
from tests.plan.material import V9, V12, campus, conditions, planned
from tests.plan.test_from_runbook import made, verdict
from tests.plan.test_strategies import ALONE
from tests.prove.nights import grounds, hazards, night, proved, proved_on, refuted

TVS_NEXT = ("wave complete", "regen TVS @ all", "wait sync", "restart tvs @ all", "wave complete")


def test_waiting_for_the_parameter_is_not_waiting_for_certificates() -> None:
    """G-RB-SET asks for the parameter alone, and the proof takes it for G-SYNC: on the lab all phones are stranded."""
    lines = ("regen CallManager @ all", "set rollback false", *TVS_NEXT)
    assert refuted(night(*lines), campus(V9)).stories
    assert verdict(made(*lines)) == "refuted"


def test_what_the_proof_takes_wait_sync_for_is_what_apply_waits_for() -> None:
    """In the proof lists are new after it, and G-SYNC does not look at lists: a lab that builds late strands all."""
    plan = made("regen CallManager @ all", "wait sync", *TVS_NEXT)
    assert verdict(plan) == "holds"
    assert any(isinstance(each, ListsMatch) for each in conditions(plan.steps[2].after))


def test_tftp_servers_in_turn_can_be_carried_out() -> None:
    """While the runbook has Cisco Tftp stopped, G-SVC behind each restart can never pass, and says to start it."""
    lines = ("stop tftp @ pub", "regen TVS @ all", "wait sync", "restart tvs @ all", "wave complete")
    plan = made(*lines, "start tftp @ pub")
    stopped = False
    for step in plan.steps:
        stopped = (stopped or isinstance(step.act, StopService)) and not isinstance(step.act, StartService)
        if stopped and isinstance(step.act, Restart):
            assert ServicesRun() not in conditions(step.after)
        if stopped and isinstance(step.act, ResetPhones):
            assert ServicesRun(stopped=(Halted("Cisco Tftp", "pub"),)) in conditions(step.after)


def test_upper_and_lower_case_of_a_store_are_one() -> None:
    """docs/proof.md says so; a deletion in lower case was once taken for one of no meaning."""
    (stage,) = read_runbook(night("delete phone-sast-trust/pub.pem @ pub"), grounds(campus(V12)), frozenset())
    assert isinstance(stage.deed, Delete)
    assert stage.deed.store == PHONE_SAST


def test_a_restore_after_the_complete_wave_is_h24_too() -> None:
    """H24: old keys return, and phones hold the new list: most of all when a complete wave was in between."""
    lines = ("backup", "regen CallManager @ all", "wait sync", "restart tftp @ all", "wave complete", "restore")
    assert "H24" in hazards(night(*lines), campus(V12))


def test_phones_of_which_nothing_is_known_are_not_proved_of() -> None:
    """Without a list to begin with nothing is searched, and CallManager beside TVS `holds` with 0 states."""
    ground = grounds(campus(V9))
    bare = replace(ground, classes=tuple(replace(each, lists=()) for each in ground.classes))
    proof = proved_on(night("regen CallManager @ all", "wait sync", "regen TVS @ all"), bare)
    assert not isinstance(proof.verdict, Holds)


def test_a_proof_with_nonsense_is_wrong_and_no_crash() -> None:
    """`prove --check` reads files of others; a night that names no node of the ground is a flaw, not a KeyError."""
    proof = proved(night("wave"), campus(V9))
    odd = sealed_proof(replace(proof, night=(Stage("line 1", "x", Renew("TVS", "nowhere")), *proof.night)))
    assert flaws(odd)


def test_claims_are_part_of_the_proof() -> None:
    """docs/proof.md: assumptions are part of the proof; any other text in their place is accepted as right."""
    proof = proved(night("wave"), campus(V9))
    assert flaws(sealed_proof(replace(proof, assumptions=("None.",), invariants=("It is safe in any event.",))))


def test_tomcat_of_a_single_node_needs_no_rollback_parameter() -> None:
    """H09 is about TVS and signers; phones notice nothing of tomcat, and the same runbook holds, basis documented."""
    assert planned(campus(V9, **ALONE), "tomcat").steps


def test_notes_do_not_promise_what_the_plan_does_not_do() -> None:
    """`fewest` renews CallManager of both TFTP nodes in one wave, and notes that they never change together."""
    plan = planned(campus(V9), "CallManager", wish=Wish(strategy="fewest"))
    assert not any("never change together" in each.text for each in plan.notes)
