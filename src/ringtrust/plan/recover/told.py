"""What happened, as far as what is there now tells: which hazard it looks like, and why (domain.md §3a)."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.ground import Ground
from ringtrust.cluster.names import CALLMANAGER, ITLRECOVERY, TVS
from ringtrust.plan.recover.wrong import Place, Wrong
from ringtrust.prove.wreck.before import Change
from ringtrust.trust.names import counted, some

_NAMED: Final = 6


class Sign(msgspec.Struct, frozen=True):
    """Something that is seen, in a sentence; `hazard` is what it looks like, empty where it is none by itself."""

    text: str
    hazard: str = ""


def signs(
    wrong: Wrong, ground: Ground, facts: ReleaseFacts, changes: Sequence[Change], *, astray: int
) -> Iterator[Sign]:
    """One after the other, the gravest first. `astray` is how many phones hold a list that nobody serves."""
    if astray:
        yield from _changed(facts, changes)
    yield from _not_loaded(wrong)
    yield from _of_lists(wrong)
    yield from _of_ground(ground)
    if wrong.expired:
        yield Sign(f"Expired: {some([each.replace('@', ' of ') for each in wrong.expired], _NAMED)}.", "S120")


def _of_lists(wrong: Wrong) -> Iterator[Sign]:
    if wrong.rollback:
        yield Sign("The rollback parameter, Prepare Cluster for Rollback to pre 8.0, is True.", "H11")
    if wrong.emptied:
        yield Sign(f"The list of {some(wrong.emptied, _NAMED)} is empty: phones that take it trust anybody.", "H11")
    if wrong.stale:
        yield Sign(f"The list of {some(wrong.stale, _NAMED)} is not of now, or not signed by who signs it usually.")
    if wrong.ctl:
        yield Sign("The CTL is not of now: it was not updated behind a renewal.", "H13")


def _of_ground(ground: Ground) -> Iterator[Sign]:
    for node in ground.nodes:
        if node.forgets:
            lost = some(sorted({place.replace("@", " of ") for place in node.forgets}), _NAMED)
            yield Sign(f"TVS of {node.name} does not know {lost}: deleted, or never brought there.", "H05")
    if any(first.large for node in ground.nodes for first in node.serves):
        yield Sign("A list is larger than phones can load.", "H19")


def _changed(facts: ReleaseFacts, changes: Sequence[Change]) -> Iterator[Sign]:
    units = {change.place.partition("@")[0] for change in changes}
    if not units:
        yield Sign("No certificate is new: phones hold a list of which nobody knows when it was served.", "H08")
        return
    places = some([change.place.replace("@", " of ") for change in changes], _NAMED)
    yield Sign(f"New, and phones do not hold a list with them: {places}.", _hazard(facts, units))


def _hazard(facts: ReleaseFacts, units: set[str]) -> str:
    by_recovery = facts.signing.itl == ITLRECOVERY
    if {CALLMANAGER, TVS, ITLRECOVERY} <= units:
        return "H02"
    if {CALLMANAGER, TVS} <= units:
        return "H01"
    if by_recovery and {ITLRECOVERY, TVS} <= units:
        return "H03"
    if by_recovery and {ITLRECOVERY, CALLMANAGER} <= units:
        return "H04"
    return "H06"


def _not_loaded(wrong: Wrong) -> Iterator[Sign]:
    for what, places in (("does not run", wrong.stopped), ("runs with the certificate of before", wrong.unloaded)):
        for service in dict.fromkeys(place.service for place in places):
            nodes = some([each.node for each in places if each.service == service], _NAMED)
            yield Sign(f"{service} {what} on {nodes}.", "H10" if what == "does not run" else "")


def where(places: Sequence[Place]) -> str:
    """Services and nodes in a few words."""
    return some([f"{each.service} of {each.node}" for each in places], _NAMED)


def phones(count: int) -> str:
    """How many phones, in words."""
    return counted(count, "phone")
