"""A lab cluster as a scan would see it, without a socket: it is the scan itself that looks."""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address
from typing import Final

from ringtrust.clock import Clock
from ringtrust.cluster.elsewhere import Declared
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.lab.labtime import SteppedTime
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.directory import extensions
from ringtrust.lab.state.founding import found_cluster, stand_ins
from ringtrust.lab.state.registrations import Registration
from ringtrust.lab.state.services import CALLMANAGER
from ringtrust.lab.topology import Topology
from ringtrust.observe.scan.cluster import scan
from ringtrust.rehearse.memory import Held, InMemory, Lists
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import TrustList

# Addresses that belong to no network: 198.18.0.0/15 is for tests of devices (RFC 2544). Nobody listens there.
_NODES_FROM: Final = IPv4Address("198.18.0.1")
_PHONES_FROM: Final = IPv4Address("198.18.1.0")


async def seen(cluster: Cluster, name: str, held: Held, tell: Callable[[str], None] = lambda _: None) -> Snapshot:
    """A cluster as it is, seen by a scan; `name` is what its user calls it, `held` the lists that each phone holds."""
    wire, publisher = InMemory(cluster, held), cluster.publisher.address
    snapshot, _ = await scan(name, wire, publisher, cluster.time, tell, Declared(cisco_cas=tuple(stand_ins(cluster))))
    return snapshot


async def evening(topology: Topology, clock: Clock, tell: Callable[[str], None] = lambda _: None) -> Snapshot:
    """A cluster on the evening before, which is founded now and never started.

    Every phone is registered, with the first member of its CM group that runs Cisco CallManager, and holds the lists of
    the first TFTP node; one without Security by Default holds no ITL (H14).
    """
    time = SteppedTime(clock.now())
    addresses = {plan.name: str(_NODES_FROM + place) for place, plan in enumerate(topology.nodes)}
    cluster = found_cluster(topology, time, clock, addresses)
    try:
        cluster.open()
        _register_all(cluster)
        held = _first_lists(cluster)
        return await seen(cluster, topology.name, held.__getitem__, tell)
    finally:
        cluster.close()


def _first_lists(cluster: Cluster) -> Mapping[str, Lists]:
    """What each phone holds, by its device name."""
    first = cluster.tftp_order[0]
    itl = _sha1(first.tftp.itl) if first.tftp is not None else ""
    ctl = _sha1(first.ctl) if first.ctl is not None else ""
    return {each.device: Lists(itl if each.kind.tvs else "", ctl) for each in extensions(cluster.topology)}


def _sha1(found: TrustList) -> str:
    return Digest.SHA1.of(found.data).hex().upper()


def _register_all(cluster: Cluster) -> None:
    where = _registrars(cluster)
    for place, phone in enumerate(extensions(cluster.topology)):
        address = str(_PHONES_FROM + place)
        cluster.registrations.register(
            Registration(phone.device, where[phone.group], address, cluster.time.now(), lambda _: None, lambda: None)
        )


def _registrars(cluster: Cluster) -> Mapping[str, str]:
    """The node with which the phones of each CM group register; a group without one has no phones."""
    return {
        group.name: next((name for name in group.members if cluster.node(name).services.running(CALLMANAGER)), "")
        for group in cluster.topology.groups
    }
