"""Certificates that are there twice, on disk or in the database (CSCvs65670).

Certificates of several units of a node may have one subject: identities of now are no duplicates of each other. Older
ones beside them are.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ringtrust.audit.seen import Seen
from ringtrust.audit.years.stored import Stored, ours, stored
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import is_store
from ringtrust.trust.names import brief, counted, quoted, some

_DEFECT: Final = "CSCvs65670"
_Inside = Mapping[tuple[str, str, str], Sequence[Stored]]
"""What lies in a store of a node with one subject."""


def duplicates(seen: Seen) -> Iterator[Finding]:
    """One finding for the trust stores, and one for the database."""
    inside = _by_subject(seen)
    yield from _finding(seen, "trust stores", (*_subjects(seen, inside), *_files(inside)))
    yield from _finding(seen, "database", tuple(_registered(seen)))


def _finding(seen: Seen, where: str, evidence: Sequence[str]) -> Iterator[Finding]:
    if not evidence:
        return
    defect = seen.catalog.defect(_DEFECT)
    release = seen.release
    hit = isinstance(release, Known) and defect.covers(release.value.read_as)
    yield Finding(
        code="years.duplicates",
        severity=Severity.MINOR if hit else Severity.INFO,
        where=where,
        what=f"{counted(len(evidence), 'certificate')} there more than once.",
        evidence=tuple(evidence),
        breaks=(
            *((f"{defect.text} This release may have that defect ({defect.known}).",) if hit else ()),
            "Which of several with one name is used to build a chain nobody can foresee.",
        ),
        advice="See which of them is in use, by its serial number on the server that it belongs to, and delete the "
        "others in a maintenance window: old ones of this cluster only when no phone and no LSC leans on them still.",
        sources=(_DEFECT, *defect.sources, "SG15", "217138", "H17"),
    )


def _by_subject(seen: Seen) -> _Inside:
    first: dict[tuple[str, str, str], Stored] = {}
    found: dict[tuple[str, str, str], list[Stored]] = {}
    for entry in stored(seen.snapshot):
        key = (entry[1].store, entry[1].node, entry[0].subject)
        before = first.setdefault(key, entry)
        if before is not entry:
            found.setdefault(key, [before]).append(entry)
    return found


def _subjects(seen: Seen, inside: _Inside) -> Iterator[str]:
    """Several certificates with one subject, of which not all are identities of now."""
    own = ours(seen.snapshot)
    places: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (store, node, subject), entries in inside.items():
        serials = {certificate.sha256: certificate.serial for certificate, _ in entries}
        if len(serials) > 1 and not all(own.is_current(certificate) for certificate, _ in entries):
            places[store, subject, tuple(sorted(serials.values()))].append(node)
    for (store, subject, told), nodes in places.items():
        yield f"{store} of {some(nodes)}: {quoted(subject)} {len(told)} times, serials {some(told)}"


def _files(inside: _Inside) -> Iterator[str]:
    """One certificate under several file names."""
    places: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (store, node, subject), entries in inside.items():
        files: dict[str, set[str]] = defaultdict(set)
        for certificate, place in entries:
            files[certificate.sha256].add(place.file)
        for names in files.values():
            if len(names) > 1:
                places[store, subject, tuple(sorted(names))].append(node)
    for (store, subject, told), nodes in places.items():
        yield f"{store} of {some(nodes)}: {quoted(subject)} in the files {some([brief(name) for name in told])}"


def _registered(seen: Seen) -> Iterator[str]:
    """Several rows for a unit of a node, or several serial numbers for a subject of a store, by the database."""
    current = {_plain(held.certificate.serial) for held in seen.owned()}
    places: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for node in seen.snapshot.nodes:
        rows: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in node.registered.value if isinstance(node.registered, Known) else ():
            rows[row.name, row.subject if is_store(row.name) else ""].add(row.serial)
        for (name, subject), serials in rows.items():
            if len(serials) > 1 and (not is_store(name) or not all(_plain(each) in current for each in serials)):
                places[name, subject, tuple(sorted(serials))].append(node.name)
    for (name, subject, told), nodes in places.items():
        whose = f" {quoted(subject)}" if subject else ""
        yield f"{name} of {some(nodes)}:{whose} {len(told)} rows, serials {some(told)}"


def _plain(serial: str) -> str:
    """The database's serial numbers have a zero in front where that makes a whole byte."""
    return serial.upper().lstrip("0")
