"""A clock that can be handed in: real, or stopped at an instant for tests and proofs."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The current instant, with its time zone."""


class SystemClock:
    """The clock of this machine, in UTC."""

    def now(self) -> datetime:
        """The current instant in UTC."""
        return datetime.now(UTC)


class StoppedClock:
    """A clock that always tells the same instant."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        """The instant it was stopped at."""
        return self._instant


class Timer(Clock, Protocol):
    """A clock that one can wait by."""

    def monotonic(self) -> float:
        """Seconds since some moment; they never go back."""

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds."""


class SystemTimer(SystemClock):
    """Waiting in the time of this machine."""

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds."""
        import asyncio  # noqa: PLC0415 - quick verbs tell the time and wait for nothing

        await asyncio.sleep(seconds)
