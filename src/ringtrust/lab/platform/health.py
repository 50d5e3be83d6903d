"""`show version active` and `show network cluster` (interfaces.md §1.11)."""

from datetime import timedelta

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call
from ringtrust.lab.state.node import Node

_SINCE = timedelta(days=33, hours=4, minutes=11)  # the nodes have known each other for a while


async def version(call: Call) -> None:
    """`show version active`."""
    await call.page([f"Active Master Version: {call.cluster.release.version}", *texts.NO_OPTIONS.split("\n")])


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
    long = call.cluster.release.cli.processnode_columns > 3  # noqa: PLR2004 - the number of columns itself
    since = "" if node is call.node else f" using TCP since {(call.cluster.founded - _SINCE):%a %b %d %H:%M:%S %Y}"
    return f"{node.address} {node.fqdn} {node.name} {role}{product if long else ''} authenticated{since}"
