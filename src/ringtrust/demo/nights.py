"""Both nights at once, told as they happen."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Final

from ringtrust.catalog.catalog import Catalog
from ringtrust.demo.careless import careless_night
from ringtrust.demo.count import Count, count, table_lines
from ringtrust.demo.labs import Stage, stage
from ringtrust.demo.planned import planned_night

TOPOLOGY: Final = "campus-9.1"
CARELESS, PLANNED = "careless", "planned"
# A careless night is over before Change Notification is: half an hour of the lab. A planned one waits for it ten times.
_SPEEDS: Final = {CARELESS: 60.0, PLANNED: 3000.0}
_LOOK_SECONDS: Final = 0.5

Tell = Callable[[str], None]


async def tell_story(catalog: Catalog, tell: Tell, *, topology: str = TOPOLOGY, phones: int) -> tuple[Count, ...]:
    """The whole story. Gives what the phones said in the end. Raises RingtrustError when a lab or the plan fails."""
    began = time.monotonic()

    def teller(night: str) -> Tell:
        return lambda line: tell(f"{int(time.monotonic() - began):>4} s  {night:<9} | {line}")

    with tempfile.TemporaryDirectory(prefix="ringtrust-demo-") as folder:
        async with AsyncExitStack() as stack:
            tell(f"Two copies of one cluster, {topology}, start on loopback, with {phones} phones each.")
            stages = await _both(stack, Path(folder), topology, phones)
            for night, each in stages.items():
                await _before(each, teller(night))
            await asyncio.gather(
                _careless(stages[CARELESS], teller(CARELESS)),
                planned_night(stages[PLANNED], catalog, teller(PLANNED)),
            )
            tell("After both nights every phone is reset once more, and asked what it holds.")
            counted = await asyncio.gather(*(count(night, each) for night, each in stages.items()))
    counts = tuple(each for night in counted for each in night)
    for line in ("", *table_lines(counts)):
        tell(line)
    return counts


async def _both(stack: AsyncExitStack, folder: Path, topology: str, phones: int) -> dict[str, Stage]:
    """One after the other would take twice as long. Whatever has started is ended, should the other one fail."""
    starting = (stage(topology, folder / night, speed=speed, phones=phones) for night, speed in _SPEEDS.items())
    started = await asyncio.gather(*map(stack.enter_async_context, starting), return_exceptions=True)
    for each in started:
        if isinstance(each, BaseException):
            raise each
    return {night: each for night, each in zip(_SPEEDS, started, strict=True) if isinstance(each, Stage)}


async def _before(found: Stage, tell: Tell) -> None:
    status = await found.ask("status")
    tell(f"before: release {status['release']}, {status['registered']} of {status['phones']} phones registered")


async def _careless(found: Stage, tell: Tell) -> None:
    began = await found.ask("status")
    await careless_night(found, tell)
    ended = await found.ask("status")
    tell(f"is done after {_minutes(began['clock'], ended['clock'])} minutes of the lab, and sees phones come back")
    phones = await _back(found)
    refused = sum("fail" in phone["status"].lower() for phone in phones)
    tell(f"{len(phones)} of {len(phones)} phones are registered: all is well, it seems. {refused} refused their list")


async def _back(found: Stage) -> list[dict[str, str]]:
    """The phones, once all of them are registered: they keep their old list, and ring."""
    while True:
        phones: list[dict[str, str]] = await found.ask("phones")
        if all(phone["state"] == "registered" for phone in phones):
            return phones
        await asyncio.sleep(_LOOK_SECONDS)


def _minutes(began: str, ended: str) -> int:
    return round((datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds() / 60)
