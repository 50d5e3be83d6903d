"""How long a scan takes, in questions and not in seconds: as long as its slowest node."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from ringtrust.clock import StoppedClock
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.platform.node import NodeCli, Terminal
from ringtrust.connect.platform.questions import NOTHING, Script
from ringtrust.connect.ports import DeviceSeen, Row
from ringtrust.lab.state.cluster import Cluster
from ringtrust.observe.scan.cluster import scan
from ringtrust.rehearse.memory import InMemory
from tests.support.clusters import START, bench, small
from tests.support.live import live

AT_MOST = 1.3
TURNS = 50
"""So many turns of the event loop, and nobody who can go on without an answer has not."""


class Rounds:
    """Every question takes one round; all that wait in a round are answered together."""

    def __init__(self) -> None:
        self.count = 0
        self.asked: Counter[str] = Counter()
        self._waiting: list[asyncio.Future[None]] = []

    async def question(self, node: str) -> None:
        """Waits for the end of the round."""
        self.asked[node] += 1
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(answered)
        await answered

    async def until_done(self, scanning: "asyncio.Task[Snapshot]") -> Snapshot:
        """Round after round."""
        while True:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            if scanning.done():
                return scanning.result()
            assert self._waiting, "the scan waits for nobody"
            self.count += 1
            answered, self._waiting = self._waiting, []
            for each in answered:
                each.set_result(None)


class _Slow:
    """A terminal that takes a round for each command."""

    def __init__(self, terminal: Terminal, rounds: Rounds, node: str) -> None:
        self._terminal, self._rounds, self._node = terminal, rounds, node

    async def read(self, command: str) -> str:
        await self._rounds.question(self._node)
        return await self._terminal.read(command)

    async def act(self, command: str, seconds: float, script: Script = NOTHING) -> str:
        return await self._terminal.act(command, seconds, script)


class SlowWire(InMemory):
    """A cluster every question to which takes a round."""

    def __init__(self, cluster: Cluster, rounds: Rounds) -> None:
        super().__init__(cluster, lambda _: "")
        self._rounds = rounds
        axl, ris = self.axl.query, self.ris.registrations

        async def query(sql: str) -> tuple[Row, ...]:
            await rounds.question("AXL")
            return await axl(sql)

        async def registrations(names: Sequence[str]) -> tuple[DeviceSeen, ...]:
            await rounds.question("RIS")
            return await ris(names)

        self.axl.query = query  # type: ignore[method-assign]
        self.ris.registrations = registrations  # type: ignore[method-assign]

    def cli(self, address: str) -> NodeCli:
        return NodeCli(_Slow(super().cli(address)._terminal, self._rounds, address))


async def _scanned(cluster: Cluster, rounds: Rounds) -> Snapshot:
    wire = SlowWire(cluster, rounds)
    found, _ = await scan("mega", wire, cluster.publisher.address, StoppedClock(START), lambda _: None)
    return found


@live
async def test_twenty_one_nodes_take_as_long_as_the_slowest_of_them() -> None:
    made = bench(small("mega-15", phones=0), on=False)
    rounds = Rounds()
    found = await rounds.until_done(asyncio.ensure_future(_scanned(made.cluster, rounds)))
    assert found.failed == ()
    assert len(found.nodes) == 21
    slowest = max(rounds.asked.values())
    assert sum(rounds.asked.values()) > 20 * slowest / 2  # there was something to do side by side
    assert rounds.count <= AT_MOST * slowest
