"""Everything renewed in mixed mode, rehearsed with phones that miss the first wave, against the cluster without it."""

import asyncio
from collections.abc import Iterator
from time import process_time
from typing import Final

from msgspec.structs import replace

from bench.result import Result
from bench.timing import Timed
from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import Plan
from ringtrust.change.rehearsal import Rehearsal
from ringtrust.clock import StoppedClock
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.topology import Security, Topology
from ringtrust.plan.build import make_plan
from ringtrust.plan.goal import read_goal
from ringtrust.rehearse.faults import read_fault
from ringtrust.rehearse.rehearse import Wanted, rehearse
from ringtrust.rehearse.seen import evening
from tests.rehearse.plans import off_through_the_first_wave
from tests.support.clusters import START, small

_CLUSTERS: Final = ("secure-9.1", "secure-11.5", "secure-14")
_PHONES: Final = 1_000
_AT_MOST: Final = 4.0
_MICROSECONDS: Final = 1e6


def results() -> Iterator[Result]:
    """A row for each shipped cluster in mixed mode."""
    for name in _CLUSTERS:
        topology = small(name, _PHONES)
        plain, _ = _rehearsed(without_mixed_mode(topology))
        secure, found = _rehearsed(topology)
        lscs = sum(each.lscs for each in found.muster)
        if found.lost or found.barred or lscs != sum(each.new_lscs for each in found.muster):
            raise SystemExit(f"{name}: {found.lost} lost, {found.barred} barred, of {lscs} LSCs not all are of now")
        timed = Timed(secure * _MICROSECONDS, plain * _MICROSECONDS, secure / plain)
        note = f"{secure:.1f} s, {len(found.steps)} steps, 0 stranded, {lscs:,} LSCs of now"
        yield Result(f"{name}, {_PHONES:,} phones", timed, _AT_MOST, note)


def without_mixed_mode(topology: Topology) -> Topology:
    """The same cluster, and as many phones that have nothing but an ITL."""
    return replace(
        topology,
        security=Security(),
        groups=tuple(replace(group, some=()) for group in topology.groups),
        phones=replace(topology.phones, kind=PhoneKind()),
    )


def _rehearsed(topology: Topology) -> tuple[float, Rehearsal]:
    """Seconds of the processor, and what became of it."""
    plan = _plan(topology)
    wanted = Wanted(faults=(read_fault(off_through_the_first_wave(plan)),))
    begun = process_time()
    found = asyncio.run(rehearse(plan, wanted, START))
    taken = process_time() - begun
    if not found.finished:
        raise SystemExit(f"the plan for {topology.name} does not come to its end: {found.stops[-1].why}")
    return taken, found


def _plan(topology: Topology) -> Plan:
    snapshot = asyncio.run(evening(topology, StoppedClock(START)))
    return make_plan(snapshot, load_catalog(), read_goal(("all",)), START)
