"""Plans for clusters of the lab on the evening before, careful ones and careless ones; and rehearsals of them."""

import asyncio
from functools import cache

from msgspec.structs import replace

from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import HandOver, Regenerate, ResetPhones
from ringtrust.change.plan import Plan, sealed
from ringtrust.change.proof import Holds, Refuted
from ringtrust.change.rehearsal import Rehearsal
from ringtrust.clock import StoppedClock
from ringtrust.cluster.names import CAPF
from ringtrust.lab.topology import Group, Topology
from ringtrust.plan.build import AS_USUAL, Wish, make_plan
from ringtrust.plan.goal import read_goal
from ringtrust.prove.prove import Subject, prove
from ringtrust.prove.steps import night_of
from ringtrust.rehearse.faults import read_fault
from ringtrust.rehearse.rehearse import Wanted, rehearse
from ringtrust.rehearse.seen import evening
from ringtrust.rehearse.stage import Scale
from tests.support.clusters import START, small


@cache
def planned(topology: Topology, *goal: str, wish: Wish = AS_USUAL) -> Plan:
    """A plan for a cluster on the evening before."""
    snapshot = asyncio.run(evening(topology, StoppedClock(START)))
    return make_plan(snapshot, load_catalog(), read_goal(goal), START, wish)


def rehearsed(plan: Plan, *faults: str, scale: Scale = Scale()) -> Rehearsal:  # noqa: B008 - frozen
    """What becomes of it."""
    return asyncio.run(rehearse(plan, Wanted(scale, tuple(map(read_fault, faults))), START))


def off_through_the_first_wave(plan: Plan, percent: int = 10) -> str:
    """A share of the phones is off from when CAPF is renewed, by which all reset, until the gate of the first wave.

    That gate misses them, and a person switches them on again.
    """
    begin = next(step.number for step in plan.steps if isinstance(step.act, Regenerate) and step.act.unit == CAPF)
    return f"off={percent}%@step:{begin}-step:{first_wave(plan) + 1}"


def first_wave(plan: Plan) -> int:
    """The number of the first step that resets all phones."""
    return next(step.number for step in plan.steps if isinstance(step.act, ResetPhones))


def careless(plan: Plan) -> Plan:
    """The same acts in a hurry: everything renewed at once, then restarted, then one wave, and no gate anywhere."""
    ordered = [
        *(step for step in plan.steps if isinstance(step.act, Regenerate)),
        *(step for step in plan.steps if not isinstance(step.act, Regenerate | HandOver | ResetPhones)),
        *[step for step in plan.steps if isinstance(step.act, ResetPhones)][:1],
    ]
    bare = (replace(step, number=number, before=(), after=()) for number, step in enumerate(ordered, 1))
    return sealed(replace(plan, steps=tuple(bare)))


def apart(phones: int = 6) -> Topology:
    """campus-9.1, but each CM group has one node of its own: one TVS for each."""
    topology = small("campus-9.1", phones)
    groups = tuple(Group(each.name, each.members[:1], each.phones) for each in topology.groups)
    return replace(topology, groups=groups)


def lost_by_proof(plan: Plan) -> dict[str, int]:
    """The phones that a plan may lose, as it is proved: how many of which class."""
    verdict = prove(plan.ground, night_of(plan), "mechanism", Subject("plan", plan.digest), START).verdict
    assert isinstance(verdict, Holds | Refuted)
    return {} if isinstance(verdict, Holds) else {story.phones: story.count for story in verdict.stories}


def lost(found: Rehearsal) -> dict[str, int]:
    """The phones that were lost, as the muster has them: stranded, or back only after a restore."""
    counts = {each.name: each.stranded + each.by_restore for each in found.muster}
    return {name: count for name, count in counts.items() if count}
