"""A question that a busy server does not answer at once is asked again; an act never is (interfaces.md §3.2, §8.1)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from ringtrust.clock import Timer
from ringtrust.errors import UnreadableError

PAUSES: Final = (2.0, 8.0, 30.0)
"""Seconds between one try and the next."""

Value = TypeVar("Value")


class BusyError(UnreadableError):
    """The server is not up to it just now. A question may be asked again, an act may not."""


async def patiently(timer: Timer, ask: Callable[[], Awaitable[Value]], pauses: Sequence[float] = PAUSES) -> Value:
    """What the server answers in the end. Raises BusyError when it stays busy, and whatever else `ask` raises."""
    for pause in pauses:
        try:
            return await ask()
        except BusyError:
            await timer.sleep(pause)
    return await ask()
