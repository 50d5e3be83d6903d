"""What stands in a backup and not in the cluster of now: identities with their keys, and what trust stores hold.

A backup is known by a snapshot of its time; nobody here looks into the file.
"""

from collections.abc import Iterator, Mapping

import msgspec

from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known, Moment, Unread
from ringtrust.cluster.snapshot import Snapshot


class Returning(msgspec.Struct, frozen=True):
    """An identity that a restore brings back with its key: the serial number of now, and of then.

    `expired`: it is not valid any more.
    """

    unit: str
    node: str
    now: str
    then: str
    not_after: Moment
    expired: bool


class Stored(msgspec.Struct, frozen=True, order=True):
    """A certificate of a trust store, by the name of its file; `nodes` are those where it differs."""

    store: str
    file: str
    nodes: tuple[str, ...]


def returning(now: Snapshot, then: Snapshot) -> Iterator[Returning]:
    """The identities that are others now, in the order of nodes."""
    before = dict(_identities(then))
    for place, found in _identities(now):
        if place in before and before[place].sha256 != found.sha256:
            old = before[place]
            yield Returning(*place, found.serial, old.serial, old.not_after, old.not_after <= now.taken)


def _identities(snapshot: Snapshot) -> Iterator[tuple[tuple[str, str], Certificate]]:
    for node in snapshot.nodes:
        for identity in node.identities.value if isinstance(node.identities, Known) else ():
            if isinstance(identity.certificate, Known):
                yield (identity.unit, node.name), identity.certificate.value


def stored_in(first: Snapshot, other: Snapshot) -> tuple[Stored, ...]:
    """What trust stores of the first hold and those of the other do not, as far as both were read."""
    there = _stores(other)
    found: dict[tuple[str, str], list[str]] = {}
    for node, held in _stores(first).items():
        for key in held.keys() - there.get(node, held).keys():
            found.setdefault((key[0], held[key]), []).append(node)
    return tuple(sorted(Stored(store, file, tuple(sorted(nodes))) for (store, file), nodes in found.items()))


def _stores(snapshot: Snapshot) -> Mapping[str, Mapping[tuple[str, str], str]]:
    """For each node whose stores were read: the names of files by store and certificate."""
    return {
        node.name: {
            (each.store, each.certificate.value.sha256): each.file
            for each in node.trusted.value
            if isinstance(each.certificate, Known)
        }
        for node in snapshot.nodes
        if isinstance(node.trusted, Known)
    }


def unread_in(snapshot: Snapshot) -> tuple[str, ...]:
    """What could not be read of it, and is therefore not compared."""
    return tuple(
        f"{node.name}: {fact.reason}"
        for node in snapshot.nodes
        for fact in (node.identities, node.trusted)
        if isinstance(fact, Unread)
    )
