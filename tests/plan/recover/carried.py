"""A wreck, recovered as often as plan --recover has a plan: what the proof said of it, and what the lab does."""

from collections import Counter
from typing import NamedTuple

from ringtrust.change.proof import Holds
from ringtrust.lab.stranded import Fate
from ringtrust.plan.recover.reached import Return
from ringtrust.plan.recover.recovery import Recovery, Wish
from ringtrust.prove.check import flaws
from ringtrust.prove.prove import Subject, prove
from ringtrust.prove.steps import night_of
from tests.plan.recover.scene import Scene
from tests.support.clusters import START

SURE = {Return.BACK, Return.LATER, Return.NEXT}
ROUNDS = 4


class Outcome(NamedTuple):
    """How it ended: what the first recovery said of each phone, who is back, and every sentence that is not so."""

    said: Counter[Return]
    back: int
    wrong: list[str]
    plans: int


def recovered(scene: Scene) -> Outcome:
    """Everything that ringtrust says is done, and everybody is switched on in the end."""
    wish = Wish(earlier=tuple(scene.before))
    first = scene.recovery(wish)
    fates = {name: scene.fate(name) for name in first.found}
    wrong, plans, latest = [], 0, first
    for _ in range(ROUNDS):
        if latest.plan:
            wrong += _unproved(latest)
            plans += 1
            sure = [name for name in latest.plan[0].phones if latest.found[name] is Return.BACK]
            stopped = scene.carry_out(latest.plan[0])
            if stopped and (sure or not latest.plan[0].phones):  # whoever only may come may keep it from its end
                wrong.append(f"the plan stopped at {stopped}")
                break
            late = [name for name in sure if not scene.is_back(name)]
            wrong += [f"{name} was to come by this plan, and has not" for name in late]
        scene.switch(range(len(scene.bench.phones)), on=True)
        latest = scene.recovery(wish)
        if not latest.plan:
            break
    scene.switch(range(len(scene.bench.phones)), on=True).wave()
    return Outcome(Counter(first.found.values()), _back(scene, first), [*wrong, *_compared(scene, first, fates)], plans)


def _back(scene: Scene, first: Recovery) -> int:
    return sum(scene.is_back(name) for name in first.found)


def _compared(scene: Scene, first: Recovery, fates: dict[str, Fate]) -> list[str]:
    listed = {row.name: row for row in first.by_hand}
    wrong = []
    for name, how in first.found.items():
        back = scene.is_back(name)
        if how in SURE and not back:
            wrong.append(f"{name} was to come back ({how.name}), and has not")
        if not back and name not in listed and how is not Return.RENEWAL:
            wrong.append(f"{name} is not back, and not in the list of those that a hand has to help")
        if name in listed and listed[name].sure and back:
            wrong.append(f"{name} is back, though only a hand was to help it")
        if how is Return.NOT and fates[name] is Fate.REACHABLE:  # so that nobody walks in vain
            wrong.append(f"{name} is reachable in the lab, and not in the proof")
    return wrong


def _unproved(found: Recovery) -> list[str]:
    """The plan has to prove, and its proof has to be right."""
    plan = found.plan[0]
    proof = prove(plan.ground, night_of(plan), plan.basis, Subject("plan", plan.digest), START)
    wrong = [f"its proof is wrong: {flaw}" for flaw in flaws(proof)]
    return wrong if isinstance(proof.verdict, Holds) else [*wrong, f"it does not prove: {proof.verdict}"[:900]]
