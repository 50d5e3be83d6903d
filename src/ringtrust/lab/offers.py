"""Every trust list that the servers could give a phone: as they are now, and by what one can do at them (R1, R3)."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ringtrust.lab.state.arriving import Place, known_in_the_end
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.ctl import sast_units
from ringtrust.lab.state.node import Node
from ringtrust.trust.certificates import public_key_of
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import MAY_SIGN_FILES, Role
from ringtrust.trust.signature import Holds

Digests = frozenset[bytes]


class Teaching(msgspec.Struct, frozen=True):
    """What a phone believes because of a list: digests of certificates, by what they may do."""

    sasts: Digests = frozenset()
    tvs: Digests = frozenset()
    servers: Digests = frozenset()
    emptied: bool = False

    @classmethod
    def of(cls, held: TrustList) -> "Teaching":
        """That of a list."""
        servers = frozenset(record.certificate_digest for record in held.records if record.function in MAY_SIGN_FILES)
        return cls(_of_role(held, Role.SAST), _of_role(held, Role.TVS), servers, held.emptied)


class Offer(msgspec.Struct, frozen=True):
    """A list that a node could serve: who signs it (DER), and what it teaches."""

    kind: ListKind
    signer: bytes
    teaching: Teaching


class Servers(msgspec.Struct, frozen=True):
    """The servers, as they are or restored: identities (DER) by node and unit, what each TVS knows, and the CTL.

    `ctl` is the one that nodes serve once everything has arrived; None where they serve none.
    """

    identities: Mapping[tuple[str, str], bytes]
    known: Mapping[str, tuple[Place, ...]]
    ctl: TrustList | None

    @classmethod
    def of(cls, cluster: Cluster) -> "Servers":
        """Those of a cluster, with every service up and all that is under way arrived."""
        written, release = cluster.publisher.replica, cluster.release
        known = {node.name: tuple(known_in_the_end(node, written, release)) for node in cluster.nodes}
        return cls(cluster.identities(), known, cluster.ctl.in_the_end())


def offers(cluster: Cluster, servers: Servers) -> Iterator[Offer]:
    """All of them, of both kinds."""
    possible = _Possible(cluster, servers)
    yield from possible.itls()
    if servers.ctl is not None:
        yield from possible.ctls(servers.ctl)


class _Possible:
    def __init__(self, cluster: Cluster, servers: Servers) -> None:
        self._cluster = cluster
        self._release = cluster.release
        self._servers = servers
        self._tvs = frozenset(digest(servers.identities[node.name, "TVS"]) for node in cluster.nodes)
        self._recovers = self._recovery_is_long_enough()

    def itls(self) -> Iterator[Offer]:
        """Of every TFTP node its own, and what `utils itl reset localkey` makes of that (R1)."""
        for node in self._cluster.tftp_order:
            sasts = self._digests(self._certificate(node, unit) for unit in self._release.itl_sasts)
            server = digest(self._servers.identities[node.name, "CallManager"])
            teaching = Teaching(sasts, self._tvs, frozenset({server}))
            yield Offer(ListKind.ITL, self._certificate(node, self._release.itl_signer), teaching)
            if self._recovers:
                yield Offer(ListKind.ITL, self._of_publisher(self._release.recovery_signer), teaching)

    def ctls(self, present: TrustList) -> Iterator[Offer]:
        """The one that is served, if it is of today; and what `utils ctl` and the eTokens of the present one can make.

        In mixed mode a CTL that names a certificate of before is none of today: phones need the next one too (H13).
        """
        verdict, mixed = present.verdict(), self._cluster.ctl.mixed
        if isinstance(verdict, Holds) and (not mixed or self._is_of_today(present)):
            yield Offer(ListKind.CTL, verdict.signer.certificate, Teaching.of(present))
        if mixed:
            yield from self._by_cli()
            yield from self._by_tokens(present)

    def _is_of_today(self, present: TrustList) -> bool:
        """Whether all certificates in it are on a disk, once everything has arrived, or on an eToken."""
        nodes = {node.name: node for node in self._cluster.nodes}
        disks = {self._certificate(nodes[name], unit) for name, unit in self._servers.identities}
        there = {*disks, *(token.certificate for token in self._cluster.tokens)}
        return all(record.certificate in there for record in present.records if record.certificate)

    def _by_cli(self) -> Iterator[Offer]:
        facts = self._release.ctl
        units = sast_units(self._cluster, facts.sasts)
        teaching = self._teaching(self._of_publisher(unit) for unit in units)
        signers = [*units[:1], *(unit for unit in units if unit == facts.recovery_signer and self._recovers)]
        for unit in signers:
            yield Offer(ListKind.CTL, self._of_publisher(unit), teaching)

    def _by_tokens(self, present: TrustList) -> Iterator[Offer]:
        there = _of_role(present, Role.SAST)
        tokens = [each for each in self._cluster.tokens if digest(each.certificate) in there]
        beside = [self._of_publisher(unit) for unit in self._release.ctl.beside_tokens]
        teaching = self._teaching([*(each.certificate for each in tokens), *beside])
        yield from (Offer(ListKind.CTL, each.certificate, teaching) for each in tokens if not each.locked)

    def _teaching(self, sasts: Iterable[bytes]) -> Teaching:
        servers = (self._servers.identities[node.name, "CallManager"] for node in self._cluster.nodes)
        return Teaching(self._digests(sasts), frozenset(), self._digests(servers))

    def _certificate(self, node: Node, unit: str) -> bytes:
        """What the publisher has made for all is on its way to nodes that have the one of before still."""
        found = self._release.unit(unit)
        owner = node if found is not None and node.owns(found) else self._cluster.publisher
        return self._servers.identities[owner.name, unit]

    def _of_publisher(self, unit: str) -> bytes:
        return self._servers.identities[self._cluster.publisher.name, unit]

    @staticmethod
    def _digests(certificates: Iterable[bytes]) -> Digests:
        return frozenset(map(digest, certificates))

    def _recovery_is_long_enough(self) -> bool:
        """Whether `reset localkey` works: it does not with a recovery key shorter than the others (H28)."""
        if not self._release.recovery_signer:
            return False
        return _bits(self._of_publisher("ITLRecovery")) >= _bits(self._of_publisher("CallManager"))


def digest(certificate: bytes) -> bytes:
    """What tells a certificate from others in a record."""
    return build_record(Role.SAST, certificate).certificate_digest


def _of_role(found: TrustList, role: Role) -> Digests:
    return frozenset(record.certificate_digest for record in found.with_role(role))


def _bits(certificate: bytes) -> int:
    key = public_key_of(certificate)
    return key.key_size if isinstance(key, RSAPublicKey | EllipticCurvePublicKey) else 0
