"""Who signed a CTL, and who else may: a key of the publisher, or an eToken (S66, S67, S71 to S75, S79)."""

from collections.abc import Iterator, Mapping

from ringtrust.audit.seen import Seen, identities, when
from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known
from ringtrust.cluster.node import SAST, ListRecord, Node, ServedList
from ringtrust.trust.names import quoted

_TWO = 2


def ctl_signer(seen: Seen, node: Node, found: ServedList) -> Iterator[Finding]:
    """The findings about the signer of one CTL, and about its SASTs."""
    record = found.signing_record
    if record is None:
        yield _unknown(node, found, f"The list holds no SAST of {found.signer}.")
    elif found.signed_by_token:
        yield from _by_token(seen, found)
    else:
        yield from _by_server(seen, node, found, record)
    yield from _single(node, found)


def _unknown(node: Node, found: ServedList, why: str) -> Finding:
    return Finding(
        code="ctl.signer",
        severity=Severity.MAJOR,
        where=f"CTL of {node.name}",
        what="is signed by somebody whom nobody here has any more.",
        evidence=(f"signed by {found.signer}", why),
        breaks=("Phones that do not hold it yet have to ask TVS about the signer; those without TVS refuse it.",),
        advice="Update the CTL on the publisher: `utils ctl update CTLFile`.",
        sources=("S73", "S74", "H14", "118893"),
    )


def _by_token(seen: Seen, found: ServedList) -> Iterator[Finding]:
    tokens = ", ".join(found.tokens)
    yield Finding(
        code="ctl.tokens",
        severity=Severity.INFO,
        where="CTL",
        what="was made with the CTL client, and is signed by an eToken.",
        evidence=(f"eTokens in it: {tokens}", f"signed by {found.signer}"),
        breaks=("It can be updated with one of these eTokens only, and its password.",),
        advice="Before certificates are changed: have one of them at hand, and know its password (S66, S67). Or move "
        "to a CTL without tokens first (118893), its certificates being in Phone-SAST-trust (H16).",
        sources=("S66", "S67", "S72", "S73", "S75", "S78", "S79", "H15", "H16"),
    )
    if isinstance(seen.release, Known) and not _has_tokens(seen.release.value):
        yield Finding(
            code="ctl.tokens-gone",
            severity=Severity.CRITICAL,
            where="CTL",
            what=f"is signed by an eToken, and CUCM {seen.release.value.release.name} supports none.",
            evidence=(f"eTokens in it: {tokens}",),
            breaks=("It cannot be updated any more: the next new CallManager or CAPF certificate is missing in it.",),
            advice="Move to a CTL without tokens while phones still trust the servers: `utils ctl update CTLFile` on "
            "the publisher (118893). Devices without TVS have to have their CTL erased.",
            sources=("S78", "H14", "H16", "118893", "SG15"),
        )


def _has_tokens(facts: ReleaseFacts) -> bool:
    return any(way.name == "CTL client" for way in facts.mixed_ways)


def _by_server(seen: Seen, node: Node, found: ServedList, record: ListRecord) -> Iterator[Finding]:
    known = _certificates(seen)
    if record.digest not in known:
        if known:
            yield _unknown(node, found, f"No node has the certificate of {quoted(record.subject)}.")
        return
    unit, certificate = known[record.digest]
    if seen.until(certificate.not_after).total_seconds() <= 0:
        yield _expired(seen, node, unit, certificate)
    if isinstance(seen.release, Known) and unit == seen.release.value.signing.second_ctl:
        yield _other_key(seen.release.value, node, unit)


def _certificates(seen: Seen) -> Mapping[str, tuple[str, Certificate]]:
    """Every identity by its SHA-1 and its SHA-256, with its unit."""
    found = [each for node in seen.snapshot.nodes for each in identities(node)]
    return {digest: (unit, one) for unit, one in found for digest in (one.sha1, one.sha256)}


def _expired(seen: Seen, node: Node, unit: str, certificate: Certificate) -> Finding:
    return Finding(
        code="ctl.signer-expired",
        severity=Severity.MAJOR,
        where=f"CTL of {node.name}",
        what=f"is signed by {unit}, whose certificate {when(certificate, seen.left(certificate))}.",
        evidence=(f"serial {certificate.serial}",),
        breaks=("Phones need not take a list of an expired signer, and no new one can be made with it.",),
        advice=f"Renew {unit} with a plan: it says how phones follow.",
        sources=("S71", "S123", "214231"),
    )


def _other_key(facts: ReleaseFacts, node: Node, unit: str) -> Finding:
    return Finding(
        code="ctl.other-key",
        severity=Severity.MINOR,
        where=f"CTL of {node.name}",
        what=f"is signed by {unit}, its other SAST, as `utils ctl reset localkey` does.",
        breaks=(f"Nothing yet. It stays so until the CTL is updated: then {facts.ctl_signer} signs again.",),
        advice="When all phones hold this CTL: `utils ctl update CTLFile` on the publisher, and reset phones again.",
        sources=("H04", "CLI15", "SG15"),
    )


def _single(node: Node, found: ServedList) -> Iterator[Finding]:
    sasts = {record.digest or record.serial for record in found.records if record.role == SAST}
    if len(sasts) < _TWO:
        yield Finding(
            code="ctl.single-sast",
            severity=Severity.MINOR,
            where=f"CTL of {node.name}",
            what=f"has {len(sasts)} SAST only: there is no second key that phones would take a list from.",
            breaks=("When the certificate of the signer is lost or renewed, only TVS can vouch for the next one.",),
            advice="From 10.5(2) on an update of the CTL adds the second one; with tokens, add the second token.",
            sources=("S72", "214231", "SG15"),
        )
