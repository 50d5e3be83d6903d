"""Asking servers outside of a cluster which certificate they use now (S167)."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from ringtrust.catalog.catalog import Catalog
from ringtrust.change.store_verdict import Kind, StoreVerdict
from ringtrust.cli.reach import entry_of
from ringtrust.cluster.elsewhere import Elsewhere
from ringtrust.cluster.facts import Known
from ringtrust.connect.tls import CertificateProbe
from ringtrust.errors import RefusedError
from ringtrust.observe.elsewhere import Wanted, ask_elsewhere

_PORTS: Final = (443, 8443)
"""Where a store of the catalog names no ports."""


def asked(found: Sequence[StoreVerdict], cluster: str, catalog: Catalog, config: Path | None) -> tuple[Elsewhere, ...]:
    """What foreign servers show, each asked once; where another place than its own name is to be asked, the entry says.

    A snapshot of a cluster that has no entry here is no reason not to ask: its names are asked where they lead.
    """
    try:
        places = {name.lower(): place for name, place in entry_of(cluster, config).settings.foreign.items()}
    except RefusedError:
        places = {}
    return asyncio.run(ask_elsewhere(tuple(wanted(found, catalog, places)), CertificateProbe()))


def wanted(found: Sequence[StoreVerdict], catalog: Catalog, places: Mapping[str, str]) -> Iterator[Wanted]:
    """Whom to ask for what: each foreign name at the ports that the catalog has for the stores that know it."""
    those: dict[str, list[StoreVerdict]] = {}
    for each in found:
        if each.kind in {Kind.FOREIGN, Kind.UNKNOWN, Kind.LEFTOVER} and each.whose and " " not in each.whose:
            those.setdefault(each.whose.lower(), []).append(each)
    for name, known in those.items():
        host, _, port = places.get(name, "").rpartition(":")
        ports = (int(port),) if port else tuple(dict.fromkeys(_ports(known, catalog)))
        yield Wanted(name, host or name, ports, frozenset(_hashes(known)))


def _ports(known: Sequence[StoreVerdict], catalog: Catalog) -> Iterator[int]:
    for verdict in known:
        store = next((each for each in catalog.stores if each.name == verdict.store), None)
        yield from store.ports if store is not None and store.ports else _PORTS


def _hashes(known: Sequence[StoreVerdict]) -> Iterator[str]:
    yield from (each.certificate.value.sha256 for each in known if isinstance(each.certificate, Known))
