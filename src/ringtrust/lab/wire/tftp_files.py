"""What Cisco Tftp of a node answers, over whichever protocol it is asked (trust-formats.md §1.8, interfaces.md §8.1).

[U] What stands in ConfigFileCacheList.txt: here the names of the files, one a line.
"""

from typing import Final

import msgspec

from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.files import served, signed_name
from ringtrust.lab.state.node import Node
from ringtrust.trust.lists import ListKind

CACHE_LIST: Final = "ConfigFileCacheList.txt"


class Found(msgspec.Struct, frozen=True):
    """A file."""

    data: bytes


class Absent(msgspec.Struct, frozen=True):
    """There is none of this name."""


class Elsewhere(msgspec.Struct, frozen=True):
    """Not known yet: Cisco Tftp asks other clusters for it, and the client is to ask again (503)."""


def find(cluster: Cluster, node: Node, name: str) -> Found | Absent | Elsewhere:
    """The file of this name, in whichever case it was asked for. A cluster that was never in mixed mode has no CTL."""
    if node.name in cluster.looking_elsewhere:
        return Elsewhere()
    data = _cache_list(node) if name.lower() == CACHE_LIST.lower() else served(cluster, node, name)
    return Absent() if data is None else Found(data)


def _cache_list(node: Node) -> bytes | None:
    if node.tftp is None:
        return None
    names = [*([ListKind.CTL.filename] if node.ctl is not None else []), ListKind.ITL.filename]
    for (device,) in node.replica.rows("select name from device order by name"):
        names += [f"{device}.cnf.xml", signed_name(device)]
    return "".join(f"{name}\n" for name in names).encode()
