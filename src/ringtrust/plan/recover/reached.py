"""Whom a way brings back: asked of the proof, list by list that a phone may hold, and kept."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Final

import msgspec
from msgspec.structs import replace

from ringtrust.change import night
from ringtrust.change.ground import UNKNOWN, Ground, Held, PhoneClass
from ringtrust.change.night import Stage
from ringtrust.prove.astray import judged_from, left_out
from ringtrust.prove.frame import CTL, Frame
from ringtrust.prove.registering import unregistered
from ringtrust.prove.search import frames, search
from ringtrust.prove.served import ending


class Return(Enum):
    """How phones of a kind come back by a way, in the order of what it costs."""

    BACK = "the first wave brings them back"
    LATER = "they come by themselves when they start anew, once it is done"
    NEXT = "they come by one more plan --recover, once it is done"
    RENEWAL = "they come to the lists of now, and cannot register before something is renewed"
    PERHAPS = "it hangs on which list they hold, which nobody can see"
    NOT = "it does not bring them back"


_R1: Final = (
    Stage("next", "utils itl reset localkey", night.ResetItl()),
    Stage("next", "utils itl reset localkey", night.MatchLists(anew=True)),
)
_R3: Final = (
    Stage("next", "utils ctl reset localkey", night.ResetCtl()),
    Stage("next", "utils ctl reset localkey", night.Arrive(CTL)),
)
SURE: Final = (Return.BACK, Return.LATER, Return.NEXT)


class Reached(msgspec.Struct, frozen=True):
    """What becomes of each kind of phones, by its name, and how many phones that are.

    `hope` is how many of those of whom nobody can tell would come, were every list that they may hold as likely.
    """

    kinds: Mapping[str, Return]
    phones: Mapping[Return, int]
    hope: float = 0.0

    @property
    def back(self) -> int:
        """How many the wave of this way brings back."""
        return self.phones.get(Return.BACK, 0)

    @property
    def sure(self) -> int:
        """How many come back for certain, be it later."""
        return sum(self.phones.get(each, 0) for each in SURE)

    @property
    def at_best(self) -> int:
        """The same with those of whom nobody can tell."""
        return self.sure + self.phones.get(Return.PERHAPS, 0)


def reached(ground: Ground, stages: tuple[Stage, ...], *, asking: bool = True) -> Reached:
    """What becomes of each kind. Without `asking` no TVS is asked: who comes then needs none."""
    judge = _Judge(ground, stages)
    found: dict[str, Return] = {}
    count: dict[Return, int] = {}
    hope = 0.0
    for phones in ground.classes:
        meant = phones if asking else replace(phones, members=())
        found[phones.name] = judge.of(meant)
        count[found[phones.name]] = count.get(found[phones.name], 0) + phones.phones
        if found[phones.name] is Return.PERHAPS:
            hope += phones.phones * judge.share(meant)
    return Reached(found, count, hope)


class _Judge:
    """One night. What was found of a list is kept for all that hold it."""

    def __init__(self, ground: Ground, stages: tuple[Stage, ...]) -> None:
        self._ground = ground
        self._stages = stages
        self._places = frames(ground, stages)
        self._more: dict[tuple[Stage, ...], tuple[Frame, ...]] = {}
        self._known: dict[tuple[PhoneClass, str], bool] = {}

    def of(self, phones: PhoneClass) -> Return:
        """The best of what is so for every list that they may hold; where that differs, nobody can tell."""
        for how, comes in self._ways(phones):
            if how is Return.NEXT and phones.secure and not phones.waited:
                continue  # it registers only with the lists of now, so that no wave ever reaches it
            if all(self._is(phones, held, how.name, comes) for held in phones.holds):
                return Return.RENEWAL if self._barred(phones) else how
        return Return.PERHAPS if _is_strange(phones) or self._some(phones) else Return.NOT

    def share(self, phones: PhoneClass) -> float:
        """Which part of the lists that they may hold would bring them back by this night itself."""
        ways = [(how.name, comes) for how, comes in self._ways(phones) if how is not Return.NEXT]
        good = sum(any(self._is(phones, held, name, comes) for name, comes in ways) for held in phones.holds)
        return good / len(phones.holds)

    def _barred(self, phones: PhoneClass) -> bool:
        """Whether something else than lists keeps them from registering in the end (H17, S120)."""
        return phones.secure and any(self._is(phones, held, "barred", self._cannot) for held in phones.holds)

    def _cannot(self, phones: PhoneClass) -> bool:
        away, frame = replace(phones, waited=False), self._places[-1]
        found = search(self._ground, self._stages, self._places, away).reached[-1]
        then = ending(self._ground, frame, away)
        return any(unregistered(self._ground, frame, away, held, then) for held in found)

    def _some(self, phones: PhoneClass) -> bool:
        """Whether one of the lists that they may hold would bring them back."""
        ways = [(how.name, comes) for how, comes in self._ways(phones)] + [("R3", self._by_r3)]
        return any(self._is(phones, held, name, comes) for name, comes in ways for held in phones.holds)

    def _ways(self, phones: PhoneClass) -> tuple[tuple[Return, Callable[[PhoneClass], bool]], ...]:
        """How they may come back, the best first; whoever is not there does not hear of a wave."""
        found = ((Return.BACK, self._now), (Return.LATER, self._later), (Return.NEXT, self._by_r1))
        return found if phones.waited else found[1:]

    def _is(self, phones: PhoneClass, held: Held, how: str, comes: Callable[[PhoneClass], bool]) -> bool:
        key = _key(phones, held, how)
        if key not in self._known:
            self._known[key] = comes(key[0])
        return self._known[key]

    def _now(self, phones: PhoneClass) -> bool:
        here = replace(phones, waited=True)
        sent = judged_from(self._stages, here) <= len(self._stages)
        return sent and not search(self._ground, self._stages, self._places, here).lost

    def _later(self, phones: PhoneClass) -> bool:
        return self._in_the_end(phones, self._stages, self._places)

    def _by_r1(self, phones: PhoneClass) -> bool:
        return bool(self._ground.recovery) and self._behind(phones, _R1)

    def _by_r3(self, phones: PhoneClass) -> bool:
        """While the CTL is signed by its other SAST, and no longer."""
        return bool(self._ground.ctl and self._ground.ctl_second) and self._behind(phones, _R3)

    def _behind(self, phones: PhoneClass, more: tuple[Stage, ...]) -> bool:
        """Whether they come for certain when one more thing is done in the end."""
        stages = (*self._stages, *more)
        if more not in self._more:
            self._more[more] = frames(self._ground, stages)
        return self._in_the_end(phones, stages, self._more[more])

    def _in_the_end(self, phones: PhoneClass, stages: tuple[Stage, ...], places: Sequence[Frame]) -> bool:
        """Nobody waits for them: whatever they may have fetched by then, from there they come for certain."""
        away = replace(phones, waited=False)
        found = search(self._ground, stages, tuple(places), away)
        return not left_out(self._ground, places[-1], away, found.reached[-1])


def _key(phones: PhoneClass, held: Held, how: str) -> tuple[PhoneClass, str]:
    return replace(phones, name="", group="", phones=0, examples=(), holds=(held,)), how


def _is_strange(phones: PhoneClass) -> bool:
    """Whether nobody knows anything of the list that they hold."""
    return any(UNKNOWN in held.sasts for held in phones.holds)
