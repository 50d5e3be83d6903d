"""The ways to reach a goal: each proved and weighed, the fewest waves with the reason why fewer cannot be."""

import pytest

from ringtrust.change.act import Regenerate, ResetPhones, Restart, SetRollback, StartService, StopService
from ringtrust.change.gate import (
    GroupsRedundant,
    Halted,
    ListsEmptied,
    ListsMatch,
    PhonesCurrent,
    RollbackIs,
    RollbackOff,
    ServicesRun,
    Synchronised,
    Vouched,
)
from ringtrust.change.plan import Basis, Plan, Strategy, Weighed
from ringtrust.change.proof import Holds
from ringtrust.errors import RefusedError
from ringtrust.plan.build import Wish
from ringtrust.prove.check import flaws
from ringtrust.prove.prove import Subject, prove
from ringtrust.prove.steps import night_of
from ringtrust.report.plans import plan_lines
from tests.plan.material import PUB, SUB1, V8, V9, V12, V14, V15, acts, campus, conditions, noted, planned

V10, V11 = "10.5.2.10000-5", "11.5.1.10000-6"
EVERY = [V8, V9, V10, V11, V12, V14, V15]
ALONE = {"nodes": (PUB,), "tftp": (PUB,), "groups": {"A": (PUB,)}}


def way(plan: Plan, strategy: Strategy) -> Weighed:
    return next(each for each in plan.weighed if each.strategy == strategy)


@pytest.mark.parametrize("version", EVERY)
@pytest.mark.parametrize("strategy", ["type", "tftp", "fewest", "rollback"])
@pytest.mark.parametrize("basis", ["documented", "mechanism"])
def test_every_way_proves_on_every_release(version: str, strategy: Strategy, basis: Basis) -> None:
    plan = planned(campus(version), "all", wish=Wish(strategy=strategy, basis=basis))
    proof = prove(plan.ground, night_of(plan), basis, Subject("plan", plan.digest), plan.made)
    assert isinstance(proof.verdict, Holds)
    assert flaws(proof) == ()
    assert way(plan, strategy).verdict == "holds"
    assert way(plan, strategy).waves == len(acts(plan, ResetPhones))
    assert way(plan, strategy).restarts == len(acts(plan, Restart))


@pytest.mark.parametrize("version", EVERY)
@pytest.mark.parametrize("basis", ["documented", "mechanism"])
def test_the_fewest_waves_are_as_few_as_can_be_and_say_why(version: str, basis: Basis) -> None:
    plan = planned(campus(version), "all", wish=Wish(strategy="fewest", basis=basis))
    found = way(plan, "fewest")
    expected = 3 if version in {V12, V14, V15} and basis == "documented" else 2
    assert (found.waves, found.bound[0].waves) == (expected, expected)
    assert found.bound[0].why
    assert found.by_mechanism == ((2,) if basis == "documented" else ())
    assert found.waves < way(plan, "type").waves


@pytest.mark.parametrize(("goal", "waves"), [("tomcat", 0), ("CAPF", 1), ("TVS", 1), ("CallManager", 1)])
def test_a_single_type_needs_one_wave_where_it_stands_in_lists_and_else_none(goal: str, waves: int) -> None:
    plan = planned(campus(V12), goal, wish=Wish(strategy="fewest"))
    assert len(acts(plan, ResetPhones)) == waves == way(plan, "fewest").bound[0].waves


def test_what_goes_side_by_side_is_waited_for_once() -> None:
    plan = planned(campus(V12), "CallManager", wish=Wish(strategy="fewest"))
    renewals = [step for step in plan.steps if isinstance(step.act, Regenerate)]
    waits = [sum(isinstance(each, Synchronised) for each in conditions(step.after)) for step in renewals]
    assert waits == [0, 0, 3]
    assert sum(isinstance(each, PhonesCurrent) for each in conditions(renewals[0].before)) == 1


@pytest.mark.parametrize("version", EVERY)
@pytest.mark.shows("S82", "S83", "S84", "S85", "S86", "S87", "S88", "S89", "S90", "S91", "S92", "S93", "S94", "S95")
def test_the_rollback_parameter_in_the_order_of_the_seed(version: str) -> None:
    plan = planned(campus(version, **ALONE), "all", wish=Wish(strategy="rollback"))
    kinds = [step.act for step in plan.steps]
    on, off = kinds.index(SetRollback(value=True)), kinds.index(SetRollback(value=False))
    waves = [place for place, act in enumerate(kinds) if isinstance(act, ResetPhones)]
    renewals = [place for place, act in enumerate(kinds) if isinstance(act, Regenerate)]
    tftp = [place for place, act in enumerate(kinds) if isinstance(act, Restart) and act.service == "Cisco Tftp"]
    assert on < tftp[0] < waves[0] < renewals[0] < renewals[-1] < off < tftp[-1] < waves[1]
    assert RollbackIs(value=True) in conditions(plan.steps[on].after)
    assert ListsEmptied() in conditions(plan.steps[tftp[0]].after)
    for wave in waves:
        assert any(isinstance(each, PhonesCurrent) for each in conditions(plan.steps[wave].after))
    assert {"S83", "S84", "S85", "S86", "S87", "S88"} <= set(_sources(plan))
    assert "every HTTPS request from or to phones fails" in noted(plan, "S83")


def _sources(plan: Plan) -> list[str]:
    return [source for note in plan.notes for source in note.sources]


def test_it_can_be_gone_on_with_after_the_parameter_was_set() -> None:
    """A person sets it between two calls of apply: no gate before the first act may want it False."""
    plan = planned(campus(V9), "all", wish=Wish(strategy="rollback"))
    asked = conditions([gate for step in plan.steps for gate in (*step.before, *step.after)])
    assert not [each for each in asked if isinstance(each, RollbackOff | GroupsRedundant)]


@pytest.mark.parametrize("version", EVERY)
@pytest.mark.shows("S96", "S97", "S98", "S99", "S100", "S101", "S102", "S103", "S104")
def test_tftp_servers_change_in_turn_in_the_order_of_the_seed(version: str) -> None:
    plan = planned(campus(version), "CallManager", wish=Wish(strategy="tftp"))
    for node in (PUB, SUB1):
        stop, start = _place(plan, StopService, node), _place(plan, StartService, node)
        between = plan.steps[stop + 1 : start]
        assert [step.act.node for step in between if isinstance(step.act, Regenerate)] == [node]
        wave = between[-1]
        assert isinstance(wave.act, ResetPhones)
        assert PhonesCurrent(without=(node,)) in conditions(wave.after)
        away = ServicesRun(stopped=(Halted("Cisco Tftp", node),))  # a node that boots starts it before its time
        assert away in conditions(wave.before)
        assert conditions(wave.after)[0] == away
        for condition in conditions([gate for step in between for gate in (*step.before, *step.after)]):
            assert condition != ServicesRun()
            assert not isinstance(condition, ListsMatch | Vouched)
    assert _place(plan, StartService, PUB) < _place(plan, StopService, SUB1)
    asked = conditions([gate for step in plan.steps[1:] for gate in step.before])
    assert PhonesCurrent(PUB) not in asked


def _place(plan: Plan, kind: type[StopService] | type[StartService], node: str) -> int:
    return next(place for place, step in enumerate(plan.steps) if isinstance(step.act, kind) and step.act.node == node)


def test_a_single_tftp_node_has_nobody_to_take_turns_with() -> None:
    with pytest.raises(RefusedError, match="no other TFTP node"):
        planned(campus(V9, tftp=(PUB,)), "all", wish=Wish(strategy="tftp"))


def test_a_single_node_has_its_own_way_and_the_mechanism_another() -> None:
    alone = campus(V9, **ALONE)
    with pytest.raises(RefusedError, match="one node") as caught:
        planned(alone, "all")
    assert "--strategy rollback" in caught.value.advice
    plan = planned(alone, "all", wish=Wish(strategy="rollback"))
    assert [each.strategy for each in plan.advice] == ["rollback"]
    assert [way(plan, each).verdict for each in ("type", "tftp", "fewest")] == ["cannot"] * 3
    bare = planned(alone, "all", wish=Wish(basis="mechanism"))
    assert way(bare, "type").verdict == "holds"
    assert not [each for each in conditions(bare.steps[0].after) if isinstance(each, GroupsRedundant)]


def test_a_cm_group_of_one_member_stands_in_nobodys_way_where_nobody_has_to_vouch() -> None:
    lonely = campus(V9, groups={"A": (SUB1,)})
    plan = planned(lonely, "tomcat", "ipsec", "CAPF")
    asked = conditions([gate for step in plan.steps for gate in (*step.before, *step.after)])
    assert not [each for each in asked if isinstance(each, GroupsRedundant)]
    assert not [note for note in plan.notes if "fewer than two members" in note.text]


def test_a_plan_that_does_not_prove_says_so() -> None:
    lonely = campus(V9, groups={"A": (SUB1,)})
    plan = planned(lonely, "all")
    assert way(plan, "type").verdict == "refuted"
    assert "H09" in way(plan, "type").why
    assert [each.strategy for each in plan.advice] == ["rollback"]
    assert "REFUTED: CM group A has one member" in " ".join(" ".join(plan_lines(plan)).split())


def test_what_is_recommended_is_said_with_its_reason() -> None:
    assert [each.strategy for each in planned(campus(V9), "TVS").advice] == ["type"]
    nodes = (PUB, *(f"sub{number}" for number in range(1, 8)))
    large = campus(V12, nodes=nodes, groups={"A": nodes[1:3]})
    advice = planned(large, "all").advice[0]
    assert (advice.strategy, "longer than a night" in advice.why) == ("fewest", True)


def test_the_ways_stand_side_by_side_in_the_text() -> None:
    said = " ".join(" ".join(plan_lines(planned(campus(V12), "all", wish=Wish(strategy="fewest")))).split())
    assert "* fewest 3 waves" in said
    assert "no fewer than 3: Cisco's documents forbid any two of CallManager, TVS, ITLRecovery in one wave, but" in said
    assert "Recommended:" in said
