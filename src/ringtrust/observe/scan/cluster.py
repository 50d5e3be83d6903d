"""Everything at once: a Snapshot, in which whatever could not be read is a value with its reason (design.md §4.2).

All nodes and all doors are asked side by side: a scan takes as long as its slowest node, and one that is silent costs
its own time-out only.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from ringtrust.clock import Clock
from ringtrust.cluster.doors import Door
from ringtrust.cluster.elsewhere import NOTHING_DECLARED, Declared
from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.cluster.node import Node
from ringtrust.cluster.phone import Group
from ringtrust.cluster.snapshot import FORMAT, Backup, Replication, Snapshot
from ringtrust.connect.wire import Wire
from ringtrust.errors import UnreadableError
from ringtrust.observe import rows
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.opening import opened
from ringtrust.observe.scan.inventory import Inventory
from ringtrust.observe.scan.look import Look
from ringtrust.observe.scan.node import scan_node
from ringtrust.observe.scan.phones import scan_phones
from ringtrust.observe.scan.replicas import scan_replication
from ringtrust.observe.scan.sources import Sources, Value, Way
from ringtrust.observe.scan.surroundings import scan_surroundings
from ringtrust.trust.names import quoted

Told = Callable[[str], None]

_NO_PUBLISHER: Final = Unread("There is no publisher.")


class _Whole(NamedTuple):
    """What there is once in a cluster."""

    security_mode: Fact[int]
    rollback: Fact[bool]
    replication: Fact[tuple[Replication, ...]]
    unauthenticated: Fact[tuple[str, ...]]
    backups: Fact[tuple[Backup, ...]]
    groups: Fact[tuple[Group, ...]]


async def scan(
    name: str, wire: Wire, publisher: str, clock: Clock, tell: Told, declared: Declared = NOTHING_DECLARED
) -> tuple[Snapshot, Eyes]:
    """Looks at a whole cluster, from the address of its publisher. `tell` hears what is being read.

    `declared` is written down beside it.

    Raises UnreadableError when not even the nodes can be found, RefusedError when no door may be asked for them.
    """
    began = clock.now()
    tell("finding the nodes")
    look = Look(await opened(wire, publisher), Sources(wire.doors))
    if Door.CLI not in wire.doors:
        await _join_by_axl(look)
    mode = asyncio.ensure_future(_mode(look))
    nodes, whole, phones, around = await asyncio.gather(
        _nodes(look, tell), _whole(look, mode), scan_phones(look, mode, tell), scan_surroundings(look)
    )
    version = next((node.version for node in nodes if node.publisher), _NO_PUBLISHER)
    snapshot = Snapshot(
        format=FORMAT,
        cluster=name,
        taken=began,
        version=version,
        security_mode=whole.security_mode,
        rollback=whole.rollback,
        replication=whole.replication,
        unauthenticated=whole.unauthenticated,
        backups=whole.backups,
        groups=whole.groups,
        phones=phones,
        nodes=nodes,
        sources=tuple(sorted(look.sources.all, key=lambda each: (each.node, each.interface, each.what))),
        disagreements=tuple(sorted(look.sources.disagreements, key=lambda each: (each.node, each.what))),
        surroundings=around,
        declared=declared,
    )
    return snapshot, look.eyes


async def _join_by_axl(look: Look) -> None:
    """Where the CLI may not be asked, AXL tells the release: until now it was asked by the oldest schema."""
    site = look.eyes.publisher
    version = await look.sources.ask(site.name, "version", Way(Door.AXL, look.eyes.wire.axl.version))
    look.tell_version(site, version)
    await look.nobody_names()


async def _nodes(look: Look, tell: Told) -> tuple[Node, ...]:
    inventory = Inventory(look, whole=Door.CLI not in look.sources.allowed)
    done: list[str] = []

    async def one(place: int) -> Node:
        node = await scan_node(look, look.eyes.sites[place], inventory)
        done.append(node.name)
        tell(f"{len(done)} of {len(look.eyes.sites)} nodes read")
        return node

    return tuple(await asyncio.gather(*map(one, range(len(look.eyes.sites)))))


async def _mode(look: Look) -> Fact[int]:
    way = look.database(lambda: _number(look.eyes, rows.SECURITY_MODE))
    return await look.sources.ask(look.eyes.publisher.name, "security mode", way)


async def _whole(look: Look, asked: Awaitable[Fact[int]]) -> _Whole:
    eyes, publisher = look.eyes, look.eyes.publisher

    def ask(what: str, way: Way[Value]) -> Awaitable[Known[Value] | Unread]:
        return look.sources.ask(publisher.name, what, way)

    mode, rollback, replication, strangers, backups, groups = await asyncio.gather(
        asked,
        ask("rollback parameter", look.database(lambda: _flag(eyes, rows.ROLLBACK))),
        scan_replication(look),
        ask("authentication of nodes", look.cli(publisher, lambda: _strangers(eyes))),
        ask("backup history", look.cli(publisher, eyes.backups)),
        ask("CM groups", look.database(eyes.groups)),
    )
    return _Whole(mode, rollback, replication, strangers, backups, groups)


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
