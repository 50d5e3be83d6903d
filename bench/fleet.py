"""A hundred clusters scanned, and twenty renewed at once, by three workers on PostgreSQL; one is killed midway.

What a worker spends on a cluster among many, against what it spends on one alone; with time and memory a cluster.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple

from bench.result import Result
from bench.timing import Timed
from tests.support import postgres
from tests.support.crew import Crew, crew
from tests.support.farm import Grown, farm

_CLUSTERS: Final = int(os.environ.get("RINGTRUST_BENCH_CLUSTERS", "100"))
_RENEWED: Final = max(1, _CLUSTERS // 5)
_WORKERS: Final = 3
_FARMS: Final = 4
_SPEED: Final = 60.0
_LEASE: Final = "30"
_AT_MOST: Final = 2.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_MIB: Final = 1024
_DEAD: Final[dict[int, tuple[int, int]]] = {}
"""What a process had used when it was killed: ticks of the processor, KiB."""


class _Spent(NamedTuple):
    """Seconds of the processor and of the wall for so many clusters, and the memory of all workers in MiB."""

    processor: float
    wall: float
    clusters: int
    memory: float

    @property
    def each(self) -> float:
        """Processor seconds a cluster."""
        return self.processor / self.clusters


def results() -> Iterator[Result]:
    """Two figures: a scan, and a renewal."""
    with tempfile.TemporaryDirectory() as folder, postgres.database() as url:
        scans, renewals, base = asyncio.run(_measured(Path(folder), url))
    yield _line(f"scan, {scans[1].clusters} clusters", *scans, base)
    yield _line(f"renewal, {renewals[1].clusters} at once", *renewals, base)


def _line(name: str, alone: _Spent, many: _Spent, base: float) -> Result:
    timed = Timed(many.each * 1e6, alone.each * 1e6, many.each / alone.each)
    memory = max(0.0, many.memory - base) / many.clusters
    note = f"{many.wall:.0f} s in all, {many.wall / many.clusters:.2f} s and {memory:.1f} MiB a cluster, all converged"
    return Result(name, timed, _AT_MOST, note)


async def _measured(folder: Path, url: str) -> tuple[tuple[_Spent, _Spent], tuple[_Spent, _Spent], float]:
    names = [f"c{place:03}" for place in range(_CLUSTERS)]
    head = f'[journal]\ndatabase = "{url.replace("postgres:@", "postgres@")}"\n[fleet]\nat_once = {_RENEWED + 10}\n'
    async with farm(folder, names, speed=_SPEED, processes=_FARMS, head=head) as grown:
        words = ("--at-once", str(-(-(_RENEWED + 10) // _WORKERS)), "--lease", _LEASE)
        async with crew(grown, _WORKERS, *words) as made:
            await _order(made, "scan", names[0], "-o", str(folder / "warm"))  # nothing is loaded for the first time now
            base = _memory(made)
            one = await _spent(made, 1, "scan", names[0], "-o", str(folder / "one"))
            many = await _spent(made, _CLUSTERS, "scan", "*", "-o", str(folder / "all"))
            last, rest = names[-1:], names[:_RENEWED]
            alone = await _renewed(made, folder, "alone", last)
            killing = asyncio.create_task(_kill_one(made))
            together = await _renewed(made, folder, "together", rest)
            await killing
        await _refuse_unless_converged(grown, [*rest, *last])
    return (one, many), (alone, together), base


async def _kill_one(made: Crew) -> None:
    """As soon as a run is at work, its worker is killed."""
    found = (await made.until_at_work())[0]["worker"]
    process = made.process_of(found)
    _DEAD[process] = _ticks(process), _peak(process)
    made.kill(found)


async def _renewed(made: Crew, folder: Path, order: str, names: list[str]) -> _Spent:
    """Plans made of the snapshots of these clusters, carried out."""
    snapshots, plans = folder / f"{order}-snapshots", folder / f"{order}-plans"
    snapshots.mkdir()
    for name in names:
        (snapshots / f"{name}.json").write_bytes((folder / "all" / f"{name}.json").read_bytes())
    said = await made.orders("plan", str(snapshots), "--renew", "TVS", "-o", str(plans))
    assert said.status == 0, said.errors
    return await _spent(made, len(names), "apply", str(plans), "--yes")


async def _spent(made: Crew, clusters: int, *words: str) -> _Spent:
    before, began = _processor(made), perf_counter()
    await _order(made, *words)
    return _Spent(_processor(made) - before, perf_counter() - began, clusters, _memory(made))


async def _order(made: Crew, *words: str) -> None:
    said = await made.orders(*words, "--leave-it")
    assert said.status == 0, (said.errors, said.document)


async def _refuse_unless_converged(grown: Grown, names: list[str]) -> None:
    for cluster in await grown.muster():
        whole = cluster["phones"] if cluster["name"] in names else cluster["current"]
        assert (cluster["stranded"], cluster["current"]) == (0, whole), cluster


def _processor(made: Crew) -> float:
    """Seconds of the processor that the workers have had, and the one that was killed, until then."""
    return sum(_ticks(worker.pid) / _TICKS for worker in made.workers)


def _ticks(process: int) -> int:
    if process in _DEAD:
        return _DEAD[process][0]
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return int(fields[11]) + int(fields[12])


def _memory(made: Crew) -> float:
    """The most memory that the workers have had, in MiB."""
    return sum(_peak(worker.pid) for worker in made.workers) / _MIB


def _peak(process: int) -> int:
    if process in _DEAD:
        return _DEAD[process][1]
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
