"""Expired certificates in trust stores that an upgrade leaves behind (SG15), and who leans on them."""

from collections.abc import Iterator, Sequence
from typing import Final

from ringtrust.audit.seen import Seen
from ringtrust.audit.years.leaning import leaning
from ringtrust.audit.years.stored import Found, gathered, stored, to_keep
from ringtrust.change.finding import Finding, Severity
from ringtrust.trust.names import counted

_MICS: Final = "; Cisco's, there from installation on: MICs of old phones may hang on it"


def dropped(seen: Seen) -> Iterator[Finding]:
    """One finding for those that somebody is seen to lean on, and one for the others."""
    expired = gathered(each for each in stored(seen.snapshot) if each[0].not_after <= seen.snapshot.taken)
    known = leaning(seen, expired)
    leant = [(each, known.on(each)) for each in expired]
    used = [(each, on) for each, on in leant if on]
    yield from _used(seen, used)
    yield from _others(seen, [each for each, on in leant if not on])


def _used(seen: Seen, found: Sequence[tuple[Found, tuple[str, ...]]]) -> Iterator[Finding]:
    if found:
        row = seen.catalog.years.dropped
        yield Finding(
            code="years.upgrade-drops",
            severity=Severity.MINOR,
            where="trust stores, in use",
            what=f"{counted(len(found), 'expired certificate')} on which somebody leans. {row.text}",
            evidence=tuple(f"{_line(each)}: {', '.join(on)}" for each, on in found),
            breaks=("After such an upgrade it is gone from every store, and who leans on it is trusted no more.",),
            advice="Renew what has expired before the upgrade, and give phones new LSCs first where theirs are of "
            "an expired CAPF. Keep a copy of each.",
            sources=(*row.sources, "H17"),
        )


def _others(seen: Seen, found: Sequence[Found]) -> Iterator[Finding]:
    if found:
        row = seen.catalog.years.dropped
        yield Finding(
            code="years.upgrade-drops",
            severity=Severity.INFO,
            where="trust stores, not in use",
            what=f"{counted(len(found), 'expired certificate')} on which nobody is seen to lean. {row.text}",
            evidence=tuple(f"{_line(each)}{_MICS if to_keep(seen, each) else ''}" for each in found),
            advice="Delete them in a maintenance window before the upgrade, or let it leave them behind. Where one is "
            "needed after all, its owner renews it first.",
            sources=row.sources,
        )


def _line(found: Found) -> str:
    return f"{found.name}, expired {found.certificate.not_after:%Y-%m-%d}, {found.where}"
