"""A twin that lives: its servers on loopback, its phones, and the time, which moves only while somebody waits."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, Final

import msgspec

from ringtrust.change.plan import Plan
from ringtrust.lab.labtime import SteppedTime
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.process.lab import Lab
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.topology import Delays
from ringtrust.rehearse.furnish import furnish
from ringtrust.rehearse.house import House, InMemory, OnTheWire
from ringtrust.rehearse.release import Part
from ringtrust.rehearse.signing import sign_ahead
from ringtrust.rehearse.twin import DELAYS, Cast, cast, memory_phones, topology_of
from ringtrust.rehearse.waiting import Following, services_start

_SLICE: Final = 5.0
"""How often phones are looked at while time moves, in seconds of the twin."""
_BOOTS: Final = 4


class Scale(msgspec.Struct, frozen=True):
    """How large a twin is, and where its phones are. Without `phones` there are as many as the cluster has."""

    phones: int | None = None
    on_the_wire: bool = False
    delays: Delays = DELAYS


class Stage:
    """The twin. `watchers` hear when time has moved; what was `arranged` is done before it moves on."""

    def __init__(self, lab: Lab, time: SteppedTime, house: House, phones: tuple[Cast, ...]) -> None:
        self.lab = lab
        self.time = time
        self.house = house
        self.phones = phones
        self.watchers: list[Callable[[], None]] = []
        self._arranged: list[Coroutine[Any, Any, None]] = []
        self._moving = asyncio.Lock()

    @property
    def cluster(self) -> Cluster:
        """The cluster."""
        return self.lab.cluster

    def arrange(self, what: Coroutine[Any, Any, None]) -> None:
        """Something that takes no time of the twin, and is over before time moves on."""
        self._arranged.append(what)

    async def advance(self, seconds: float) -> None:
        """Moves time on by so much, with a look at the phones now and then while anything happens."""
        async with self._moving:
            await self._settle()
            while seconds > 0:
                step = min(seconds, max(_SLICE, self.time.until_next or seconds))
                self.time.advance(step)
                seconds -= step
                await self._settle()

    async def _settle(self) -> None:
        while self._arranged:
            await self._arranged.pop(0)
        await self.house.quiet()
        for watcher in self.watchers:
            watcher()

    def later(self, seconds: float, what: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Something that happens after so many seconds of the twin."""
        self.time.call_later(seconds, lambda: self.arrange(what()))

    def power(self, phones: tuple[Phone, ...], *, on: bool) -> None:
        """Somebody switches phones on or off."""
        (self.house.power_on if on else self.house.power_off)(phones)

    async def until_settled(self) -> None:
        """Waits until every phone has made up its mind, for so long as a few boots take at most."""
        delays = self.cluster.topology.delays
        for _ in range(int(_BOOTS * delays.phone_boot / _SLICE) + 1):
            await self.advance(_SLICE)
            if all(each.phone.settled for each in self.phones):
                return


@asynccontextmanager
async def on_stage(plan: Plan, part: Part, scale: Scale, began: datetime) -> AsyncIterator[Stage]:
    """The twin of a plan, from when it is founded until it is taken down. Raises RefusedError."""
    topology = topology_of(plan, part, scale.phones, scale.delays)
    time = SteppedTime(began)
    async with AsyncExitStack() as stack:
        lab = await Lab.start(topology, time, Following(time), speed=0, plugged=scale.on_the_wire)
        stack.push_async_callback(lab.stop)
        phones = _phones(lab, plan, scale)
        house: House = OnTheWire(lab) if scale.on_the_wire else InMemory(lab.cluster, phones)
        stage = Stage(lab, time, house, cast(plan, phones, scale.phones))
        sign_ahead(lab.cluster, phones)
        await stack.enter_async_context(services_start(lab.cluster, stage.advance))
        furnish(plan, stage.cluster)
        await _first_evening(stage)
        with _kept_apart():
            yield stage


@contextmanager
def _kept_apart() -> Iterator[None]:
    """What is there now stays until the end: Python need not look through tens of thousands of phones for garbage."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _phones(lab: Lab, plan: Plan, scale: Scale) -> tuple[Phone, ...]:
    if scale.on_the_wire:
        return tuple(desk.line.phone for desk in lab.desks)
    return memory_phones(plan, lab.cluster, scale.phones)


async def _first_evening(stage: Stage) -> None:
    """Every phone holds the list that it holds on the cluster; those that the plan does not wait for are off.

    One that knows no TVS never holds an ITL (H14): it is no new one.
    """
    new = tuple(each.phone for each in stage.phones if each.kind.start == "no list" and each.kind.asks)
    old = tuple(each.phone for each in stage.phones if not (each.kind.start == "no list" and each.kind.asks))
    stage.power(new, on=False)
    stage.power(old, on=True)
    await stage.until_settled()
    stage.power(tuple(each.phone for each in stage.phones if not each.kind.waited), on=False)
