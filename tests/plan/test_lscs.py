"""CAPF and LSCs: partners first, a canary, batches, and nobody forgotten (S117 to S123, S169 to S178)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ringtrust.change.act import HandOver, IssueLscs, Regenerate, ResetPhones, Restart, UpdateCtl
from ringtrust.change.gate import LscIssuersTrusted, LscsRenewed, PartnersTold, PhonesBack, Synchronised
from ringtrust.change.plan import Plan, Step
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.phone import Registration
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.build import Wish
from tests.plan.material import (
    CAPF,
    PUB,
    SUB1,
    SUB2,
    TAKEN,
    TFTP,
    TVS,
    V9,
    V12,
    V14,
    V15,
    acts,
    certificate,
    conditions,
    noted,
    planned,
    step_of,
    with_certificate,
)
from tests.plan.secured import OLD_CAPF, V11, changed, lsc, secured
from tests.plan.test_mixed import spine, told

RELEASES = (V11, V12, V14, V15)
LATE = TAKEN - timedelta(days=1)


def issuing(plan: Plan) -> list[Step]:
    return [step for step in plan.steps if isinstance(step.act, IssueLscs)]


def partners(plan: Plan) -> Step:
    return next(step for step in plan.steps if isinstance(step.act, HandOver) and step.phase == "CAPF")


def away(snapshot: Snapshot, number: int) -> Snapshot:
    return changed(snapshot, number, registration=Known(Registration("UnRegistered", SUB1, "")))


@pytest.mark.shows("S117", "S118", "S169")
@pytest.mark.parametrize("version", RELEASES)
def test_a_new_capf_goes_into_the_ctl_and_the_lists_then_to_partners_and_then_to_every_phone(version: str) -> None:
    plan = planned(secured(version), f"CAPF@{PUB}")
    assert spine(plan) == ["CAPF@pub", "update", "wave", "hand over", "lsc"]
    words = told(plan)
    assert words[2] == f"{CAPF}@pub"
    if version != V11:  # the sources of 8.x to 11.x name CAPF alone
        assert {f"{TVS}@{PUB}", f"{TVS}@{SUB2}", f"{TFTP}@{PUB}", f"{TFTP}@{SUB1}"} <= set(words)
    found = step_of(plan, Regenerate)
    assert found.command == "set cert regen CAPF (CLI of pub)"
    spread = next(each for each in conditions(found.after) if isinstance(each, Synchronised))
    assert set(spread.stores) == {"CAPF-trust", "CallManager-trust"}
    assert isinstance(step_of(plan, UpdateCtl).act, UpdateCtl)


@pytest.mark.shows("S169", "S172", "S173", "S174")
def test_every_phone_is_followed_to_its_new_lsc_a_canary_of_every_model_first() -> None:
    snapshot = secured(V12, phones=25)
    for number in (3, 17):
        snapshot = changed(snapshot, number, model="Cisco 7841")
    plan = planned(snapshot, "CAPF", wish=Wish(canary=3, batch=10))
    steps = issuing(plan)
    assert [len(step.act.phones) for step in steps if isinstance(step.act, IssueLscs)] == [3, 10, 10, 2]
    everybody = [name for step in steps if isinstance(step.act, IssueLscs) for name in step.act.phones]
    assert sorted(everybody) == sorted(plan.phones)
    assert "SEP000000000003" in everybody[:3]
    for step in steps:
        assert isinstance(step.act, IssueLscs)
        assert conditions(step.after) == [LscsRenewed(step.act.phones), PhonesBack()]
        for word in ("Install/Upgrade", "By Null String", "Save", "Apply Config"):
            assert word in step.command
    usual = planned(secured(V12, phones=25), "CAPF")
    assert [len(act.phones) for act in acts(usual, IssueLscs)] == [10, 15]


@pytest.mark.shows("S119")
@pytest.mark.parametrize("version", RELEASES)
def test_old_capf_certificates_stay_and_partners_have_the_new_one_before_any_phone_shows_it(version: str) -> None:
    """H17, H18."""
    snapshot = secured(version)
    old = certificate(f"CAPF of {PUB}").serial
    plan = planned(snapshot, "CAPF")
    step = partners(plan)
    assert conditions(step.before) == [PartnersTold(PUB, old)]
    assert all(word in step.title for word in ("RADIUS", "ISE", "ASA", "SRST", "leave the old one"))
    assert all(word in step.command for word in ("show cert own CAPF", old, "--partners-told"))
    assert step.number < issuing(plan)[0].number
    assert "deletes nothing" in noted(plan, "H17")
    assert LscIssuersTrusted() in conditions(plan.steps[0].after)


@pytest.mark.shows("S169")
def test_lscs_are_part_of_capf_in_a_non_secure_cluster_too_where_phones_have_any() -> None:
    snapshot = replace(secured(V12), security_mode=Known(0))
    plan = planned(snapshot, "CAPF")
    assert spine(plan)[-3:] == ["wave", "hand over", "lsc"]
    assert "update" not in told(plan)
    for number in range(4):
        snapshot = changed(snapshot, number, lsc=Known(lsc("", expires=None, issuer_expires=None, status="None")))
    assert issuing(planned(snapshot, "CAPF")) == []
    assert "hand over" not in told(planned(snapshot, "CAPF"))
    unread = changed(snapshot, 0, lsc=Unread("no answer"))
    assert "nobody can tell" in noted(planned(unread, "CAPF"), "S169")


@pytest.mark.parametrize("version", [V9, V12])
def test_of_the_copies_on_subscribers_nothing_follows(version: str) -> None:
    """Up to 12.5 each node has a CAPF of its own, and only the publisher's signs."""
    plan = planned(secured(version, tokens=version == V9), f"CAPF@{SUB1}")
    assert issuing(plan) == []
    assert not {"update", "client", "hand over"} & set(told(plan))


@pytest.mark.shows("S177", "S178")
def test_wireless_phones_of_a_third_party_ca_and_those_that_want_a_string_are_left_alone_and_named() -> None:
    snapshot = changed(secured(V12), 0, model="Cisco 7925")
    snapshot = changed(snapshot, 1, lsc=Known(lsc(authentication="By Authentication String")))
    plan = planned(snapshot, "CAPF")
    assert [act.phones for act in acts(plan, IssueLscs)] == [("SEP000000000002", "SEP000000000003")]
    assert "SEP000000000000" in noted(plan, "S178")
    assert "third-party CA" in noted(plan, "S177")
    assert "SEP000000000001" in noted(plan, "S175")
    assert "authentication string" in noted(plan, "S175")


@pytest.mark.shows("S175", "S176")
def test_what_to_do_with_a_phone_that_has_trouble_stands_beside_its_step() -> None:
    said = issuing(planned(secured(V12), "CAPF"))[0].if_it_fails
    for word in ("Settings > Security Configuration > LSC", "**#", "Update", "Submit", "switch it off and on"):
        assert word in said


def test_a_phone_that_is_away_keeps_its_lsc_and_is_named() -> None:
    snapshot = away(secured(V12, phones=30), 7)
    plan = planned(snapshot, "CAPF")
    assert all("SEP000000000007" not in act.phones for act in acts(plan, IssueLscs))
    assert "SEP000000000007" in noted(plan, "H17")
    assert "--renew lsc" in noted(plan, "H17")


@pytest.mark.shows("S120", "S121", "S122", "S123")
@pytest.mark.parametrize("version", RELEASES)
@pytest.mark.parametrize("by", ["the LSC", "its CAPF"])
def test_phones_that_an_expired_capf_locks_out_are_let_in_by_the_plan(version: str, by: str) -> None:
    expired = lsc(expires=LATE) if by == "the LSC" else lsc(issuer_expires=LATE)
    snapshot = secured(version, phones=4)
    snapshot = with_certificate(snapshot, "CAPF", PUB, lambda found: replace(found, not_after=LATE))
    for number in (1, 2, 3):
        snapshot = changed(away(snapshot, number), number, lsc=Known(expired), itl=Skipped("off"), ctl=Skipped("off"))
    plan = planned(snapshot, f"CAPF@{PUB}")
    locked = ("SEP000000000001", "SEP000000000002", "SEP000000000003")
    assert plan.stragglers == ()
    assert plan.phones == ("SEP000000000000",)
    renewed = [name for act in acts(plan, IssueLscs) for name in act.phones]
    assert sorted(renewed) == ["SEP000000000000", *locked]
    assert renewed[0] == "SEP000000000000"  # the canary begins with one that is there
    assert set(locked) <= {name for step in issuing(plan) for name in step.after[0].condition.phones}  # type: ignore[union-attr]
    assert conditions(plan.steps[-1].before) == [PhonesBack(locked)]
    assert all(name in noted(plan, "S120") for name in locked)
    assert PhonesBack() in conditions(plan.steps[0].after)  # they are not asked for in the beginning
    with pytest.raises(RefusedError, match="cannot be waited for"):  # another plan does nothing for them
        planned(snapshot, "tomcat")


@pytest.mark.parametrize("version", [V11, V12, V15])
def test_an_expired_callmanager_is_renewed_and_its_phones_are_waited_for_in_the_end(version: str) -> None:
    """All members of their CM group have expired: no secure phone registers anywhere."""
    snapshot = secured(version, phones=4)
    for node in (PUB, SUB1, SUB2):
        snapshot = with_certificate(snapshot, "CallManager", node, lambda found: replace(found, not_after=LATE))
    for number in (0, 1, 2):
        snapshot = changed(away(snapshot, number), number, itl=Skipped("off"), ctl=Skipped("off"))
    snapshot = changed(snapshot, 3, profile=Known("non-secure"))
    plan = planned(snapshot, "CallManager")
    assert plan.stragglers == ()
    locked = ("SEP000000000000", "SEP000000000001", "SEP000000000002")
    assert conditions(plan.steps[-1].before) == [PhonesBack(locked)]
    assert "every CallManager of their CM group" in noted(plan, "S28")
    both = planned(snapshot, "CallManager", "CAPF")
    words = spine(both)
    assert words[-1] == "lsc"  # theirs comes last: before, they could register nowhere
    assert words[-2] == "wave"


@pytest.mark.shows("S169")
def test_lscs_alone_are_those_of_another_capf_or_about_to_end() -> None:
    snapshot = changed(secured(V12), 0, lsc=Known(lsc(OLD_CAPF)))
    snapshot = changed(snapshot, 1, lsc=Known(lsc(expires=TAKEN + timedelta(days=60))))
    snapshot = changed(snapshot, 2, lsc=Known(lsc(expires=TAKEN + timedelta(days=60, seconds=1))))
    plan = planned(snapshot, "lsc")
    assert spine(plan) == ["hand over", "lsc"]
    assert [act.phones for act in acts(plan, IssueLscs)] == [("SEP000000000000", "SEP000000000001")]
    assert acts(plan, Regenerate) == acts(plan, Restart) == acts(plan, ResetPhones) == []
    assert partners(plan).before[0].condition == PartnersTold(PUB, "")
    everybody = planned(snapshot, "lsc=all")
    assert len(acts(everybody, IssueLscs)[0].phones) == 4
    assert "hand over" not in spine(planned(secured(V12), "lsc=all"))  # nobody has one of another CAPF
    assert [each.verdict for each in plan.weighed if each.strategy != "type"] == ["cannot"] * 3


def test_a_subscribers_capf_lets_nobody_in_and_an_expired_capf_signs_nothing() -> None:
    snapshot = with_certificate(secured(V12), "CAPF", PUB, lambda found: replace(found, not_after=LATE))
    expired = lsc("", expires=None, issuer_expires=None)  # as before 11.5: the CAPF of now tells
    locked = changed(away(snapshot, 1), 1, lsc=Known(expired), itl=Skipped("off"), ctl=Skipped("off"))
    assert planned(locked, f"CAPF@{PUB}").stragglers == ()
    with pytest.raises(RefusedError, match="cannot be waited for"):
        planned(locked, f"CAPF@{SUB1}")
    with pytest.raises(RefusedError, match="has expired: whatever it signs is refused"):
        planned(snapshot, "lsc=all")


def test_lscs_alone_with_nobody_to_renew_is_refused_and_says_who_was_not_seen() -> None:
    with pytest.raises(RefusedError, match="nothing to renew"):
        planned(secured(V12), "lsc")
    blind = changed(replace(secured(V12), security_mode=Known(0)), 0, lsc=Unread("no answer"))
    with pytest.raises(RefusedError, match="Of 1 phone nobody can tell"):
        planned(blind, "lsc")
