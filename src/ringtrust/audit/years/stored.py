"""What lies in the trust stores, and whose it is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from ringtrust.audit.seen import Seen, identities
from ringtrust.catalog.stores import Preloaded
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.trust.names import brief, some

CAPF_NAME: Final = "CAPF-"
"""How the names of CAPF certificates begin; a new one has a new name (S119)."""


class Place(msgspec.Struct, frozen=True):
    """Where a certificate lies."""

    store: str
    file: str
    node: str


Stored = tuple[Certificate, Place]


class Found(msgspec.Struct, frozen=True):
    """A certificate, and all the places where it lies."""

    certificate: Certificate
    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        """Its common name, or its subject where it has none."""
        return brief(self.certificate.common_name or self.certificate.subject)

    @property
    def stores(self) -> tuple[str, ...]:
        """The stores that hold it, each once."""
        return tuple(sorted({place.store for place in self.places}))

    @property
    def where(self) -> str:
        """The stores with their nodes, as people say it."""
        return ", ".join(f"{store} of {some(self._nodes(store), 3)}" for store in self.stores)

    def _nodes(self, store: str) -> Sequence[str]:
        return list(dict.fromkeys(place.node for place in self.places if place.store == store))


def stored(snapshot: Snapshot) -> Iterator[Stored]:
    """Every certificate of every store that was read, as often as it lies there."""
    for node in snapshot.nodes:
        for each in node.trusted.value if isinstance(node.trusted, Known) else ():
            if isinstance(each.certificate, Known):
                yield each.certificate.value, Place(each.store, each.file, node.name)


def gathered(entries: Iterable[Stored]) -> tuple[Found, ...]:
    """The same with every certificate once."""
    places: dict[str, tuple[Certificate, list[Place]]] = {}
    for certificate, place in entries:
        places.setdefault(certificate.sha256, (certificate, []))[1].append(place)
    return tuple(Found(certificate, tuple(found)) for certificate, found in places.values())


class Ours(msgspec.Struct, frozen=True):
    """What tells that a certificate is this cluster's own: the identities of its nodes."""

    owners: Mapping[str, tuple[str, ...]]
    subjects: frozenset[str]

    def is_current(self, certificate: Certificate) -> bool:
        """Whether it is an identity of now."""
        return certificate.sha256 in self.owners

    def is_older(self, certificate: Certificate) -> bool:
        """Whether it was one before a renewal, as far as its name tells."""
        named = certificate.subject in self.subjects or certificate.common_name.startswith(CAPF_NAME)
        return certificate.self_signed and named and not self.is_current(certificate)

    def is_foreign(self, certificate: Certificate) -> bool:
        """Whether it is neither."""
        return not self.is_current(certificate) and not self.is_older(certificate)


def ours(snapshot: Snapshot) -> Ours:
    """The identities that were read, with those who have them, by SHA-256."""
    owners: dict[str, list[str]] = {}
    subjects = set()
    for node in snapshot.nodes:
        for unit, certificate in identities(node):
            owners.setdefault(certificate.sha256, []).append(f"{unit} of {node.name}")
            subjects.add(certificate.subject)
    return Ours({sha256: tuple(names) for sha256, names in owners.items()}, frozenset(subjects))


def preloaded(seen: Seen, place: Place) -> bool:
    """Whether it was there from installation on."""
    return any(True for _ in _rows(seen, place))


def to_keep(seen: Seen, found: Found) -> bool:
    """Whether it was there from installation on, and Cisco advises to leave it there."""
    return any(row.keep for place in found.places for row in _rows(seen, place))


def _rows(seen: Seen, place: Place) -> Iterator[Preloaded]:
    return (row for row in seen.catalog.preloaded if place.store in row.stores and row.is_stored_as(place.file))
