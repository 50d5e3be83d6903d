"""clientAuth in certificates that a CA signed: public CAs stop signing it (FN74345, 225482, 225693).

CallManager, tomcat and others show one certificate as server and as client. Without clientAuth the other side of a
mutual TLS connection refuses the client. Private CAs and self-signed certificates are not affected.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from ringtrust.audit.seen import Held, Seen
from ringtrust.audit.years.authorities import PUBLIC, UNTOLD, Signed, signers
from ringtrust.audit.years.split import may_split
from ringtrust.audit.years.stored import gathered, ours, preloaded, stored
from ringtrust.catalog.years import ClientUse, Years
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import Certificate
from ringtrust.trust.names import brief, counted, some

CLIENT: Final = "clientAuth"
ANY: Final = "anyExtendedKeyUsage"
_CALLMANAGER_TRUST: Final = "CallManager-trust"
_SOURCES: Final = ("FN74345", "225482", "225693", "ChromeRoot18", "SG15")


class _One(msgspec.Struct, frozen=True):
    """A certificate of a unit, with all nodes that have it: one for several servers is one."""

    certificate: Certificate
    nodes: tuple[str, ...]
    signed: Signed

    @property
    def lacks(self) -> bool:
        """Whether it says what it is for, and being a client is not among that."""
        return lacks(self.certificate)

    @property
    def due(self) -> date:
        """When it has to be renewed at the latest."""
        return self.certificate.not_after.date()


def lacks(certificate: Certificate) -> bool:
    """Whether it has usages, and none that lets it be a client. Without any usages it may be everything (RFC 5280)."""
    return bool(certificate.purposes) and not {CLIENT, ANY} & set(certificate.purposes)


def client_eku(seen: Seen) -> Iterator[Finding]:
    """One finding a unit whose certificates a CA signed, and one for peers that have no clientAuth."""
    signed = {unit: held for unit, held in _by_unit(seen).items() if held}
    known = signers(seen) if signed else None
    for unit, found in signed.items():
        use = seen.catalog.years.use_of(unit.removesuffix(seen.catalog.years.split.suffix))
        if use is not None and known is not None:
            ones = [
                _One(each[0].certificate, tuple(h.node for h in each), known.of(each[0].certificate)) for each in found
            ]
            yield from _unit(seen, unit, use, ones)
    yield from _peers(seen)


def _by_unit(seen: Seen) -> Mapping[str, Sequence[Sequence[Held]]]:
    """Signed by a CA, by unit and certificate. A unit whose client's certificate is apart is a server alone."""
    apart = {(held.node, held.unit) for held in seen.owned()}
    suffix = seen.catalog.years.split.suffix
    units: dict[str, dict[str, list[Held]]] = {}
    for held in seen.owned():
        if not held.certificate.self_signed and (held.node, held.unit + suffix) not in apart:
            units.setdefault(held.unit, {}).setdefault(held.certificate.sha256, []).append(held)
    return {unit: tuple(found.values()) for unit, found in units.items()}


def _unit(seen: Seen, unit: str, use: ClientUse, ones: Sequence[_One]) -> Iterator[Finding]:
    lacking = [one for one in ones if one.lacks]
    public = [one for one in ones if not one.lacks and one.signed.kind == PUBLIC]
    untold = [one for one in ones if not one.lacks and one.signed.kind == UNTOLD]
    if not (lacking or public or untold):
        return
    yield Finding(
        code="years.client-eku",
        severity=Severity.MAJOR if lacking else Severity.MINOR if public else Severity.INFO,
        where=unit,
        what=" ".join((*_lacking(lacking), *_ending(seen, public), *_untold(seen, untold))),
        evidence=tuple(_evidence(one) for one in (*lacking, *public, *untold)),
        breaks=(use.text, *_met(seen, use)),
        advice=_advice(seen),
        sources=tuple(dict.fromkeys((*_SOURCES, *use.sources, *_cited(public)))),
    )


def _lacking(ones: Sequence[_One]) -> Iterator[str]:
    if ones:
        yield f"{counted(len(ones), 'certificate')} without {CLIENT}: no client any more, only a server."


def _ending(seen: Seen, ones: Sequence[_One]) -> Iterator[str]:
    for name, found in _by_name(ones).items():
        years = seen.catalog.years
        ends, due = min(one.signed.ends(years) for one in found), min(one.due for one in found)
        yield f"{counted(len(found), 'certificate')} with {CLIENT} of {name}, a public CA by its name, due by {due}."
        yield _then(seen, ends, due)
        yield from _notes(years, found[0].signed)


def _notes(years: Years, signed: Signed) -> Iterator[str]:
    if signed.authority is not None and signed.authority.note:
        yield signed.authority.note
    if signed.ends(years) == years.chrome.ends:
        yield years.chrome.note


def _then(seen: Seen, ends: date, due: date) -> str:
    """What the next renewal brings."""
    today = seen.snapshot.taken.date()
    if ends <= today:
        return f"Since {ends} it signs none with {CLIENT}: the next renewal comes without."
    if due >= ends:
        return f"From {ends} on it signs none with {CLIENT}: renewed when it is due, it comes without."
    days = seen.catalog.years.limit_on(due).days
    return f"Renewed in time it may have {CLIENT} once more, for at most {days} days; from {ends} on it comes without."


def _untold(seen: Seen, ones: Sequence[_One]) -> Iterator[str]:
    if ones:
        ends = seen.catalog.years.chrome.ends
        issuers = some(list(dict.fromkeys(one.signed.issuer for one in ones)), 3)
        yield (
            f"{counted(len(ones), 'certificate')} with {CLIENT} of {issuers}: whether it is a public CA its name does "
            f"not tell. If it is, renewals come without {CLIENT} from {ends} on at the latest; a private CA goes on."
        )


def _by_name(ones: Iterable[_One]) -> Mapping[str, Sequence[_One]]:
    found: dict[str, list[_One]] = {}
    for one in ones:
        row = one.signed.authority
        named = row.name if row is not None and row.ends is not None else one.signed.issuer
        found.setdefault(named, []).append(one)
    return found


def _evidence(one: _One) -> str:
    usages = ", ".join(map(brief, one.certificate.purposes)) or "no usages"
    asked = one.signed.authority.asked_since if one.signed.authority is not None else None
    only = f"; {CLIENT} on request only since {asked}" if asked is not None else ""
    return f"{some(one.nodes)}: {usages}, issuer {one.signed.issuer}, expires {one.due}{only}"


def _met(seen: Seen, use: ClientUse) -> Iterator[str]:
    """Whom this cluster knows there: what lies in the stores, and is neither its own nor there from installation on."""
    own = ours(seen.snapshot)
    entries = (each for each in stored(seen.snapshot) if each[1].store in use.stores and own.is_foreign(each[0]))
    names = [each.name for each in gathered(entries) if not any(preloaded(seen, place) for place in each.places)]
    if names:
        yield f"Whom this cluster trusts in {' and '.join(use.stores)}: {some(sorted(names), 10)}."


def _advice(seen: Seen) -> str:
    split = seen.catalog.years.split
    apart = (
        "This release can have the client's certificate apart: have a private CA sign that one"
        if may_split(seen)
        else f"From {split.name} on the client's certificate can be apart; before that one certificate has to have both"
    )
    return (
        f"{apart}. Or have a private CA sign for both, and give its root to every peer; or ask the CA for a hierarchy "
        "that still signs both. Tell the peers before the renewal, and look at every trunk after it."
    )


def _cited(ones: Sequence[_One]) -> tuple[str, ...]:
    return tuple(source for one in ones if one.signed.authority is not None for source in one.signed.authority.sources)


def _peers(seen: Seen) -> Iterator[Finding]:
    """Certificates of others that cannot be clients: where one of them opens the connection, CallManager refuses it."""
    own = ours(seen.snapshot)
    entries = (
        (certificate, place)
        for certificate, place in stored(seen.snapshot)
        if place.store == _CALLMANAGER_TRUST and lacks(certificate) and not certificate.authority
        if certificate.not_after > seen.snapshot.taken and own.is_foreign(certificate) and not preloaded(seen, place)
    )
    found = gathered(entries)
    if found:
        yield Finding(
            code="years.client-eku",
            severity=Severity.INFO,
            where=f"peers in {_CALLMANAGER_TRUST}",
            what=f"{counted(len(found), 'certificate')} of others without {CLIENT}.",
            evidence=tuple(f"{each.name}: {', '.join(each.certificate.purposes)}, {each.where}" for each in found),
            breaks=("Where one of them opens a TLS trunk to this cluster, it is refused as a client.",),
            advice="Nothing where only this cluster opens the connection. Else its owner needs a certificate with "
            f"{CLIENT}, of a private CA.",
            sources=_SOURCES,
        )
