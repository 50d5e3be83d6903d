"""Which certificates a goal means, type by type in the order of the catalog, the publisher first (S106)."""

from collections.abc import Iterator, Sequence

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known
from ringtrust.cluster.node import Node
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.goal import Goal


class Target(msgspec.Struct, frozen=True):
    """A certificate to be renewed: whose, and which one is there now."""

    unit: str
    node: str
    certificate: Certificate


class Targets(msgspec.Struct, frozen=True):
    """What is to be renewed, in order; and what a CA has signed and is left alone, because nobody named it (S129)."""

    renew: tuple[Target, ...]
    left: tuple[Target, ...]

    def of(self, *units: str) -> tuple[Target, ...]:
        """Those of some units."""
        return tuple(target for target in self.renew if target.unit in units)


def find_targets(snapshot: Snapshot, facts: ReleaseFacts, goal: Goal) -> Targets:
    """Raises RefusedError when a name is unknown, or a node that is meant could not be read."""
    _refuse_unknown(snapshot, facts, goal)
    found = tuple(_candidates(snapshot, facts))
    wanted = [target for target in found if _meant(target, snapshot, goal)]
    named = bool(goal.named)
    return Targets(
        renew=tuple(target for target in wanted if named or target.certificate.self_signed),
        left=tuple(target for target in wanted if not (named or target.certificate.self_signed)),
    )


def in_order(snapshot: Snapshot) -> tuple[Node, ...]:
    """The publisher, then the subscribers (214231)."""
    return tuple(sorted(snapshot.nodes, key=lambda node: not node.publisher))


def _candidates(snapshot: Snapshot, facts: ReleaseFacts) -> Iterator[Target]:
    """Every identity that its node owns: from 12.5 on ITLRecovery is the publisher's, and only listed elsewhere."""
    for unit in facts.units:
        for node in in_order(snapshot):
            if node.publisher or facts.owners(unit.name) == "every node":
                yield from _identity(node, unit.name)


def _identity(node: Node, unit: str) -> Iterator[Target]:
    if not isinstance(node.identities, Known):
        raise RefusedError(
            f"The certificates of {node.name} could not be read: {node.identities.reason}",
            advice="A plan needs every node. Mend that, and scan again.",
        )
    for identity in node.identities.value:
        if identity.unit != unit:
            continue
        if not isinstance(identity.certificate, Known):
            raise RefusedError(
                f"{unit} of {node.name} could not be read: {identity.certificate.reason}",
                advice="A plan needs every certificate. Mend that, and scan again.",
            )
        yield Target(unit, node.name, identity.certificate.value)


def _meant(target: Target, snapshot: Snapshot, goal: Goal) -> bool:
    if goal.named:
        return any(each.unit == target.unit and each.node in {"", target.node} for each in goal.named)
    return goal.everything or target.certificate.not_after <= snapshot.taken + goal.within


def _refuse_unknown(snapshot: Snapshot, facts: ReleaseFacts, goal: Goal) -> None:
    nodes: Sequence[str] = [node.name for node in snapshot.nodes]
    for each in goal.named:
        facts.unit(each.unit)
        if each.node and each.node not in nodes:
            raise RefusedError(f"The cluster has no node {each.node!r}.", advice=f"It has: {', '.join(nodes)}.")
