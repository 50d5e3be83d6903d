"""`utils dbreplication runtimestate|status`: what has reached which node (interfaces.md §1.11).

Two layouts: up to 10.x, whose rows are known from older documents only, and later ones.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.state.node import Node

_TABLES = 754
_OLD_HEAD = (
    "                                PING            REPLICATION     REPL.   DBver& REPL.   REPLICATION SETUP",
    "SERVER-NAME     IP ADDRESS      (msec)   RPC?   STATUS          QUEUE   TABLES LOOP?   (RTMT) & details",
    "-----------     ------------    ------   ----   -----------     -----   ------ -----   -----------------",
)
_HEAD = (
    "                                           PING      DB/RPC/   REPL.    Replication    REPLICATION SETUP",
    "SERVER-NAME              IP ADDRESS        (msec)    DbMon?    QUEUE    Group ID       (RTMT) & Details",
    "-----------              ----------        ------    -------   -----    -----------    ------------------",
)
_HERE, _THERE = "0.045", "0.312"  # what a ping takes, in milliseconds
_SETUP_FAILED = "(4) Setup Failed"


async def runtime_state(call: Call) -> None:
    """Good is `(2) Setup Completed` for every node, with `PUB` in older releases for the publisher."""
    old = call.cluster.release.cli.replication == "connected"
    await call.show((*_status(call, old=old), "", *_about(call), "", *_view(call, old=old)))


def _status(call: Call, *, old: bool) -> Iterator[str]:
    now = call.cluster.clock(call.node)
    checked = call.cluster.replication_checked or now
    yield "DB and Replication Services: ALL RUNNING" if old else f"Server Time: {now:%a %b %e %H:%M:%S} UTC {now.year}"
    yield ""
    yield f"Cluster Replication State: Replication status command started at: {checked:%Y-%m-%d-%H-%M}"
    if old:
        yield f"     Replication status command COMPLETED {_TABLES} tables checked out of {_TABLES}"
    else:
        yield f"     Replication status command COMPLETED. Checked {_TABLES} tables out of {_TABLES}"
        yield "     Last Completed Table: functionrole"
    yield "     No Errors or Mismatches found."
    yield ""
    yield f"     Use 'file view activelog {_report(checked)}' to see the details"


def _report(now: datetime) -> str:
    return f"cm/trace/dbl/sdi/ReplicationStatus.{now:%Y_%m_%d_%H_%M_%S}.out"


def _about(call: Call) -> Iterator[str]:
    version = call.cluster.release.version
    yield f"DB Version: ccm{version.replace('.', '_').replace('-', '_')}"
    yield "Repltimeout set to: 300s"
    yield "PROCESS option set to: 1"


def _view(call: Call, *, old: bool) -> Iterator[str]:
    yield f"Cluster Detailed View from {call.node.name} ({len(call.cluster.nodes)} Servers):"
    yield ""
    yield from _OLD_HEAD if old else _HEAD
    for group, node in enumerate(call.cluster.nodes, 2):
        yield _old_row(call, node) if old else _row(call, node, group)


def _row(call: Call, node: Node, group: int) -> str:
    queue = call.cluster.database.waiting(node.name)
    setup = _SETUP_FAILED if call.cluster.database.broken(node.name) else "(2) Setup Completed"
    start = f"{node.name:<24} {node.address:<17} {_ping(call, node):<9} {'Y/Y/Y':<9} "
    return f"{start}{queue:<8} {f'(g_{group})':<14} {setup}"


def _old_row(call: Call, node: Node) -> str:
    queue, broken = call.cluster.database.waiting(node.name), call.cluster.database.broken(node.name)
    status, tables = ("Dropped", "-") if broken else ("Connected", "match")
    setup = _SETUP_FAILED if broken else f"(2) {'PUB ' if node.publisher else ''}Setup Completed"
    start = f"{node.name:<15} {node.address:<15} {_ping(call, node):<8} Yes    "
    return f"{start}{status:<15} {queue:<7} {tables:<6} Yes     {setup}"


def _ping(call: Call, node: Node) -> str:
    return _HERE if node is call.node else _THERE


async def check(call: Call) -> None:
    """`utils dbreplication status`: compares the tables in the background, and writes down what it finds."""
    now = call.cluster.clock(call.node)
    call.cluster.replication_checked = now
    for line in _found(call):
        call.node.logbook.write(_report(now), line, now)
    call.write(texts.REPLICATION_CHECK.format(report=_report(now)))


def _found(call: Call) -> Iterator[str]:
    """The rows of the report, as an older release shows them; how many tables differ is not counted here."""
    yield "SERVER                 ID STATE    STATUS     QUEUE  CONNECTION CHANGED"
    yield "-" * 71
    version = call.release.version.replace(".", "_").replace("-", "_")
    for group, node in enumerate(call.cluster.nodes, 2):
        broken = call.cluster.database.broken(node.name)
        status = "Local" if node is call.node else "Dropped" if broken else "Connected"
        queue = call.cluster.database.waiting(node.name)
        yield f"g_{group}_ccm{version:<24} {group} Active   {status:<10} {queue:>5}"


COMMANDS: Final[tuple[Command, ...]] = (
    command("utils dbreplication runtimestate", runtime_state, syntax="[nodename]"),
    command("utils dbreplication status", check, syntax="[all|node|replicate]"),
)
