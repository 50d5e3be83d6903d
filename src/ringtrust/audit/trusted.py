"""Certificates in trust stores: what ends soon, what is not what it is called, what may go (S47 to S51, S151 to S168).

Whose each is its verdict says. A store that is empty or absent is no finding: phone stores serve certain configurations
only (S48, S50, S52).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from ringtrust.audit.expiry import CAVEAT
from ringtrust.audit.seen import Seen, cited, said, when
from ringtrust.audit.verdicts.judge import verdicts
from ringtrust.audit.verdicts.told import hygiene
from ringtrust.change.finding import Finding, Severity
from ringtrust.change.store_verdict import Fate, Kind, StoreVerdict
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known
from ringtrust.trust.names import counted

# The findings about the identities say how bad it is.
_COPIES: Final = Finding(
    code="",
    severity=Severity.INFO,
    where="copies of identities of this cluster",
    what="",
    advice="Delete nothing: regenerate the identities, and their copies follow.",
    sources=("S152", "S153"),
)
_OLDER: Final = Finding(
    code="",
    severity=Severity.INFO,
    where="copies of what identities of this cluster were before",
    what="",
    advice="Nothing is urgent. Phones with an older list, and LSCs of an older CAPF, may lean on them still: "
    "`ringtrust stores` says of each whether it may go.",
    sources=("S119", "S152", "H17"),
)
_BEFORE: Final = frozenset({Kind.STALE, Kind.LEFTOVER})
_SETTLED: Final = frozenset({Fate.FREE, Fate.HELD})

_Owned = tuple[Finding, str]
_Alike = tuple[Certificate, list[StoreVerdict]]


def trusted(seen: Seen) -> Iterator[Finding]:
    """What ends soon: one finding a certificate; one for all copies of identities, and one for all older ones."""
    found = verdicts(seen)
    copies: list[_Owned] = []
    older: list[_Owned] = []
    for certificate, alike in _by_certificate(found).values():
        if not seen.soon(certificate):
            continue
        start, first = _start(seen, certificate, alike), alike[0]
        if first.kind is Kind.IN_USE:
            copies.append((start, first.whose))
        elif first.kind in {Kind.CISCO, Kind.OBSOLETE}:
            yield _preloaded(start, first)
        elif first.kind in _BEFORE and all(each.fate in _SETTLED for each in alike):
            older.append((start, f"by its name an older one of {first.whose}"))
        else:
            yield _other(seen, start, alike)
    yield from _together(copies, _COPIES)
    yield from _together(older, _OLDER)
    yield from hygiene(found)


def _by_certificate(found: Sequence[StoreVerdict]) -> Mapping[str, _Alike]:
    """Every certificate, and the verdicts on it wherever it lies."""
    alike: dict[str, _Alike] = {}
    for each in found:
        if isinstance(each.certificate, Known):
            certificate = each.certificate.value
            alike.setdefault(certificate.sha256, (certificate, []))[1].append(each)
    return alike


def _start(seen: Seen, certificate: Certificate, alike: Sequence[StoreVerdict]) -> Finding:
    """What every kind of finding here has in common."""
    left = seen.left(certificate)
    nodes: dict[str, list[str]] = defaultdict(list)
    for each in alike:
        nodes[each.store] += sorted(each.nodes)
    stores = sorted(nodes)
    return Finding(
        code="trust.expired" if left <= timedelta(0) else "trust.expiring",
        severity=Severity.MINOR,
        where=f"{alike[0].files[0]} in {', '.join(stores)}",
        what=f"{when(certificate, left)}.",
        evidence=(f"serial {certificate.serial}", *(f"{store} of {', '.join(nodes[store])}" for store in stores)),
    )


def _together(found: Sequence[_Owned], alike: Finding) -> Iterator[Finding]:
    """One for those that have expired, and one for those that will."""
    for code in sorted({start.code for start, _ in found}):
        those = [(start, owner) for start, owner in found if start.code == code]
        yield msgspec.structs.replace(
            alike,
            code=code,
            what=f"{counted(len(those), 'certificate')} in trust stores.",
            evidence=tuple(f"{start.where}: {owner}" for start, owner in those),
        )


def _preloaded(start: Finding, verdict: StoreVerdict) -> Finding:
    """One that was there from installation on."""
    what = f"{start.what} It is {verdict.whose}, there from installation on. {' '.join(verdict.evidence)}"
    if verdict.kind is Kind.CISCO:
        return msgspec.structs.replace(
            start,
            severity=Severity.INFO,
            what=what,
            advice="Leave it where it is: Cisco advises against deleting it, and CUCM trusts phones by it.",
            sources=verdict.sources,
        )
    return msgspec.structs.replace(
        start, what=what, advice="It may be deleted, in a maintenance window.", sources=verdict.sources
    )


def _other(seen: Seen, start: Finding, alike: Sequence[StoreVerdict]) -> Finding:
    effects = seen.store_breaks(each.store for each in alike)
    told = dict.fromkeys(text for each in alike for text in (*each.evidence, *each.doubts))
    return msgspec.structs.replace(
        start,
        what=" ".join((start.what, *told)),
        breaks=(*said(effects), CAVEAT),
        advice="Find out whose it is. Renew it on the server that it belongs to and import it here; CUCM cannot "
        "regenerate it. Delete it only when nothing uses it any more.",
        sources=tuple(dict.fromkeys(("S28", "S29", *cited(effects), "S151", "S167", "S168"))),
    )
