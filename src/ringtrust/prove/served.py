"""The lists that a phone may meet, whether it takes one, and whether any act on the servers can still bring it back.

The acceptance rule is that of domain.md §0: known signer, else a TVS of the phone's group that it knows by its
certificate and that knows the signer; after an emptied list, anything.
"""

from collections.abc import Iterable, Iterator
from itertools import product

import msgspec
from msgspec.structs import replace

from ringtrust.change.ground import ETOKEN, UNKNOWN, Ground, PhoneClass, item, place_of
from ringtrust.change.proof import NO_CTL, Holding
from ringtrust.cluster.names import TFTP_SERVICE, TVS, TVS_SERVICE
from ringtrust.prove.frame import AS_RELEASED, CTL, ROLLBACK, SURELY, Frame, ctl_by_token, ctl_of_now


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


def is_blank(held: Holding) -> bool:
    """Whether a phone holds nothing by which it could refuse a list. It takes both, whoever signed them."""
    return held.emptied and held.ctl == NO_CTL


def taken(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, signer: str) -> Taken | None:
    """How a phone that holds this takes a list of this signer now; None when it refuses it."""
    if is_blank(held):
        return Taken(BLINDLY)
    if signer in known_signers(frame, held):
        return Taken("")
    for member in phones.members if phones.asks else ():
        if (TVS_SERVICE, member) in frame.stopped or member not in frame.loaded:
            continue
        shown = frame.since(item(TVS, member), frame.loaded[member])
        if not held.tvs.isdisjoint(shown) and _may_know(ground, frame, member, signer):
            return Taken(member)
    return None


def _may_know(ground: Ground, frame: Frame, member: str, signer: str) -> bool:
    """Whether TVS of a node may know a signer by now."""
    place = place_of(signer)
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


class Ending(msgspec.Struct, frozen=True):
    """What the servers can give phones of a class once every service is up with what is on disk and all has arrived.

    `signers` can sign a list, `itls` are those that nodes serve then, and `rescued` those after R1 too, each with its
    signer and what it holds; `ctls` are CTLs with the signers that they hold. Out of mixed mode `signers` is enough.
    """

    signers: tuple[str, ...]
    itls: tuple[tuple[str, Holding], ...] = ()
    rescued: tuple[tuple[str, Holding], ...] = ()
    ctls: tuple[tuple[str, frozenset[str]], ...] = ()


def ending(ground: Ground, frame: Frame, phones: PhoneClass) -> Ending:
    """How it ends from here."""
    if not frame.mixed:
        return Ending(signers(ground, frame))
    own = tuple(dict.fromkeys(_final_itls(ground, frame, phones)))
    rescued = (*own, *(_rescued(ground, frame, itl) for _, itl in own if ground.recovery))
    return Ending(signers(ground, frame), own, tuple(dict.fromkeys(rescued)), final_ctls(ground, frame))


def lost(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, then: Ending | None = None) -> bool:
    """Whether somebody has to walk to a phone that holds this (design.md §3), a restore of a backup apart.

    Every service runs with what is on disk, and everything has arrived; R1 and R3 may sign anew. In mixed mode it needs
    the CTL too. What it has taken of the one may let it take the other. `then` is the `ending` where at hand.
    """
    if phones.asks and all(first.large for name in ground.tftp for first in ground.node(name).serves):
        return True
    then = then or ending(ground, frame, phones)
    takes_itl = not phones.asks or any(believed(ground, frame, phones, held, signer) for signer in then.signers)
    if not frame.mixed:
        return not takes_itl
    itls, ctls = then.rescued, then.ctls
    takes_ctl = any(believed(ground, frame, phones, held, signer) for signer, _ in ctls)
    if takes_itl and takes_ctl:
        return False
    if takes_itl:
        nexts = [replace(itl, ctl=held.ctl) for signer, itl in itls if believed(ground, frame, phones, held, signer)]
        return not any(believed(ground, frame, phones, one, signer) for one in nexts for signer, _ in ctls)
    known = [sasts for signer, sasts in ctls if believed(ground, frame, phones, held, signer)]
    return not any(signer in sasts for sasts in known for signer, _ in itls)


def _final_itls(ground: Ground, frame: Frame, phones: PhoneClass) -> Iterator[tuple[str, Holding]]:
    """Who signs the ITL of each node, with its own key as ever, and what a phone then holds; whose it is is all one.

    With the rollback parameter True it names no TVS; that a list is empty does not help where there is a CTL (H12).
    """
    tvs = frozenset(frame.now(item(TVS, each)) for each in phones.members if item(TVS, each) in frame.past)
    tvs = frozenset() if frame.past[ROLLBACK][-1] else tvs
    for node in ground.tftp if phones.asks else ():
        sasts = frozenset(frame.now(item(unit, ground.owner(unit, node))) for unit in ground.sasts)
        yield frame.now(item(ground.signer, ground.owner(ground.signer, node))), Holding("", sasts, tvs)


def _rescued(ground: Ground, frame: Frame, itl: Holding) -> tuple[str, Holding]:
    """The same list after `utils itl reset localkey` (R1)."""
    return frame.now(item(ground.recovery, ground.publisher)), itl


def final_ctls(ground: Ground, frame: Frame) -> tuple[tuple[str, frozenset[str]], ...]:
    """Who signs a CTL of now, and who may then sign lists: by an update, with an eToken, or after R3.

    One that is served and holds what is no more is none of now: whoever takes only that is left behind by the next.
    """
    last = frame.ctl
    made = [ctl_by_token(ground, frame)] if last.by_token else []
    if ground.ctl_signer != ETOKEN:
        units = [unit for unit in (ground.ctl_signer, ground.ctl_second) if item(unit, ground.publisher) in frame.past]
        made += [ctl_of_now(ground, frame, unit) for unit in units]
    if not last.servers or any(last.holds_what(each) for each in made):
        made.append(last)
    return tuple(dict.fromkeys((each.signer, each.sasts) for each in made))


def signers(ground: Ground, frame: Frame) -> tuple[str, ...]:
    """Whose keys can sign a list: every TFTP node's, and that of `utils itl reset localkey` (R1)."""
    places = [item(ground.signer, ground.owner(ground.signer, node)) for node in ground.tftp]
    if ground.recovery:
        places.append(item(ground.recovery, ground.publisher))
    return tuple(dict.fromkeys(frame.now(place) for place in places))


def believed(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, signer: str) -> bool:
    """Whether a phone takes what this signs once all is up and has arrived."""
    if is_blank(held):
        return True
    if UNKNOWN in held.sasts:
        return False
    return signer in known_signers(frame, held) or any(vouching(ground, frame, phones, held, signer))


def vouching(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, signer: str) -> Iterator[bool]:
    """For every TVS of the group, whether the phone knows it and it knows the signer: that of now, and none of before.

    A CTL may be signed with a key that has been renewed since.
    """
    place = place_of(signer)
    if place not in frame.past or signer != frame.now(place):
        return
    unit, _, owner = place.partition("@")
    for member in phones.members if phones.asks else ():
        own = item(TVS, member)
        known = own in frame.past and frame.now(own) in held.tvs
        vouched = owner == member or (unit in ground.vouched and (member, place) not in frame.forgotten)
        yield known and vouched
