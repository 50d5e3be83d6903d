"""A plan from an administrator's own runbook: his lines in his order; repaired where he asks for it."""

import pytest

from ringtrust.change.act import HandOver, Regenerate, ResetPhones, Restart, SetRollback, StartService, StopService
from ringtrust.change.gate import PhonesCurrent, Synchronised
from ringtrust.change.plan import Plan
from ringtrust.errors import RefusedError
from ringtrust.plan.build import make_plan_from
from ringtrust.prove.steps import night_of
from tests.plan.material import TAKEN, V9, V12, campus, catalog, conditions
from tests.support.snapshots import with_service

STEP = ("wait sync", "restart tvs @ all", "restart tftp @ all", "wave complete")


def made(*lines: str, version: str = V9, repair: bool = False) -> Plan:
    return make_plan_from(campus(version), catalog(), "\n".join(lines), TAKEN, repair=repair)


def verdict(plan: Plan) -> str:
    return next(each.verdict for each in plan.weighed if each.strategy == "runbook")


def test_its_steps_are_its_lines_and_its_waits_are_gates() -> None:
    plan = made("backup", "regen TVS @ all", *STEP)
    kinds = [type(step.act) for step in plan.steps]
    assert kinds == [HandOver, *[Regenerate] * 3, *[Restart] * 5, ResetPhones]
    assert sum(isinstance(each, Synchronised) for each in conditions(plan.steps[3].after)) == 3
    assert any(isinstance(each, PhonesCurrent) for each in conditions(plan.steps[-1].after))
    assert (plan.strategy, verdict(plan)) == ("runbook", "holds")
    assert "line 2: regen TVS @ all" in plan.steps[1].why


def test_what_is_carried_out_is_what_was_proved() -> None:
    plan = made("regen TVS @ all", *STEP, "regen CallManager @ pub", "wait sync", "wave complete")
    deeds = [type(stage.deed).__name__ for stage in night_of(plan) if "before it" not in stage.text]
    assert deeds[:7] == ["Renew"] * 3 + ["Arrive"] * 3 + ["MatchLists"]
    assert deeds.count("Wave") == 4  # two resets, and two waits for what phones hold


def test_tftp_servers_in_turn_and_the_parameter_are_acts_too() -> None:
    plan = made("stop tftp @ pub", "regen CallManager @ pub", "wait sync", "wave", "start tftp @ pub", version=V12)
    assert [type(step.act) for step in plan.steps] == [StopService, Regenerate, ResetPhones, StartService]
    plan = made("set rollback true", "regen TVS @ all", "set rollback false")
    assert [step.act.value for step in plan.steps if isinstance(step.act, SetRollback)] == [True, False]


def test_one_that_does_not_hold_is_made_and_says_so_or_is_repaired() -> None:
    bad = ("regen CallManager @ all", "wait sync", "wave", "regen TVS @ all", "wait sync", "wave")
    assert verdict(made(*bad)) == "refuted"
    mended = made(*bad, repair=True)
    assert verdict(mended) == "holds"
    assert [step.why for step in mended.steps if "line 4: wave complete" in step.why]


def test_a_service_that_only_this_cluster_has_may_be_named_as_when_it_is_proved() -> None:
    seen = with_service(campus(V9), "pub", "Some Other Service", "STARTED")
    plan = make_plan_from(seen, catalog(), "regen TVS @ pub\nrestart Some Other Service @ pub\n", TAKEN)
    assert Restart("Some Other Service", "pub", "runbook") in [step.act for step in plan.steps]


def test_what_is_inserted_stands_where_an_editor_numbers_the_line() -> None:
    bad = "# one\x0cmore\nregen CallManager @ all\nwait sync\nwave\nregen TVS @ all\nwait sync\nwave\n"
    plan = make_plan_from(campus(V9), catalog(), bad, TAKEN, repair=True)
    assert verdict(plan) == "holds"
    assert [step.why for step in plan.steps if "line 5: wave complete" in step.why]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("wave",), "renews nothing"),
        (("regen TVS @ pub", "regen TVS @ all"), "once more"),
        (("regen TVS @ pub", "itl reset localkey"), "not carried out by `apply` yet"),
        (("regen TVS @ pub", "wave group A"), "not carried out by `apply` yet"),
        (("regen nothing @ pub",), "Line 1 cannot be read"),
    ],
)
def test_what_cannot_be_a_plan_is_refused(lines: tuple[str, ...], why: str) -> None:
    with pytest.raises(RefusedError, match=why) as caught:
        made(*lines, version=V12)
    assert caught.value.advice


def test_what_no_wave_mends_is_not_repaired() -> None:
    with pytest.raises(RefusedError, match="No complete waves"):
        made("set rollback true", "regen TVS @ all", repair=True)
