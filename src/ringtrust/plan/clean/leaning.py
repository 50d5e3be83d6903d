"""Who leans on what lies in the trust stores, as a proof goes by it: whatever a verdict keeps, its deletion is refused.

What nobody could find out is no such thing: there a person answers who has named it himself.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.ground import Leaning
from ringtrust.change.store_verdict import Fate, Kind, StoreVerdict
from ringtrust.cluster.names import IPSEC

_SURE: Final = frozenset({Fate.KEEP, Fate.HELD})
_IPSEC_TRUST: Final = f"{IPSEC}-trust"
_HAZARDS: Final[Mapping[Kind, tuple[str, tuple[str, ...]]]] = {
    Kind.CHAIN: ("L03", ("L03", "SG15")),
    Kind.CISCO: ("L11", ("L11",)),
    Kind.FOREIGN: ("S168", ()),
    Kind.STALE: ("I2", ("I2", "H08")),
    Kind.LEFTOVER: ("I2", ("I2", "H08")),
}


def leaning_of(verdicts: Iterable[StoreVerdict], facts: ReleaseFacts) -> tuple[Leaning, ...]:
    """By store, file and node; the node is empty where a deletion reaches every one."""
    return tuple(dict.fromkeys(each for verdict in verdicts if verdict.fate in _SURE for each in _one(verdict, facts)))


def _one(verdict: StoreVerdict, facts: ReleaseFacts) -> Iterator[Leaning]:
    everywhere = reach_of(facts, verdict.store) == "every node"
    hazard, sources = _hazard(verdict)
    for place in verdict.places:
        told = (each.removesuffix(".") for each in (*verdict.leaning, *verdict.evidence))
        who = "; ".join(told) or verdict.kind.value
        yield Leaning(verdict.store, place.file, "" if everywhere else place.node, who, hazard, sources)


def reach_of(facts: ReleaseFacts, store: str) -> str:
    """How far a deletion reaches; of a store that the release does not have, no further than its node."""
    found = next((each for each in facts.deletions if store in each.stores), None)
    return found.reach if found is not None else "own node"


def _hazard(verdict: StoreVerdict) -> tuple[str, tuple[str, ...]]:
    """What its deletion is called, and who says so."""
    if any("(H17)" in each for each in verdict.leaning):
        return "H17", ("H17", "I7", "200860")
    if verdict.kind is Kind.IN_USE and verdict.store == _IPSEC_TRUST:
        return "L04", ("L04", "214231", *verdict.sources)
    hazard, sources = _HAZARDS.get(verdict.kind, ("S152", ()))
    return hazard, (*sources, *verdict.sources)
