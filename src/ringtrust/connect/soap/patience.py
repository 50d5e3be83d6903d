"""A question that a busy server does not answer at once is asked again; an act never is (interfaces.md §3.2)."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from ringtrust.clock import Timer
from ringtrust.connect.soap.envelope import BusyError

PAUSES: Final = (2.0, 8.0, 30.0)
"""Seconds between one try and the next."""

Value = TypeVar("Value")


async def patiently(timer: Timer, ask: Callable[[], Awaitable[Value]]) -> Value:
    """What the server answers in the end. Raises BusyError when it stays busy, and whatever else `ask` raises."""
    for pause in PAUSES:
        try:
            return await ask()
        except BusyError:
            await timer.sleep(pause)
    return await ask()
