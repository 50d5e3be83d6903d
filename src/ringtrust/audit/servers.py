"""Replication, authentication between nodes, services (domain.md §6a: G-DBR, G-NET, G-SVC)."""

from collections.abc import Iterator

from ringtrust.audit.seen import Seen
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known


def replication(seen: Seen) -> Iterator[Finding]:
    """Nodes whose database does not follow, and nodes that nobody tells of."""
    if not isinstance(seen.snapshot.replication, Known):
        return
    rows = seen.snapshot.replication.value
    for row in rows:
        if not row.good:
            yield _broken(f"database of {row.node}", f"does not follow: {row.text}.", f"set-up {row.setup}")
    nodes = len(seen.snapshot.nodes)
    if len(rows) < nodes:
        yield _broken("databases", f"replication tells of {len(rows)} of {nodes} nodes.", "")


def _broken(where: str, what: str, evidence: str) -> Finding:
    return Finding(
        code="replication.broken",
        severity=Severity.MAJOR,
        where=where,
        what=what,
        evidence=(evidence,) if evidence else (),
        breaks=("A new certificate does not reach the database of the node, nor its trust stores and lists.",),
        advice="Mend it before any certificate is changed: `utils dbreplication runtimestate` says how it goes.",
        sources=("H06", "210541", "214231"),
    )


def authentication(seen: Seen) -> Iterator[Finding]:
    """Nodes that the publisher has not authenticated."""
    if isinstance(seen.snapshot.unauthenticated, Known):
        for name in seen.snapshot.unauthenticated.value:
            yield Finding(
                code="node.unauthenticated",
                severity=Severity.MAJOR,
                where=f"node {name}",
                what="is not authenticated.",
                breaks=("It takes no part in the cluster: certificates and lists do not reach it.",),
                advice="Compare the security password, DNS and clocks: `show network cluster` on the publisher.",
                sources=("H06", "SG15"),
            )


def services(seen: Seen) -> Iterator[Finding]:
    """Services that are activated and needed, and do not run."""
    for node in seen.snapshot.nodes:
        for service in node.services.value if isinstance(node.services, Known) else ():
            if service.missed:
                yield Finding(
                    code="service.down",
                    severity=Severity.MAJOR,
                    where=f"{service.name} of {node.name}",
                    what=f"is {service.state}, though it is activated.",
                    evidence=(service.detail,) if service.detail else (),
                    breaks=("Phones, or the way that certificates travel, depend on it.",),
                    advice=f"Start it: `utils service start {service.name}`.",
                    sources=("S111", "H10", "214231"),
                )
