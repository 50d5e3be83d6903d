"""Certificates in trust stores that have expired or soon will (S47, S49, S51, S151 to S157).

A store that is empty or absent is no finding: phone stores serve certain configurations only (S48, S50, S52).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from ringtrust.audit.expiry import CAVEAT
from ringtrust.audit.seen import Seen, cited, identities, said, when
from ringtrust.catalog.stores import Preloaded
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import Certificate, Identity
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.snapshot import Snapshot
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
    advice="Nothing is urgent. Phones with an older list, and LSCs of an older CAPF, may lean on them still: delete "
    "one only when no phone holds such a list and no LSC such an issuer, in a maintenance window.",
    sources=("S119", "S152", "H17"),
)
_CAPF_NAME: Final = re.compile(r"(?:.*,)?CN=CAPF-")

_Owned = tuple[Finding, str]


class _Place(msgspec.Struct, frozen=True):
    store: str
    file: str
    node: str


def trusted(seen: Seen) -> Iterator[Finding]:
    """One finding a certificate, wherever it lies; one for all copies of identities, and one for all older ones."""
    owners, subjects = _owners(seen.snapshot), _subjects(seen.snapshot)
    copies: list[_Owned] = []
    older: list[_Owned] = []
    for certificate, places in _found(seen.snapshot).values():
        if not seen.soon(certificate):
            continue
        start = _start(seen, certificate, places)
        preloaded = tuple(row for row in seen.catalog.preloaded if _is(row, places))
        if certificate.sha256 in owners:
            copies.append((start, ", ".join(owners[certificate.sha256])))
        elif preloaded:
            yield _preloaded(start, preloaded[0])
        elif was := _was(certificate, subjects):
            older.append((start, was))
        else:
            yield _other(seen, start, places, _nobodys(seen.snapshot, certificate, subjects))
    yield from _together(copies, _COPIES)
    yield from _together(older, _OLDER)


def _owners(snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
    """Whose identity a certificate is, by its SHA-256."""
    found: dict[str, tuple[str, ...]] = {}
    for node in snapshot.nodes:
        for unit, certificate in identities(node):
            found[certificate.sha256] = (*found.get(certificate.sha256, ()), f"{unit} of {node.name}")
    return found


def _subjects(snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
    """On which nodes an identity has this subject."""
    found: dict[str, tuple[str, ...]] = {}
    for node in snapshot.nodes:
        for _, certificate in identities(node):
            found[certificate.subject] = tuple(dict.fromkeys((*found.get(certificate.subject, ()), node.name)))
    return found


def _was(certificate: Certificate, subjects: Mapping[str, tuple[str, ...]]) -> str:
    """Whose it was before a renewal; empty when it seems to be none of ours. A new CAPF has a new name (S119)."""
    if not certificate.self_signed:
        return ""
    if nodes := subjects.get(certificate.subject, ()):
        return f"by its name an older one of {', '.join(nodes)}"
    ours = any(_CAPF_NAME.match(subject) for subject in subjects)
    return "by its name an older CAPF" if ours and _CAPF_NAME.match(certificate.subject) else ""


def _nobodys(snapshot: Snapshot, certificate: Certificate, subjects: Mapping[str, tuple[str, ...]]) -> str:
    """Whether it is nobody's here: only where every identity was read, and none has its name (docs/alarms.md)."""
    if nodes := subjects.get(certificate.subject, ()):
        return f"It has the name of an identity of {', '.join(nodes)}: a CA may have signed it for that one."
    if not all(isinstance(node.identities, Known) and _all_read(node.identities.value) for node in snapshot.nodes):
        return "Not every identity was read: it may be a copy of one of those."
    return "It is nobody's here: no identity of this cluster is it, or has its name."


def _all_read(held: Iterable[Identity]) -> bool:
    return all(not isinstance(each.certificate, Unread) for each in held)


def _found(snapshot: Snapshot) -> Mapping[str, tuple[Certificate, tuple[_Place, ...]]]:
    """Every certificate in a store, and where it lies."""
    found: dict[str, tuple[Certificate, tuple[_Place, ...]]] = {}
    for node in snapshot.nodes:
        for each in node.trusted.value if isinstance(node.trusted, Known) else ():
            if isinstance(each.certificate, Known):
                certificate = each.certificate.value
                _, places = found.get(certificate.sha256, (certificate, ()))
                found[certificate.sha256] = (certificate, (*places, _Place(each.store, each.file, node.name)))
    return found


def _is(row: Preloaded, places: Sequence[_Place]) -> bool:
    return any(row.is_stored_as(place.file) and place.store in row.stores for place in places)


def _stores(places: Sequence[_Place]) -> tuple[str, ...]:
    return tuple(sorted({place.store for place in places}))


def _start(seen: Seen, certificate: Certificate, places: Sequence[_Place]) -> Finding:
    """What every kind of finding here has in common."""
    left = seen.left(certificate)
    nodes = {store: sorted({place.node for place in places if place.store == store}) for store in _stores(places)}
    return Finding(
        code="trust.expired" if left <= timedelta(0) else "trust.expiring",
        severity=Severity.MINOR,
        where=f"{places[0].file} in {', '.join(nodes)}",
        what=f"{when(certificate, left)}.",
        evidence=(
            f"serial {certificate.serial}",
            *(f"{store} of {', '.join(names)}" for store, names in nodes.items()),
        ),
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


def _preloaded(start: Finding, row: Preloaded) -> Finding:
    """One that was there from installation on."""
    if row.keep:
        return msgspec.structs.replace(
            start,
            severity=Severity.INFO,
            what=f"{start.what} It is {row.name}, there from installation on.",
            advice="Leave it where it is: Cisco advises against deleting it, and CUCM trusts phones by it.",
            sources=row.sources,
        )
    return msgspec.structs.replace(
        start,
        what=f"{start.what} It is {row.name}, there from installation on. {row.note}",
        advice="It may be deleted, in a maintenance window.",
        sources=row.sources,
    )


def _other(seen: Seen, start: Finding, places: Sequence[_Place], whose: str) -> Finding:
    effects = seen.store_breaks(_stores(places))
    return msgspec.structs.replace(
        start,
        what=f"{start.what} {whose}",
        breaks=(*said(effects), CAVEAT),
        advice="Find out whose it is. Renew it on the server that it belongs to and import it here; CUCM cannot "
        "regenerate it. Delete it only when nothing uses it any more.",
        sources=tuple(dict.fromkeys(("S28", "S29", *cited(effects), "S151", "S167", "S168"))),
    )
