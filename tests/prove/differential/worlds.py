"""Clusters of the lab for many short nights: every key is a real one, taken from a pool, as making it takes longest."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import NamedTuple
from unittest.mock import patch

import msgspec

from ringtrust.change.ground import Ground, PhoneClass
from ringtrust.clock import StoppedClock
from ringtrust.cluster.release import Release
from ringtrust.lab.certificates import pki
from ringtrust.lab.releases import Unit
from ringtrust.lab.topology import Delays, Group, NodePlan, Tftp, Topology, read_topology
from ringtrust.prove.ground import ground_of
from ringtrust.rehearse.seen import evening
from tests.plan.material import catalog
from tests.support.clusters import START, Bench, bench

_POOL = 48
RELEASES = {"9.1": "campus-9.1", "11.5": "branch-11.5", "12.5": "campus-12.5", "15.0": "mega-15"}
NODES = ("pub", "sub1", "sub2")
SERVICES = ("Cisco CallManager", "Cisco CTIManager")


class Shape(NamedTuple):
    """A small cluster: how many nodes, how many of them serve lists, who is in which CM group."""

    release: str
    nodes: int
    tftp: int
    groups: tuple[tuple[str, ...], ...]


def topology(shape: Shape, phones: int) -> Topology:
    """The declaration of a cluster of this shape, with so many phones in each group."""
    model = read_topology(RELEASES[shape.release])
    names = NODES[: shape.nodes]
    return msgspec.structs.replace(
        model,
        name="small",
        nodes=tuple(
            NodePlan(
                name,
                "publisher" if place == 0 else "subscriber",
                (*SERVICES, "Cisco Tftp") if place < shape.tftp else SERVICES,
            )
            for place, name in enumerate(names)
        ),
        tftp=Tftp(names[: shape.tftp]),
        groups=tuple(Group(f"G{place}", members, phones) for place, members in enumerate(shape.groups)),
        delays=Delays(change_notification=1800.0),
    )


@cache
def ground(shape: Shape) -> Ground:
    """What a proof stands on, from what a scan sees of such a cluster."""
    snapshot = asyncio.run(evening(topology(shape, 1), StoppedClock(START)))
    version = getattr(snapshot.version, "value", "")
    return ground_of(snapshot, catalog().of(Release.of(version)))


def phones_of(found: Ground, group: str) -> PhoneClass:
    return next(each for each in found.classes if each.group == group)


@cache
def _pool(kind: tuple[int, bool]) -> tuple[pki.Key, ...]:
    bits, curve = kind
    unit = Unit("x", "sha256", bits=bits, curve=curve)
    return tuple(pki.new_keys([unit] * _POOL))


@contextmanager
def keys_from_a_pool() -> Iterator[None]:
    """No two certificates of one cluster share a key, as long as there are fewer than the pool has."""
    number = count()

    def take(unit: Unit) -> pki.Key:
        keys = _pool((unit.bits, unit.curve))
        return keys[next(number) % len(keys)]

    def take_many(units: Iterable[Unit]) -> list[pki.Key]:
        return [take(unit) for unit in units]

    with patch("ringtrust.lab.state.cluster.new_key", take), patch("ringtrust.lab.state.founding.new_keys", take_many):
        yield


def world(shape: Shape, phones: int) -> Bench:
    """A cluster on the evening before, every phone registered."""
    with keys_from_a_pool():
        return bench(topology(shape, phones))
