"""How the databases follow: by the publisher's CLI, else by PerfMon of each node (interfaces.md §1.11, §6)."""

import asyncio
from typing import Final

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Fact, Known
from ringtrust.cluster.snapshot import Replication
from ringtrust.errors import UnreadableError
from ringtrust.observe.eyes import Site
from ringtrust.observe.scan.look import Look

_WHAT: Final = "replication"
REPLICATION_COUNTERS: Final = "Number of Replicates Created and State of Replication"
_STATE: Final = "Replicate_State"
_UNTOLD: Final = -1


async def scan_replication(look: Look) -> Fact[tuple[Replication, ...]]:
    """A row for each node."""
    publisher = look.eyes.publisher
    cli = look.cli(publisher, look.eyes.replication)
    if look.may(Door.CLI) or not look.may(Door.PERFMON):
        return await look.sources.ask(publisher.name, _WHAT, cli)
    found = await asyncio.gather(*(_of(look, site) for site in look.eyes.sites))
    unread = [fact for fact in found if not isinstance(fact, Known)]
    if unread:
        return unread[0]
    return Known(tuple(fact.value for fact in found if isinstance(fact, Known)), Door.PERFMON.value)


async def _of(look: Look, site: Site) -> Fact[Replication]:
    return await look.sources.ask(site.name, _WHAT, look.application(Door.PERFMON, site, lambda: _asked(look, site)))


async def _asked(look: Look, site: Site) -> Replication:
    counters = await look.eyes.wire.perf.counters(site.address, REPLICATION_COUNTERS)
    state = next((each.value for each in counters if each.name == _STATE), None)
    if not isinstance(state, Known):
        reason = f": {state.reason}" if state is not None else ""
        raise UnreadableError(f"PerfMon of {site.name} does not tell {_STATE}{reason}.")
    return Replication(site.name, state.value, f"{_STATE} {state.value}", _UNTOLD)
