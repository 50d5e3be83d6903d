"""Clusters of the lab for tests: small, in time that stands still, with phones in memory or on the wire."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ringtrust.clock import StoppedClock
from ringtrust.lab.current import Current
from ringtrust.lab.labtime import SteppedTime
from ringtrust.lab.memory import Exchange
from ringtrust.lab.phone.events import PowerOn
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.phones import new_phones
from ringtrust.lab.process.lab import Lab
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.directory import extensions
from ringtrust.lab.state.founding import found_cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.stranded import Fate, Fates
from ringtrust.lab.topology import Topology, read_topology
from ringtrust.rehearse.waiting import Following

START = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
PHONES = 6
BOOT = 100.0
SYNC = 1900.0


def small(name: str = "campus-9.1", phones: int = PHONES) -> Topology:
    """A shipped topology with few phones."""
    return read_topology(name).with_phones(phones)


class Bench(NamedTuple):
    """A cluster with phones in memory, and the time that only the test moves on."""

    cluster: Cluster
    time: SteppedTime
    exchange: Exchange
    phones: tuple[Phone, ...]

    def powered(self) -> "Bench":
        """All phones are plugged in, and have booted."""
        for phone in self.phones:
            self.exchange.happen(phone, PowerOn())
        self.time.advance(BOOT)
        return self

    def regenerate(self, unit: str, *nodes: str) -> None:
        """`set cert regen` on these nodes, or on all."""
        found = self.cluster.release.unit(unit)
        assert found is not None
        for node in self.nodes(nodes):
            self.cluster.regenerate(node, found)

    def restart(self, service: str, *nodes: str) -> None:
        """`utils service restart` on these nodes, or on all where it is activated; then it has started."""
        for node in self.nodes(nodes):
            found = node.services.find(service)
            assert found is not None
            if found.activated:
                node.services.restart(found)
        self.time.advance(self.cluster.topology.delays.service_start)

    def stop(self, service: str, node: str) -> None:
        """`utils service stop`."""
        found = self.cluster.node(node).services.find(service)
        assert found is not None
        self.cluster.node(node).services.stop(found)

    def nodes(self, names: Iterable[str]) -> list[Node]:
        """These nodes, or all when none is named."""
        return [self.cluster.node(name) for name in names] or list(self.cluster.nodes)

    def wave(self) -> int:
        """Resets every phone, and lets them boot. Gives how many were told."""
        told = self.cluster.registrations.reset_all()
        self.time.advance(BOOT)
        return told

    def current(self) -> int:
        """How many phones hold the lists that TFTP nodes serve now, of every kind that they ask for."""
        lists = Current(self.cluster)
        return sum(lists.holds(phone) for phone in self.phones)

    def stranded(self) -> int:
        """How many phones somebody must walk to."""
        return self.fates()[Fate.STRANDED]

    def fates(self) -> Counter[Fate]:
        """What becomes of the phones, counted."""
        fates = Fates(self.cluster)
        members = {group.name: group.members for group in self.cluster.topology.groups}
        groups = [members[extension.group] for extension in extensions(self.cluster.topology)]
        return Counter(
            fates.of(tuple(phone.held.values()), group, tvs=phone.traits.kind.tvs)
            for phone, group in zip(self.phones, groups, strict=True)
        )


def bench(topology: Topology | None = None, *, on: bool = True) -> Bench:
    """A cluster on the evening before, its phones registered when `on`."""
    time = SteppedTime(START)
    declared = topology or small()
    addresses = {plan.name: f"127.9.9.{place}" for place, plan in enumerate(declared.nodes, 1)}
    cluster = found_cluster(declared, time, StoppedClock(START), addresses)
    cluster.open()
    phones = new_phones(cluster)
    made = Bench(cluster, time, Exchange(cluster, phones), phones)
    return made.powered() if on else made


class Wire(NamedTuple):
    """A lab with every port open, and the time that only the test moves on."""

    lab: Lab
    time: SteppedTime

    @property
    def cluster(self) -> Cluster:
        """The cluster."""
        return self.lab.cluster

    async def advance(self, seconds: float) -> None:
        """Moves the time on, and waits until the phones have done what they then do."""
        self.time.advance(seconds)
        await self.lab.until_quiet()

    async def all_tried(self) -> None:
        """Lets every phone boot, and try to register."""
        self.time.advance(BOOT)
        await self.lab.until(lambda: all(desk.line.phone.settled and desk.line.phone.boots for desk in self.lab.desks))

    async def all_registered(self) -> None:
        """Lets every phone boot and register."""
        self.time.advance(BOOT)
        await self.lab.until(lambda: self.lab.registered == len(self.lab.desks))


@asynccontextmanager
async def on_the_wire(
    topology: Topology | None = None, *, begin: timedelta = timedelta(), together: bool = False
) -> AsyncIterator[Wire]:
    """A lab on loopback; its phones are plugged in and boot as soon as time moves on.

    The wall clock stands still, or goes `together` with the time of the lab.
    """
    time = SteppedTime(START + begin)
    wall = Following(time) if together else StoppedClock(START + begin)
    lab = await Lab.start(topology or small(), time, wall, speed=0)
    try:
        yield Wire(lab, time)
    finally:
        await lab.stop()
