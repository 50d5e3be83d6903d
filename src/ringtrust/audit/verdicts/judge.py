"""A verdict for every certificate of every trust store (domain.md §4a, S151 to S168)."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ringtrust.audit.seen import Seen
from ringtrust.audit.verdicts.index import Entry, Index
from ringtrust.audit.verdicts.kinds import What, what_is
from ringtrust.audit.verdicts.leaning import Leans, leaning
from ringtrust.catalog.stores import Store
from ringtrust.change.store_verdict import Fate, Kind, StoreVerdict
from ringtrust.cluster.facts import Known

_STAY: Final = frozenset({Kind.IN_USE, Kind.CISCO, Kind.CHAIN})
_OPEN: Final = frozenset({Kind.UNKNOWN, Kind.IMPOSTOR})
_ORDER: Final = tuple(Kind)


def verdicts(seen: Seen) -> tuple[StoreVerdict, ...]:
    """All of them, store by store; those of one name stand together."""
    index = Index(seen)
    found = tuple(_verdict(index, entry) for entry in index.entries)
    return tuple(sorted(_held_by_name(seen, found), key=_rank))


def _rank(verdict: StoreVerdict) -> tuple[str, int, str]:
    return verdict.store.lower(), _ORDER.index(verdict.kind), verdict.files[0]


def _verdict(index: Index, entry: Entry) -> StoreVerdict:
    what = what_is(index, entry)
    leans = leaning(index, entry, what)
    doubts = (*what.doubts, *leans.perhaps, *_unlisted(index, entry))
    return StoreVerdict(
        store=entry.store,
        certificate=entry.certificate,
        places=entry.places,
        kind=what.kind,
        fate=_fate(what, leans, doubts),
        whose=what.whose,
        evidence=what.evidence,
        leaning=leans.surely,
        doubts=doubts,
        breaks=tuple(_breaks(index, entry, what)),
        replaced=leans.replaced,
        sources=what.sources,
    )


def _unlisted(index: Index, entry: Entry) -> Iterator[str]:
    """Where a deletion reaches a node whose stores could not be read, it may take another of that name with it."""
    if _reaches_every_node(index.seen, entry.store):
        for node in index.snapshot.nodes:
            if not isinstance(node.trusted, Known):
                yield (
                    f"A deletion reaches {node.name}, whose trust stores could not be read: another certificate may "
                    f"have that name there. {node.trusted.reason}"
                )


def _fate(what: What, leans: Leans, doubts: Sequence[str]) -> Fate:
    """What is unknown never goes without a person (S151); what somebody leans on does not go yet."""
    if what.kind in _STAY:
        return Fate.KEEP
    if leans.surely:
        return Fate.HELD
    return Fate.ASK if doubts or what.kind in _OPEN else Fate.FREE


def _breaks(index: Index, entry: Entry, what: What) -> Iterator[str]:
    """What its deletion breaks, or may break."""
    store = _store(index, entry.store)
    if what.kind in {Kind.STALE, Kind.LEFTOVER, Kind.OBSOLETE} or store is None:
        return
    yield f"Whoever is known by it there is a stranger from then on. The store is for: {store.purpose}."
    if store.deletion_note:
        yield store.deletion_note


def _store(index: Index, name: str) -> Store | None:
    return next((each for each in index.seen.catalog.stores if each.name == name), None)


def _held_by_name(seen: Seen, found: Sequence[StoreVerdict]) -> Iterator[StoreVerdict]:
    """A deletion goes by the name of a file: where it reaches every node, it takes what is in use under that name too.

    Up to 12.5(1)SU4 the file is called after the common name alone, so that an older one and that of now share it.
    """
    kept = {
        (each.store, file): each
        for each in found
        if each.fate is not Fate.FREE and _reaches_every_node(seen, each.store)
        for file in each.files
    }
    for each in found:
        other = next((kept[each.store, file] for file in each.files if (each.store, file) in kept), None)
        if each.fate is Fate.FREE and other is not None:
            yield msgspec.structs.replace(each, fate=Fate.HELD, leaning=(_same_name(each, other),))
        else:
            yield each


def _same_name(verdict: StoreVerdict, other: StoreVerdict) -> str:
    file = next(each for each in verdict.files if each in other.files)
    return (
        f"{', '.join(other.nodes)}, where {file} is another certificate ({other.kind.value}): a deletion goes by the "
        "name, on every node at once (211300). Where Change Notification runs, that one replaces this by itself"
    )


def _reaches_every_node(seen: Seen, store: str) -> bool:
    if not isinstance(seen.release, Known):
        return True
    rows = (each for each in seen.release.value.deletions if store in each.stores)
    return next((each.reach == "every node" for each in rows), False)
