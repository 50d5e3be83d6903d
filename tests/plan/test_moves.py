"""From one way of securing a cluster to another (S70, S78), and what a release or a cluster has no way for."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ringtrust.change.act import ResetPhones, Restart, SetMode, UpdateCtl
from ringtrust.change.gate import CtlMatches, PhonesCurrent, SecurityModeIs, TokenAtHand
from ringtrust.cluster.certificate import Trusted
from ringtrust.cluster.facts import Known, Skipped
from ringtrust.cluster.node import Service
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.build import Wish, make_plan_from
from ringtrust.plan.goal import Goal, read_goal
from tests.plan.material import (
    CALLMANAGER,
    CAPF,
    CTI,
    NODES,
    PUB,
    SUB1,
    TAKEN,
    TFTP,
    V9,
    V12,
    V15,
    acts,
    catalog,
    certificate,
    conditions,
    planned,
    step_of,
    with_node,
    with_services,
)
from tests.plan.secured import CTL_PROVIDER, V11, changed, lsc, secured, signer

RESTARTED = [*((CALLMANAGER, node) for node in NODES), (TFTP, PUB), (TFTP, SUB1), *((CTI, node) for node in NODES)]


def non_secure(version: str) -> Snapshot:
    """The same without a CTL; CTL Provider and CAPF run, and every node knows who signed for phones."""
    snapshot = replace(secured(version), security_mode=Known(0))
    signed = (f"CAPF of {PUB}", "Cisco Manufacturing CA")
    trusted = Known(tuple(Trusted("CallManager-trust", f"{each}.pem", Known(certificate(each))) for each in signed))
    for name in NODES:
        snapshot = with_node(snapshot, name, ctl=Skipped("CTL File not found."), trusted=trusted)
    return snapshot


@pytest.mark.shows("S78")
@pytest.mark.parametrize("version", ["10.5.2.10000-5", V11, V12])
def test_from_etokens_to_none_by_one_update_and_without_any_token(version: str) -> None:
    """118893; H15: that is the way out, too, when the eTokens are lost."""
    plan = planned(secured(version, tokens=True), "ctl=tokenless")
    found = step_of(plan, UpdateCtl)
    assert conditions(found.after) == [CtlMatches(signer(version))]
    assert "in place of an eToken" in found.why
    assert [(act.service, act.node) for act in acts(plan, Restart)] == RESTARTED
    wave = step_of(plan, ResetPhones)
    assert CtlMatches(signer(version)) in conditions(wave.before)
    assert PhonesCurrent(PUB, ctl=True) in conditions(wave.after)
    gates = [each for step in plan.steps for each in conditions((*step.before, *step.after))]
    assert not any(isinstance(each, TokenAtHand) for each in gates)


@pytest.mark.parametrize("version", [V11, V12, V15])
def test_into_mixed_mode_and_out_of_it_by_the_command_of_the_publisher(version: str) -> None:
    """118893, 118892."""
    into = planned(non_secure(version), "mode=mixed")
    assert acts(into, SetMode) == [SetMode(PUB, mixed=True)]
    made = conditions(step_of(into, SetMode).after)
    assert made == [SecurityModeIs(mixed=True), CtlMatches(signer(version))]
    assert SecurityModeIs(mixed=False) in conditions(into.steps[0].after)
    assert PhonesCurrent(PUB, ctl=True) in conditions(step_of(into, ResetPhones).after)
    assert [(act.service, act.node) for act in acts(into, Restart)] == RESTARTED
    out = planned(secured(version), "mode=non-secure")
    assert acts(out, SetMode) == [SetMode(PUB, mixed=False)]
    assert conditions(step_of(out, SetMode).after) == [SecurityModeIs(mixed=False)]
    assert PhonesCurrent(PUB, ctl=True) in conditions(step_of(out, ResetPhones).after)
    assert "file delete tftp CTLFile.tlv" in step_of(out, SetMode).effect


def test_into_mixed_mode_it_is_proved_that_phones_of_a_secure_profile_can_register() -> None:
    """Their profiles begin to count. An LSC that has expired is refused (S120); a MIC nobody sees."""
    before = non_secure(V12)
    assert planned(before, "mode=mixed").weighed[0].verdict == "holds"
    found = planned(changed(before, 1, lsc=Known(lsc(expires=TAKEN - timedelta(days=1)))), "mode=mixed")
    assert (found.weighed[0].verdict, found.weighed[0].why[:14]) == ("refuted", "1 secure phone")
    found = planned(changed(before, 1, lsc=Known(lsc("", expires=None, status="None"))), "mode=mixed")
    assert found.weighed[0].verdict == "holds"
    assert [note.text for note in found.notes if "a secure profile and no LSC" in note.text]


def _stopped(service: str) -> Snapshot:
    return with_services(non_secure(V12), PUB, Service(service, "STOPPED", "Service Not Activated"))


REFUSED = {
    "no command before 10.0": (lambda: secured(V9, tokens=True), "ctl=tokenless", "no command for the CTL"),
    "nor a mode": (lambda: non_secure(V9), "mode=mixed", "no command for the CTL"),
    "no client from 14 on": (lambda: secured(V15), "ctl=tokens", "no CTL client"),
    "no plan to eTokens": (lambda: secured(V12), "ctl=tokens", "plans no move to eTokens"),
    "mixed already": (lambda: secured(V12), "mode=mixed", "mixed mode already"),
    "non-secure already": (lambda: non_secure(V12), "mode=non-secure", "non-secure already"),
    "no eToken": (lambda: secured(V12), "ctl=tokenless", "needs no eToken"),
    "no CTL": (lambda: non_secure(V12), "ctl=tokenless", "has no CTL"),
    "eTokens take it out": (lambda: secured(V12, tokens=True), "mode=non-secure", "CTL client, too"),
    "no CTL Provider": (lambda: _stopped(CTL_PROVIDER), "mode=mixed", f"{CTL_PROVIDER} does not run"),
    "no CAPF": (lambda: _stopped(CAPF), "mode=mixed", f"{CAPF} does not run"),
}


@pytest.mark.shows("S70", "S170", "S171")
@pytest.mark.parametrize("case", REFUSED)
def test_what_there_is_no_way_for_is_refused_and_says_why(case: str) -> None:
    made, move, words = REFUSED[case]
    with pytest.raises(RefusedError, match=words) as refused:
        planned(made(), move)
    assert refused.value.advice


def test_a_move_has_no_other_strategy() -> None:
    with pytest.raises(RefusedError, match="There is one way to mixed mode"):
        planned(non_secure(V12), "mode=mixed", wish=Wish(strategy="fewest"))


@pytest.mark.parametrize("words", [("ctl",), ("ctl=new",), ("mode=off",), ("lsc=some",)])
def test_a_goal_that_nobody_knows_is_told_what_there_is(words: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError, match="is no goal") as refused:
        read_goal(words)
    assert "ctl=tokenless" in refused.value.advice


@pytest.mark.parametrize("words", [("lsc", "TVS"), ("mode=mixed", "CallManager"), ("CAPF", "lsc=all")])
def test_two_plans_are_not_made_in_one(words: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError, match="two plans"):
        read_goal(words)


def test_goals_are_read_in_any_case_and_say_themselves() -> None:
    assert read_goal(["LSC"], 30) == Goal(days=30, lscs="lsc")
    assert read_goal(["lsc=ALL"]).text == "every LSC"
    assert read_goal(["Mode=Mixed"]).text == "mixed mode"
    assert "30 days" in read_goal(["lsc"], 30).text


def test_a_runbook_with_the_ctl_becomes_a_plan() -> None:
    text = (
        "regen CallManager @ pub\nwait sync\nctl update\nrestart CallManager @ pub\nrestart tftp @ pub\nwave complete\n"
    )
    plan = make_plan_from(secured(V12), catalog(), text, secured(V12).taken)
    found = step_of(plan, UpdateCtl)
    assert found.why == "The runbook says so. line 3: ctl update"
    assert conditions(found.after) == [CtlMatches("ITLRecovery")]
    assert PhonesCurrent("", ctl=True) in conditions(step_of(plan, ResetPhones).after)
    non = replace(secured(V12), security_mode=Known(0))
    with pytest.raises(RefusedError, match="'ctl update', can be proved, but not carried out"):
        make_plan_from(non, catalog(), text, non.taken)
