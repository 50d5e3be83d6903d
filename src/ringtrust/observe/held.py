"""Which ITL each of many phones holds, asked side by side."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Known, Unread
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe.eyes import Eyes

_AT_ONCE: Final = 64


async def held(
    eyes: Eyes, addresses: Mapping[str, str], asked: Callable[[int], None] = lambda _: None
) -> dict[str, Known[str] | Unread]:
    """The hash of the ITL that each phone tells, empty where it holds none. `addresses` gives one for each name.

    `asked` hears how many phones have been asked.
    """
    waiting = iter(addresses.items())
    told: dict[str, Known[str] | Unread] = {}

    async def ask() -> None:
        """One after the other, as long as there are any: tens of thousands of tasks at once would cost seconds."""
        for name, address in waiting:
            told[name] = await _told(eyes, address)
            asked(len(told))

    await asyncio.gather(*(ask() for _ in range(min(_AT_ONCE, len(addresses)))))
    return told


async def _told(eyes: Eyes, address: str) -> Known[str] | Unread:
    try:
        return Known((await eyes.page(address)).itl_hash, Door.PHONE.value)
    except (UnreadableError, RefusedError) as error:
        return Unread(error.what)
