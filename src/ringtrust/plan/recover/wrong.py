"""What is wrong on the servers: what does not run, what has not loaded its certificate, lists that are not of now."""

from collections.abc import Iterator, Sequence

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.ground import item
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER, CAPF, TFTP_SERVICE, TOMCAT, TOMCAT_SERVICE, TVS, TVS_SERVICE
from ringtrust.cluster.node import SAST, Node
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.plan.fit import in_the_way
from ringtrust.plan.targets import in_order
from ringtrust.prove.wreck.before import Change

_SHOWN = {TVS: TVS_SERVICE, TOMCAT: TOMCAT_SERVICE}


class Place(msgspec.Struct, frozen=True, order=True):
    """A service of a node, and the unit whose certificate it is to load; `serial` is of the one that it runs with."""

    node: str
    service: str
    unit: str = ""
    serial: str = ""


class Wrong(msgspec.Struct, frozen=True):
    """All of it. `unloaded` run with another certificate than the one on disk.

    `due` are restarts that a change asks for, and of which nobody can see whether they have been done. `stale` are the
    TFTP nodes whose list is not of now, `emptied` those among them whose list is empty.
    """

    stopped: tuple[Place, ...]
    unloaded: tuple[Place, ...]
    due: tuple[Place, ...]
    stale: tuple[str, ...]
    emptied: tuple[str, ...]
    rollback: bool
    ctl: bool
    expired: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Whether the servers are not as they should be; expired certificates are for a plan of their own."""
        return bool(self.stopped or self.unloaded or self.stale or self.rollback or self.ctl)

    def of(self, service: str) -> tuple[Place, ...]:
        """The places where a service has not loaded its certificate."""
        return tuple(each for each in self.unloaded if each.service == service)


def wrong_in(snapshot: Snapshot, facts: ReleaseFacts, changes: Sequence[Change]) -> Wrong:
    """What is wrong. `changes` are the certificates that phones trust by and that are new."""
    nodes = in_order(snapshot)
    stale = tuple(node.name for node in nodes if node.has(TFTP_SERVICE) and not _is_of_now(snapshot, facts, node))
    return Wrong(
        stopped=tuple(each for node in nodes for each in _stopped(node)),
        unloaded=tuple(each for node in nodes for each in _unloaded(node)),
        due=tuple(_due(nodes, facts, changes)),
        stale=stale,
        emptied=tuple(node.name for node in nodes if isinstance(node.itl, Known) and node.itl.value.emptied),
        rollback=isinstance(snapshot.rollback, Known) and snapshot.rollback.value,
        ctl=snapshot.mixed and any("CTL" in text for text in in_the_way(snapshot, alone=True)),
        expired=tuple(_expired(snapshot)),
    )


def _stopped(node: Node) -> Iterator[Place]:
    for service in node.services.value if isinstance(node.services, Known) else ():
        if service.missed:
            yield Place(node.name, service.name)


def _unloaded(node: Node) -> Iterator[Place]:
    for served in node.served:
        disk = node.identity(served.unit)
        if served.unit in _SHOWN and isinstance(served.certificate, Known) and disk is not None:
            shown = served.certificate.value
            if shown.sha256 != disk.sha256:
                yield Place(node.name, _SHOWN[served.unit], served.unit, shown.serial)


def _due(nodes: Sequence[Node], facts: ReleaseFacts, changes: Sequence[Change]) -> Iterator[Place]:
    """What the new certificates ask for, but for what shows itself whether it has loaded them."""
    found: dict[tuple[str, str], Place] = {}
    for unit in dict.fromkeys(change.place.partition("@")[0] for change in changes):
        changed = {change.place.partition("@")[2] for change in changes if change.place.startswith(f"{unit}@")}
        for rule in facts.restarts(unit):
            for node in nodes if not rule.only_with and rule.service not in _SHOWN.values() else ():
                name = next((each for each in (rule.service, *rule.aliases) if node.runs(each)), "")
                here = (
                    rule.where == "every node" or node.name in changed or (rule.where == "publisher" and node.publisher)
                )
                if name and (here or rule.service == TFTP_SERVICE):
                    found.setdefault((name, node.name), Place(node.name, name, unit))
    yield from sorted(found.values(), key=lambda each: each.service != TFTP_SERVICE)


def _is_of_now(snapshot: Snapshot, facts: ReleaseFacts, node: Node) -> bool:
    """Whether a list holds the certificates of now, and is signed by the signer of the release."""
    if not isinstance(node.itl, Known):
        return False
    served = node.itl.value
    if served.emptied or not served.valid:
        return False
    held = {(record.role, record.digest) for record in served.records}
    tvs = all(_holds(held, TVS, each.identity(TVS)) for each in snapshot.nodes)
    owner = snapshot.publisher if facts.owners(facts.signing.itl) == "publisher" else node
    signer = owner.identity(facts.signing.itl)
    signed = signer is not None and served.signer_serial.lstrip("0") == signer.serial.lstrip("0")
    capf = not any(role == CAPF for role, _ in held) or _holds(held, CAPF, snapshot.publisher.identity(CAPF))
    return tvs and signed and capf and _holds(held, SAST, node.identity(CALLMANAGER))


def _holds(held: set[tuple[str, str]], role: str, found: Certificate | None) -> bool:
    return found is None or bool({(role, found.sha1), (role, found.sha256)} & held)


def _expired(snapshot: Snapshot) -> Iterator[str]:
    for node in snapshot.nodes:
        for identity in node.identities.value if isinstance(node.identities, Known) else ():
            if isinstance(identity.certificate, Known) and identity.certificate.value.not_after <= snapshot.taken:
                yield item(identity.unit, node.name)
