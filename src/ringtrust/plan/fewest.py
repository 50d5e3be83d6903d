"""The fewest phone resets that still prove, and why fewer cannot be safe.

Certificates that stand in no list need no wave. The types that do are put into waves in every way there is, fewest
waves first, and each way is proved; the first that holds is taken.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, permutations

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.plan import Bound
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.plan.batches import Batch, of_type, touches_lists
from ringtrust.plan.targets import Target, Targets

Proves = Callable[[tuple[Batch, ...]], bool]
Forbids = Callable[[Batch], bool]
Types = Sequence[tuple[Target, ...]]


class Fewest(msgspec.Struct, frozen=True):
    """The batches with the fewest waves that prove; none when no way does. `bound` says how few there could be."""

    batches: tuple[Batch, ...]
    waves: int
    bound: Bound


def fewest(snapshot: Snapshot, facts: ReleaseFacts, targets: Targets, proves: Proves, forbids: Forbids) -> Fewest:
    """The best of all ways to put types into waves. `forbids` says whether a document forbids a batch."""
    quiet, listed = _split(snapshot, facts, targets)
    for waves in _ways(listed):
        batches = (*quiet, *waves)
        if proves(batches):
            return Fewest(batches, len(waves), _bound(listed, quiet, proves, forbids))
    return Fewest((), 0, _bound(listed, quiet, proves, forbids))


def _split(
    snapshot: Snapshot, facts: ReleaseFacts, targets: Targets
) -> tuple[tuple[Batch, ...], list[tuple[Target, ...]]]:
    """What changes no list, type by type; and the types that do."""
    quiet: list[Batch] = []
    listed: list[tuple[Target, ...]] = []
    for _, chosen in of_type(facts, targets):
        if any(touches_lists(snapshot, facts, target) for target in chosen):
            listed.append(chosen)
        else:
            quiet.append(Batch(chosen, side_by_side=True))
    return tuple(quiet), listed


def _ways(types: Types) -> Iterator[tuple[Batch, ...]]:
    """Every way to put types into waves one after the other, fewest waves first, then in the order of the catalog."""
    for count in range(min(len(types), 1), len(types) + 1):
        for parts in _partitions(list(range(len(types))), count):
            for order in permutations(parts):
                yield tuple(_together([types[place] for place in part]) for part in order)


def _partitions(places: list[int], count: int) -> Iterator[list[list[int]]]:
    """The ways to split these into so many parts."""
    if not places:
        if count == 0:
            yield []
        return
    first, rest = places[0], places[1:]
    for size in range(len(rest) + 1):
        for others in combinations(rest, size):
            left = [place for place in rest if place not in others]
            for parts in _partitions(left, count - 1) if count else ():
                yield [[first, *others], *parts]


def _together(types: Types) -> Batch:
    return Batch(tuple(target for chosen in types for target in chosen), side_by_side=True)


def _bound(types: Types, quiet: tuple[Batch, ...], proves: Proves, forbids: Forbids) -> Bound:
    """How few waves there could be, whatever is done in them, node by node too.

    What documents say of two types they say of any two certificates of these: so types of which no two may share a wave
    need a wave each. And where all in one wave is refuted there are two at least.
    """
    if not types:
        return Bound(0, "No list changes, so that no phone has to fetch one.")
    apart = _apart(types, forbids)
    if len(apart) > 1:
        names = ", ".join(Batch(types[place]).phase for place in apart)
        return Bound(
            len(apart), f"Cisco's documents forbid any two of {names} in one wave, but for the rollback parameter."
        )
    if not proves((*quiet, _together(types))):
        return Bound(2, "All in one wave is refuted.")
    return Bound(1, "Lists change, and every phone has to fetch the new one.")


def _apart(types: Types, forbids: Forbids) -> tuple[int, ...]:
    """The largest set of types of which documents forbid any two together."""
    places = range(len(types))
    pairs = {pair for pair in combinations(places, 2) if forbids(_together([types[pair[0]][:1], types[pair[1]][:1]]))}
    sets = (chosen for size in places for chosen in combinations(places, size + 1))
    return max((chosen for chosen in sets if set(combinations(chosen, 2)) <= pairs), key=len)
