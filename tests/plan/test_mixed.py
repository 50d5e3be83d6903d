"""Mixed mode: the CTL follows every change before services restart, and nobody meets an unknown signer (P7, P9)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.change.act import ClientCtl, HandOver, IssueLscs, Regenerate, ResetCtl, ResetPhones, Restart, UpdateCtl
from ringtrust.change.gate import (
    CtlMatches,
    LscIssuersTrusted,
    PhonesBack,
    PhonesCurrent,
    SecurityModeIs,
    TokenAtHand,
)
from ringtrust.change.plan import Plan
from ringtrust.cluster.facts import Known, Unread
from ringtrust.errors import RefusedError
from ringtrust.plan.build import Wish
from tests.plan.material import (
    CALLMANAGER,
    NODES,
    PUB,
    SUB1,
    SUB2,
    V9,
    V12,
    V14,
    V15,
    certificate,
    conditions,
    facts,
    noted,
    planned,
    step_of,
    with_certificate,
    with_node,
)
from tests.plan.secured import TOKENS, V11, V12_0, changed, ctl_of, secured, signer

WITHOUT_TOKENS = ("10.5.2.10000-5", V11, V12_0, V12, V14, V15)
IN_CTL = {"CallManager", "CallManager-ECDSA", "CAPF", "ITLRecovery"}


def told(plan: Plan) -> list[str]:
    """The plan in short words, without backups."""
    words = {UpdateCtl: "update", ResetCtl: "reset", ClientCtl: "client", ResetPhones: "wave", IssueLscs: "lsc"}
    found = []
    for step in plan.steps:
        match step.act:
            case Regenerate(unit=unit, node=node):
                found.append(f"{unit}@{node}")
            case Restart(service=service, node=node):
                found.append(f"{service}@{node}")
            case HandOver():
                found.append("hand over" if step.phase != "backup" else "backup")
            case _:
                found.append(words[type(step.act)])
    return found[1:-1]


def spine(plan: Plan) -> list[str]:
    """The same without restarts."""
    return [word for word in told(plan) if not word.startswith("Cisco ")]


@pytest.mark.shows("S64", "S68", "S71", "S79")
@pytest.mark.parametrize("version", WITHOUT_TOKENS)
def test_the_ctl_is_updated_behind_every_new_callmanager_and_before_anything_restarts(version: str) -> None:
    plan = planned(secured(version), "CallManager")
    assert spine(plan) == [word for node in NODES for word in (f"CallManager@{node}", "update", "wave")]
    words = told(plan)
    for node in NODES:
        begin = words.index(f"CallManager@{node}")
        restart = words.index(f"{CALLMANAGER}@{node}", begin)
        assert words[begin + 1] == "update"
        assert begin + 1 < restart < words.index("wave", begin)
    for step in plan.steps:
        if isinstance(step.act, UpdateCtl):
            assert step.act.node == PUB
            assert conditions(step.after) == [CtlMatches(signer(version))]
            assert step.command == "utils ctl update CTLFile (CLI of pub)"


@pytest.mark.shows("S64")
@pytest.mark.parametrize("version", WITHOUT_TOKENS)
def test_every_wave_waits_for_both_lists_and_every_look_knows_the_mode(version: str) -> None:
    plan = planned(secured(version), "CallManager", "TVS")
    expected = CtlMatches(signer(version))
    for step in plan.steps:
        if isinstance(step.act, ResetPhones):
            assert expected in conditions(step.before)
            assert PhonesCurrent(PUB, ctl=True) in conditions(step.after)
    first = conditions(plan.steps[0].after)
    assert {SecurityModeIs(mixed=True), expected, PhonesCurrent(PUB, ctl=True), LscIssuersTrusted()} <= set(first)
    renewals = [step for step in plan.steps if isinstance(step.act, Regenerate)]
    assert all(SecurityModeIs(mixed=True) in conditions(step.before) for step in renewals)


@pytest.mark.parametrize("version", WITHOUT_TOKENS)
@pytest.mark.parametrize("unit", ["tomcat", "ipsec", "TVS"])
def test_what_the_ctl_does_not_hold_needs_no_update(version: str, unit: str) -> None:
    """P0.8."""
    assert {"update", "reset"} & set(told(planned(secured(version), unit))) == set()


@pytest.mark.parametrize("version", [V12, V14, V15])
def test_a_new_itlrecovery_comes_in_two_waves_each_signed_by_whom_every_phone_knows(version: str) -> None:
    """P9: the way of the Security Guides, which needs no TVS."""
    plan = planned(secured(version), "ITLRecovery")
    assert spine(plan) == ["ITLRecovery@pub", "reset", "wave", "update", "wave"]
    assert conditions(step_of(plan, ResetCtl).after) == [CtlMatches("CallManager")]
    assert conditions(step_of(plan, UpdateCtl).after) == [CtlMatches("ITLRecovery")]
    first, second = [step for step in plan.steps if isinstance(step.act, ResetPhones)]
    assert CtlMatches("CallManager") in conditions(first.before)
    assert CtlMatches("ITLRecovery") in conditions(second.before)
    assert all(PhonesCurrent(PUB, ctl=True) in conditions(step.after) for step in (first, second))
    assert "214231" in noted(plan, "P9")
    assert "relies on TVS" in noted(plan, "P9")


@pytest.mark.parametrize("version", [V12, V15])
def test_itlrecovery_waits_until_every_phone_holds_the_ctl_with_the_new_callmanager(version: str) -> None:
    """H04: `reset localkey` signs with it."""
    words = spine(planned(secured(version), "CallManager", "ITLRecovery"))
    assert words[-5:] == ["ITLRecovery@pub", "reset", "wave", "update", "wave"]
    assert words[-6] == "wave"


def test_on_12_0_only_the_itlrecovery_of_the_publisher_is_in_the_ctl() -> None:
    plan = planned(secured(V12_0), "ITLRecovery")
    assert spine(plan)[:5] == ["ITLRecovery@pub", "reset", "wave", "update", "wave"]
    assert spine(plan)[5:] == ["ITLRecovery@sub1", "wave", "ITLRecovery@sub2", "wave"]


@pytest.mark.parametrize("version", ["10.5.2.10000-5", V11])
def test_where_a_renewed_callmanager_signs_devices_without_tvs_get_a_ctl_of_the_other_signer_first(
    version: str,
) -> None:
    """H14: they know ITLRecovery by the CTL that they hold, and may ask nobody about a new CallManager."""
    snapshot = changed(secured(version), 0, model="Cisco 7940", itl=Known(""))
    plan = planned(snapshot, "CallManager")
    assert spine(plan) == [
        *("CallManager@pub", "reset", "wave", "update", "wave"),
        *("CallManager@sub1", "update", "wave", "CallManager@sub2", "update", "wave"),
    ]
    assert conditions(step_of(plan, ResetCtl).after) == [CtlMatches("ITLRecovery")]
    assert "SEP000000000000" in noted(plan, "H14")
    assert plan.stragglers == ()  # it holds no ITL, and needs none
    assert "SEP000000000000" in plan.phones
    others = planned(changed(secured(version), 0, model="Cisco 7940", itl=Known("")), f"CallManager@{SUB1}")
    assert spine(others) == ["CallManager@sub1", "update", "wave"]


def test_where_the_ctl_has_no_second_signer_those_devices_are_announced() -> None:
    """10.0 to 10.5(1): CallManager alone."""
    snapshot = changed(secured("10.5.2.10000-5", second=False), 0, model="Cisco 7940", itl=Known(""))
    plan = planned(snapshot, "CallManager")
    assert "reset" not in told(plan)
    assert "CTL erased by hand" in noted(plan, "H14")


@pytest.mark.shows("S66", "S67", "S72", "S79")
@pytest.mark.parametrize("version", [V9, "10.5.2.10000-5", V11, V12])
def test_a_ctl_of_etokens_is_updated_by_a_person_with_one_of_them(version: str) -> None:
    plan = planned(secured(version, tokens=True), "CallManager", "CAPF")
    assert "update" not in told(plan)
    assert "reset" not in told(plan)
    clients = [step for step in plan.steps if isinstance(step.act, ClientCtl)]
    assert [step.act for step in clients] == [ClientCtl(TOKENS)] * 4
    for step in clients:
        assert conditions(step.before) == [TokenAtHand(TOKENS)]
        assert conditions(step.after) == [CtlMatches(TOKENS[0])]
        assert step.after[0].patience >= 12 * 3600
        for word in ("Cisco CTL Client", "2444", "Update CTL File", *TOKENS, "password", "Finish"):
            assert word in step.command
    assert TokenAtHand(TOKENS) in conditions(plan.steps[0].after)
    assert "--token-at-hand" in noted(plan, "S66")
    for node in NODES:
        words = told(plan)
        assert words[words.index(f"CallManager@{node}") + 1] == "client"


@pytest.mark.shows("S64")
@pytest.mark.parametrize("version", WITHOUT_TOKENS)
def test_both_orders_of_cisco_stand_in_the_notes(version: str) -> None:
    text = noted(planned(secured(version), "CallManager"), "SG15")
    assert "before services restart (214231, 217138)" in text
    assert "when phones have restarted by themselves" in text
    assert "takes the CTL first" in text


def test_what_secure_phones_notice_stands_beside_the_restart_and_the_wave() -> None:
    plan = planned(secured(V12), "CallManager@sub1")
    restart = step_of(plan, Restart, service=CALLMANAGER, node=SUB1)
    assert "register with the other members of their CM group" in restart.effect
    assert PhonesBack() in conditions(restart.after)
    wave = step_of(plan, ResetPhones)
    assert "hears of no reset" in wave.if_it_fails
    assert "switched off and on" in wave.if_it_fails
    assert "erase its trust list by hand" in wave.if_it_fails


def test_secure_phones_whose_every_callmanager_changes_at_once_are_waited_for_behind_the_wave() -> None:
    """None of the nodes shows what their CTL holds: a gate that wants them back before the wave would never pass."""
    snapshot = secured(V12)
    plan = planned(snapshot, "CallManager", wish=Wish(strategy="fewest"))
    assert spine(plan) == ["CallManager@pub", "CallManager@sub1", "CallManager@sub2", "update", "wave"]
    restarts = [step for step in plan.steps if isinstance(step.act, Restart) and step.act.service == CALLMANAGER]
    assert not any(PhonesBack() in conditions(step.after) for step in restarts)
    assert "are away from now" in restarts[0].effect
    wave = step_of(plan, ResetPhones)
    assert PhonesBack() not in conditions(wave.before)
    assert PhonesBack() in conditions(wave.after)
    for number in range(4):
        snapshot = changed(snapshot, number, profile=Known("non-secure"))
    plain = planned(snapshot, "CallManager", wish=Wish(strategy="fewest"))
    assert PhonesBack() in conditions(step_of(plain, ResetPhones).before)


REFUSED: dict[str, tuple[str, str]] = {"rollback": ("H12", "empties no CTL"), "tftp": ("S96", "serve one CTL")}


@pytest.mark.parametrize("strategy", REFUSED)
def test_ways_that_a_ctl_does_not_bear_are_refused_with_their_reason(strategy: Any) -> None:
    with pytest.raises(RefusedError) as refused:
        planned(secured(V12), "CallManager", wish=Wish(strategy=strategy))
    assert all(word in refused.value.what for word in REFUSED[strategy])
    weighed = {each.strategy: each for each in planned(secured(V12), "CallManager").weighed}
    assert weighed[strategy].verdict == "cannot"
    assert weighed[strategy].why == refused.value.what


def test_a_ctl_that_was_not_seen_or_is_not_there_is_no_ground_for_a_plan() -> None:
    snapshot = secured(V12)
    with pytest.raises(RefusedError, match="CTL of sub1 could not be read: no answer"):
        planned(with_node(snapshot, SUB1, ctl=Unread("no answer")), "tomcat")
    for name in (PUB, SUB1):
        node = secured(V12).node(SUB2)
        assert node is not None
        snapshot = with_node(snapshot, name, ctl=node.ctl)
    with pytest.raises(RefusedError, match="no node serves a CTL"):
        planned(snapshot, "tomcat")
    with pytest.raises(RefusedError, match="security mode is 2"):
        planned(replace(secured(V12), security_mode=Known(2)), "tomcat")


def test_a_ctl_that_somebody_forgot_to_update_is_said_before_the_plan_begins() -> None:
    """H13."""
    forgotten = with_certificate(secured(V12), "CallManager", SUB1, lambda _: certificate("another CallManager"))
    assert "CTL does not hold CallManager of sub1" in noted(planned(forgotten, "tomcat"), "G-ITL")
    other = replace(ctl_of(secured(V12)), sha1="AB" * 20)
    assert "serve different CTLs" in noted(planned(with_node(secured(V12), SUB1, ctl=Known(other)), "tomcat"), "G-ITL")


def test_a_ctl_of_which_9_1_prints_no_checksum_is_not_taken_for_another_one() -> None:
    unsaid = replace(ctl_of(secured(V12)), sha1="", md5="")
    found = planned(with_node(secured(V12), SUB1, ctl=Known(unsaid)), "tomcat")
    assert not any("will not begin" in note.text for note in found.notes)


def test_a_recovery_key_that_is_too_short_stops_what_needs_it_and_is_told_otherwise() -> None:
    """H28: `reset localkey` would fail in the midst of the plan."""
    short = with_certificate(secured(V12), "ITLRecovery", PUB, lambda found: replace(found, bits=1024))
    with pytest.raises(RefusedError, match="1024 bits") as refused:
        planned(short, "ITLRecovery")
    assert "Generate Self-signed" in refused.value.advice
    assert "1024 bits" in noted(planned(short, "CallManager"), "H28")
    assert noted(planned(secured(V12), "CallManager"), "H28") == ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WITHOUT_TOKENS), st.data())
def test_whatever_is_renewed_no_phone_is_sent_for_a_ctl_that_lacks_it(version: str, data: st.DataObject) -> None:
    """H13: between a renewal of what the CTL holds and the next restart, wave or renewal there is a new CTL."""
    known = facts(version)
    owned = [
        f"{unit.name}@{name}"
        for unit in known.units
        for name in NODES
        if name == PUB or known.owners(unit.name) == "every node"
    ]
    goal = data.draw(st.lists(st.sampled_from(owned), min_size=1, max_size=5, unique=True))
    plan = planned(secured(version), *goal, wish=Wish(strategy=data.draw(st.sampled_from(["type", "fewest"]))))
    stale = False
    for step in plan.steps:
        match step.act:
            case Regenerate(unit=unit, node=node) if unit in IN_CTL:
                stale = stale or unit.startswith("CallManager") or node == PUB
            case UpdateCtl() | ResetCtl():
                stale = False
            case Restart() | ResetPhones() | IssueLscs():
                assert not stale, step.title
            case _:
                pass
    assert not stale
