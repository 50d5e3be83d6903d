"""The lists that a phone may meet, and whether it takes one.

The acceptance rule is that of domain.md §0: known signer, else a TVS of the phone's group that it knows by its
certificate and that knows the signer; after an emptied list, anything.
"""

from collections.abc import Iterable, Iterator
from itertools import product

import msgspec

from ringtrust.change.ground import Ground, PhoneClass, item, place_of
from ringtrust.change.proof import NO_CTL, Holding
from ringtrust.cluster.names import TFTP_SERVICE, TVS, TVS_SERVICE
from ringtrust.prove.frame import AS_RELEASED, CTL, ROLLBACK, SURELY, Frame


class Offer(msgspec.Struct, frozen=True):
    """What a TFTP node may serve to phones of a class: an ITL (its signer, what it holds), and a CTL in mixed mode."""

    node: str
    signer: str
    itl: Holding
    large: bool = False


class Taken(msgspec.Struct, frozen=True):
    """A phone takes a list: because it knows the signer (`by` empty), because a TVS vouches, or trusting blindly."""

    by: str


BLINDLY = "blindly"
FROM_CAPF = "CAPF"
"""It is no list that a phone takes, but an LSC."""


def offers(ground: Ground, frame: Frame, phones: PhoneClass) -> tuple[Offer, ...]:
    """Every ITL that any running TFTP node may serve them now; devices without Security by Default want none (H14)."""
    if not phones.asks:
        return ()
    running = [node for node in ground.tftp if (TFTP_SERVICE, node) not in frame.stopped]
    return tuple(dict.fromkeys(offer for node in running for offer in _of_node(ground, frame, phones, node)))


def _of_node(ground: Ground, frame: Frame, phones: PhoneClass, node: str) -> Iterator[Offer]:
    places = [item(unit, ground.owner(unit, node)) for unit in ground.sasts]
    vouching = [item(TVS, member) for member in dict.fromkeys(phones.members) if item(TVS, member) in frame.past]
    large = any(first.large for first in ground.node(node).serves)
    for built in frame.built[node]:
        empty = bool(frame.past[ROLLBACK][built[ROLLBACK]])
        choices = [frame.since(place, built[place]) for place in (*places, *vouching)]
        for *chosen, anew in product(*choices, sorted(frame.signed_anew[node])):
            sasts, tvs = frozenset(chosen[: len(places)]), frozenset(chosen[len(places) :])
            signer = anew if anew != AS_RELEASED else chosen[ground.sasts.index(ground.signer)]
            yield Offer(node, signer, Holding(node, sasts, frozenset() if empty else tvs, emptied=empty), large)


def ctl_offers(ground: Ground, frame: Frame) -> tuple[int, ...]:
    """The numbers of the CTLs that may be served now; none outside mixed mode, nor while no Cisco Tftp runs."""
    if all((TFTP_SERVICE, node) in frame.stopped for node in ground.tftp):
        return ()
    numbers = frame.past[CTL][frame.heard[CTL] :]
    return tuple(dict.fromkeys(number for number in numbers if number != NO_CTL))


def known_signers(frame: Frame, held: Holding) -> frozenset[str]:
    """Whom a phone knows as signers: the SASTs of its ITL, and of its CTL."""
    return held.sasts if held.ctl == NO_CTL else held.sasts | frame.ctls[held.ctl].sasts


def first_itl_signers(frame: Frame, held: Holding) -> frozenset[str]:
    """Whom a phone with a CTL and no ITL lets sign its first ITL beside them: the servers of its CTL (§6.2)."""
    bare = held.ctl != NO_CTL and held.emptied and not held.node
    return frame.ctls[held.ctl].servers if bare else frozenset()


def taken(
    ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, signer: str, *, itl: bool = True
) -> Taken | None:
    """How a phone that holds this takes an ITL (or a CTL) of this signer now; None when it refuses it."""
    if held.emptied and held.ctl == NO_CTL:
        return Taken(BLINDLY)
    if signer in known_signers(frame, held) or (itl and signer in first_itl_signers(frame, held)):
        return Taken("")
    for member in phones.members if phones.asks else ():
        if (TVS_SERVICE, member) in frame.stopped or member not in frame.loaded:
            continue
        shown = frame.since(item(TVS, member), frame.loaded[member])
        if not held.tvs.isdisjoint(shown) and _may_know(ground, frame, member, signer):
            return Taken(member)
    return None


def _may_know(ground: Ground, frame: Frame, member: str, signer: str) -> bool:
    """Whether TVS of a node may know a signer by now: it knows those of its CTL, too (118893)."""
    place = place_of(signer)
    if any(signer in frame.ctls[number].sasts for number in ctl_offers(ground, frame)):
        return True
    if place not in frame.past:
        return False
    unit, _, owner = place.partition("@")
    if owner == member:
        return signer == frame.now(place)
    forgotten = frame.forgotten.get((member, place)) == SURELY
    return unit in ground.vouched and not forgotten and frame.knows(place, frame.heard[place], signer)


def current(phones: PhoneClass, holding: Holding, served: Iterable[Offer], ctls: tuple[int, ...]) -> bool:
    """Whether a phone holds what is served now."""
    ctl = not ctls or holding.ctl in ctls
    return ctl and (not phones.asks or any(same_list(holding, offer.itl) for offer in served))


def same_list(one: Holding, other: Holding) -> bool:
    """Whether they are one ITL; the CTL beside it does not matter."""
    return (one.sasts, one.tvs, one.emptied) == (other.sasts, other.tvs, other.emptied)
