"""Which certificates change together, between two moments at which every phone holds the list of now."""

from collections.abc import Iterator, Sequence

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.cluster.names import CALLMANAGER, TFTP_SERVICE, TVS
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.plan.targets import Target, Targets, in_order

ECDSA = f"{CALLMANAGER}-ECDSA"


class Batch(msgspec.Struct, frozen=True):
    """Certificates that change together. `side_by_side`: nobody waits between them until one is everywhere."""

    targets: tuple[Target, ...]
    side_by_side: bool = False

    @property
    def phase(self) -> str:
        """The types in it."""
        return " and ".join(dict.fromkeys(kind(target.unit) for target in self.targets))

    @property
    def units(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Its types, each with the units that it means."""
        for each in dict.fromkeys(kind(target.unit) for target in self.targets):
            yield each, tuple(dict.fromkeys(target.unit for target in self.targets if kind(target.unit) == each))


def kind(unit: str) -> str:
    """The type that a unit belongs to: CallManager-ECDSA goes with CallManager, for they load together."""
    return CALLMANAGER if unit == ECDSA else unit


def by_node(facts: ReleaseFacts, unit: str) -> bool:
    """Whether phones trust by it, and every node has its own: then one node at a time is safest (I2, I3, S104)."""
    signs = unit == facts.itl_signer and facts.owners(unit) == "every node"
    return signs or unit in {CALLMANAGER, TVS}


def touches_lists(snapshot: Snapshot, facts: ReleaseFacts, target: Target) -> bool:
    """Whether a list changes with it. A CallManager stands in the list of its own node, and in no other."""
    node = next(each for each in snapshot.nodes if each.name == target.node)
    if kind(target.unit) == CALLMANAGER:
        return node.has(TFTP_SERVICE)
    return facts.unit(target.unit).changes_lists(publisher=node.publisher)


def of_type(facts: ReleaseFacts, targets: Targets) -> Iterator[tuple[str, tuple[Target, ...]]]:
    """What is to be renewed, type by type in the order of the catalog."""
    for unit in facts.units:
        if unit.name == ECDSA:
            continue
        together = (unit.name, ECDSA) if unit.name == CALLMANAGER else (unit.name,)
        if chosen := targets.of(*together):
            yield unit.name, chosen


def one_type_at_a_time(snapshot: Snapshot, facts: ReleaseFacts, targets: Targets) -> Iterator[Batch]:
    """Type by type (S106); what phones trust by, node by node too (S104)."""
    for unit, chosen in of_type(facts, targets):
        if by_node(facts, unit):
            yield from _each_node(snapshot, chosen)
        else:
            yield Batch(chosen)


def _each_node(snapshot: Snapshot, targets: Sequence[Target]) -> Iterator[Batch]:
    for node in in_order(snapshot):
        if chosen := tuple(target for target in targets if target.node == node.name):
            yield Batch(chosen)
