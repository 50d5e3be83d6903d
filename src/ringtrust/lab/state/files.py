"""The files that Cisco Tftp of a node serves: its lists and the phones' configuration (interfaces.md §8.1).

[U] Whether the list that is served as ITLSEP<MAC>.tlv says that name in its header: one source says so, one does not.
Here all are the same bytes, as phones show the checksum of `show itl` (domain.md §6b).
"""

import hashlib
import re
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape

from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.members import Seat, Secured
from ringtrust.lab.state.node import Node, TftpImage
from ringtrust.trust.lists import ListKind, TrustList

_LIST: Final = re.compile(r"(itl|ctl)(sep[0-9a-f]{12})\.tlv\Z", re.IGNORECASE)
_CONFIGURATION: Final = re.compile(r"(sep[0-9a-f]{12})\.cnf\.xml(\.sgn)?\Z", re.IGNORECASE)
_KINDS: Final = {kind.filename.lower(): kind for kind in ListKind}
_BODIES_KEPT: Final = 256
_NON_SECURE: Final = 1
_CAPF_PORT, _SIP_PORT, _SIPS_PORT = 3804, 5060, 5061


def served(cluster: Cluster, node: Node, name: str) -> bytes | None:
    """The file of this name, in whichever case it was asked for; None where there is none."""
    image = node.tftp
    if image is None:
        return None
    if found := _LIST.match(name):
        known = node.directory.members(found[2].upper())
        return _list(node, image, ListKind(found[1].upper())) if known else None
    if found := _CONFIGURATION.match(name):
        return _configuration(cluster, node, image, device=found[1].upper(), signed=bool(found[2]))
    kind = _KINDS.get(name.lower())
    return _list(node, image, kind) if kind is not None else None


def _list(node: Node, image: TftpImage, kind: ListKind) -> bytes | None:
    """The ITL of the node, or the CTL of the cluster as it has come to this node; None where there is none."""
    found: TrustList | None = node.ctl if kind is ListKind.CTL else None if image.withdrawn else image.itl
    return None if found is None else found.data


def _configuration(cluster: Cluster, node: Node, image: TftpImage, *, device: str, signed: bool) -> bytes | None:
    """The configuration of a phone as this node's replica knows it; None for a phone that it does not know."""
    body = configuration_body(cluster, node, device)
    if body is None or not signed:
        return body
    now = int(cluster.time.now().timestamp())
    return node.signed_files.file(signed_name(device), body, image.callmanager, now)


def signed_name(device: str) -> str:
    """The name by which a phone asks for its signed configuration."""
    return f"{device}.cnf.xml.sgn"


def configuration_body(cluster: Cluster, node: Node, device: str) -> bytes | None:
    """What stands in the configuration of a phone; None for a phone that the node's replica does not know."""
    seat = node.directory.seat(device)
    if not seat.members:
        return None
    addresses = tuple(cluster.node(member.node).address for member in seat.members)
    return _body(seat, addresses, cluster.publisher.address, cluster.topology.phones.load)


@lru_cache(maxsize=_BODIES_KEPT)
def _body(seat: Seat, addresses: tuple[str, ...], capf: str, load: str) -> bytes:
    """The file. Of the phone itself it says what CAPF is to do, so that it is the same for most with these members."""
    pairs = list(zip(seat.members, addresses, strict=True))
    managers = "".join(_manager(place, member.manager, address) for place, (member, address) in enumerate(pairs))
    tvs = "".join(_tvs(place, address) for place, address in enumerate(addresses))
    secure = seat.secured.mode != _NON_SECURE
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<device>\n<deviceProtocol>SIP</deviceProtocol>\n'
        f"<devicePool><callManagerGroup><members>\n{managers}</members></callManagerGroup></devicePool>\n"
        f"<TVS><members>\n{tvs}</members></TVS>\n<loadInformation>{escape(load)}</loadInformation>\n"
        f"<deviceSecurityMode>{seat.secured.mode}</deviceSecurityMode>\n"
        f"<transportLayerProtocol>{3 if secure else 1}</transportLayerProtocol>\n"
        f"{_capf(seat.secured, capf)}</device>\n"
    )
    return text.encode()


def _capf(secured: Secured, address: str) -> str:
    """What a phone does at CAPF, and whether its file is encrypted (trust-formats.md §5.8).

    [U] What capfAuthMode is while nothing is pending: here 0, as SIPCC has it for none.
    """
    known = hashlib.md5(secured.certificate, usedforsecurity=False).hexdigest() if secured.certificate else ""
    encrypted = "true" if secured.encrypted else "false"
    return (
        f"<capfAuthMode>{secured.capf_mode}</capfAuthMode>\n"
        f"<capfList><capf><phonePort>{_CAPF_PORT}</phonePort><processNodeName>{address}</processNodeName></capf>"
        f"</capfList>\n<certHash>{known}</certHash>\n<encrConfig>{encrypted}</encrConfig>\n"
    )


def _manager(priority: int, name: str, address: str) -> str:
    return (
        f'<member priority="{priority}"><callManager><name>{escape(name)}</name>'
        f"<ports><sipPort>{_SIP_PORT}</sipPort><securedSipPort>{_SIPS_PORT}</securedSipPort></ports>"
        f"<processNodeName>{address}</processNodeName></callManager></member>\n"
    )


def _tvs(priority: int, address: str) -> str:
    return f'<member priority="{priority}"><port>2445</port><address>{address}</address></member>\n'
