"""Snapshots of clusters whose trust stores have grown for ten years, seen in memory: one a release, each made once."""

import asyncio
from functools import cache
from typing import Final, NamedTuple

from msgspec.structs import replace

from ringtrust.audit.seen import Seen, release_of
from ringtrust.audit.verdicts.judge import verdicts
from ringtrust.catalog.load import load_catalog
from ringtrust.change.store_verdict import Fate, Kind, StoreVerdict
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.lab.state.directory import extensions
from ringtrust.lab.topology import Topology
from ringtrust.rehearse.memory import Lists
from ringtrust.rehearse.seen import seen
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind
from tests.support.clusters import SYNC, Bench, bench, small
from tests.support.store_seeds import FORMER, Garden

CATALOG: Final = load_catalog()
CLUSTERS: Final = {"9.1": "campus-9.1", "11.5": "branch-11.5", "12.5": "campus-12.5", "15": "campus-14"}
_KINDS: Final = (ListKind.ITL, ListKind.CTL)


class Sown(NamedTuple):
    """What a scan sees, and what whoever sowed it knows."""

    snapshot: Snapshot
    garden: Garden

    def of(self, kind: Kind, fate: Fate) -> tuple[StoreVerdict, ...]:
        """The verdicts of that kind and fate; there are some."""
        found = tuple(each for each in judged(self.snapshot) if (each.kind, each.fate) == (kind, fate))
        assert found
        return found


def topology(release: str) -> Topology:
    """A shipped one of that release; of 15 the shipped one has twenty-one nodes, so that of 14 has to do."""
    found = small(CLUSTERS[release])
    return replace(found, release="15.0") if release == "15" else found


@cache
def sown(release: str = "9.1") -> Sown:
    """One of that release, with what the administrator has declared, and what foreign servers have answered."""
    made = bench(topology(release))
    garden = Garden(made.cluster)
    garden.sown()
    made.time.advance(SYNC)
    found = _looked_at(made)
    declared = replace(found.declared, former=FORMER)
    return Sown(replace(found, declared=declared, elsewhere=tuple(garden.elsewhere)), garden)


def _looked_at(made: Bench) -> Snapshot:
    held = {
        extension.device: Lists(*(_sha1(phone.held[kind].data) if kind in phone.held else "" for kind in _KINDS))
        for extension, phone in zip(extensions(made.cluster.topology), made.phones, strict=True)
    }
    return asyncio.run(seen(made.cluster, "campus", held.__getitem__))


def _sha1(data: bytes) -> str:
    return Digest.SHA1.of(data).hex().upper()


def judged(snapshot: Snapshot) -> tuple[StoreVerdict, ...]:
    """A verdict on every certificate of every store."""
    return verdicts(Seen(snapshot, CATALOG, release_of(snapshot, CATALOG), SOON_DAYS))
