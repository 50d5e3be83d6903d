"""So many requests in any minute, as RISPort70 and PerfMon allow (interfaces.md §5, §6)."""

from collections import deque
from typing import Final

from ringtrust.clock import Timer

RIS_REQUESTS: Final = 15
PERFMON_REQUESTS: Final = 80
# One second more than a minute: two questions need not travel equally long.
_WINDOW: Final = 61.0
_EXCEEDED: Final = "exceeded allowed rate"


class Limiter:
    """So many turns in any minute. RISPort70: the parameter Allowed Device Queries Per Minute, 15 by default."""

    def __init__(self, timer: Timer, turns: int = RIS_REQUESTS) -> None:
        self._timer = timer
        self._taken: deque[float] = deque(maxlen=turns)

    @property
    def free_at(self) -> float:
        """When the next turn is free."""
        full = len(self._taken) == self._taken.maxlen
        return self._taken[0] + _WINDOW if full else self._timer.monotonic()

    async def turn(self) -> None:
        """Takes the next turn, and waits until it is due."""
        now = self._timer.monotonic()
        due = max(now, self.free_at)
        self._taken.append(due)
        if due > now:
            await self._timer.sleep(due - now)

    def exhaust(self) -> None:
        """No turn is left in this minute: the server says that others have taken them."""
        now = self._timer.monotonic()
        turns = self._taken.maxlen or 1
        self._taken.extend([now] * turns)


def exceeded(message: str) -> bool:
    """Whether a fault says that a server was asked too often."""
    return _EXCEEDED in message.lower()
