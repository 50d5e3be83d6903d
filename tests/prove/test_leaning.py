"""Which gates a person may let pass without the proof being void: they are left out, and the plan is proved again."""

import pytest
from msgspec.structs import replace

from ringtrust.change.plan import Plan
from ringtrust.change.proof import Holds
from ringtrust.prove.leaning import Named, leaning
from ringtrust.prove.prove import Subject, prove
from ringtrust.prove.steps import night_of
from tests.plan.material import V9, V14, campus, planned
from tests.prove.nights import MADE

TELLS_WHAT_IS_TAKEN = {"G-CERT-NEW", "G-SERVED", "G-TVS", "G-TVS-LOAD", "G-CERT", "G-MODE", "G-RB", "G-LSC-CA"}
NONE: frozenset[Named] = frozenset()
ONLY_KEEPS = {"G-DBR", "G-NET", "G-SVC", "G-DRS", "G-CMG", "G-REG"}


@pytest.fixture(scope="module", params=[V9, V14])
def plan(request: pytest.FixtureRequest) -> Plan:
    return planned(campus(request.param), "all")


def _gates(plan: Plan) -> dict[Named, None]:
    """All gates by step and name."""
    return dict.fromkeys((step.number, gate.code) for step in plan.steps for gate in (*step.before, *step.after))


def _without(plan: Plan, *passed: Named) -> Plan:
    steps = (
        replace(
            step,
            before=tuple(each for each in step.before if (step.number, each.code) not in passed),
            after=tuple(each for each in step.after if (step.number, each.code) not in passed),
        )
        for step in plan.steps
    )
    return replace(plan, steps=tuple(steps))


def _holds(plan: Plan) -> bool:
    found = prove(plan.ground, night_of(plan), plan.basis, Subject("plan", plan.digest), MADE)
    return isinstance(found.verdict, Holds)


def _one_after_the_other(plan: Plan, *codes: str) -> tuple[list[Named], dict[Named, tuple[str, ...]]]:
    """Those that may be let pass, each after those before it; and those that the proof leans on, with why."""
    passed: list[Named] = []
    refused: dict[Named, tuple[str, ...]] = {}
    for each in _gates(plan):
        if each[1] in codes:
            why = leaning(plan.ground, plan, each, frozenset(passed))
            if why:
                refused[each] = why
            else:
                passed.append(each)
    return passed, refused


def test_a_gate_may_be_let_pass_where_the_plan_proves_without_it(plan: Plan) -> None:
    waits = [each for each in _gates(plan) if each[1] not in TELLS_WHAT_IS_TAKEN | ONLY_KEEPS]
    assert {code for _, code in waits} >= {"G-SYNC", "G-ITL", "G-ITL0"}
    voids = {named: leaning(plan.ground, plan, named, NONE) for named in waits}
    assert {named: not why for named, why in voids.items()} == {named: _holds(_without(plan, named)) for named in waits}


@pytest.mark.parametrize("codes", [("G-SYNC", "G-ITL"), ("G-ITL0",)])
def test_none_that_is_let_pass_strands_anybody_together_with_others(plan: Plan, codes: tuple[str, ...]) -> None:
    """The gate before the next step still catches what the one behind this step would have; but not both pass."""
    passed, refused = _one_after_the_other(plan, *codes)
    assert _holds(_without(plan, *passed))
    for each in refused:
        assert not _holds(_without(plan, *passed, each)), each
    if codes == ("G-ITL0",):
        assert passed
        assert refused


def test_it_tells_how_phones_would_be_lost(plan: Plan) -> None:
    _, refused = _one_after_the_other(plan, "G-ITL0")
    told = " ".join(why for each in refused.values() for why in each)
    assert "list" in told
    assert "Cisco's documents forbid it" in told or "erase its list" in told


def test_what_tells_that_an_act_did_what_it_should_is_always_leant_on(plan: Plan) -> None:
    named = [each for each in _gates(plan) if each[1] in TELLS_WHAT_IS_TAKEN]
    assert {code for _, code in named} >= {"G-CERT-NEW", "G-CERT", "G-TVS"}
    for each in named:
        why = " ".join(leaning(plan.ground, plan, each, NONE))
        assert "takes it for granted" in why or "is about a cluster" in why, each


def test_what_only_keeps_a_step_from_being_taken_is_not(plan: Plan) -> None:
    named = [each for each in _gates(plan) if each[1] in ONLY_KEEPS]
    assert {code for _, code in named} >= {"G-DBR", "G-SVC", "G-REG"}
    for each in named:
        assert leaning(plan.ground, plan, each, NONE) == (), each
