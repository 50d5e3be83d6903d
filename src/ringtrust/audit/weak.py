"""Short keys and old digests, a finding a unit; and certificates that a CA signed (S128, S129)."""

from collections.abc import Iterator, Mapping
from typing import Final

from ringtrust.audit.seen import Held, Seen
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import Certificate
from ringtrust.trust.names import counted

_BITS: Final = 2048
_OLD: Final = frozenset({"md2", "md5", "sha1"})


def weak(seen: Seen) -> Iterator[Finding]:
    """One finding a unit, so that a cluster of many nodes stays readable."""
    for unit, found in _by_unit(seen).items():
        bad: dict[str, list[str]] = {}
        for held in found:
            bad.setdefault(", ".join(_why(held.certificate)), []).append(held.node)
        bad.pop("", None)
        if bad:
            yield Finding(
                code="certificate.weak",
                severity=Severity.MINOR,
                where=unit,
                what=f"weak on {counted(sum(map(len, bad.values())), 'node')}.",
                evidence=tuple(f"{why}: {', '.join(nodes)}" for why, nodes in bad.items()),
                advice="A renewal makes it as strong as the release can: look at the settings of the release first.",
                sources=("214231", "SG15"),
            )


def ca_signed(seen: Seen) -> Iterator[Finding]:
    """One finding a certificate: whoever regenerates it loses it."""
    for held in seen.owned():
        if not held.certificate.self_signed:
            yield Finding(
                code="certificate.ca-signed",
                severity=Severity.INFO,
                where=held.where,
                what="is signed by a CA; regenerating would overwrite it with a self-signed one.",
                evidence=(f"issuer {held.certificate.issuer}", f"serial {held.certificate.serial}"),
                advice="Renew it with a signing request and your CA (217138), never by regenerating.",
                sources=("S128", "S129", "S181", "L06"),
            )


def _by_unit(seen: Seen) -> Mapping[str, list[Held]]:
    found: dict[str, list[Held]] = {}
    for held in seen.owned():
        found.setdefault(held.unit, []).append(held)
    return found


def _why(certificate: Certificate) -> Iterator[str]:
    if certificate.key == "RSA" and certificate.bits < _BITS:
        yield f"RSA key of {certificate.bits} bits"
    if certificate.digest.lower() in _OLD:
        yield f"signed with {certificate.digest.upper()}"
