"""Time of a twin: it moves while somebody waits and not otherwise, so that a night takes as long as its work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Final

from ringtrust.lab.labtime import SteppedTime
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.services import State

Advance = Callable[[float], Awaitable[None]]

_START_STEP: Final = 5.0


class LabTimer:
    """Time goes on while somebody sleeps."""

    def __init__(self, time: SteppedTime, advance: Advance) -> None:
        self._time = time
        self._advance = advance
        self._began = time.now()

    def now(self) -> datetime:
        """The instant of the lab, in UTC."""
        return self._time.now().astimezone(UTC)

    def monotonic(self) -> float:
        """Seconds of the lab since this timer was made."""
        return (self._time.now() - self._began).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Moves the lab on by so much."""
        await self._advance(seconds)


class LookTimer(LabTimer):
    """The same for whoever looks again and again: a look that could show nothing new is left out.

    Between two things that happen in a lab nothing changes. So whoever sleeps wakes when the next one has happened, if
    that is later than he wanted.
    """

    async def sleep(self, seconds: float) -> None:
        """Moves the lab on by so much, or to the next thing that happens."""
        await self._advance(max(seconds, self._time.until_next or 0.0))


class Following:
    """A wall clock that goes with the time of a lab."""

    def __init__(self, time: SteppedTime) -> None:
        self._time = time

    def now(self) -> datetime:
        """The time of the lab."""
        return self._time.now()


@asynccontextmanager
async def services_start(cluster: Cluster, advance: Advance) -> AsyncIterator[None]:
    """Lets services start meanwhile: who restarts one sits at the CLI until it runs, and moves no time on himself."""
    changed = asyncio.Event()
    services = [service for node in cluster.nodes for service in node.services]
    for service in services:
        service.watchers.append(changed.set)

    async def start() -> None:
        while True:
            await changed.wait()
            changed.clear()
            while any(service.state is State.STARTING for service in services):
                await advance(_START_STEP)
                await asyncio.sleep(0)

    task = asyncio.get_running_loop().create_task(start())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        for service in services:
            service.watchers.remove(changed.set)
