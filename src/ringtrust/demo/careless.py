"""A hurried administrator: everything that has expired at once, in three windows side by side (H01)."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from ringtrust.connect.platform.node import NodeCli
from ringtrust.connect.wire import Reach
from ringtrust.demo.labs import Stage, opened
from ringtrust.observe.eyes import Site, discover

_UNITS: Final = ("CallManager", "TVS")
_SERVICES: Final = ("Cisco Trust Verification Service", "Cisco Tftp", "Cisco CallManager")

Tell = Callable[[str], None]


async def careless_night(stage: Stage, tell: Tell) -> None:
    """CallManager and TVS regenerated on every node, and what loads them restarted, all within fifteen lab minutes."""
    publisher = stage.entry.settings.publisher
    async with opened(stage) as reach:
        sites = await discover(reach, publisher)
        names = ", ".join(site.name for site in sites)
        for unit in _UNITS:
            tell(f"regenerates {unit} on {names}")
            await asyncio.gather(*(reach.cli(site.address).regenerate(unit) for site in sites))
        for service in _SERVICES:
            on = await _where(reach, sites, service)
            tell(f"restarts {service} on {', '.join(site.name for site in on)}")
            await asyncio.gather(*(reach.cli(site.address).restart(service) for site in on))


async def _where(reach: Reach, sites: Sequence[Site], service: str) -> list[Site]:
    return [site for site in sites if await _runs(reach.cli(site.address), service)]


async def _runs(cli: NodeCli, service: str) -> bool:
    return any(each.name == service and each.running for each in await cli.services())
