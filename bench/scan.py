"""A scan of twenty-one nodes against the questions to its slowest node, asked alone: every answer takes its time."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from time import perf_counter
from typing import Final

from bench.result import Result
from bench.timing import Timed
from ringtrust.clock import StoppedClock
from ringtrust.connect.platform.node import NodeCli, Terminal
from ringtrust.connect.platform.questions import NOTHING, Script
from ringtrust.lab.state.cluster import Cluster
from ringtrust.observe.scan.cluster import scan
from ringtrust.rehearse.memory import InMemory
from tests.support.clusters import START, bench, small

_CLUSTER: Final = "mega-15"
_ANSWER_SECONDS: Final = 0.1
_AT_MOST: Final = 1.3


class _Far:
    """A terminal a tenth of a second away."""

    def __init__(self, terminal: Terminal, asked: Counter[str], node: str) -> None:
        self._terminal, self._asked, self._node = terminal, asked, node

    async def read(self, command: str) -> str:
        self._asked[self._node] += 1
        await asyncio.sleep(_ANSWER_SECONDS)
        return await self._terminal.read(command)

    async def act(self, command: str, seconds: float, script: Script = NOTHING) -> str:
        return await self._terminal.act(command, seconds, script)


class _FarAway(InMemory):
    def __init__(self, cluster: Cluster, asked: Counter[str]) -> None:
        super().__init__(cluster, lambda _: "")
        self._asked = asked

    def cli(self, address: str) -> NodeCli:
        return NodeCli(_Far(super().cli(address)._terminal, self._asked, address))  # noqa: SLF001 - it goes around it


def results() -> Iterator[Result]:
    """The one figure."""
    whole, slowest, nodes = asyncio.run(_measured())
    timed = Timed(whole * 1e6, slowest * 1e6, whole / slowest)
    yield Result(f"a scan of {nodes} nodes", timed, _AT_MOST)


async def _measured() -> tuple[float, float, int]:
    """Seconds of a whole scan, and those of as many questions as its slowest node had, one after the other."""
    cluster = bench(small(_CLUSTER, phones=0), on=False).cluster
    asked: Counter[str] = Counter()
    begun = perf_counter()
    await scan("mega", _FarAway(cluster, asked), cluster.publisher.address, StoppedClock(START), lambda _: None)
    whole = perf_counter() - begun
    begun = perf_counter()
    for _ in range(max(asked.values())):
        await asyncio.sleep(_ANSWER_SECONDS)
    return whole, perf_counter() - begun, len(cluster.nodes)
