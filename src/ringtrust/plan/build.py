"""A plan for one cluster, sealed."""

import hashlib
from datetime import datetime
from typing import Final

import msgspec

from ringtrust.catalog.catalog import Catalog
from ringtrust.change.plan import FORMAT, Basis, Plan, Strategy, Weighed, sealed
from ringtrust.cluster.snapshot import Snapshot, write_snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.fit import facts_for, refuse_unfit, version_of
from ringtrust.plan.goal import Goal
from ringtrust.plan.notes import notes
from ringtrust.plan.phones import baseline
from ringtrust.plan.strategies import STRATEGIES, Ways, recommended
from ringtrust.plan.targets import Targets, find_targets
from ringtrust.prove.ground import ground_of


class Wish(msgspec.Struct, frozen=True):
    """How the goal is to be reached. `stragglers` may be left behind; few, when nobody has said how many."""

    stragglers: int | None = None
    strategy: Strategy = "type"
    basis: Basis = "documented"


AS_USUAL: Final = Wish()


def make_plan(snapshot: Snapshot, catalog: Catalog, goal: Goal, now: datetime, wish: Wish = AS_USUAL) -> Plan:
    """The plan.

    Raises RefusedError where none can be made, and says why. One that does not prove is made, and says so: `weighed`.
    """
    facts = facts_for(snapshot, catalog)
    refuse_unfit(snapshot)
    targets = find_targets(snapshot, facts, goal)
    if not targets.renew:
        raise RefusedError(
            f"There is nothing to renew: {goal.text} is nothing{_but(targets)}.",
            advice="Name units with --renew, or take a longer time with --days.",
        )
    phones = baseline(snapshot, wish.stragglers)
    ground = ground_of(snapshot, facts, frozenset(each.name for each in phones.stragglers))
    ways = Ways(snapshot, facts, targets, phones, ground, wish.basis)
    way = ways.drafted(wish.strategy)
    found = (way if each == wish.strategy else ways.drafted_or_not(each) for each in STRATEGIES)
    weighed = tuple(each if isinstance(each, Weighed) else ways.weighed(each) for each in found)
    return sealed(
        Plan(
            format=FORMAT,
            cluster=snapshot.cluster,
            version=version_of(snapshot),
            made=now,
            taken=snapshot.taken,
            snapshot=hashlib.sha256(write_snapshot(snapshot)).hexdigest(),
            goal=goal.text,
            strategy=wish.strategy,
            basis=wish.basis,
            weighed=weighed,
            advice=recommended(weighed),
            ground=ground,
            nodes=tuple(node.name for node in snapshot.nodes),
            phones=phones.waited,
            stragglers=phones.stragglers,
            notes=tuple(notes(ways, catalog, way)),
            steps=way.steps,
        )
    )


def _but(targets: Targets) -> str:
    return f", but for {len(targets.left)} that a CA has signed" if targets.left else ""
