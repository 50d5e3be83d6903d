"""Everything at once: a Snapshot, in which whatever could not be read is a value with its reason (design.md §4.2)."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from ringtrust.clock import Clock
from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.cluster.names import HTTPS_UNITS
from ringtrust.cluster.node import Node
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import FORMAT, Snapshot
from ringtrust.connect.wire import Wire
from ringtrust.errors import UnreadableError
from ringtrust.observe import rows
from ringtrust.observe.eyes import Eyes, discover
from ringtrust.observe.scan_node import scan_node
from ringtrust.observe.scan_phones import scan_phones
from ringtrust.observe.sources import Sources
from ringtrust.trust.names import quoted

Told = Callable[[str], None]

_AT_ONCE: Final = 8


async def scan(name: str, wire: Wire, publisher: str, clock: Clock, tell: Told) -> tuple[Snapshot, Eyes]:
    """Looks at a whole cluster, from the address of its publisher. `tell` hears what is being read.

    Raises UnreadableError when not even the nodes can be found.
    """
    began = clock.now()
    tell("finding the nodes")
    eyes = Eyes(wire, await discover(wire, publisher))
    sources = Sources()
    nodes = await _nodes(eyes, sources, tell)
    joined(eyes, nodes)
    return await _whole(name, eyes, sources, began, nodes, tell), eyes


async def _nodes(eyes: Eyes, sources: Sources, tell: Told) -> tuple[Node, ...]:
    limit = asyncio.Semaphore(_AT_ONCE)
    done: list[str] = []

    async def one(place: int) -> Node:
        async with limit:
            node = await scan_node(eyes, eyes.sites[place], sources)
        done.append(node.name)
        tell(f"{len(done)} of {len(eyes.sites)} nodes read")
        return node

    return tuple(await asyncio.gather(*map(one, range(len(eyes.sites)))))


def joined(eyes: Eyes, nodes: Sequence[Node]) -> None:
    """Lets HTTPS show what the nodes themselves have named over SSH, and names the nodes to AXL and RISPort70."""
    publisher = next((node for node in nodes if node.publisher), None)
    if publisher is None or not isinstance(publisher.version, Known):
        return
    release = Release.of(publisher.version.value)
    eyes.wire.join(publisher.address, [node.address for node in nodes], release)
    for node in nodes:
        for unit in HTTPS_UNITS:
            found = node.identity(unit)
            if found is not None:
                eyes.wire.allow(node.address, found.sha256)


async def _whole(
    name: str, eyes: Eyes, sources: Sources, began: datetime, nodes: tuple[Node, ...], tell: Told
) -> Snapshot:
    publisher = eyes.publisher.name
    tell("reading the database")
    ask = sources.ask
    mode = await ask("cli", publisher, "security mode", _number(eyes, rows.SECURITY_MODE))
    rollback = await ask("cli", publisher, "rollback parameter", _flag(eyes, rows.ROLLBACK))
    replication = await ask("cli", publisher, "replication", eyes.replication())
    strangers = await ask("cli", publisher, "authentication of nodes", _strangers(eyes))
    backups = await ask("cli", publisher, "backup history", eyes.backups())
    groups = await ask("cli", publisher, "CM groups", eyes.groups())
    phones = await scan_phones(eyes, sources, tell)
    version: Fact[str] = next((node.version for node in nodes if node.publisher), Unread("There is no publisher."))
    return Snapshot(
        format=FORMAT,
        cluster=name,
        taken=began,
        version=version,
        security_mode=mode,
        rollback=rollback,
        replication=replication,
        unauthenticated=strangers,
        backups=backups,
        groups=groups,
        phones=phones,
        nodes=nodes,
        sources=tuple(sorted(sources.all, key=lambda each: (each.node, each.interface, each.what))),
    )


async def _number(eyes: Eyes, name: str) -> int:
    return rows.number_in(await eyes.parameter(name), name)


async def _flag(eyes: Eyes, name: str) -> bool:
    value = (await eyes.parameter(name)).upper()
    if value not in {"T", "F"}:
        raise UnreadableError(
            f"{name} is {quoted(value)}, neither T nor F.", advice="Look at it in Enterprise Parameters."
        )
    return value == "T"


async def _strangers(eyes: Eyes) -> tuple[str, ...]:
    return tuple(each.name for each in await eyes.network() if not each.authenticated)
