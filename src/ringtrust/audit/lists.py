"""The ITL of every TFTP node: valid, by the right signer, with the certificates of now, and small enough."""

from collections.abc import Iterator
from typing import Final

import msgspec

from ringtrust.audit.seen import Seen, identity_of
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import CALLMANAGER, CAPF, TVS
from ringtrust.cluster.node import BYTES_FOR_PHONES, RECORDS_FOR_PHONES, Node, ServedList

_SERVER_ROLES: Final = ("CCM+TFTP", "TFTP")


class _Wanted(msgspec.Struct, frozen=True):
    """A certificate that a list has to hold, in a record of one of these roles."""

    roles: tuple[str, ...]
    where: str
    certificate: Certificate


def lists(seen: Seen) -> Iterator[Finding]:
    """The findings of every list that was read. What is wrong in an emptied one follows from its being empty."""
    for node in seen.snapshot.nodes:
        if not isinstance(node.itl, Known):
            continue
        found = node.itl.value
        yield from _large(seen, node, found)
        if found.emptied:
            yield _emptied(node, found)
            continue
        yield from _invalid(node, found)
        yield from _signer(seen, node, found)
        yield from _stale(seen, node, found)


def _where(node: Node) -> str:
    return f"ITL of {node.name}"


def _large(seen: Seen, node: Node, found: ServedList) -> Iterator[Finding]:
    if len(found.records) > RECORDS_FOR_PHONES or found.size > BYTES_FOR_PHONES:
        hazard = seen.catalog.hazard("H19")
        yield Finding(
            code="itl.large",
            severity=Severity.MAJOR,
            where=_where(node),
            what=f"has {len(found.records)} certificates and {found.size:,} bytes.",
            evidence=(f"at most {RECORDS_FOR_PHONES} certificates and {BYTES_FOR_PHONES:,} bytes",),
            breaks=(hazard.text,),
            advice="Have fewer certificates in it: retire nodes, or use certificates for several servers.",
            sources=(hazard.id, *hazard.sources),
        )


def _emptied(node: Node, found: ServedList) -> Finding:
    return Finding(
        code="itl.emptied",
        severity=Severity.MAJOR,
        where=_where(node),
        what="is emptied, as the rollback parameter makes it.",
        evidence=(f"SHA-1 {found.sha1}",),
        breaks=(
            "Every HTTPS request from phones and to phones fails.",
            "Phones that hold it trust any TFTP server.",
        ),
        advice="When no change of certificates is under way: set the parameter to False, restart TFTP, reset phones.",
        sources=("S82", "S83", "S84", "S92", "S93", "S94", "H11"),
    )


def _invalid(node: Node, found: ServedList) -> Iterator[Finding]:
    if not found.valid:
        yield Finding(
            code="itl.invalid",
            severity=Severity.CRITICAL,
            where=_where(node),
            what=f"does not hold in itself: {found.verdict}.",
            evidence=(f"SHA-1 {found.sha1}", f"signer {found.signer}"),
            breaks=("Phones refuse it, and keep the list that they have.",),
            advice="Restart Cisco Tftp of the node, so that it makes a new one, and scan again.",
            sources=("S80", "214231"),
        )


def _signer(seen: Seen, node: Node, found: ServedList) -> Iterator[Finding]:
    """Up to 11.5 a TFTP node signs with its own CallManager, from 12.0 on with the cluster's ITLRecovery (214231)."""
    if not isinstance(seen.release, Known):
        return
    unit = seen.release.value.itl_signer
    for owner in (node,) if unit == CALLMANAGER else seen.publishers():
        fact = identity_of(owner, unit)
        if isinstance(fact, Unread):
            continue
        if isinstance(fact, Known) and _same(fact.value.serial, found.signer_serial):
            continue
        today = f"serial {fact.value.serial}" if isinstance(fact, Known) else "not there"
        yield Finding(
            code="itl.signer",
            severity=Severity.MAJOR,
            where=_where(node),
            what=f"is not signed by {unit} of {owner.name} as it is today.",
            evidence=(f"signed by {found.signer}", f"{unit} of {owner.name}: {today}"),
            breaks=("Phones have to ask TVS about the signer; where no TVS vouches, they refuse the list.",),
            advice=f"See that {unit} is in step on all nodes, restart Cisco Tftp of {node.name}, and scan again.",
            sources=("S123", "214231"),
        )


def _same(one: str, other: str) -> bool:
    """Lists drop or add leading zeros of a serial number."""
    return one.upper().lstrip("0") == other.upper().lstrip("0")


def _stale(seen: Seen, node: Node, found: ServedList) -> Iterator[Finding]:
    missing = [each for each in _wanted(seen, node, found) if not _holds(found, each)]
    if missing:
        yield Finding(
            code="itl.stale",
            severity=Severity.MAJOR,
            where=_where(node),
            what="does not hold the certificates that are on disk.",
            evidence=tuple(f"lacks {each.where}, serial {each.certificate.serial}" for each in missing),
            breaks=("Phones do not know the servers with the new certificates, and have to ask TVS or refuse them.",),
            advice=f"Restart TVS and Cisco Tftp of {node.name} when the nodes are in step, and scan again.",
            sources=("S111", "S113", "214231"),
        )


def _wanted(seen: Seen, node: Node, found: ServedList) -> Iterator[_Wanted]:
    """CallManager of the node, TVS of every node, and where the list has CAPF at all, that of the publisher."""
    yield from _certificate(_SERVER_ROLES, node, CALLMANAGER)
    for each in seen.snapshot.nodes:
        yield from _certificate(("TVS",), each, TVS)
    if any(record.role == "CAPF" for record in found.records):
        for each in seen.publishers():
            yield from _certificate(("CAPF",), each, CAPF)


def _certificate(roles: tuple[str, ...], node: Node, unit: str) -> Iterator[_Wanted]:
    fact = identity_of(node, unit)
    if isinstance(fact, Known):
        yield _Wanted(roles, f"{unit} of {node.name}", fact.value)


def _holds(found: ServedList, wanted: _Wanted) -> bool:
    """Whether a record holds it, whole or by a hash of it."""
    digests = {wanted.certificate.sha1, wanted.certificate.sha256}
    return any(record.role in wanted.roles and record.digest in digests for record in found.records)
