"""Whether somebody must walk to a phone: counted from what the phone holds and what the cluster could still do.

design.md §3: with every service up and running the certificates on disk, no list of any TFTP node in the phone's order
is signed by a SAST that it holds, or vouched for by a TVS of its group whose certificate it holds, and no act on the
servers (R1 to R5) can change that. R2 needs a file that nobody has saved here, R3 a CTL, R5 another cluster.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ringtrust.lab.state.cluster import Cluster
from ringtrust.trust.lists import TrustList
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import Role

# The identities that a cluster has, or could have again, by node and unit (DER).
Keys = Mapping[tuple[str, str], bytes]


def stranded(cluster: Cluster, held: Sequence[TrustList], group: Sequence[str]) -> bool:
    """Whether a phone that holds these lists, and whose CM group has these members, is lost to the cluster."""
    if not held or any(each.emptied for each in held):
        return False
    return not any(_reachable(cluster, keys, held, group) for keys in _all_keys(cluster))


def _all_keys(cluster: Cluster) -> Iterator[Keys]:
    yield cluster.identities()
    if cluster.release.backup_holds_keys:  # R4
        yield from (backup.identities for backup in cluster.backups)


def _reachable(cluster: Cluster, keys: Keys, held: Sequence[TrustList], group: Sequence[str]) -> bool:
    believed = _certificates(held, Role.SAST)
    may_ask = any(_digest(keys[name, "TVS"]) in _certificates(held, Role.TVS) for name in group)
    for owner, unit in _signers(cluster):
        certificate = keys[owner, unit]
        if _digest(certificate) in believed or (may_ask and _vouched(cluster, unit)):
            return True
    return False


def _signers(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """Whose keys can sign a list for the phone: every TFTP node's own, and that of `utils itl reset localkey` (R1)."""
    for node in cluster.tftp_order:
        yield node.name, cluster.release.itl_signer
    if cluster.release.recovery_signer:
        yield cluster.publisher.name, cluster.release.recovery_signer


def _vouched(cluster: Cluster, unit: str) -> bool:
    """Whether every TVS knows such a signer once everything has been carried where it goes."""
    found = cluster.release.unit(unit)
    return found is not None and "Phone-SAST-trust" in cluster.release.carried(found)


def _certificates(held: Iterable[TrustList], role: Role) -> set[bytes]:
    return {record.certificate_digest for each in held for record in each.with_role(role)}


def _digest(certificate: bytes) -> bytes:
    return build_record(Role.SAST, certificate).certificate_digest
