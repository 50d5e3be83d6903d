"""Which certificates a goal means, type by type in the order of the catalog, the publisher first (S106)."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER, CALLMANAGER_SERVICE, TFTP_SERVICE
from ringtrust.cluster.node import Node
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.goal import Goal

_SIGNS: Final = (CALLMANAGER_SERVICE, TFTP_SERVICE)


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
    """Raises RefusedError when a name is unknown, when a certificate could not be read, or is not what it seems."""
    _refuse_unknown(snapshot, facts, goal)
    found = tuple(_candidates(snapshot, facts))
    _refuse_nobodys(found, goal)
    wanted = [target for target in found if _meant(target, snapshot, goal)]
    named = bool(goal.named)
    targets = Targets(
        renew=tuple(target for target in wanted if named or target.certificate.self_signed),
        left=tuple(target for target in wanted if not (named or target.certificate.self_signed)),
    )
    _refuse_shared(targets, found)
    return targets


def in_order(snapshot: Snapshot) -> tuple[Node, ...]:
    """The publisher, then the subscribers (214231)."""
    return tuple(sorted(snapshot.nodes, key=lambda node: not node.publisher))


def _candidates(snapshot: Snapshot, facts: ReleaseFacts) -> Iterator[Target]:
    for unit in facts.units:
        yield from identities(snapshot, facts, unit.name)


def identities(snapshot: Snapshot, facts: ReleaseFacts, unit: str) -> Iterator[Target]:
    """Those of a unit that their nodes own: from 12.5 on ITLRecovery is the publisher's, and only listed elsewhere."""
    for node in in_order(snapshot):
        if node.publisher or facts.owners(unit) == "every node":
            yield from _identity(node, unit)


def _identity(node: Node, unit: str) -> Iterator[Target]:
    if not isinstance(node.identities, Known):
        raise RefusedError(
            f"The certificates of {node.name} could not be read: {node.identities.reason}",
            advice="A plan needs every node. Mend that, and scan again.",
        )
    if unit == CALLMANAGER:
        _refuse_hidden(node)
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
    return goal.everything or target.certificate.not_after - snapshot.taken <= goal.within


def _refuse_unknown(snapshot: Snapshot, facts: ReleaseFacts, goal: Goal) -> None:
    nodes: Sequence[str] = [node.name for node in snapshot.nodes]
    for each in goal.named:
        facts.unit(each.unit)
        if each.node and each.node not in nodes:
            raise RefusedError(f"The cluster has no node {each.node!r}.", advice=f"It has: {', '.join(nodes)}.")


def _refuse_nobodys(found: Sequence[Target], goal: Goal) -> None:
    """What is named and does not exist is never passed over in silence."""
    for each in goal.named:
        if not any(each.unit == target.unit and each.node in {"", target.node} for target in found):
            raise RefusedError(
                f"{each.node or 'No node'} has {'no' if each.node else 'a'} {each.unit} certificate of its own.",
                advice="Name one that `ringtrust scan` shows, on a node that owns it.",
            )


def _refuse_hidden(node: Node) -> None:
    """From 14 on tomcat may be used as CallManager, which is then not listed: its renewal would be two (H30)."""
    if any(node.has(service) for service in _SIGNS) and all(each != CALLMANAGER for each in _units(node)):
        raise RefusedError(
            f"{node.name} lists no CallManager certificate, and signs files for phones: it may use that of tomcat.",
            advice="ringtrust does not plan for a certificate that is reused (H30, 222534).",
        )


def _units(node: Node) -> tuple[str, ...]:
    return tuple(each.unit for each in node.identities.value) if isinstance(node.identities, Known) else ()


def _refuse_shared(targets: Targets, found: Sequence[Target]) -> None:
    """One certificate in several places changes in all of them at once: H05 for nodes, H30 for tomcat reused."""
    for target in targets.renew:
        same = [each for each in found if each.certificate.sha256 == target.certificate.sha256]
        if len(same) > 1:
            names = ", ".join(f"{each.unit} of {each.node}" for each in same)
            raise RefusedError(
                f"One certificate serves as {names}: to renew it is to change them all at once (S104, H30).",
                advice="ringtrust does not plan for multi-server or reused certificates yet (118731, 222534).",
            )
