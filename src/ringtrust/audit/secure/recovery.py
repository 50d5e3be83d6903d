"""ITLRecovery, which signs when nothing else can any more (H28)."""

from collections.abc import Iterator
from typing import Final

from ringtrust.audit.seen import Seen
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.names import CALLMANAGER, ITLRECOVERY

_SHORT: Final = 1024


def recovery(seen: Seen) -> Iterator[Finding]:
    """One of 1024 bits beside CallManager certificates that have more."""
    owned = list(seen.owned())
    longer = any(held.unit == CALLMANAGER and held.certificate.bits > _SHORT for held in owned)
    short = [held for held in owned if held.unit == ITLRECOVERY and held.certificate.bits <= _SHORT]
    if longer and short:
        hazard = seen.catalog.hazard("H28")
        yield Finding(
            code="itlrecovery.short",
            severity=Severity.MAJOR,
            where=", ".join(held.where for held in short),
            what=f"has a key of {short[0].certificate.bits} bits, and the other certificates have more.",
            evidence=tuple(f"serial {held.certificate.serial}" for held in short),
            breaks=(hazard.text,),
            advice="Renew ITLRecovery with a plan, on its own, while all phones are in order.",
            sources=(hazard.id, *hazard.sources),
        )
