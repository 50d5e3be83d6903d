"""The files that Cisco Tftp of a node serves: its list and the phones' configuration (interfaces.md §8.1).

[U] Whether the list that is served as ITLSEP<MAC>.tlv says that name in its header: one source says so, one does not.
Here all are the same bytes, as phones show the checksum of `show itl` (domain.md §6b).
"""

import re
from typing import Final
from xml.sax.saxutils import escape

from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.trust.lists import ListKind
from ringtrust.trust.signed import build_signed

_LIST: Final = re.compile(r"itl(sep[0-9a-f]{12})\.tlv\Z", re.IGNORECASE)
_CONFIGURATION: Final = re.compile(r"(sep[0-9a-f]{12})\.cnf\.xml(\.sgn)?\Z", re.IGNORECASE)
_MEMBERS: Final = """
    select device.name, callmanager.name, processnode.name from device
    join devicepool on devicepool.pkid = device.fkdevicepool
    join callmanagergroupmember as member on member.fkcallmanagergroup = devicepool.fkcallmanagergroup
    join callmanager on callmanager.pkid = member.fkcallmanager
    join processnode on processnode.pkid = callmanager.fkprocessnode
    where device.name = ? order by member.priority
"""


def served(cluster: Cluster, node: Node, name: str) -> bytes | None:
    """The file of this name, in whichever case it was asked for; None where there is none."""
    image = node.tftp
    if image is None:
        return None
    known = _LIST.match(name)
    if name.lower() == ListKind.ITL.filename.lower() or (known and _configuration(cluster, node, known[1].upper())):
        return image.itl.data
    found = _CONFIGURATION.match(name)
    body = _configuration(cluster, node, found[1].upper()) if found else None
    if found is None or body is None or not found[2]:
        return body
    now = int(cluster.time.now().timestamp())
    signer = image.callmanager.signing_key
    return build_signed(f"{found[1].upper()}.cnf.xml.sgn", body, signer, timestamp=now).data


def _configuration(cluster: Cluster, node: Node, device: str) -> bytes | None:
    """The configuration of a phone as this node's replica knows it; None for a phone that it does not know."""
    rows = node.replica.rows(_MEMBERS, device)
    if not rows:
        return None
    members = [(manager, cluster.node(name).address) for _, manager, name in rows]
    managers = "".join(_manager(place, *member) for place, member in enumerate(members))
    tvs = "".join(_tvs(place, address) for place, (_, address) in enumerate(members))
    load = escape(cluster.topology.phones.load)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<device>\n<deviceProtocol>SIP</deviceProtocol>\n'
        f"<devicePool><callManagerGroup><members>\n{managers}</members></callManagerGroup></devicePool>\n"
        f"<TVS><members>\n{tvs}</members></TVS>\n<loadInformation>{load}</loadInformation>\n"
        "<deviceSecurityMode>1</deviceSecurityMode>\n<transportLayerProtocol>1</transportLayerProtocol>\n</device>\n"
    )
    return text.encode()


def _manager(priority: int, name: str, address: str) -> str:
    return (
        f'<member priority="{priority}"><callManager><name>{escape(name)}</name><ports><sipPort>5060</sipPort></ports>'
        f"<processNodeName>{address}</processNodeName></callManager></member>\n"
    )


def _tvs(priority: int, address: str) -> str:
    return f'<member priority="{priority}"><port>2445</port><address>{address}</address></member>\n'
