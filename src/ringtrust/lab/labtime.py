"""The clock of a lab: the cluster's delays and the phones' boot run on it, and nothing else does."""

import asyncio
import gc
import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

from ringtrust.clock import Clock

Action = Callable[[], None]


class Timer(Protocol):
    """Something that will happen."""

    def cancel(self) -> None:
        """Now it will not."""


class LabTime(Protocol):
    """A clock with timers. Seconds are seconds of the lab."""

    def now(self) -> datetime:
        """The instant in the lab, in UTC."""

    def call_later(self, seconds: float, action: Action, *, background: bool = False) -> Timer:
        """Does something later. In the `background` is what nobody waits for, as it changes nothing but a log."""

    async def sleep(self, seconds: float) -> None:
        """Waits."""

    def stop(self) -> None:
        """Nothing that is still to come happens any more."""


async def _sleep(time: LabTime, seconds: float) -> None:
    passed = asyncio.get_running_loop().create_future()
    timer = time.call_later(seconds, lambda: None if passed.done() else passed.set_result(None))
    try:
        await passed
    finally:
        timer.cancel()


class RunningTime:
    """Time that passes `speed` times as fast as on the wall. Only inside a running event loop."""

    def __init__(self, clock: Clock, speed: float) -> None:
        self.speed = speed
        self._loop = asyncio.get_running_loop()
        self._start = clock.now()
        self._started = self._loop.time()
        self._stopped = False

    def now(self) -> datetime:
        """The instant in the lab, in UTC."""
        return self._start + timedelta(seconds=(self._loop.time() - self._started) * self.speed)

    def call_later(self, seconds: float, action: Action, *, background: bool = False) -> Timer:  # noqa: ARG002 - see LabTime
        """Does something after so many seconds of the lab."""
        return self._loop.call_later(seconds / self.speed, self._act, action)

    def _act(self, action: Action) -> None:
        if not self._stopped:
            action()

    async def sleep(self, seconds: float) -> None:
        """Waits so many seconds of the lab."""
        await _sleep(self, seconds)

    def stop(self) -> None:
        """Nothing that is still to come happens any more."""
        self._stopped = True


class _Due:
    __slots__ = ("action", "background")

    def __init__(self, action: Action, *, background: bool) -> None:
        self.action: Action | None = action
        self.background = background

    def cancel(self) -> None:
        self.action = None


class SteppedTime:
    """Time that stands still until somebody moves it on: what happens in it does not depend on the machine."""

    speed = 0.0

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._order = count()
        self._due: list[tuple[datetime, int, _Due]] = []

    def now(self) -> datetime:
        """The instant in the lab."""
        return self._now

    def call_later(self, seconds: float, action: Action, *, background: bool = False) -> Timer:
        """Does something when time has been moved on so far."""
        due = _Due(action, background=background)
        heapq.heappush(self._due, (self._now + timedelta(seconds=seconds), next(self._order), due))
        return due

    async def sleep(self, seconds: float) -> None:
        """Waits until time has been moved on so far."""
        await _sleep(self, seconds)

    def stop(self) -> None:
        """Nothing that is still to come happens any more."""
        self._due.clear()

    @property
    def until_next(self) -> float | None:
        """Seconds until the next thing happens, but for those in the background; None when nothing is to come."""
        while self._due and self._due[0][2].action is None:
            heapq.heappop(self._due)
        if not self._due or not self._due[0][2].background:
            return (self._due[0][0] - self._now).total_seconds() if self._due else None
        awaited = (when for when, _, due in self._due if due.action is not None and not due.background)
        first = min(awaited, default=None)
        return None if first is None else (first - self._now).total_seconds()

    def advance(self, seconds: float) -> None:
        """Moves time on, and does on the way what is due, each at its own instant."""
        end = self._now + timedelta(seconds=seconds)
        with no_search_for_cycles():
            while self._due and self._due[0][0] <= end:
                self._now, _, due = heapq.heappop(self._due)
                if due.action is not None:
                    due.action()
        self._now = end


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Switches Python's search for garbage in cycles off, if it is on, until this is over.

    Tens of thousands of phones make and drop small things, none of them in cycles, and a search looks at all of them:
    it would take a third of the time of a wave.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
