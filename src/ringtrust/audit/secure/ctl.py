"""The CTL of every node: the same, valid, with the certificates of now, signed by whom the release has for it (P7)."""

from collections.abc import Iterator
from typing import Final

from ringtrust.audit.secure.ctl_signer import ctl_signer
from ringtrust.audit.seen import Seen, identity_of
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known, Skipped
from ringtrust.cluster.names import CALLMANAGER, CALLMANAGER_SERVICE, CAPF, TFTP_SERVICE
from ringtrust.cluster.node import Node, ServedList

_CTL_PROVIDER: Final = "Cisco CTL Provider"
_SERVER_ROLES: Final = ("CCM+TFTP", "TFTP", "CCM")
_UPDATE: Final = (
    "Update the CTL on the publisher in the way that it was made (S79): `utils ctl update CTLFile`, or the CTL client "
    "with one of its eTokens; restart what the node names, and reset phones."
)


def ctls(seen: Seen) -> Iterator[Finding]:
    """What is wrong with CTLs in mixed mode; in a non-secure cluster, that there is one at all."""
    served = [(node, node.ctl.value) for node in seen.snapshot.nodes if isinstance(node.ctl, Known)]
    if not seen.snapshot.mixed:
        yield from _left(seen, served)
        return
    yield from _missing(seen)
    yield from _differing(served)
    yield from _provider(seen)
    for node, found in _one_of_each(served):
        yield from _invalid(node, found)
        yield from _stale(seen, node, found)
        yield from ctl_signer(seen, node, found)


def checksum(found: ServedList) -> str:
    """What tells one CTL from another; empty where an older release printed none."""
    return found.sha1 or found.md5


def _one_of_each(served: list[tuple[Node, ServedList]]) -> Iterator[tuple[Node, ServedList]]:
    """Each CTL once. 9.1 prints no checksum of one that a node does not serve: then its signer and records tell."""
    seen: set[object] = set()
    for node, found in served:
        content = (found.signer_serial, found.valid, found.records)
        if not {checksum(found), content} & seen:
            yield node, found
        seen.update({content, *([checksum(found)] if checksum(found) else [])})


def _left(seen: Seen, served: list[tuple[Node, ServedList]]) -> Iterator[Finding]:
    mode = seen.snapshot.security_mode
    if served and isinstance(mode, Known) and mode.value == 0:
        yield Finding(
            code="ctl.left",
            severity=Severity.MINOR,
            where="CTL",
            what=f"is still there, though the cluster is not in mixed mode: on {_nodes(served)}.",
            evidence=tuple(f"{node.name}: {found.size:,} bytes, SHA-1 {checksum(found)}" for node, found in served),
            breaks=("Phones fetch it, and go by it: what is in it is as old as the day the mode was left.",),
            advice="On each of these nodes: `file delete tftp CTLFile.tlv` (118892), or where that finds none "
            "`file delete activelog cm/tftpdata/CTLFile.tlv` (118893). Phones keep theirs until it is erased on them.",
            sources=("118892", "118893"),
        )


def _nodes(served: list[tuple[Node, ServedList]]) -> str:
    return ", ".join(node.name for node, _ in served)


def _missing(seen: Seen) -> Iterator[Finding]:
    for node in seen.snapshot.nodes:
        if isinstance(node.ctl, Skipped) and node.has(TFTP_SERVICE):
            yield Finding(
                code="ctl.missing",
                severity=Severity.CRITICAL,
                where=f"CTL of {node.name}",
                what="is not there, though the cluster is in mixed mode.",
                evidence=(node.ctl.reason,),
                breaks=("Secure phones that ask this node get no CTL, and do not know whom to register with.",),
                advice=f"See that {_CTL_PROVIDER} runs, and update the CTL: `utils ctl update CTLFile` on the "
                "publisher, or the CTL client with one of its eTokens.",
                sources=("S64", "S68", "214231"),
            )


def _differing(served: list[tuple[Node, ServedList]]) -> Iterator[Finding]:
    told = [(node, checksum(found)) for node, found in served if checksum(found)]
    if len({digest for _, digest in told}) > 1:
        yield Finding(
            code="ctl.differs",
            severity=Severity.CRITICAL,
            where="CTL",
            what=f"is not the same on {len(told)} nodes.",
            evidence=tuple(f"{node.name}: {digest}" for node, digest in told),
            breaks=("What a phone trusts hangs on which node it asks, and changes when it asks another.",),
            advice=_UPDATE + " See before that the database follows on every node.",
            sources=("S64", "S76", "118893"),
        )


def _provider(seen: Seen) -> Iterator[Finding]:
    """The service went with 14SU3: a node that does not list it is not asked to run it. From when on: rules.toml."""
    for node in seen.publishers():
        services = node.services.value if isinstance(node.services, Known) else ()
        row = next((each for each in services if each.name == _CTL_PROVIDER), None)
        if row is not None and not row.running:
            defect = seen.catalog.defect("CSCwf85275")
            yield Finding(
                code="ctl.provider",
                severity=Severity.MAJOR,
                where=f"{_CTL_PROVIDER} of {node.name}",
                what=f"is {row.state}, though the cluster is in mixed mode.",
                breaks=(
                    defect.text,
                    "Without ITLRecovery in them nothing is left that could sign for phones that fail.",
                ),
                advice=f"Serviceability > Service Activation, on the publisher: activate {_CTL_PROVIDER}; then update "
                "the CTL.",
                sources=("S170", defect.id, *defect.sources),
            )


def _invalid(node: Node, found: ServedList) -> Iterator[Finding]:
    if not found.valid:
        yield Finding(
            code="ctl.invalid",
            severity=Severity.CRITICAL,
            where=f"CTL of {node.name}",
            what=f"does not hold in itself: {found.verdict}.",
            evidence=(f"SHA-1 {checksum(found)}", f"signer {found.signer}"),
            breaks=("Phones refuse it, and keep the CTL that they have.",),
            advice=_UPDATE,
            sources=("S64", "118893"),
        )


def _stale(seen: Seen, node: Node, found: ServedList) -> Iterator[Finding]:
    """Where a certificate is for several nodes, they all have the publisher's, and so has the CTL (SG15)."""
    lacks = [*_lacking(seen, found)]
    if lacks:
        hazard = seen.catalog.hazard("H13")
        yield Finding(
            code="ctl.stale",
            severity=Severity.CRITICAL,
            where=f"CTL of {node.name}",
            what="does not hold the certificates that are on disk.",
            evidence=tuple(lacks),
            breaks=(hazard.text, "With a new CAPF missing, phones can get no LSC from it."),
            advice=_UPDATE,
            sources=(hazard.id, "S68", *hazard.sources),
        )


def _lacking(seen: Seen, found: ServedList) -> Iterator[str]:
    for node in seen.snapshot.nodes:
        if node.has(CALLMANAGER_SERVICE) or node.has(TFTP_SERVICE):
            yield from _lacks(found, node, CALLMANAGER, _SERVER_ROLES)
    for node in seen.publishers():
        yield from _lacks(found, node, CAPF, (CAPF,))


def _lacks(found: ServedList, node: Node, unit: str, roles: tuple[str, ...]) -> Iterator[str]:
    fact = identity_of(node, unit)
    if isinstance(fact, Known):
        digests = {fact.value.sha1, fact.value.sha256}
        if not any(record.role in roles and record.digest in digests for record in found.records):
            yield f"lacks {unit} of {node.name}, serial {fact.value.serial}"
