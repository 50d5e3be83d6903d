"""Random wrecks, each from a number: somebody was careless, or stopped half-way, or let everything expire."""

from collections.abc import Callable
from random import Random
from typing import Final, NamedTuple

import msgspec

from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import HandOver, Regenerate
from ringtrust.errors import RefusedError
from ringtrust.lab.topology import Certificates
from ringtrust.plan.build import Wish, make_plan
from ringtrust.plan.goal import read_goal
from tests.plan.recover.scene import Scene
from tests.prove.differential.worlds import Shape, topology

RELEASES: Final = ("9.1", "11.5", "12.5", "15.0")
SHAPES: Final = (
    (1, 1, (("pub",), ("pub",))),
    (2, 1, (("sub1", "pub"), ("sub1",))),
    (3, 1, (("sub1", "sub2"), ("sub2", "sub1"))),
    (3, 2, (("sub1", "sub2"), ("sub2", "pub"))),
)
TFTP, TVS, CALLMANAGER = "Cisco Tftp", "Cisco Trust Verification Service", "Cisco CallManager"
PHONES: Final = 3
_DAYS: Final = 86_400.0


class Made(NamedTuple):
    """A wreck: which kind, and the cluster as it was left."""

    kind: str
    scene: Scene


def wreck(number: int) -> Made:
    """The wreck of this number."""
    dice = Random(number)  # noqa: S311 - a game, and no secret
    kind = ("careless", "half-done", "expired")[number % 3]
    nodes, tftp, groups = dice.choice(SHAPES)
    mixed = nodes > 1 and number % 4 == 3
    declared = topology(Shape(dice.choice(RELEASES), nodes, tftp, groups, mixed), PHONES)
    if kind == "expired":
        declared = msgspec.structs.replace(declared, certificates=Certificates(2, 1825))
    found = Scene(declared)
    _remembered(dice, found)
    if kind == "expired":
        found.later(dice.choice((3, 5)) * _DAYS)
    if kind == "half-done":
        _half_done(dice, found)
    else:
        _careless(dice, found)
    _left(dice, found)
    return Made(kind, found)


def _remembered(dice: Random, found: Scene) -> None:
    if dice.random() < 0.6:
        found.remember()


def _careless(dice: Random, found: Scene) -> None:
    """Renewals in any order, with what belongs in between or without it; nothing is renewed twice."""
    units = ["CallManager", "TVS", *(["ITLRecovery"] if found.cluster.release.unit("ITLRecovery") else [])]
    todo = [(unit, node.name) for unit in units for node in found.cluster.nodes if _owns(found, unit, node.name)]
    dice.shuffle(todo) if dice.random() < 0.5 else None
    for unit, node in todo[: dice.randint(1, len(todo))]:
        found.regenerate(unit, node)
        for _ in range(dice.randint(0, 2)):
            _anything(dice, found)


def _owns(found: Scene, unit: str, node: str) -> bool:
    meant = found.cluster.release.unit(unit)
    return meant is not None and found.cluster.node(node).owns(meant)


def _anything(dice: Random, found: Scene) -> None:
    """Something that belongs to a renewal, or happens meanwhile."""
    nodes, phones = [node.name for node in found.cluster.nodes], range(len(found.bench.phones))
    mixed = found.cluster.topology.security.mixed
    choices: list[Callable[[], object]] = [
        found.sync,
        lambda: found.later(dice.choice((60.0, 400.0))),
        lambda: found.restart(dice.choice((TFTP, TVS)), dice.choice(nodes)),
        lambda: found.restart(dice.choice((TFTP, TVS, CALLMANAGER))),
        found.wave,
        lambda: found.switch([dice.choice(phones)], on=False),
        lambda: found.switch(phones, on=True),
        lambda: None,
        *([found.update_ctl] * 2 if mixed else []),
    ]
    dice.choice(choices)()


def _half_done(dice: Random, found: Scene) -> None:
    """A plan that was made as it should be, and left somewhere on the way, by its acts and without its gates."""
    snapshot = found.snapshot()
    strategy = dice.choice(("type", "tftp", "fewest", "rollback"))
    try:
        plan = make_plan(
            snapshot,
            load_catalog(),
            read_goal(("all",)),
            found.bench.time.now(),
            Wish(strategy=strategy, basis="mechanism"),
        )
    except RefusedError:
        _careless(dice, found)
        return
    renewed: set[tuple[str, str]] = set()
    for step in plan.steps[: dice.randint(2, len(plan.steps))]:
        if isinstance(step.act, Regenerate):
            renewed.add((step.act.unit, step.act.node))
            found.regenerate(step.act.unit, step.act.node)
        elif not isinstance(step.act, HandOver):
            found.act(step.act)
        if dice.random() < 0.5:
            found.later(dice.choice((30.0, 300.0, 2000.0)))
        if dice.random() < 0.1:
            found.switch([dice.randrange(2 * PHONES)], on=dice.random() < 0.5)


def _left(dice: Random, found: Scene) -> None:
    """How it stands when somebody looks: some service is down, some phone is off, the parameter was left True."""
    nodes = [node.name for node in found.cluster.nodes]
    if dice.random() < 0.3:
        found.stop(dice.choice((TFTP, TVS)), dice.choice(nodes))
    if dice.random() < 0.15:
        found.rollback(value=True).restart(TFTP)
    if dice.random() < 0.3:
        found.switch([dice.randrange(2 * PHONES)], on=False)
    if dice.random() < 0.5:
        found.sync()
