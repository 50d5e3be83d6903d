"""What becomes of phones with an LSC once the CAPF certificate goes (S53, S54, S120 to S122)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ringtrust.audit.seen import Seen, cited, said, when
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.names import CAPF

_REFUSED: Final = "Phones that use an LSC of an expired CAPF cannot register: CUCM refuses their certificate."


def phone_certificates(seen: Seen) -> Iterator[Finding]:
    """One finding, as soon as a CAPF certificate expires or has expired."""
    going = [held for held in seen.owned() if held.unit == CAPF and seen.soon(held.certificate)]
    if not going:
        return
    effects = seen.endpoint_breaks()
    gone = any(seen.left(held.certificate) <= timedelta(0) for held in going)
    yield Finding(
        code="lsc.issuer",
        severity=Severity.INFO,
        where="certificates of phones (LSC and MIC)",
        what=f"CAPF, which signs LSCs, {'has expired' if gone else 'expires soon'}.",
        evidence=tuple(f"{held.where} {when(held.certificate, seen.left(held.certificate))}" for held in going),
        breaks=(_REFUSED, *(f"Without a valid LSC or MIC: {text}" for text in said(effects))),
        advice="Renew CAPF; phones then restart, fetch their configuration and get new LSCs from the new one. Keep "
        "earlier CAPF certificates in the trust stores until all have.",
        sources=tuple(dict.fromkeys((*cited(effects), "S119", "S120", "S121", "S122", "H17"))),
    )
