"""Which certificates of which node are other ones, between an older snapshot and a newer one."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from ringtrust.audit.seen import Seen
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.node import Node
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.cluster.trust_files import same_node


class Change(msgspec.Struct, frozen=True):
    """A unit whose certificate has another one in its place."""

    unit: str
    old: Certificate
    new: Certificate

    @property
    def back(self) -> bool:
        """Whether one from before the old one is there: nobody makes a certificate that begins in the past (H24)."""
        return self.new.not_before < self.old.not_before

    @property
    def made(self) -> datetime:
        """When the new one was made, as it says itself."""
        return self.new.not_before


class Changed(msgspec.Struct, frozen=True):
    """A node then and now. `owned` are the units that it has certificates of, in both; `changes` those of them."""

    before: Node
    after: Node
    owned: tuple[str, ...]
    changes: tuple[Change, ...]


def pairs(before: Snapshot, after: Snapshot) -> Iterator[tuple[Node, Node]]:
    """Each node of now with the one that it was: by its name, else by its address, else by its name without a domain.

    A node that has another host name may have another name in the server table too, and keeps its address.
    """
    left = {node.name: node for node in before.nodes}
    found = {node.name: left.pop(node.name) for node in after.nodes if node.name in left}
    for node in after.nodes:
        if node.name not in found:
            alike = next(filter(None, (_at(left, node), _called(left, node))), "")
            if alike:
                found[node.name] = left.pop(alike)
    return ((found[node.name], node) for node in after.nodes if node.name in found)


def _at(left: Mapping[str, Node], node: Node) -> str:
    return next((name for name, old in left.items() if old.address == node.address), "")


def _called(left: Mapping[str, Node], node: Node) -> str:
    return next((name for name in left if same_node(name, node.name)), "")


def changed(before: Seen, after: Seen, made: frozenset[str]) -> Iterator[Changed]:
    """Every node of which both are known; `made` are serial numbers that somebody is known to have made."""
    for old, new in pairs(before.snapshot, after.snapshot):
        then, now = _owned(before, old), _owned(after, new)
        both = tuple(unit for unit in now if unit in then)
        other = (Change(unit, then[unit], now[unit]) for unit in both if then[unit].sha256 != now[unit].sha256)
        yield Changed(old, new, both, tuple(change for change in other if change.new.serial not in made))


def _owned(seen: Seen, node: Node) -> Mapping[str, Certificate]:
    return {held.unit: held.certificate for held in seen.owned() if held.node == node.name}


def unread(before: Snapshot, after: Snapshot) -> Iterator[tuple[str, str]]:
    """The nodes of which one snapshot or the other does not tell the certificates, and why."""
    for old, new in pairs(before, after):
        reasons = [*_unread(old), *_unread(new)]
        if reasons:
            yield new.name, reasons[0]


def _unread(node: Node) -> Iterator[str]:
    if isinstance(node.identities, Unread):
        yield node.identities.reason
        return
    for each in node.identities.value if isinstance(node.identities, Known) else ():
        if isinstance(each.certificate, Unread):
            yield f"{each.unit}: {each.certificate.reason}"
