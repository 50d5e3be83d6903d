"""Two sources that disagree: the database against the disk of a node, and one interface against another (210541).

Nobody here decides who is right. The file system is what services load; the database is what TVS, AXL and the other
nodes see, and what Change Notification carries on.
"""

from collections.abc import Iterator
from typing import Final

from ringtrust.audit.seen import Seen, identities
from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import Certificate, Registered
from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Known
from ringtrust.cluster.node import Node
from ringtrust.trust.names import quoted

_OF_THE_DATABASE: Final = Door.AXL.value


def disagreements(seen: Seen) -> Iterator[Finding]:
    """Two doors were asked the same, and answered differently."""
    for each in seen.snapshot.disagreements:
        yield Finding(
            code="sources.disagree",
            severity=Severity.MAJOR,
            where=f"{each.what} of {each.node}",
            what="is not the same by every interface.",
            evidence=tuple(f"{said.source}: {said.text}" for said in each.said),
            breaks=("What is planned on one of them may be wrong.",),
            advice="Something changes just now, or an interface is out of date: look by hand, then scan again.",
            sources=("210541",),
        )


def database(seen: Seen) -> Iterator[Finding]:
    """Certificates of which the database says something else than the disk."""
    for node in seen.snapshot.nodes:
        if isinstance(node.registered, Known):
            yield from _identities(seen, node, node.registered.value)
            yield from _stores(node, node.registered.value, _carried(seen))


def _identities(seen: Seen, node: Node, registered: tuple[Registered, ...]) -> Iterator[Finding]:
    if not isinstance(node.identities, Known) or node.identities.source == _OF_THE_DATABASE:
        return
    for unit, certificate in identities(node):
        serials = {each.serial for each in registered if each.name == unit}
        if _owns(seen, node, unit) and _plain(certificate) not in serials:
            yield Finding(
                code="database.other",
                severity=Severity.MAJOR,
                where=f"{unit} of {node.name}",
                what="is not the one that the database has.",
                evidence=(
                    f"on disk serial {certificate.serial}",
                    f"in the database {', '.join(f'serial {serial}' for serial in sorted(serials)) or 'none'}",
                ),
                breaks=("TVS and the other nodes go by the database: they do not know the certificate on disk.",),
                advice="Wait half an hour and scan again; if it stays so, see that A Cisco DB Replicator and Cisco "
                "Certificate Change Notification run, and restart the latter.",
                sources=("H06", "210541"),
            )


def _owns(seen: Seen, node: Node, unit: str) -> bool:
    """Whether this node has a certificate of its own of that unit; of some the publisher's is listed everywhere."""
    facts = seen.release
    return node.publisher or not isinstance(facts, Known) or not _of_publisher(facts.value, unit)


def _of_publisher(facts: ReleaseFacts, unit: str) -> bool:
    return unit in {each.name for each in facts.units} and facts.owners(unit) == "publisher"


def _carried(seen: Seen) -> frozenset[str]:
    """The stores that Change Notification keeps alike; of the others the database does not tell which disk has what."""
    if not isinstance(seen.release, Known):
        return frozenset()
    facts = seen.release.value
    return frozenset(store for unit in facts.units for store in facts.propagated(unit.name))


def _stores(node: Node, registered: tuple[Registered, ...], carried: frozenset[str]) -> Iterator[Finding]:
    if not isinstance(node.trusted, Known) or node.trusted.source == _OF_THE_DATABASE:
        return
    known = [(each.store, each.certificate.value) for each in node.trusted.value if isinstance(each.certificate, Known)]
    unread = {each.store for each in node.trusted.value if not isinstance(each.certificate, Known)}
    disk = {(store, _plain(certificate)): certificate.subject for store, certificate in known}
    disk = {place: subject for place, subject in disk.items() if place[0] in carried}
    rows = {(each.name, each.serial): each.subject for each in registered if each.name in carried}
    evidence = [f"{place[0]} on disk only: {_named(disk[place], place[1])}" for place in sorted(disk.keys() - rows)]
    evidence += [
        f"{place[0]} in the database only: {_named(rows[place], place[1])}"
        for place in sorted(rows.keys() - disk)
        if place[0] not in unread
    ]
    if evidence:
        yield Finding(
            code="database.store",
            severity=Severity.MINOR,
            where=f"trust stores of {node.name}",
            what=f"do not hold what the database says: {len(evidence)} certificates differ.",
            evidence=tuple(evidence),
            breaks=("What is on disk only, TVS may not know; what is in the database only may come back there.",),
            advice="Change Notification needs up to 30 minutes: wait and scan again. What was deleted and comes back "
            "is CSCto86463.",
            sources=("S112", "210541"),
        )


def _named(subject: str, serial: str) -> str:
    return f"{quoted(subject)}, serial {serial}"


def _plain(certificate: Certificate) -> str:
    """The serial number without zeros in front but for a whole byte, as the database's is read."""
    digits = certificate.serial.lstrip("0") or "0"
    return digits.zfill(len(digits) + len(digits) % 2)
