"""Every list that any phone may hold between any two deeds: all of them, not a sample.

Phones do not meet each other, and what may be so on the servers does not depend on them. So each class is searched by
itself, and 80,000 phones cost no more than eight. A phone may be off at any moment and back at any other, so that at
each moment it keeps what it holds or takes anything that is offered. Only a complete wave leaves nobody behind.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NoReturn

import msgspec

from ringtrust.change.ground import UNKNOWN, Ground, PhoneClass, place_of, token
from ringtrust.change.night import Arrive, BackUp, Deed, IssueLscs, MatchLists, Stage, Start, Stop, Synchronise, Wave
from ringtrust.change.proof import NO_CTL, Fetched, Holding
from ringtrust.cluster.names import CAPF_SERVICE
from ringtrust.errors import RefusedError
from ringtrust.prove.astray import judged_from, left_out
from ringtrust.prove.frame import CTL, Frame, first_frame
from ringtrust.prove.moves import after, begun
from ringtrust.prove.registering import settles, unregistered
from ringtrust.prove.served import (
    BLINDLY,
    FROM_CAPF,
    Offer,
    Taken,
    ctl_offers,
    current,
    ending,
    is_blank,
    lost,
    offers,
    taken,
)

_AT_MOST: Final = 20_000

Origins = Mapping[tuple[int, Holding], tuple[Holding, Fetched]]


class Found(msgspec.Struct, frozen=True):
    """What phones of a class may hold before each deed, and after the last; how they came by it; and who is lost.

    `lost` is the first place where somebody is, with what he holds; it is empty when nobody ever is. `unregistered` is
    the same of those who have their lists, and cannot register.
    """

    phones: PhoneClass
    reached: tuple[frozenset[Holding], ...]
    origins: Origins
    lost: tuple[tuple[int, Holding], ...]
    fetches: int
    unregistered: tuple[tuple[int, Holding], ...] = ()

    def stuck(self, night: tuple[Stage, ...]) -> tuple[str, ...]:
        """Where a complete wave waits for ever, as none of them can hold a list of now; behind it nothing is judged."""
        found = (place for place, stage in enumerate(night) if waited_for(stage.deed, self.phones))
        return tuple(night[place].where for place in found if self.reached[place] and not self.reached[place + 1])[:1]

    @property
    def harmed(self) -> tuple[tuple[int, Holding], ...]:
        """Where somebody is lost or cannot register, whichever comes first."""
        return min((each for each in (self.lost, self.unregistered) if each), key=lambda each: each[0][0], default=())

    @property
    def states(self) -> int:
        """How many states that were."""
        return sum(map(len, self.reached))


def frames(ground: Ground, night: tuple[Stage, ...]) -> tuple[Frame, ...]:
    """What may be so on the servers before each deed, and after the last.

    A complete round of LSCs begins before it has passed: phones fetch theirs while it waits for them.
    """
    found = [first_frame(ground)]
    for stage in night:
        found[-1] = begun(found[-1], stage.deed)
        found.append(after(ground, found[-1], stage.deed))
    return tuple(found)


def search(ground: Ground, night: tuple[Stage, ...], places: tuple[Frame, ...], phones: PhoneClass) -> Found:
    """All that phones of a class may come to."""
    return _Search(ground, phones).through(night, places)


class Meeting(msgspec.Struct, frozen=True):
    """What phones of a class may meet at one place of the night."""

    ground: Ground
    frame: Frame
    phones: PhoneClass
    offers: tuple[Offer, ...]
    signed_by: Mapping[str, tuple[Offer, ...]]

    def steps(self, held: Holding) -> Iterator[tuple[Holding, str, Taken]]:
        """Every list that a phone may take that holds this: what it holds then, who signed that, and why it does."""
        blank = self.frame.mixed and self.phones.asks and is_blank(held)
        yield from self._first_lists(held) if blank else self._next_lists(held)
        for issuer in self._issuers(held):
            yield msgspec.structs.replace(held, lsc=issuer), issuer, Taken(FROM_CAPF)

    def _first_lists(self, held: Holding) -> Iterator[tuple[Holding, str, Taken]]:
        """It fetches the CTL and the ITL together, and takes both whoever signed them (trust-formats.md §6.1, §6.2)."""
        for number in ctl_offers(self.ground, self.frame):
            for offer in self.offers:
                if not offer.large:
                    both = msgspec.structs.replace(offer.itl, ctl=number, lsc=held.lsc)
                    yield both, self.frame.ctls[number].signer, Taken(BLINDLY)

    def _next_lists(self, held: Holding) -> Iterator[tuple[Holding, str, Taken]]:
        for signer, signed in self.signed_by.items():
            how = taken(self.ground, self.frame, self.phones, held, signer)
            if how is None:
                continue
            for offer in signed:
                if offer.node != held.node or not self._goes_back(held, offer):
                    yield _beside(offer.itl, held), signer, how
        for number in ctl_offers(self.ground, self.frame):
            signer = self.frame.ctls[number].signer
            how = taken(self.ground, self.frame, self.phones, held, signer)
            if how is not None and not self._ctl_goes_back(held, number):
                yield msgspec.structs.replace(held, ctl=number), signer, how

    def _issuers(self, held: Holding) -> Iterator[str]:
        """Who may sign a new LSC for it by now: CAPF, with what it has loaded at least, or anything later.

        Phones have to know CAPF's certificate, by the ITL or the CTL (S123).
        """
        if not self.phones.issuer or not {"", self.phones.group} & self.frame.issuing:
            return
        if (CAPF_SERVICE, self.ground.publisher) in self.frame.stopped:
            return
        ctl = self.frame.ctls[held.ctl].capf if held.ctl != NO_CTL else frozenset()
        yield from (each for each in self.frame.capfs_loaded if self.phones.asks or each in ctl)

    def _ctl_goes_back(self, held: Holding, number: int) -> bool:
        """Whether the only TFTP node would have to serve an older CTL than one of this night that it has served."""
        made = held.ctl >= len(self.ground.all_ctls)
        return made and len(self.ground.tftp) == 1 and self.frame.older(token(CTL, number), token(CTL, held.ctl))

    def _goes_back(self, held: Holding, offer: Offer) -> bool:
        """Whether a node would have to serve an older list than it has served: what it has heard it has heard."""
        gone = (held.sasts - offer.itl.sasts) | (held.tvs - offer.itl.tvs)
        if not gone:
            return False
        inside = {place_of(each): each for each in gone}
        new = (offer.itl.sasts - held.sasts) | (offer.itl.tvs - held.tvs)
        return any(self.frame.older(each, inside[place_of(each)]) for each in new if place_of(each) in inside)


def meeting(ground: Ground, frame: Frame, phones: PhoneClass) -> Meeting:
    """What they may meet."""
    found = offers(ground, frame, phones)
    signed_by: dict[str, list[Offer]] = {}
    for offer in found:
        if not offer.large:
            signed_by.setdefault(offer.signer, []).append(offer)
    return Meeting(ground, frame, phones, found, {signer: tuple(signed) for signer, signed in signed_by.items()})


def _beside(itl: Holding, held: Holding) -> Holding:
    """A new ITL, and what the phone has still: its CTL and its LSC."""
    same = (held.ctl, held.lsc) == (itl.ctl, itl.lsc)
    return itl if same else msgspec.structs.replace(itl, ctl=held.ctl, lsc=held.lsc)


def first_holdings(ground: Ground, frame: Frame, phones: PhoneClass) -> frozenset[Holding]:
    """What they may hold in the beginning."""
    if phones.holds:
        return frozenset(_held_first(phones))
    return frozenset(
        msgspec.structs.replace(held, ctl=ctl, lsc=phones.issuer)
        for held in _first_itls(ground, phones)
        for ctl in _first_ctls(frame, phones)
    )


def _held_first(phones: PhoneClass) -> Iterator[Holding]:
    """List by list, as far as it matters to them."""
    members = set(phones.members)
    for each in phones.holds:
        tvs = frozenset(one for one in each.tvs if place_of(one).partition("@")[2] in members)
        emptied = each.emptied or not each.sasts
        yield Holding(each.node, frozenset(each.sasts), tvs, emptied=emptied, ctl=each.ctl, lsc=phones.issuer)


def _first_itls(ground: Ground, phones: PhoneClass) -> Iterator[Holding]:
    if phones.start == "a list that no node serves":
        yield Holding("", frozenset({UNKNOWN}), frozenset())
    elif not phones.asks or phones.start in {"no list", "a CTL alone"}:
        yield Holding("", frozenset(), frozenset(), emptied=True)
    elif not phones.lists:
        yield Holding("", frozenset({UNKNOWN}), frozenset())
    else:
        yield from (first_holding(ground, phones, node) for node in phones.lists)


def _first_ctls(frame: Frame, phones: PhoneClass) -> tuple[int, ...]:
    """The numbers of the CTLs that they may hold: any of those that are served, where a list of now is known."""
    if phones.start in {"a list of now", "a CTL alone"} and frame.ctls:
        return tuple(range(len(frame.ctls)))
    return (NO_CTL,)


def first_holding(ground: Ground, phones: PhoneClass, node: str) -> Holding:
    """The list that a node serves in the beginning, as far as it matters to them."""
    members = set(phones.members)
    found = ground.node(node).serves[0]
    tvs = frozenset(each for each in found.tvs if each.partition("@")[2].partition("#")[0] in members)
    return Holding(node, frozenset(found.sasts), tvs, emptied=found.emptied)


def waited_for(deed: Deed, phones: PhoneClass) -> bool:
    """Whether nobody of them is left behind by it."""
    if isinstance(deed, IssueLscs):
        return deed.complete and phones.waited and bool(phones.issuer) and deed.group in {"", phones.group}
    return isinstance(deed, Wave) and deed.complete and phones.waited and reaches(deed, phones)


def reaches(wave: Wave, phones: PhoneClass) -> bool:
    """Whether they are among those that a wave is for."""
    return phones.canary if wave.canary else wave.group in {"", phones.group}


def current_ones(met: Meeting, held: frozenset[Holding], deed: Deed) -> frozenset[Holding]:
    """Those for whom a deed waits: they hold what is served now, or have an LSC of now."""
    if isinstance(deed, IssueLscs):
        return frozenset(each for each in held if each.lsc == met.frame.capf)
    ctls = ctl_offers(met.ground, met.frame)
    return frozenset(each for each in held if current(met.phones, each, met.offers, ctls))


def _refuse_many(place: int) -> NoReturn:
    raise RefusedError(
        f"Before deed {place + 1} phones may hold more than {_AT_MOST:,} lists: too many certificates change between "
        "two waits to be proved.",
        advice="Insert `wait sync` between them, where the night waits anyway.",
    )


def _narrows(deed: Deed, frame: Frame, closed: Frame) -> bool:
    """Whether after a deed phones meet nothing that they did not meet when all was followed up last.

    A wait only takes away what is late. A service that starts has what it had, or less, unless it was stopped then.
    """
    if frame.issuing != closed.issuing:
        return False
    match deed:
        case Start(service=service, node=node):
            return (service, node) not in closed.stopped
        case Stop() | Wave() | Synchronise() | Arrive() | MatchLists() | BackUp():
            return True
        case _:
            return False


class _Search:
    def __init__(self, ground: Ground, phones: PhoneClass) -> None:
        self._ground = ground
        self._phones = phones
        self._origins: dict[tuple[int, Holding], tuple[Holding, Fetched]] = {}
        self._fetches = 0

    def through(self, night: tuple[Stage, ...], places: tuple[Frame, ...]) -> Found:
        reached: list[frozenset[Holding]] = []
        held = first_holdings(self._ground, places[0], self._phones)
        gone: tuple[tuple[int, Holding], ...] = ()
        barred: tuple[tuple[int, Holding], ...] = ()
        judged = judged_from(night, self._phones)
        before = frozenset(cannot_register(self._ground, places[0], self._phones, held))
        closed: Frame | None = None
        for place, frame in enumerate(places):
            same = place > 0 and frame is places[place - 1]
            closed = None if place == judged else closed
            if closed is None or not (same or _narrows(night[place - 1].deed, frame, closed)):
                held = self._closed(place, meeting(self._ground, frame, self._phones), held)
                if place >= judged:
                    gone = gone or self._lost(place, frame, held)
                closed = frame
            if place == judged - 1 < len(night):
                gone = gone or self._left_out(place, frame, held)
            reached.append(held)
            if not barred and is_settled(night, place):
                barred = self._barred(place, frame, held, before)
            if place < len(night) and waited_for(night[place].deed, self._phones):
                kept = current_ones(meeting(self._ground, frame, self._phones), held, night[place].deed)
                held, closed = kept, (closed if kept == held else None)
        return Found(self._phones, tuple(reached), self._origins, gone, self._fetches, barred)

    def _closed(self, place: int, met: Meeting, held: frozenset[Holding]) -> frozenset[Holding]:
        """Together with all that they may fetch here, one list after another."""
        found, fresh = set(held), sorted(held, key=_order)
        while fresh:
            one = fresh.pop(0)
            for then, signer, how in met.steps(one):
                self._fetches += 1
                if then not in found:
                    if len(found) > _AT_MOST:
                        _refuse_many(place)
                    found.add(then)
                    fresh.append(then)
                    self._origins[place, then] = (one, Fetched(place, then, signer, how.by))
        return frozenset(found)

    def _lost(self, place: int, frame: Frame, held: frozenset[Holding]) -> tuple[tuple[int, Holding], ...]:
        then = ending(self._ground, frame, self._phones)
        gone = [each for each in held if lost(self._ground, frame, self._phones, each, then)]
        return ((place, min(gone, key=_order)),) if gone else ()

    def _left_out(self, place: int, frame: Frame, held: frozenset[Holding]) -> tuple[tuple[int, Holding], ...]:
        """Astray phones that the wave which waits for them does not bring back; nobody where none is to come."""
        found = left_out(self._ground, frame, self._phones, held)
        return ((place, min(found, key=_order)),) if found else ()

    def _barred(
        self, place: int, frame: Frame, held: frozenset[Holding], before: frozenset[str]
    ) -> tuple[tuple[int, Holding], ...]:
        then = ending(self._ground, frame, self._phones)
        found = [
            each
            for each in held
            if (why := unregistered(self._ground, frame, self._phones, each, then)) and why not in before
        ]
        return ((place, min(found, key=_order)),) if found else ()


def cannot_register(ground: Ground, frame: Frame, phones: PhoneClass, held: Iterable[Holding]) -> Iterator[str]:
    """Why some of them cannot register; whatever was so before a night is not of its making."""
    then = ending(ground, frame, phones)
    return (why for each in held if (why := unregistered(ground, frame, phones, each, then)))


def is_settled(night: Sequence[Stage], place: int) -> bool:
    """Whether phones have met by then what was changed: in the end, and where a deed lets them."""
    return place > 0 and (place == len(night) or settles(night[place - 1].deed))


def _order(held: Holding) -> tuple[str, list[str], list[str], int, str]:
    """An order, so that two runs tell the same story."""
    return held.node, sorted(held.sasts), sorted(held.tvs), held.ctl, held.lsc
