"""The list that Cisco Tftp of a node builds, from its own file system and its own replica (domain.md §0)."""

from collections.abc import Iterator
from datetime import datetime

from ringtrust.lab.releases import Release
from ringtrust.lab.state import parameters, records
from ringtrust.lab.state.node import Node, TftpImage
from ringtrust.lab.state.services import CAPF
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind, build_list, read_list
from ringtrust.trust.record import Record, build_record, empty_record
from ringtrust.trust.roles import Role
from ringtrust.trust.signing import SigningKey


def build_image(node: Node, nodes: tuple[Node, ...], release: Release, now: datetime) -> TftpImage:
    """What Cisco Tftp serves from now on. Where nothing has changed, the list stays as it is, byte for byte."""
    callmanager = node.identities["CallManager"]
    signer = node.key_pair(release.itl_signer).signing_key
    wanted = list(_records(node, nodes, release))
    serving = node.tftp
    if (
        serving is not None
        and not serving.withdrawn
        and serving.callmanager is callmanager
        and serving.itl.header.signer == signer.identity
    ):
        same = b"".join(record.raw for record in wanted)
        if serving.itl.data[serving.itl.header.length :] == same:
            return serving
    return TftpImage(build_list(ListKind.ITL, wanted, signer, timestamp=int(now.timestamp())), now, callmanager)


def resigned(image: TftpImage, signer: SigningKey, now: datetime) -> TftpImage:
    """The same list signed by the cluster's other key, and nothing else in it changed (R1, domain.md P9).

    [U] Whether CUCM puts the publisher's certificate among the SASTs of a list that lacks it: here it does not, so that
    nobody but a phone that knows the publisher's key takes the list of a subscriber.
    """
    body = image.itl.data[image.itl.header.length :]
    stamp, version = int(now.timestamp()), image.itl.header.version
    name = ListKind.ITL.filename
    data = signer.signed(body, digest=Digest.SHA1, filename=name, timestamp=stamp, version=version)
    return TftpImage(read_list(data), now, image.callmanager)


def _records(node: Node, nodes: tuple[Node, ...], release: Release) -> Iterator[Record]:
    for unit in release.itl_sasts:
        yield _record(Role.SAST, node.key_pair(unit).certificate, node)
    by_hash = release.itl_by_hash
    emptied = parameters.value(node.replica, parameters.ROLLBACK) == "T"
    own = node.identities["CallManager"].certificate
    role = Role.CCM_TFTP if node.mixed else Role.TFTP  # so an ITL carries the security mode (trust-formats.md §1.6)
    yield _emptied(role, node) if emptied else _record(role, own, node, by_hash=by_hash)
    for other in nodes:
        if other.publisher and other.services.activated(CAPF):
            yield from _known(Role.CAPF, node, other, "CAPF", by_hash=by_hash)
        if emptied:
            yield _emptied(Role.TVS, other)
        else:
            yield from _known(Role.TVS, node, other, "TVS", by_hash=by_hash)


def _known(role: Role, node: Node, other: Node, unit: str, *, by_hash: bool) -> Iterator[Record]:
    certificate = records.identity_in(node.replica, other.name, unit)
    if certificate is not None:
        yield _record(role, certificate, other, by_hash=by_hash)


def _record(role: Role, certificate: bytes, node: Node, *, by_hash: bool = False) -> Record:
    return build_record(role, certificate, dns_name=node.name, ip_address=node.address, by_hash=by_hash)


def _emptied(role: Role, node: Node) -> Record:
    """Prepared for a rollback to pre-8.0 the list vouches for nobody (trust-formats.md §6.3; the bytes are [U])."""
    return empty_record(role, dns_name=node.name, ip_address=node.address)
