"""Every plan that ringtrust makes holds; and what it would be without its waves does not."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from ringtrust.change.act import ResetPhones
from ringtrust.change.gate import PhonesCurrent
from ringtrust.change.plan import Basis, Plan
from ringtrust.change.proof import Holds, Proof, Refuted
from ringtrust.prove.check import flaws
from ringtrust.prove.prove import Subject, prove
from ringtrust.prove.steps import night_of
from tests.plan.material import PUB, V8, V9, V12, V14, V15, campus, phone, planned, served, with_phones
from tests.prove.nights import MADE

V10, V11 = "10.5.2.10000-5", "11.5.1.10000-6"
EVERY = (V8, V9, V10, V11, V12, V14, V15)


def proof_of(plan: Plan, basis: Basis = "documented") -> Proof:
    return prove(plan.ground, night_of(plan), basis, Subject("plan.json", plan.digest), MADE)


@pytest.mark.parametrize("version", EVERY)
@pytest.mark.parametrize("tftp", [1, 2, 3])
def test_a_plan_for_everything_holds_whatever_happens_in_it(version: str, tftp: int) -> None:
    nodes = ("pub", "sub1", "sub2", "sub3")
    groups = {"A": ("sub1", "sub2"), "B": ("sub2", "sub1", "sub3"), "C": ("sub3", "pub")}
    plan = planned(campus(version, nodes=nodes, tftp=nodes[:tftp], groups=groups), "all")
    proof = proof_of(plan)
    assert isinstance(proof.verdict, Holds)
    assert flaws(proof) == ()


def without_gates(plan: Plan) -> Plan:
    """Nobody waits until phones hold the list of now."""
    steps = tuple(
        replace(
            step,
            before=tuple(gate for gate in step.before if not isinstance(gate.condition, PhonesCurrent)),
            after=tuple(gate for gate in step.after if not isinstance(gate.condition, PhonesCurrent)),
        )
        for step in plan.steps
    )
    return replace(plan, steps=steps)


@pytest.mark.parametrize("version", [V8, V9])
def test_without_its_gates_it_would_not(version: str) -> None:
    assert isinstance(proof_of(without_gates(planned(campus(version), "all"))).verdict, Refuted)


def test_a_phone_that_is_left_behind_is_named_with_what_becomes_of_it() -> None:
    held = served(PUB).sha1
    snapshot = with_phones(campus(V9), phone(1, held=held), phone(2, held=held, status="UnRegistered"))
    verdict = proof_of(planned(snapshot, "all", stragglers=1)).verdict
    assert isinstance(verdict, Refuted)
    assert [(story.phones, story.count) for story in verdict.stories] == [("group A, left behind", 1)]


def test_a_story_about_a_plan_speaks_of_its_steps() -> None:
    plan = without_gates(planned(campus(V9), "all"))
    verdict = proof_of(plan, "mechanism").verdict
    assert isinstance(verdict, Refuted)
    numbers = [step.number for step in plan.steps if isinstance(step.act, ResetPhones)]
    assert all(before < after for before, after in pairwise(numbers))
    assert f"they miss the wave of step {numbers[0]}" in " ".join(verdict.stories[0].told)
