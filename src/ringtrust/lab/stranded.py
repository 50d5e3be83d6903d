"""What becomes of a phone: counted from what it holds and what the cluster could still do.

design.md §3: somebody must walk to it when, with every service up and running the certificates on disk, no list of any
TFTP node in its order is signed by a SAST that it holds, or vouched for by a TVS of its group whose certificate it
holds, and no act on the servers (R1 to R5) can change that. Where a CTL is served, it has to come to a CTL of today as
well as to an ITL, one after the other, in whichever order: each takes the place of the one before, and with it what
the phone believes. A device without Security by Default has no ITL and asks no TVS (trust-formats.md §6.2 point 6).

R2 needs a file that nobody has saved here, R5 another cluster. R4, the restore of a backup, undoes the whole night and
is Cisco's last resort: it is named apart.
"""

from collections.abc import Iterator, Sequence
from enum import Enum

import msgspec

from ringtrust.lab.offers import Digests, Offer, Servers, Teaching, digest, offers
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.vouching import roles_of
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.trust.roles import Role


class Fate(Enum):
    """How a phone comes to the lists of today."""

    REACHABLE = "reachable"  # by itself, at its next resets, at the latest after `reset localkey` (R1, R3)
    BY_RESTORE = "by-restore"  # only when a backup from before is restored (R4)
    STRANDED = "stranded"  # only when somebody walks to it


class _Believes(msgspec.Struct, frozen=True):
    """A phone on its way: what its ITL and its CTL teach it, and of which kinds it has a list of today by now."""

    itl: Teaching | None
    ctl: Teaching | None
    done: frozenset[ListKind] = frozenset()

    def may_sign(self, kind: ListKind) -> Digests:
        """Whom it lets sign a list without asking; its first ITL also the servers of its CTL (see trust.lists)."""
        there = [each for each in (self.itl, self.ctl) if each is not None]
        first = kind is ListKind.ITL and self.itl is None and self.ctl is not None
        return frozenset[bytes]().union(*(each.sasts | (each.servers if first else set()) for each in there))

    def with_list(self, offer: Offer) -> "_Believes":
        """The same phone when it has taken a list."""
        done = self.done | {offer.kind}
        if offer.kind is ListKind.ITL:
            return _Believes(offer.teaching, self.ctl, done)
        return _Believes(self.itl, offer.teaching, done)


class Fates:
    """The fates of phones as the cluster is now; those of one group that hold the same are judged once."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._now = _Road(cluster, Servers.of(cluster))
        backups = cluster.stored if cluster.release.backup_holds_keys else ()
        restored = (Servers(backup.identities, backup.known, backup.ctl) for backup in backups)
        self._restored = [_Road(cluster, servers) for servers in restored]
        self._judged: dict[tuple[tuple[str, ...], frozenset[bytes], bool], Fate] = {}

    def of(self, held: Sequence[TrustList], group: Sequence[str], *, tvs: bool = True) -> Fate:
        """That of a phone which holds these lists, and whose CM group has these members.

        Without `tvs` it is a device without Security by Default.
        """
        key = (tuple(group), frozenset(each.data for each in held), tvs)
        if key not in self._judged:
            self._judged[key] = self._judge(held, group, tvs=tvs)
        return self._judged[key]

    def _judge(self, held: Sequence[TrustList], group: Sequence[str], *, tvs: bool) -> Fate:
        if not held or self._now.leads(held, group, tvs=tvs):
            return Fate.REACHABLE
        restored = any(road.leads(held, group, tvs=tvs) for road in self._restored)
        return Fate.BY_RESTORE if restored else Fate.STRANDED


class _Road:
    """What the servers, as they are or restored, can lead a phone to."""

    def __init__(self, cluster: Cluster, servers: Servers) -> None:
        self._servers = servers
        self._tvs = {node.name: digest(servers.identities[node.name, "TVS"]) for node in cluster.nodes}
        self._offers = tuple(dict.fromkeys(offers(cluster, servers)))

    def leads(self, held: Sequence[TrustList], group: Sequence[str], *, tvs: bool) -> bool:
        """Whether a phone can come to a list of today of every kind that it needs."""
        kinds = {each.kind: Teaching.of(each) for each in held}
        needed = frozenset({ListKind.ITL} if tvs else ()) | ({ListKind.CTL} if self._servers.ctl is not None else set())
        begin = _Believes(kinds.get(ListKind.ITL) if tvs else None, kinds.get(ListKind.CTL))
        seen, open_ = {begin}, [begin]
        while open_:
            phone = open_.pop()
            if needed <= phone.done:
                return True
            news = set(self._next(phone, group, needed)) - seen
            seen |= news
            open_ += news
        return False

    def _next(self, phone: _Believes, group: Sequence[str], needed: frozenset[ListKind]) -> Iterator[_Believes]:
        asked = phone.itl.tvs if phone.itl is not None else frozenset()
        vouching = [name for name in group if self._tvs[name] in asked]
        for offer in self._offers:
            if offer.kind in needed and self._takes(phone, offer, vouching):
                yield phone.with_list(offer)

    def _takes(self, phone: _Believes, offer: Offer, vouching: Sequence[str]) -> bool:
        """Whether it believes the signer (trust-formats.md §6.2). An emptied ITL lets in any ITL, and no CTL (H12)."""
        if offer.kind is ListKind.ITL and phone.itl is not None and phone.itl.emptied:
            return True
        if digest(offer.signer) in phone.may_sign(offer.kind):
            return True
        return any(Role.SAST in roles_of(self._servers.known[name], offer.signer) for name in vouching)
