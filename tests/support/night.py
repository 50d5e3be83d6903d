"""A night on the wire: the tool, as it is, at the ports of a lab whose time moves only while somebody waits.

A wait of the tool moves the lab's time on by as much; a service that starts is given its time. So a night takes no
longer than its work, and ends the same on a slow machine.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from ringtrust.apply.hands import ClusterHands, Hands
from ringtrust.apply.news import Ending, News
from ringtrust.apply.run import carry_out
from ringtrust.apply.tools import Tools
from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import Plan
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.wire import Reach
from ringtrust.journal.journal import Journal
from ringtrust.lab.platform.call import Call
from ringtrust.lab.topology import Topology
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.scan.cluster import scan
from ringtrust.plan.build import AS_USUAL, Wish, make_plan
from ringtrust.plan.goal import read_goal
from ringtrust.rehearse.reach import entry_for
from ringtrust.rehearse.waiting import LabTimer, services_start
from ringtrust.settings import ClusterEntry, Secret
from ringtrust.verify.judge import ClusterJudge
from ringtrust.verify.said import NOTHING_SAID, Said
from tests.support.clusters import Wire, on_the_wire, small

SOON = 60.0


class Applied(NamedTuple):
    """How an apply ended, and everything that it told."""

    ending: Ending
    news: list[News]


class Night(NamedTuple):
    """The cluster, what the tool sees of it, and where the journal is."""

    wire: Wire
    entry: ClusterEntry
    reach: Reach
    timer: LabTimer

    async def scan(self) -> tuple[Snapshot, Eyes]:
        settings = self.entry.settings
        return await scan("campus", self.reach, settings.publisher, self.timer, lambda _: None, settings.declared)

    async def plan(self, *goal: str, wish: Wish = AS_USUAL) -> Plan:
        snapshot, _ = await self.scan()
        return make_plan(snapshot, load_catalog(), read_goal(goal), self.timer.now(), wish)

    async def judge(self, plan: Plan, heard: Said = NOTHING_SAID) -> ClusterJudge:
        _, eyes = await self.scan()
        signer = load_catalog().of(Release.of(plan.version)).itl_signer
        return ClusterJudge(eyes, signer, plan.phones, self.timer, heard)

    async def apply(
        self,
        plan: Plan,
        hands: Hands | None = None,
        tell: Callable[[News], None] = lambda _: None,
        heard: Said = NOTHING_SAID,
    ) -> Applied:
        """Carries a plan out, or goes on with it, as a process of its own would. `heard` is what a person has said."""
        _, eyes = await self.scan()
        told: list[News] = []

        def hear(news: News) -> None:
            told.append(news)
            tell(news)

        journal = Journal(self.journal)
        try:
            judge = await self.judge(plan, heard)
            tools = Tools(hands or ClusterHands(eyes, self.timer), judge, journal, self.timer, plan.cluster)
            return Applied(await carry_out(plan, tools, hear), told)
        finally:
            journal.close()

    @property
    def journal(self) -> Path:
        return self.entry.folder / "journal.db"

    def current(self) -> int:
        """How many phones hold a list that is served now, counted from the phones."""
        lists = {node.tftp.itl.data for node in self.wire.cluster.tftp_order if node.tftp is not None}
        phones = [desk.line.phone for desk in self.wire.lab.desks]
        return sum(phone.itl is not None and phone.itl.data in lists for phone in phones)

    async def stop(self, service: str, node: str) -> None:
        """Somebody stops a service."""
        services = self.wire.cluster.node(node).services
        found = services.find(service)
        assert found is not None
        services.stop(found)

    async def start(self, service: str, node: str) -> None:
        """Somebody starts it again."""
        services = self.wire.cluster.node(node).services
        found = services.find(service)
        assert found is not None
        services.start(found)
        await self.wire.advance(SOON)


def brisk(name: str = "campus-9.1", *, change_notification: float = 120) -> Topology:
    """A shipped topology with few phones, whose Change Notification is quicker than Cisco's half hour."""
    topology = small(name)
    return msgspec.structs.replace(
        topology, delays=msgspec.structs.replace(topology.delays, change_notification=change_notification)
    )


@asynccontextmanager
async def night(
    folder: Path, topology: Topology | None = None, *, seconds: float = 60.0, locked_out: bool = False
) -> AsyncIterator[Night]:
    """A night that begins with every phone registered, or with some `locked_out` that have tried in vain.

    `seconds` is how long a node may be silent, on the wall.
    """
    async with on_the_wire(topology or brisk(), together=True) as wire:
        await (wire.all_tried() if locked_out else wire.all_registered())
        lab, timer = wire.lab, LabTimer(wire.time, wire.advance)
        entry = entry_for(lab, folder, "campus", seconds)
        reach = Reach(entry, Secret(lab.platform.password), Secret(lab.application.password), timer)
        async with services_start(wire.cluster, wire.advance), reach:
            yield Night(wire, entry, reach, timer)


async def never(_call: Call) -> None:
    """A command that does not answer."""
    await asyncio.Event().wait()
