"""Phones that have gone astray before the night begins, and whether the night brings them back.

Everywhere else the proof lets be late whatever may be late, and asks whether somebody could be lost by it. Of phones
that are to come back it asks the contrary: whether they come for certain, when every node stays as it is and the wave
that waits for them reaches them. So here everything is as it was last seen, or last made, and nothing happens by
itself: a TVS vouches with the certificate that it runs with, and a TFTP node serves what it has built last.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from ringtrust.change.ground import Ground, PhoneClass, item, place_of, token
from ringtrust.change.night import Stage, Wave
from ringtrust.change.proof import NO_CTL, Holding
from ringtrust.cluster.names import TFTP_SERVICE, TVS, TVS_SERVICE
from ringtrust.prove.frame import AS_RELEASED, CTL, ROLLBACK, Frame
from ringtrust.prove.served import Offer, is_blank, known_signers, same_list


def judged_from(night: Sequence[Stage], phones: PhoneClass) -> int:
    """The number of deeds after which phones may not be lost any more: 0, or for astray ones those up to their wave.

    Those that no wave waits for are never judged.
    """
    if not phones.astray:
        return 0
    waves = (place for place, stage in enumerate(night, 1) if isinstance(stage.deed, Wave) and stage.deed.complete)
    return next(waves, len(night) + 1) if phones.waited else len(night) + 1


def left_out(ground: Ground, frame: Frame, phones: PhoneClass, held: Iterable[Holding]) -> tuple[Holding, ...]:
    """Those that do not come for certain, when they are sent for the lists of now."""
    return tuple(each for each in held if not comes(ground, frame, phones, each))


def comes(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding) -> bool:
    """Whether a phone that holds this comes for certain to what is served now, one list after the other."""
    nodes = _asked(ground, frame, phones)
    return bool(nodes) and all(_comes_at(ground, frame, phones, held, node) for node in nodes)


def _asked(ground: Ground, frame: Frame, phones: PhoneClass) -> tuple[str, ...]:
    """The TFTP node that they ask: the first of theirs that runs; any that runs where nobody knows their order."""
    running = [node for node in ground.tftp if (TFTP_SERVICE, node) not in frame.stopped]
    known = [node for node in phones.order if node in running]
    return tuple(known[:1] or running)


def _comes_at(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, node: str) -> bool:
    """Two resets are enough: the one list may be taken only when the other is there."""
    offer, ctl = expected(ground, frame, phones, node), frame.past[CTL][-1]
    if phones.asks and offer.large:
        return False
    seen = [held]
    for one in seen:
        if _is_current(phones, one, offer.itl, ctl):
            return True
        seen += [each for each in _next(ground, frame, phones, one, offer, ctl) if each not in seen]
    return False


def _is_current(phones: PhoneClass, held: Holding, itl: Holding, ctl: int) -> bool:
    return held.ctl == ctl and (not phones.asks or same_list(held, itl))


def _next(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, offer: Offer, ctl: int) -> Iterator[Holding]:
    if frame.mixed and phones.asks and is_blank(held):
        yield replace(offer.itl, ctl=ctl, lsc=held.lsc)
        return
    if ctl not in {NO_CTL, held.ctl} and _takes(ground, frame, phones, held, frame.ctls[ctl].signer):
        yield replace(held, ctl=ctl)
    if phones.asks and _takes(ground, frame, phones, held, offer.signer):
        yield replace(offer.itl, ctl=held.ctl, lsc=held.lsc)


def expected(ground: Ground, frame: Frame, phones: PhoneClass, node: str) -> Offer:
    """What a TFTP node serves them: built last, and signed as it was last told to."""
    built = frame.built[node][-1]
    empty = bool(frame.past[ROLLBACK][built[ROLLBACK]])
    sasts = [frame.now(item(unit, ground.owner(unit, node))) for unit in ground.sasts]
    tvs = frozenset(frame.now(item(TVS, each)) for each in phones.members if item(TVS, each) in frame.past)
    anew = frame.signed_anew[node] - {AS_RELEASED}
    signer = min(anew) if anew else sasts[ground.sasts.index(ground.signer)]
    large = any(first.large for first in ground.node(node).serves)
    itl = Holding(node, frozenset(sasts), frozenset() if empty else tvs, emptied=empty)
    return Offer(node, signer, itl, large)


def _takes(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, signer: str) -> bool:
    """Whether it takes for certain what this signs."""
    if is_blank(held) or signer in known_signers(frame, held):
        return True
    return phones.asks and any(_vouches(ground, frame, held, member, signer) for member in phones.members)


def _vouches(ground: Ground, frame: Frame, held: Holding, member: str, signer: str) -> bool:
    """Whether TVS of a node vouches, as it runs: the gate before the wave has seen that every signer got there."""
    if (TVS_SERVICE, member) in frame.stopped or member not in frame.loaded:
        return False
    own, place = item(TVS, member), place_of(signer)
    shown = token(own, frame.past[own][frame.loaded[member]])
    if shown not in held.tvs or place not in frame.past or signer != frame.now(place):
        return False
    unit, _, owner = place.partition("@")
    return owner == member or (unit in ground.vouched and (member, place) not in frame.forgotten)
