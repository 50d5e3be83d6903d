"""The files that Cisco Tftp of a node serves: its lists and the phones' configuration (interfaces.md §8.1).

[U] Whether the list that is served as ITLSEP<MAC>.tlv says that name in its header: one source says so, one does not.
Here all are the same bytes, as phones show the checksum of `show itl` (domain.md §6b).
"""

import re
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape

from ringtrust.errors import RefusedError
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.members import Seat, Secured
from ringtrust.lab.state.node import Node, TftpImage
from ringtrust.trust.encrypted import cert_hash
from ringtrust.trust.lists import ListKind, TrustList

_LIST: Final = re.compile(r"(itl|ctl)(sep[0-9a-f]{12})\.tlv\Z", re.IGNORECASE)
_CONFIGURATION: Final = re.compile(r"(sep[0-9a-f]{12})\.cnf\.xml(\.sgn|\.enc\.sgn)?\Z", re.IGNORECASE)
_KINDS: Final = {kind.filename.lower(): kind for kind in ListKind}
_BODIES_KEPT: Final = 256
_NON_SECURE: Final = 1
_ENCRYPTED: Final = ".enc.sgn"
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
        return _configuration(cluster, node, image, device=found[1].upper(), ending=(found[2] or "").lower())
    kind = _KINDS.get(name.lower())
    return _list(node, image, kind) if kind is not None else None


def _list(node: Node, image: TftpImage, kind: ListKind) -> bytes | None:
    """The ITL of the node, or the CTL of the cluster as it has come to this node; None where there is none."""
    found: TrustList | None = node.ctl if kind is ListKind.CTL else None if image.withdrawn else image.itl
    return None if found is None else found.data


def _configuration(cluster: Cluster, node: Node, image: TftpImage, *, device: str, ending: str) -> bytes | None:
    """The configuration of a phone as this node's replica knows it; None for a phone that it does not know."""
    now = int(cluster.time.now().timestamp())
    if ending == _ENCRYPTED:
        return _encrypted(cluster, node, image, device, now)
    body = configuration_body(cluster, node, device)
    if body is None or not ending:
        return body
    return node.signed_files.file(signed_name(device), body, image.callmanager, now)


def _encrypted(cluster: Cluster, node: Node, image: TftpImage, device: str, now: int) -> bytes | None:
    """For the certificate that CUCM knows of the phone; None where it knows none, or one that has no RSA key (§3)."""
    seat = node.directory.seat(device)
    if not seat.members or not seat.secured.encrypted or not seat.secured.certificate:
        return None
    body = _full(cluster, seat)
    try:
        return node.encrypted_files.file(
            f"{device}.cnf.xml{_ENCRYPTED}", body, seat.secured.certificate, image.callmanager, now
        )
    except RefusedError:
        return None


def signed_name(device: str) -> str:
    """The name by which a phone asks for its signed configuration."""
    return f"{device}.cnf.xml.sgn"


def configuration_body(cluster: Cluster, node: Node, device: str) -> bytes | None:
    """What stands in the signed configuration of a phone; None for a phone that the node's replica does not know.

    Of a phone whose configuration is encrypted it says no more than how to come to that (§3).
    """
    seat = node.directory.seat(device)
    if not seat.members:
        return None
    if seat.secured.encrypted:
        return _small(seat.secured, cluster.publisher.address, cluster.topology.phones.load)
    return _full(cluster, seat)


def _full(cluster: Cluster, seat: Seat) -> bytes:
    addresses = tuple(cluster.node(member.node).address for member in seat.members)
    if not seat.secured.encrypted:  # so that what it says is the same for all phones that are secured alike
        seat = seat._replace(secured=seat.secured._replace(certificate=b""))
    return _body(seat, addresses, cluster.publisher.address, cluster.topology.phones.load)


def _small(secured: Secured, capf: str, load: str) -> bytes:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<device>\n<fullConfig>false</fullConfig>\n'
        f"<ipAddressMode>0</ipAddressMode>\n<loadInformation>{escape(load)}</loadInformation>\n"
        f"{_capf(secured, capf)}</device>\n"
    )
    return text.encode()


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

    [U] What capfAuthMode is while nothing is pending: here 0, as SIPCC has it for none. [U] Whether certHash says
    anything where the file is not encrypted: here it does not.
    """
    known = cert_hash(secured.certificate) if secured.certificate else ""
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
