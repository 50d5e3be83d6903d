"""How long public CAs will sign for, and how often this cluster's renewals will be due then (ballot SC-081v3)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import ceil
from typing import Final

from ringtrust.audit.seen import Held, Seen
from ringtrust.audit.years.authorities import PRIVATE, PUBLIC, Signers, signers
from ringtrust.catalog.years import Limit
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.names import HTTPS_UNITS
from ringtrust.trust.names import counted, some

_YEAR: Final = 365
_EXPECTED: Final = "expected"
_UNSURE: Final = " Whether its CA is a public one its name does not tell; a private CA may sign for longer."


def lifetime(seen: Seen) -> Iterator[Finding]:
    """One finding a unit with certificates that were signed for longer than a public CA will when they are due."""
    signed = [held for held in seen.owned() if not held.certificate.self_signed]
    known = signers(seen) if signed else None
    units: dict[str, dict[str, list[Held]]] = {}
    for held in signed:
        if known is not None and known.of(held.certificate).kind != PRIVATE and _long(seen, held.certificate):
            units.setdefault(held.unit, {}).setdefault(held.certificate.sha256, []).append(held)
    for unit, found in units.items():
        if known is not None:
            yield _finding(seen, known, unit, tuple(found.values()))


def days_of(certificate: Certificate) -> int:
    """For how many days it was signed."""
    return (certificate.not_after - certificate.not_before).days


def _due(seen: Seen, certificate: Certificate) -> date:
    """When it has to be renewed: not in the past."""
    return max(certificate.not_after, seen.snapshot.taken).date()


def _long(seen: Seen, certificate: Certificate) -> bool:
    return days_of(certificate) > seen.catalog.years.limit_on(_due(seen, certificate)).days


def _finding(seen: Seen, known: Signers, unit: str, found: Sequence[Sequence[Held]]) -> Finding:
    first = [held[0].certificate for held in found]
    due = min(_due(seen, certificate) for certificate in first)
    limit = seen.catalog.years.limit_on(due)
    public = any(known.of(certificate).kind == PUBLIC for certificate in first)
    unsure = "" if public else _UNSURE
    return Finding(
        code="years.lifetime",
        severity=Severity.MINOR if public else Severity.INFO,
        where=unit,
        what=f"{counted(len(found), 'certificate')} made for up to {max(map(days_of, first))} days; when the first is "
        f"due, by {due}, a public CA signs for at most {limit.days}.{unsure}",
        evidence=(*_certificates(known, found), *_years(seen, len(found))),
        breaks=tuple(_breaks(seen, unit)),
        advice=_advice(unit),
        sources=("SC081v3", "225482", "CVD14"),
    )


def _certificates(known: Signers, found: Sequence[Sequence[Held]]) -> Iterator[str]:
    for held in found:
        certificate = held[0].certificate
        nodes, days, by = some([each.node for each in held]), days_of(certificate), known.of(certificate)
        told = "a public CA by its name" if by.kind == PUBLIC else "public or not, its name does not tell"
        yield f"{nodes}: {days} days, until {certificate.not_after:%Y-%m-%d}, issuer {by.issuer} ({told})"


def _years(seen: Seen, certificates: int) -> Iterator[str]:
    """What is due a year, now and after every coming change."""
    today = seen.snapshot.taken.date()
    now = seen.catalog.years.limit_on(today)
    for limit in (now, *(each for each in seen.catalog.years.limits if each.since > today)):
        start = "now" if limit is now else f"from {limit.since} on"
        yield f"{start} at most {limit.days} days: {counted(certificates * times(limit), 'renewal')} a year"


def times(limit: Limit) -> int:
    """How often a year a certificate is due, at the least: nobody waits for the last day."""
    return ceil(_YEAR / limit.days)


def _breaks(seen: Seen, unit: str) -> Iterator[str]:
    last = seen.catalog.years.limits[-1]
    often = f"{times(last)} times a year from {last.since} on"
    if _resets(seen).get(unit) == _EXPECTED:
        phones = counted(len(seen.snapshot.all_phones()), "phone")
        yield f"Every renewal of {unit} makes new trust lists and may reset {phones}: {often}."
    elif unit in HTTPS_UNITS:
        yield f"Every renewal restarts the web services of its nodes, and partners may need the new one: {often}."


def _resets(seen: Seen) -> Mapping[str, str]:
    return {unit.name: unit.resets_phones for unit in seen.catalog.units}


def _advice(unit: str) -> str:
    if unit in HTTPS_UNITS:
        return (
            "Have renewals done by a program and not by hand before the limit falls, with one certificate for all "
            "servers where the release can; or take a private CA, where no stranger's browser comes."
        )
    return f"{unit} gains nothing from a public CA (CVD14): self-signed, or of a private CA, it lasts for years."
