"""`show version`, `show network cluster`, `show status`, `show hardware` (interfaces.md §1.11)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ringtrust.lab.platform import health_texts as texts
from ringtrust.lab.platform.call import Call
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.state.node import Node

_SINCE: Final = timedelta(days=33, hours=4, minutes=11)  # the nodes have known each other for a while


async def version(call: Call) -> None:
    """`show version active`."""
    await call.page([f"Active Master Version: {call.release.version}", *texts.NO_OPTIONS.split("\n")])


async def inactive_version(call: Call) -> None:
    """`show version inactive`: nothing was ever upgraded here, and what CUCM says then is [U]."""
    await call.page(texts.NO_INACTIVE.split("\n"))


async def network_cluster(call: Call) -> None:
    """`show network cluster`: who has authenticated whom."""
    rows = call.node.replica.rows("select name from processnode where systemnode = 'f' order by nodeid")
    await call.page(
        [
            *(_node_row(call, node) for node in call.cluster.nodes),
            "",
            "Server Table (processnode) Entries",
            "----------------------------------",
            *(str(name) for (name,) in rows),
            "",
            "Successful",
        ]
    )


def _node_row(call: Call, node: Node) -> str:
    role = "Publisher" if node.publisher else "Subscriber"
    product = f" callmanager {'DBPub' if node.publisher else 'DBSub'}"
    long = call.release.cli.processnode_columns > 3  # noqa: PLR2004 - the number of columns itself
    start = f"{node.address} {node.fqdn} {node.name} {role}{product if long else ''}"
    if node.down:
        return f"{start} not authenticated - INITIATOR since {call.cluster.clock(call.node):%a %b %d %H:%M:%S %Y}"
    since = "" if node is call.node else f" using TCP since {(call.cluster.founded - _SINCE):%a %b %d %H:%M:%S %Y}"
    return f"{start} authenticated{since}"


async def status(call: Call) -> None:
    """`show status`: the layout of 12.5; load, memory and disks are those of an idle machine, always the same."""
    await call.page(_status(call))


def _status(call: Call) -> Iterator[str]:
    now = call.cluster.clock(call.node)
    yield ""
    yield f"Host Name          : {call.node.name}"
    yield f"Date               : {now:%a %b} {now.day}, {now:%Y %H:%M:%S}"
    yield "Time Zone          : Coordinated Universal Time (Etc/UTC)"
    yield "Locale             : en_US.UTF-8"
    yield f"Product Ver        : {call.release.version}"
    yield f"Unified OS Version : {texts.OS_VERSION}"
    yield ""
    yield "Uptime:"
    yield f" {now:%H:%M:%S} up {_uptime(call)},  1 user,  load average: 0.12, 0.18, 0.22"
    yield from texts.STATUS.split("\n")


def _uptime(call: Call) -> str:
    since = call.node.booted - (_SINCE if call.node.booted == call.cluster.founded else timedelta())
    minutes = int((call.cluster.time.now() - since).total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    return f"{days} days, {rest // 60:2d}:{rest % 60:02d}"


async def hardware(call: Call) -> None:
    """`show hardware`: what a virtual machine of 12.5 shows, in a Cisco document (the serial number is the lab's)."""
    await call.page(texts.HARDWARE.split("\n"))


COMMANDS: Final[tuple[Command, ...]] = (
    command("show version active", version),
    command("show version inactive", inactive_version),
    command("show network cluster", network_cluster),
    command("show status", status),
    command("show hardware", hardware),
)
