"""Small clusters of the lab, for many short nights."""

import asyncio
from functools import cache
from typing import NamedTuple

import msgspec

from ringtrust.change.ground import MIC, Ground, PhoneClass
from ringtrust.clock import StoppedClock
from ringtrust.cluster.release import Release
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.topology import Delays, Group, NodePlan, Security, Some, Tftp, Topology, read_topology
from ringtrust.prove.ground import ground_of
from ringtrust.rehearse.seen import evening
from tests.plan.material import catalog
from tests.support.clusters import START, Bench, bench

RELEASES = {"9.1": "campus-9.1", "11.5": "branch-11.5", "12.5": "campus-12.5", "15.0": "mega-15"}
NODES = ("pub", "sub1", "sub2")
SERVICES = ("Cisco CallManager", "Cisco CTIManager", "Cisco CTL Provider")


class Shape(NamedTuple):
    """A small cluster: how many nodes, how many of them serve lists, who is in which CM group, and in which mode.

    In mixed mode each group has a phone of every kind that there is in `KINDS`.
    """

    release: str
    nodes: int
    tftp: int
    groups: tuple[tuple[str, ...], ...]
    mixed: bool = False


KINDS = (
    PhoneKind(profile="encrypted", lsc=True),
    PhoneKind(profile="encrypted"),
    PhoneKind(profile="encrypted", lsc=True, mic=False, tvs=False, model="CP-7940"),
    PhoneKind(),
)
TOKENS = {"9.1": 2}


def topology(shape: Shape, phones: int) -> Topology:
    """The declaration of a cluster of this shape, with so many phones in each group."""
    model = read_topology(RELEASES[shape.release])
    names = NODES[: shape.nodes]
    known = tuple(name for name in SERVICES if name in model.facts.services.features)
    return msgspec.structs.replace(
        model,
        name="small",
        nodes=tuple(
            NodePlan(
                name,
                "publisher" if place == 0 else "subscriber",
                (*known, "Cisco Tftp") if place < shape.tftp else known,
            )
            for place, name in enumerate(names)
        ),
        tftp=Tftp(names[: shape.tftp]),
        groups=tuple(_group(shape, f"G{place}", members, phones) for place, members in enumerate(shape.groups)),
        delays=Delays(change_notification=1800.0),
        security=Security(mixed=True, tokens=TOKENS.get(shape.release, 0)) if shape.mixed else Security(),
    )


def _group(shape: Shape, name: str, members: tuple[str, ...], phones: int) -> Group:
    if not shape.mixed:
        return Group(name, members, phones)
    return Group(name, members, max(phones, len(KINDS)), tuple(Some(1, kind) for kind in KINDS))


@cache
def ground(shape: Shape) -> Ground:
    """What a proof stands on, from what a scan sees of such a cluster."""
    snapshot = asyncio.run(evening(topology(shape, 1), StoppedClock(START)))
    version = getattr(snapshot.version, "value", "")
    return ground_of(snapshot, catalog().of(Release.of(version)))


def phones_of(found: Ground, group: str, kind: PhoneKind = PhoneKind()) -> PhoneClass:  # noqa: B008 - it is frozen
    """The class of the phones of a kind in a CM group."""
    return next(each for each in found.classes if each.group == group and _is_of(each, kind))


def _is_of(phones: PhoneClass, kind: PhoneKind) -> bool:
    return (phones.asks, phones.secure, phones.issuer == MIC) == (kind.tvs, kind.secure, kind.secure and not kind.lsc)


def world(shape: Shape, phones: int) -> Bench:
    """A cluster on the evening before, every phone registered."""
    return bench(topology(shape, phones))
