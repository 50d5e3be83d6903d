"""The CTL of a cluster: which records stand in it, and who signs it (trust-formats.md §1.6, domain.md §0).

What no document says [U]: a node that runs Cisco Tftp and no Cisco CallManager has the role TFTP; after `utils ctl`
has made a CTL the eTokens of before are in it no more, as in the transcript of 118893.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ringtrust.lab.state import records
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import CALLMANAGER, CAPF, TFTP
from ringtrust.lab.state.tokens import Token
from ringtrust.trust.lists import ListKind, TrustList, build_list
from ringtrust.trust.record import Record, build_record, client_record, empty_record
from ringtrust.trust.roles import Role

if TYPE_CHECKING:
    from ringtrust.lab.state.cluster import Cluster

_RECOVERY = "ITLRecovery"


def by_cli(cluster: "Cluster", now: datetime, *, emptied: bool, recovery: bool = False) -> TrustList:
    """The CTL that `utils ctl` makes; with `recovery` as `utils ctl reset localkey` signs it (R3)."""
    units = sast_units(cluster, cluster.release.ctl.sasts)
    signer = cluster.release.ctl.recovery_signer if recovery else units[0]
    ordered = sorted(units, key=lambda unit: unit != signer)
    wanted = [_server(cluster.publisher, unit) for unit in ordered]
    wanted += _servers(cluster, emptied=emptied, by_client=False)
    key = cluster.publisher.key_pair(signer).signing_key
    return build_list(ListKind.CTL, wanted, key, timestamp=int(now.timestamp()))


def by_client(cluster: "Cluster", tokens: Sequence[Token], now: datetime, *, emptied: bool) -> TrustList:
    """The CTL that the Windows CTL client makes: the first of the eTokens signs (S72)."""
    wanted = [client_record(Role.SAST, each.certificate, owner=each.key.identity) for each in tokens]
    wanted += [_of_client(cluster.publisher, unit) for unit in sast_units(cluster, cluster.release.ctl.beside_tokens)]
    wanted += _servers(cluster, emptied=emptied, by_client=True)
    return build_list(ListKind.CTL, wanted, tokens[0].key, timestamp=int(now.timestamp()))


def sast_units(cluster: "Cluster", units: Iterable[str]) -> tuple[str, ...]:
    """Those of the units that come into a CTL now: ITLRecovery only where Cisco CTL Provider is activated."""
    facts = cluster.release.ctl
    left_out = facts.recovery_by_provider and not cluster.publisher.services.activated(facts.provider)
    return tuple(unit for unit in units if not (left_out and unit == _RECOVERY))


def _servers(cluster: "Cluster", *, emptied: bool, by_client: bool) -> Iterator[Record]:
    """A record for every node that serves phones, and one for CAPF behind that of the publisher."""
    for node in cluster.nodes:
        role = _role_of(node)
        if role is not None:
            yield from _of_node(cluster, node, role, emptied=emptied, by_client=by_client)
        if node.publisher and node.services.activated(CAPF):
            yield _record(Role.CAPF, node.identities["CAPF"].certificate, node, by_client=by_client)


def _of_node(cluster: "Cluster", node: Node, role: Role, *, emptied: bool, by_client: bool) -> Iterator[Record]:
    """Of a certificate that is on all nodes the CTL has one record (Security Guide 12.5)."""
    written = cluster.publisher.replica
    certificate = records.identity_in(written, node.name, "CallManager")
    shared = certificate == records.identity_in(written, cluster.publisher.name, "CallManager")
    if emptied:
        yield empty_record(role, dns_name=_host(node, by_client=by_client), ip_address=node.address)
    elif certificate is not None and (node.publisher or not shared):
        yield _record(role, certificate, node, by_client=by_client)


def _role_of(node: Node) -> Role | None:
    if node.services.activated(CALLMANAGER):
        return Role.CCM_TFTP
    return Role.TFTP if node.services.activated(TFTP) else None


def _record(role: Role, certificate: bytes, node: Node, *, by_client: bool) -> Record:
    build = client_record if by_client else build_record
    return build(role, certificate, dns_name=_host(node, by_client=by_client), ip_address=node.address)


def _host(node: Node, *, by_client: bool) -> str:
    """The CTL client writes the address where `utils ctl` writes the name (118892)."""
    return node.address if by_client else node.name


def _server(node: Node, unit: str) -> Record:
    return _record(Role.SAST, node.key_pair(unit).certificate, node, by_client=False)


def _of_client(node: Node, unit: str) -> Record:
    return _record(Role.SAST, node.key_pair(unit).certificate, node, by_client=True)
