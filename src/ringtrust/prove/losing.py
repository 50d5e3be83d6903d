"""Whether any act on the servers can still bring a phone to the lists of today (design.md §3), a restore apart.

Every service runs with what is on disk, everything has arrived, and R1 and R3 may sign anew. In mixed mode a phone
needs the CTL beside its ITL. It takes one after the other, in whichever order: what it has taken of the one may let it
take the other.
"""

from collections.abc import Iterator

import msgspec

from ringtrust.change.ground import UNKNOWN, Ground, PhoneClass, item, place_of
from ringtrust.change.proof import NO_CTL, Holding
from ringtrust.cluster.names import TVS
from ringtrust.prove.frame import Ctl, Frame, ctl_of_now
from ringtrust.prove.served import first_itl_signers, known_signers


class _Belief(msgspec.Struct, frozen=True):
    """Whom a phone believes: signers of any list, of its first ITL beside them, and the TVS that it asks.

    `blind`: it takes whatever comes.
    """

    signers: frozenset[str]
    first: frozenset[str]
    tvs: frozenset[str]
    blind: bool = False


def lost(
    ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, signed: tuple[str, ...] | None = None
) -> bool:
    """Whether somebody has to walk to a phone that holds this. `signed` are the `signers` where they are at hand."""
    if phones.asks and all(first.large for name in ground.tftp for first in ground.node(name).serves):
        return True
    judge = _Judge(ground, frame, phones, signed or signers(ground, frame))
    now = _belief(frame, held)
    itl = not phones.asks or judge.takes_itl(now)
    if not frame.mixed:
        return not itl
    ctl = judge.takes_ctl(now)
    if itl and ctl:
        return False
    return not (
        any(map(judge.takes_ctl, judge.with_itl(now, frame, held))) or any(map(judge.takes_itl, judge.with_ctl(now)))
    )


def _belief(frame: Frame, held: Holding) -> _Belief:
    if held.emptied and held.ctl == NO_CTL:
        return _Belief(frozenset(), frozenset(), frozenset(), blind=True)
    if UNKNOWN in held.sasts:
        return _Belief(frozenset(), frozenset(), frozenset())
    return _Belief(known_signers(frame, held), first_itl_signers(frame, held), held.tvs)


class _Judge:
    """What the servers could sign, and who takes it."""

    def __init__(self, ground: Ground, frame: Frame, phones: PhoneClass, signed: tuple[str, ...]) -> None:
        self._ground = ground
        self._frame = frame
        self._phones = phones
        self._signed = signed
        self._ctls = tuple(_possible_ctls(ground, frame))

    def takes_itl(self, belief: _Belief) -> bool:
        return any(signer in belief.first or self._takes(belief, signer) for signer in self._signed)

    def takes_ctl(self, belief: _Belief) -> bool:
        return any(self._takes(belief, ctl.signer) for ctl in self._ctls)

    def _takes(self, belief: _Belief, signer: str) -> bool:
        known = belief.blind or signer in belief.signers
        return known or vouched(self._ground, self._frame, self._phones, belief.tvs, signer)

    def with_itl(self, belief: _Belief, frame: Frame, held: Holding) -> Iterator[_Belief]:
        """Once it has an ITL of now, where it takes one."""
        if not self._phones.asks or not self.takes_itl(belief):
            return
        places = [item(TVS, member) for member in self._phones.members]
        tvs = frozenset(frame.now(place) for place in places if place in frame.past)
        ctl = frozenset() if held.ctl == NO_CTL else frame.ctls[held.ctl].sasts
        for node in self._ground.tftp:
            sasts = [item(unit, self._ground.owner(unit, node)) for unit in self._ground.sasts]
            yield _Belief(ctl | {frame.now(place) for place in sasts}, frozenset(), tvs)

    def with_ctl(self, belief: _Belief) -> Iterator[_Belief]:
        """Once it has a CTL of now, where it takes one: those of the ITL it knows still."""
        for ctl in self._ctls:
            if self._takes(belief, ctl.signer):
                first = ctl.servers if belief.first else frozenset[str]()
                yield _Belief(belief.signers | ctl.sasts, first, belief.tvs)


def _possible_ctls(ground: Ground, frame: Frame) -> Iterator[Ctl]:
    """The CTL that is served, and those that could be made to be served (R3)."""
    if not frame.mixed:
        return
    yield frame.ctls[-1]
    if ground.rescued_by_ctl and not frame.ctls[-1].by_token:
        units = [unit for unit in (ground.ctl_signer, ground.ctl_second) if item(unit, ground.publisher) in frame.past]
        yield from (ctl_of_now(ground, frame, unit) for unit in units)


def signers(ground: Ground, frame: Frame) -> tuple[str, ...]:
    """Whose keys can sign an ITL: every TFTP node's, and that of `utils itl reset localkey` (R1)."""
    places = [item(ground.signer, ground.owner(ground.signer, node)) for node in ground.tftp]
    if ground.recovery:
        places.append(item(ground.recovery, ground.publisher))
    return tuple(dict.fromkeys(frame.now(place) for place in places))


def believed(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, signer: str) -> bool:
    """Whether a phone takes a CTL that this signs once all is up and has arrived."""
    belief = _belief(frame, held)
    return belief.blind or signer in belief.signers or vouched(ground, frame, phones, belief.tvs, signer)


def vouched(ground: Ground, frame: Frame, phones: PhoneClass, tvs: frozenset[str], signer: str) -> bool:
    """Whether some TVS of the group is one of these, by what is on its disk, and knows the signer in the end."""
    place = place_of(signer)
    unit, _, owner = place.partition("@")
    for member in phones.members if phones.asks and place in frame.past else ():
        own = item(TVS, member)
        known = own in frame.past and frame.now(own) in tvs
        if known and (owner == member or (unit in ground.vouched and (member, place) not in frame.forgotten)):
            return True
    return False
