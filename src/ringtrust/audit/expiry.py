"""Identity certificates that have expired or soon will, and what that breaks (S21, S28 to S46)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ringtrust.audit.seen import Held, Seen, cited, said, when
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import SOON_DAYS

URGENT: Final = timedelta(days=30)
CAVEAT: Final = "Keep all certificates current; how much breaks depends on the cluster's configuration."


def expiry(seen: Seen) -> Iterator[Finding]:
    """One finding a certificate."""
    for held in seen.owned():
        if seen.soon(held.certificate):
            yield _finding(seen, held)
        elif seen.until(held.certificate.not_before) > timedelta(0):
            yield _future(held)


def _finding(seen: Seen, held: Held) -> Finding:
    left = seen.left(held.certificate)
    effects = seen.unit_breaks(held.unit)
    return Finding(
        code="certificate.expired" if left <= timedelta(0) else "certificate.expiring",
        severity=_severity(left),
        where=held.where,
        what=f"{when(held.certificate, left)}.",
        evidence=(f"serial {held.certificate.serial}",),
        breaks=(*said(effects), CAVEAT),
        advice=_advice(seen, held),
        sources=tuple(dict.fromkeys(("S21", "S28", "S29", *cited(effects)))),
    )


def _severity(left: timedelta) -> Severity:
    if left <= timedelta(0):
        return Severity.CRITICAL
    return Severity.MAJOR if left < URGENT else Severity.MINOR


def _advice(seen: Seen, held: Held) -> str:
    if not held.certificate.self_signed:
        return "A CA signed it: have a new signing request signed, and import what comes back (217138)."
    days = "" if seen.soon_days == SOON_DAYS else f" --days {seen.soon_days}"
    return f"Plan the renewal: `ringtrust plan {seen.snapshot.cluster} --renew expiring{days}`."


def _future(held: Held) -> Finding:
    start = held.certificate.not_before
    return Finding(
        code="certificate.future",
        severity=Severity.MAJOR,
        where=held.where,
        what=f"is not valid before {start:%Y-%m-%d %H:%M} UTC.",
        evidence=(f"serial {held.certificate.serial}",),
        breaks=("Whoever looks at a clock that is behind refuses it.",),
        advice="Compare the clocks of the nodes, of the phones and of the machine that scanned.",
        sources=("H31",),
    )
