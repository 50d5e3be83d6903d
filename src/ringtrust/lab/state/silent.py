"""What makes certificates of a node anew though nobody asked for certificates: another host name, FIPS mode.

Cisco's guide on addresses and host names: all self-signed ones are made anew, ITLRecovery is not. The warning of
`utils fips enable` names CallManager, Tomcat, IPsec, TVS and CAPF; on 12.5 ITLRecovery too, which the guides of 15 do
not name, and of 14 the lab takes it as of 12.5 [U]. ECDSA certificates follow those that they stand beside [U]. The
node starts anew either way.
"""

import re
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.lab.releases import Unit
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.reboot import reboot

_HOST: Final = re.compile(r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_RECOVERY: Final = "ITLRecovery"
_FIPS: Final = frozenset({"CallManager", "tomcat", "ipsec", "TVS", "CAPF"})
_ECDSA: Final = "-ECDSA"
_FIPS_MAKES_RECOVERY: Final = range(12, 15)
"""The first numbers of the releases on which FIPS mode makes ITLRecovery anew."""


def rename(cluster: Cluster, node: Node, host: str) -> None:
    """`set network hostname`: the node keeps its name in the server table, and its address. Raises RefusedError."""
    others = {each.name.lower() for each in cluster.nodes} | {each.platform.host_name.lower() for each in cluster.nodes}
    if not _HOST.match(host) or host.lower() in others:
        raise RefusedError(
            f"{host[:80]!r} is no new host name.",
            advice="It begins with a letter, has letters, digits and hyphens, 63 at most, and is no node's already.",
        )
    node.platform.host_name = host
    _made_anew(cluster, node, [unit for unit in node.units() if unit.name != _RECOVERY])


def switch_fips(cluster: Cluster, node: Node) -> None:
    """`utils fips enable` or `disable`: which of both it was no certificate tells."""
    recovery = int(cluster.release.name.partition(".")[0]) in _FIPS_MAKES_RECOVERY
    units = [unit for unit in node.units() if unit.name.removesuffix(_ECDSA) in _FIPS]
    _made_anew(cluster, node, [*units, *(unit for unit in node.units() if recovery and unit.name == _RECOVERY)])


def _made_anew(cluster: Cluster, node: Node, units: list[Unit]) -> None:
    for unit in units:
        cluster.regenerate(node, unit)
    reboot(cluster, node)
