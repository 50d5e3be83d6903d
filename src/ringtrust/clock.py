"""A clock that can be handed in: real, or stopped at an instant for tests and proofs."""

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
