"""A cluster as it stands on the evening before: keys made now; names, numbers and dates after the seed."""

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import Final, NamedTuple

import msgspec
from cryptography import x509

from ringtrust.clock import Clock
from ringtrust.lab.certificates.pki import Authority, Identity, Maker, Named, new_keys
from ringtrust.lab.labtime import LabTime
from ringtrust.lab.releases import Unit
from ringtrust.lab.state import directory, records
from ringtrust.lab.state.cluster import Backup, Cluster, DefaultAuthority
from ringtrust.lab.state.database import Database, Statement
from ringtrust.lab.state.endpoints import Origin
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import Services
from ringtrust.lab.state.tables import tables
from ringtrust.lab.topology import NodePlan, Topology

_MINUTES_A_NODE: Final = 40
_RECOVERY: Final = "ITLRecovery"
_TOKENS_AUTHORITY: Final = "Cisco Manufacturing CA"
_LONG_OVER: Final = 2  # days, since what has expired did so
_LAST_DAYS: Final = 7  # everything expires in the last week of the time that the topology gives


def found_cluster(topology: Topology, lab_time: LabTime, wall: Clock, addresses: Mapping[str, str]) -> Cluster:
    """A cluster whose nodes have these addresses. It is not running yet: see Cluster.open."""
    chance = random.Random(topology.seed)  # noqa: S311 - equal under a seed; keys are made by others
    maker = Maker(topology.subject, chance)
    names = [plan.name for plan in topology.nodes]
    database = Database(lab_time, topology.publisher.name, names, topology.delays.database, tables(topology.facts))
    nodes = [_node(plan, topology, lab_time, addresses[plan.name], database) for plan in topology.nodes]
    cluster = Cluster(topology, lab_time, wall, maker, nodes, database)
    dates = _Dates.of(topology, wall.now(), chance)
    _certify(cluster, dates)
    _begin_endpoints(cluster, wall.now())
    database.seed(chain(directory.rows(cluster), _certificate_rows(cluster)))
    _secure(cluster, dates)
    cluster.backups.append(_yesterday(cluster))
    return cluster


class _Dates(msgspec.Struct, frozen=True):
    """When the first identities begin and end: all within a few minutes, as an installation made them."""

    begin: datetime
    end: datetime

    @classmethod
    def of(cls, topology: Topology, now: datetime, chance: random.Random) -> "_Dates":
        plan = topology.certificates
        days = plan.expire_within_days - chance.randrange(1, min(_LAST_DAYS, plan.expire_within_days) + 1)
        end = now.replace(microsecond=0) + timedelta(days=days, seconds=chance.randrange(3600))
        return cls(end - timedelta(days=plan.lifetime_days), end)

    def later(self, minutes: int) -> "_Dates":
        step = timedelta(minutes=minutes)
        return _Dates(self.begin + step, self.end + step)

    def earlier(self, days: int) -> "_Dates":
        step = timedelta(days=days)
        return _Dates(self.begin - step, self.end - step)


def _node(plan: NodePlan, topology: Topology, lab_time: LabTime, address: str, database: Database) -> Node:
    names = topology.facts.services
    activated = [*names.everywhere, *plan.services]
    if plan.role == "publisher":
        activated += names.publisher
    services = Services(lab_time, topology.delays.service_start, activated, names.features)
    return Node(plan, topology.facts, address, topology.domain, database.replica(plan.name), services)


def _secure(cluster: Cluster, dates: _Dates) -> None:
    """Its eTokens; and in mixed mode its CTL, made when the last of its certificates had been."""
    for _ in range(cluster.topology.security.tokens):
        cluster.ctl.new_token()
    if cluster.topology.security.mixed:
        cluster.ctl.begin(dates.later(len(cluster.nodes) * _MINUTES_A_NODE).begin)


def _certify(cluster: Cluster, dates: _Dates) -> None:
    """Identities for every node, the copies that the system makes of them, and what is there from installation on."""
    _identify(cluster, tuple(_wanted(cluster, dates)))
    for node in cluster.nodes:
        for unit in node.units():
            for store, there in _copies(cluster, node, unit):
                there.trust(store, node.identities[unit.name].certificate)
    _preload(cluster)


class _Wanted(NamedTuple):
    """An identity that is to be made, and the dates that it gets."""

    node: Node
    unit: Unit
    dates: _Dates


def _wanted(cluster: Cluster, dates: _Dates) -> Iterator[_Wanted]:
    plan = cluster.topology.certificates
    for number, node in enumerate(cluster.nodes):
        for place, unit in enumerate(cluster.release.units):
            if node.owns(unit):
                made = dates.later(number * _MINUTES_A_NODE + place)
                over = unit.name in plan.expired
                wanted = made.earlier(plan.expire_within_days + _LONG_OVER) if over else made
                yield _Wanted(node, _first(unit, cluster.topology), wanted)


def _first(unit: Unit, topology: Topology) -> Unit:
    """The unit as the first of its certificates have it: of ITLRecovery the length may be that of long ago (H28)."""
    bits = topology.certificates.recovery_bits if unit.name == _RECOVERY else 0
    return msgspec.structs.replace(unit, bits=bits) if bits else unit


def _identify(cluster: Cluster, wanted: Sequence[_Wanted]) -> None:
    """Keys side by side, certificates one after the other: so their serial numbers follow the seed."""
    for (node, unit, dates), key in zip(wanted, new_keys(each.unit for each in wanted), strict=True):
        named = Named(cluster.maker.common_name(node.name, unit))
        node.identities[unit.name] = cluster.maker.identity(unit, named, dates.begin, dates.end, key)
    for node in cluster.nodes:
        shared = (unit.name for unit in cluster.release.units if not node.owns(unit))
        node.shared.update({unit: cluster.publisher.identities[unit] for unit in shared})


def _copies(cluster: Cluster, node: Node, unit: Unit) -> Iterator[tuple[str, Node]]:
    return ((store, there) for store in unit.copies for there in _who_has(cluster, node, store))


def _who_has(cluster: Cluster, node: Node, store: str) -> tuple[Node, ...]:
    """The nodes that have a copy: all, where Change Notification carries it; the publisher has every ipsec (214231)."""
    if store in cluster.release.change_notification:
        return cluster.nodes
    return (cluster.publisher, node) if store == "ipsec-trust" else (node,)


def _preload(cluster: Cluster) -> None:
    """Those that stand in have one key here; who makes phones signs their certificates with it."""
    key = cluster.endpoints.makers_key
    known = []
    for authority in cluster.release.preloaded:
        end = datetime.combine(authority.until, time(20, 25, 42), UTC)
        certificate = authority.certificate() or cluster.maker.stand_in(authority, end, key)
        known.append(DefaultAuthority(authority.name, certificate, authority.stores))
        if authority.name == _TOKENS_AUTHORITY:
            cluster.ctl.cisco = Authority(certificate, key)
        for store in authority.stores if authority.enabled else ():
            for node in cluster.nodes:
                node.trust(store, certificate)
    cluster.authorities = tuple(known)


def stand_ins(cluster: Cluster) -> Iterator[str]:
    """SHA-256 of what stands in for Cisco's own CAs: nobody but Cisco has the keys of those."""
    real = {each.name for each in cluster.release.preloaded if each.public}
    for each in cluster.authorities:
        if each.name not in real:
            yield hashlib.sha256(each.certificate).hexdigest().upper()


def _begin_endpoints(cluster: Cluster, now: datetime) -> None:
    """What phones have follows from who made it; the partners know these as well (H18)."""
    capf = cluster.publisher.identities["CAPF"]
    authorities = [each.certificate for each in cluster.authorities if "CAPF-trust" in each.stores]
    maker = next(each for each in cluster.authorities if each.name == cluster.release.capf.maker)
    since = x509.load_der_x509_certificate(capf.certificate).not_valid_before_utc
    made_by = Identity(maker.certificate, cluster.endpoints.makers_key)
    cluster.endpoints.origin = Origin(capf, made_by, now, since)
    cluster.partners.trust(capf.certificate, *authorities)


def _certificate_rows(cluster: Cluster) -> Iterator[Statement]:
    for node in cluster.nodes:
        for unit in node.units():
            yield from records.identity_rows(node, unit.name, node.identities[unit.name].certificate)
        for store, files in node.trusts.items():
            for certificate in files.values():
                yield from records.trust_rows(store, certificate, _owner(cluster, certificate) or node, [node])


def _owner(cluster: Cluster, certificate: bytes) -> Node | None:
    """The node whose identity a copy is; None for what came from elsewhere."""
    for node in cluster.nodes:
        if any(identity.certificate == certificate for identity in node.identities.values()):
            return node
    return None


def _yesterday(cluster: Cluster) -> Backup:
    backup = cluster.back_up()
    cluster.backups.clear()
    cluster.publisher.syslog.clear()
    days = timedelta(days=cluster.topology.backup.days_ago)
    completed = (backup.completed - days).replace(hour=2, minute=14, second=31, microsecond=0)
    return msgspec.structs.replace(backup, completed=completed)
