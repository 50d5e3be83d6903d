"""What becomes of a phone: counted from what it holds and what the cluster could still do.

design.md §3: somebody must walk to it when, with every service up and running the certificates on disk, no list of any
TFTP node in its order is signed by a SAST that it holds, or vouched for by a TVS of its group whose certificate it
holds, and no act on the servers (R1 to R5) can change that. R2 needs a file that nobody has saved here, R3 a CTL, R5
another cluster. R4, the restore of a backup, undoes the whole night and is Cisco's last resort: it is named apart.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum

import msgspec

from ringtrust.lab.state.arriving import Place, known_in_the_end
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.vouching import roles_of
from ringtrust.trust.lists import TrustList
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import Role


class Fate(Enum):
    """How a phone comes to a list of today."""

    REACHABLE = "reachable"  # by itself, at its next resets, at the latest after `utils itl reset localkey` (R1)
    BY_RESTORE = "by-restore"  # only when a backup from before is restored (R4)
    STRANDED = "stranded"  # only when somebody walks to it


class _Servers(msgspec.Struct, frozen=True):
    """The servers, as they are or restored: identities (DER) by node and unit, and what each TVS knows."""

    identities: Mapping[tuple[str, str], bytes]
    known: Mapping[str, tuple[Place, ...]]


class Fates:
    """The fates of phones as the cluster is now; those of one group that hold the same are judged once."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        written, release = cluster.publisher.replica, cluster.release
        known = {node.name: tuple(known_in_the_end(node, written, release)) for node in cluster.nodes}
        self._now = _Servers(cluster.identities(), known)
        backups = cluster.backups if release.backup_holds_keys else ()
        self._restored = [_Servers(backup.identities, backup.known) for backup in backups]
        self._judged: dict[tuple[tuple[str, ...], frozenset[bytes]], Fate] = {}

    def of(self, held: Sequence[TrustList], group: Sequence[str]) -> Fate:
        """That of a phone which holds these lists, and whose CM group has these members."""
        key = (tuple(group), frozenset(each.data for each in held))
        if key not in self._judged:
            self._judged[key] = self._judge(held, group)
        return self._judged[key]

    def _judge(self, held: Sequence[TrustList], group: Sequence[str]) -> Fate:
        if not held or any(each.emptied for each in held) or self._reach(self._now, held, group):
            return Fate.REACHABLE
        restored = any(self._reach(servers, held, group) for servers in self._restored)
        return Fate.BY_RESTORE if restored else Fate.STRANDED

    def _reach(self, servers: _Servers, held: Sequence[TrustList], group: Sequence[str]) -> bool:
        believed, asked = _certificates(held, Role.SAST), _certificates(held, Role.TVS)
        tvs = [name for name in group if _digest(servers.identities[name, "TVS"]) in asked]
        for signer in self._signers(servers):
            vouched = any(Role.SAST in roles_of(servers.known[name], signer) for name in tvs)
            if vouched or _digest(signer) in believed:
                return True
        return False

    def _signers(self, servers: _Servers) -> Iterator[bytes]:
        """Whose keys can sign a list: every TFTP node's own, and that of `utils itl reset localkey` (R1)."""
        release = self._cluster.release
        signer = release.unit(release.itl_signer)
        for node in self._cluster.tftp_order:
            # What the publisher has made for all is on its way to nodes that have the one of before still.
            owner = node if signer is not None and node.owns(signer) else self._cluster.publisher
            yield servers.identities[owner.name, release.itl_signer]
        if release.recovery_signer:
            yield servers.identities[self._cluster.publisher.name, release.recovery_signer]


def _certificates(held: Iterable[TrustList], role: Role) -> set[bytes]:
    return {record.certificate_digest for each in held for record in each.with_role(role)}


def _digest(certificate: bytes) -> bytes:
    return build_record(Role.SAST, certificate).certificate_digest
