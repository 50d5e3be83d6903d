"""Which lists each of many phones holds, asked side by side, each phone once."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.ports import PhonePage
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe.eyes import Eyes

_AT_ONCE: Final = 64


async def held(
    eyes: Eyes, addresses: Mapping[str, str], asked: Callable[[int], None] = lambda _: None
) -> dict[str, Known[str] | Unread]:
    """The hash of the ITL that each phone tells, empty where it holds none. `addresses` gives one for each name.

    `asked` hears how many phones have been asked.
    """
    told = await pages(eyes, addresses, asked)
    return {
        name: Known(page.value.itl_hash, page.source) if isinstance(page, Known) else page
        for name, page in told.items()
    }


async def pages(
    eyes: Eyes, addresses: Mapping[str, str], asked: Callable[[int], None] = lambda _: None
) -> dict[str, Known[PhonePage] | Unread]:
    """What each phone tells of both its lists. `addresses` gives one for each name."""
    waiting = iter(addresses.items())
    told: dict[str, Known[PhonePage] | Unread] = {}

    async def ask() -> None:
        """One after the other, as long as there are any: tens of thousands of tasks at once would cost seconds."""
        for name, address in waiting:
            told[name] = await _told(eyes, address)
            asked(len(told))

    await asyncio.gather(*(ask() for _ in range(min(_AT_ONCE, len(addresses)))))
    return told


async def _told(eyes: Eyes, address: str) -> Known[PhonePage] | Unread:
    try:
        return Known(await eyes.page(address), Door.PHONE.value)
    except (UnreadableError, RefusedError) as error:
        return Unread(error.what)
