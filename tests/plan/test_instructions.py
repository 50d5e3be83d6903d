"""Beside every step stands what is typed, what services and phones notice, and what to do when it fails."""

import pytest

from ringtrust.change.act import Regenerate, ResetPhones, Restart, SetRollback
from ringtrust.plan.build import Wish
from ringtrust.report.plans import plan_lines
from tests.plan.material import V8, V9, V12, V14, V15, campus, planned, step_of


@pytest.mark.parametrize("version", [V8, V9, V12, V14, V15])
@pytest.mark.parametrize("strategy", ["type", "fewest", "rollback"])
def test_every_step_of_every_way_has_all_three(version: str, strategy: str) -> None:
    wish = Wish(strategy="rollback" if strategy == "rollback" else "fewest" if strategy == "fewest" else "type")
    for step in planned(campus(version), "all", wish=wish).steps:
        assert step.command, step.title
        assert step.effect, step.title
        assert step.if_it_fails, step.title


def test_the_command_is_the_one_of_the_seed() -> None:
    plan = planned(campus(V9), "all")
    assert step_of(plan, Regenerate, unit="TVS", node="sub1").command == "set cert regen TVS (CLI of sub1)"
    tomcat = [step for step in plan.steps if isinstance(step.act, Restart) and step.act.service == "Cisco Tomcat"]
    assert tomcat[0].command == "utils service restart Cisco Tomcat (CLI of pub)"


def test_r1_is_named_only_where_there_is_one() -> None:
    for version, there in ((V9, False), (V12, True)):
        wave = next(step for step in planned(campus(version), "TVS").steps if isinstance(step.act, ResetPhones))
        assert ("utils itl reset localkey" in wave.if_it_fails) == there
        assert "erase its trust list by hand (R6, R7)" in wave.if_it_fails


def test_explain_prints_them() -> None:
    plan = planned(campus(V12), "all", wish=Wish(strategy="rollback"))
    said = " ".join(" ".join(plan_lines(plan, explain=True)).split())
    parameter = next(step for step in plan.steps if isinstance(step.act, SetRollback))
    for word, text in (("do", parameter.command), ("effect", parameter.effect), ("if it fails", parameter.if_it_fails)):
        assert f"{word}: {text}" in said
    assert "if it fails:" not in " ".join(plan_lines(plan))
