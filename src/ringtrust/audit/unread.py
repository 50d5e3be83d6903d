"""What could not be read, and releases that nobody has described (design.md §4.2, §4.5)."""

from collections.abc import Iterator, Mapping
from typing import Final

from ringtrust.audit.seen import Seen
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.node import Node
from ringtrust.cluster.snapshot import Snapshot, Source

_ADVICE: Final[Mapping[str, str]] = {
    "cli": "See that the node is up and answers SSH, and that the platform administrator may log in; then scan again.",
    "tls": "See that the service behind the port runs, and that no firewall is in between; then scan again.",
    "tftp": "See that Cisco Tftp runs and that its port is open; then scan again.",
    "axl": "See that Cisco AXL Web Service runs, and that the application user may read; then scan again.",
    "ris": "See that Cisco RIS Data Collector runs, and that the application user may ask it; then scan again.",
    "phone": "Give phones web access, for the time of the change at least; then scan again.",
}
_OTHERWISE: Final = "Mend the way to it, and scan again."
_OF_SNAPSHOT: Final = {
    "version": "the version",
    "security_mode": "the security mode",
    "rollback": "the rollback parameter",
    "replication": "replication",
    "unauthenticated": "the authentication of nodes",
    "backups": "the backup history",
    "groups": "CM groups",
    "phones": "phones",
}
_OF_NODE: Final = {
    "version": "the version",
    "services": "services",
    "identities": "identity certificates",
    "trusted": "trust certificates",
    "itl": "the ITL",
    "ctl": "the CTL",
}


def sources(seen: Seen) -> Iterator[Finding]:
    """One finding a source that failed, and one a fact that is missing though no source says so."""
    failed = seen.snapshot.failed
    for source in failed:
        yield _finding(source.node, source.what, source.interface, source.reason)
    for node, what, reason in _missing(seen.snapshot):
        if not any(_explains(source, node, reason) for source in failed):
            yield _finding(node, what, "", reason)


def _explains(source: Source, node: str, reason: str) -> bool:
    return source.reason != "" and source.reason in reason and node in {"", source.node}


def _finding(node: str, what: str, interface: str, reason: str) -> Finding:
    return Finding(
        code="source.unread",
        severity=Severity.UNREAD,
        where=f"{what} of {node}" if node else what,
        what=f"could not be read{f' ({interface})' if interface else ''}: {reason}",
        advice=_ADVICE.get(interface, _OTHERWISE),
    )


def _missing(snapshot: Snapshot) -> Iterator[tuple[str, str, str]]:
    """Node, what, and reason of every fact that is unread. Those of phones stand with the phones."""
    for field, what in _OF_SNAPSHOT.items():
        fact = getattr(snapshot, field)
        if isinstance(fact, Unread):
            yield "", what, fact.reason
    for node in snapshot.nodes:
        yield from _missing_in(node)


def _missing_in(node: Node) -> Iterator[tuple[str, str, str]]:
    facts = [(what, getattr(node, field)) for field, what in _OF_NODE.items()]
    facts += [(f"what {shown.unit} shows", shown.certificate) for shown in node.served]
    if isinstance(node.identities, Known):
        facts += [(f"identity {each.unit}", each.certificate) for each in node.identities.value]
    if isinstance(node.trusted, Known):
        facts += [(f"{each.store}/{each.file}", each.certificate) for each in node.trusted.value]
    for what, fact in facts:
        if isinstance(fact, Unread):
            yield node.name, what, fact.reason


def release(seen: Seen) -> Iterator[Finding]:
    """Whether what is known about CUCM holds for this cluster (design.md §4.5)."""
    if isinstance(seen.release, Unread):
        yield Finding(
            code="release.unread",
            severity=Severity.UNREAD,
            where="release",
            what="Which release runs is not known. Who has to sign lists, where copies belong, what a backup holds and "
            f"what else differs between releases was not judged: {seen.release.reason}",
            advice="Mend the way to the publisher, and scan again.",
        )
    elif not seen.release.value.known:
        facts = seen.release.value
        yield Finding(
            code="release.unknown",
            severity=Severity.MAJOR,
            where=f"CUCM {facts.release.name}",
            what=f"{facts.reason} It was judged as {facts.read_as.name}.",
            breaks=("What is said here may be wrong for this release.",),
            advice="ringtrust makes no plan for it: ask Cisco's documents for this release.",
            sources=seen.catalog.span.sources,
        )
