"""Looking at all nodes side by side: each costs its own time, and the slowest decides."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from ringtrust.observe.eyes import Site

Value = TypeVar("Value")


async def on_each(sites: Sequence[Site], looking: Callable[[Site], Awaitable[Value]]) -> tuple[tuple[Site, Value], ...]:
    """What each node shows, in their order. Raises the first error, once all have answered: nothing is left running."""
    found = await asyncio.gather(*(looking(site) for site in sites), return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return tuple((site, each) for site, each in zip(sites, found, strict=True) if not isinstance(each, BaseException))
