"""A few phones go first in every wave, where phones wait to be reset; and where they do not, the plan says so."""

from functools import cache

import pytest
from msgspec.structs import replace

from ringtrust.change.act import Regenerate, ResetPhones
from ringtrust.change.gate import Gate, PhonesBack, PhonesCurrent, ResetsByHand, Vouched
from ringtrust.change.plan import Plan, Step, Strategy
from ringtrust.change.proof import Holds, Refuted
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.build import Wish, make_plan_from
from ringtrust.plan.canary import Chosen, names_in
from ringtrust.prove.check import flaws
from ringtrust.prove.prove import Subject, prove
from ringtrust.prove.steps import night_of
from ringtrust.report.plans import plan_lines
from tests.plan.material import (
    TAKEN,
    V8,
    V9,
    V12,
    V14,
    V15,
    acts,
    campus,
    catalog,
    conditions,
    noted,
    phone,
    planned,
    served,
    with_phones,
)

GROUP_A = Chosen("A", by_hand=True)
MANUAL = ("Set Enterprise Parameters", "Phone Interaction on Certificate Update", "manually", "--manual-resets")


def crowd(version: str = V15) -> Snapshot:
    """Four phones in group A, four in group B; one of A is off, so that nobody can wait for it."""
    snapshot = campus(version)
    held = served("pub").sha1
    there = [phone(number, "A" if number < 4 else "B", held) for number in range(8)]
    return with_phones(snapshot, *there[1:], phone(0, "A", held, status="UnRegistered"))


@cache
def with_canary(chosen: Chosen = GROUP_A, *goal: str) -> Plan:
    return planned(crowd(), *(goal or ("TVS", "CallManager")), wish=Wish(stragglers=1, first=chosen))


def refusal(chosen: Chosen, snapshot: Snapshot, *goal: str, strategy: Strategy = "type") -> str:
    with pytest.raises(RefusedError) as refused:
        planned(snapshot, *goal, wish=Wish(stragglers=1, strategy=strategy, first=chosen))
    return f"{refused.value.what} {refused.value.advice}"


def waves(plan: Plan) -> list[tuple[Step, Step]]:
    """Every step of a canary, with the step behind it."""
    return [
        (one, plan.steps[place + 1])
        for place, one in enumerate(plan.steps)
        if isinstance(one.act, ResetPhones) and one.act.group
    ]


@pytest.mark.parametrize(("version", "strategy"), [(V14, "type"), (V15, "tftp"), (V15, "fewest")])
def test_it_goes_before_every_wave_and_the_plan_proves_as_it_does_without(version: str, strategy: Strategy) -> None:
    here = with_phones(campus(version), *(each for each in crowd(version).all_phones() if each.registered))
    plan = planned(here, "all", wish=Wish(strategy=strategy, first=GROUP_A))
    usual = planned(here, "all", wish=Wish(strategy=strategy))
    pairs = waves(plan)
    assert len(pairs) == len(acts(usual, ResetPhones)) > 1
    assert all(behind.act == ResetPhones() for _, behind in pairs)
    assert [step.act for step in plan.steps if step not in [first for first, _ in pairs]] == [
        step.act for step in usual.steps
    ]
    proof = prove(plan.ground, night_of(plan), plan.basis, Subject("plan", plan.digest), plan.made)
    assert isinstance(proof.verdict, Holds)
    assert flaws(proof) == ()
    ways = {each.strategy: each for each in plan.weighed}
    before = {each.strategy: each for each in usual.weighed}
    assert (ways[strategy].verdict, ways[strategy].waves) == ("holds", before[strategy].waves)
    assert ways[strategy].least == before[strategy].least + 2 * len(pairs)


def test_it_is_the_phones_of_the_group_that_can_be_waited_for_and_its_gates_ask_for_no_other() -> None:
    plan = with_canary()
    names = tuple(f"SEP{number:012d}" for number in (1, 2, 3))
    for first, behind in waves(plan):
        assert first.act == ResetPhones("A", names)
        assert first.before == behind.before
        asked = conditions(first.after)
        assert PhonesBack(only=names) in asked
        assert [each.only for each in asked if isinstance(each, PhonesCurrent)] == [names]
        assert PhonesBack() in conditions(behind.after)
        known = [each for each in conditions(first.before) if isinstance(each, Vouched)]
        assert [each for each in asked if isinstance(each, Vouched)] == known  # the others hold the list of before


def test_before_each_renewal_it_is_looked_whether_phones_would_reset_by_themselves() -> None:
    plan = with_canary()
    looks = [step for step in plan.steps if ResetsByHand(said=True) in conditions((*step.before, *step.after))]
    assert looks == [plan.steps[0], *(step for step in plan.steps if isinstance(step.act, Regenerate))]
    usual = planned(crowd(), "TVS", "CallManager", wish=Wish(stragglers=1))
    asked = [gate for step in usual.steps for gate in (*step.before, *step.after)]
    assert not any(isinstance(each, ResetsByHand) for each in conditions(asked))


def test_phones_of_a_file_may_be_of_any_group_and_the_proof_tells_them_apart() -> None:
    chosen = Chosen(
        "pilot.txt", names_in("sep000000000001 # mine\n\n# none\nSEP000000000006\nSEP000000000001\n"), by_hand=True
    )
    plan = with_canary(chosen, "TVS", "CallManager")
    (first, _), *_ = waves(plan)
    assert first.act == ResetPhones("pilot.txt", ("SEP000000000001", "SEP000000000006"))
    found = {each.name: (each.phones, each.canary, each.waited) for each in plan.ground.classes}
    assert found == {
        "group A": (2, False, True),
        "group A, canary": (1, True, True),
        "group A, left behind": (1, False, False),
        "group B": (3, False, True),
        "group B, canary": (1, True, True),
    }


@pytest.mark.parametrize("version", [V8, V9, V12])
def test_up_to_13_phones_reset_by_themselves_and_there_is_none(version: str) -> None:
    told = refusal(GROUP_A, crowd(version), "all")
    for words in ("reset by themselves", "S114", "hold nobody back", "From 14.0"):
        assert words in told


@pytest.mark.parametrize("version", [V14, V15])
def test_from_14_on_it_needs_the_parameter_and_says_what_to_set(version: str) -> None:
    told = refusal(Chosen("A"), crowd(version), "all")
    for words in MANUAL:
        assert words in told


def test_the_rollback_parameter_resets_all_phones_so_that_nobody_goes_first() -> None:
    assert "S88" in refusal(GROUP_A, crowd(), "all", strategy="rollback")
    ways = {each.strategy: each.verdict for each in with_canary().weighed}
    assert ways["rollback"] == "cannot"


REFUSED = {
    "no such group": (Chosen("Z", by_hand=True), "There are: A, B."),
    "nobody has such a phone": (Chosen("f", ("SEPX",), by_hand=True), "1 phone that the cluster does not have: SEPX"),
    "one that is off": (Chosen("f", ("SEP000000000000",), by_hand=True), "SEP000000000000: nobody can wait for them"),
    "everybody": (Chosen("f", tuple(f"SEP{n:012d}" for n in range(1, 8)), by_hand=True), "nobody would be left"),
}


@pytest.mark.parametrize(("chosen", "words"), REFUSED.values(), ids=REFUSED)
def test_a_canary_that_holds_nobody_back_or_is_not_there_is_refused(chosen: Chosen, words: str) -> None:
    assert words in refusal(chosen, crowd(), "all")


def test_a_group_without_a_phone_to_wait_for_is_none() -> None:
    snapshot = crowd()
    alone = [each for each in snapshot.all_phones() if each.group == "B" or not each.registered]
    assert "no phone that a wave could wait for" in refusal(GROUP_A, with_phones(snapshot, *alone), "all")


def test_a_plan_without_a_wave_has_nothing_to_go_ahead_of() -> None:
    assert "there is no wave" in refusal(GROUP_A, crowd(), "tomcat")


def test_a_runbook_says_itself_who_is_reset() -> None:
    with pytest.raises(RefusedError, match="A runbook says itself"):
        make_plan_from(crowd(), catalog(), "wave complete", TAKEN, Wish(stragglers=1, first=GROUP_A))


@pytest.mark.parametrize("text", ["", "# nobody\n\n", "SEP1\n" * 10_001])
def test_a_file_that_names_nobody_or_too_many_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        names_in(text)


def test_the_plan_tells_of_it_and_what_to_do_when_it_does_not_converge() -> None:
    plan = with_canary()
    text = "\n".join(plan_lines(plan, explain=True))
    assert "Before each reset the canary A goes first: 3 phones." in text
    assert "reset the canary A alone: 3 phones" in text
    assert "the canary is back" in text
    told = " ".join(text.split())
    assert "Reset none of them, also not by hand, before you know why" in told
    assert "Each of these is reset over AXL (Device > Phone > Reset): SEP000000000001" in told
    note = noted(plan, "G-PAR")
    assert "the canary A goes first, 3 phones: SEP000000000001" in note
    assert "resets twice" in note


def test_only_those_that_a_wave_is_for_are_counted_on_when_the_next_type_begins() -> None:
    """The proof does not take a canary's wave for that of all: without the rest another type may strand the others."""
    plan = with_canary(GROUP_A, "TVS", "CallManager")
    bare = [
        replace(step, before=_but_for_all(step.before), after=_but_for_all(step.after))
        for step in plan.steps
        if step.act != ResetPhones()
    ]
    proof = prove(plan.ground, night_of(replace(plan, steps=tuple(bare))), "documented", Subject("p", ""), plan.made)
    assert isinstance(proof.verdict, Refuted)
    assert {each.hazard for each in proof.verdict.violations} >= {"H01"}
    assert flaws(proof) == ()


def _but_for_all(gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
    """Without those that wait until every phone holds the list of now."""
    found = [(each, each.condition) for each in gates]
    return tuple(each for each, condition in found if not isinstance(condition, PhonesCurrent) or condition.only)
