"""A counterexample as it would happen: what phones hold first, what they fetch, and what takes their last trust."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from ringtrust.change.ground import UNKNOWN, Ground, PhoneClass, item, place_of
from ringtrust.change.night import Rename, Renew, Restore, Stage, Wave
from ringtrust.change.proof import Fetched, Holding, Story
from ringtrust.cluster.names import TVS
from ringtrust.prove.frame import Frame
from ringtrust.prove.search import Found
from ringtrust.prove.served import BLINDLY, signers
from ringtrust.trust.names import counted, some

_RESTORE: Final = (
    "Only a restore of a backup with the keys that they know would bring them back (R4), and undo the rest."
)
_BY_HAND: Final = "Somebody has to walk to each of them and erase its list (R6, R7)."
_NAMED: Final = 4


def story(ground: Ground, night: Sequence[Stage], places: Sequence[Frame], found: Found) -> Story:
    """The story of the first who are lost; `found` has some."""
    place, held = found.lost[0]
    path = tuple(_path(found, place, held))
    bare = Story(
        phones=found.phones.name,
        count=found.phones.phones,
        first=path[0][0] if path else held,
        fetched=tuple(step for _, step in path),
        before=place,
        told=(),
    )
    return msgspec.structs.replace(bare, told=tell(ground, night, places, found.phones, bare))


def tell(
    ground: Ground, night: Sequence[Stage], places: Sequence[Frame], phones: PhoneClass, story: Story
) -> tuple[str, ...]:
    """A story in sentences."""
    teller = _Teller(ground, night, phones)
    return tuple(teller.tell(story.first, story.fetched, story.before, places[story.before]))


def _path(found: Found, place: int, held: Holding) -> Iterator[tuple[Holding, Fetched]]:
    """What was held before each list that was taken, and that list, from the beginning on."""
    steps: list[tuple[Holding, Fetched]] = []
    while place >= 0:
        step = found.origins.get((place, held))
        if step is None:
            place -= 1
        else:
            steps.append(step)
            held = step[0]
    return iter(steps[::-1])


class _Teller:
    """Tells it in the words of the night."""

    def __init__(self, ground: Ground, night: Sequence[Stage], phones: PhoneClass) -> None:
        self._ground = ground
        self._night = night
        self._phones = phones
        self._made = dict(_makers(night))

    def tell(self, first: Holding, fetched: Sequence[Fetched], end: int, frame: Frame) -> Iterator[str]:
        """Sentence by sentence."""
        yield self._beginning(first)
        since = 0
        for step in fetched:
            yield self._taking(step)
            since = step.before
        if end > since:
            yield self._absence(since, end)
        yield self._end(end, frame)
        yield _RESTORE if self._ground.keys_restored else _BY_HAND

    @property
    def _who(self) -> str:
        return f"{counted(self._phones.phones, 'phone')} of {self._phones.name}"

    def _beginning(self, first: Holding) -> str:
        shown = f" ({some(self._phones.examples, _NAMED)}, …)" if self._phones.examples else ""
        if UNKNOWN in first.sasts:
            return f"Of the {self._who}{shown} nobody knows a list that a node serves, nor whom they trust."
        return (
            f"Any of the {self._who}{shown} may begin with the list of {first.node}: they know "
            f"{self._several(first.sasts)} as signers, and the TVS of {self._hosts(first.tvs)}."
        )

    def _taking(self, step: Fetched) -> str:
        why = {"": "whom they know", BLINDLY: "and their own list is empty: they take any"}.get(
            step.by, f"for whom TVS of {step.by} vouches"
        )
        return (
            f"{self._when(step.before)} they fetch the list of {step.holding.node}, signed by "
            f"{self._named(step.signer)}, {why}. It names {self._several(step.holding.sasts)} as signers, and the TVS "
            f"of {self._hosts(step.holding.tvs)}."
        )

    def _absence(self, since: int, end: int) -> str:
        missed = self._waves(since, end, complete=False)
        more = f"; they miss the wave of {missed}" if missed else ""
        passed = self._waves(since, end, complete=True)
        more += (
            f"; the complete wave of {passed} passes, for what they hold is served still somewhere" if passed else ""
        )
        first, last = self._night[since].where, self._night[end - 1].where
        if first == last and not more:
            return f"Then they are off, or asked nobody, during {first}."
        return f"Then they are off, or reached by nothing, from {first} to {last}{more}."

    def _waves(self, since: int, end: int, *, complete: bool) -> str:
        """Where there were waves meanwhile."""
        found = [
            stage.where
            for stage in self._night[since : end - 1]
            if isinstance(stage.deed, Wave) and (stage.deed.complete and self._phones.waited) == complete
        ]
        return some(list(dict.fromkeys(found)), _NAMED) if found else ""

    def _end(self, end: int, frame: Frame) -> str:
        if end == 0:
            return "So it is before the first deed: no list that any node serves, or could be made to serve, is taken."
        stage = self._night[end - 1]
        signed = self._several(signers(self._ground, frame))
        places = [item(TVS, member) for member in dict.fromkeys(self._phones.members)]
        shown = self._several(frame.now(place) for place in places if place in frame.past)
        return (
            f"With {stage.where}, `{stage.text}`{self._node(stage)}, nothing is left: from now on lists are signed by "
            f"{signed}, whom they do not know; and their TVS have, or load at the next start, {shown}, "
            "which they do not know or which cannot vouch."
        )

    @staticmethod
    def _node(stage: Stage) -> str:
        node = getattr(stage.deed, "node", "")
        return f" on {node}" if node else ""

    def _when(self, place: int) -> str:
        if place == 0:
            return "Before the first deed"
        stage = self._night[place - 1]
        return f"After {stage.where}, `{stage.text}`{self._node(stage)},"

    def _several(self, certificates: Iterable[str]) -> str:
        names = [self._named(each) for each in sorted(certificates)]
        return " and ".join(names) or "nobody"

    def _hosts(self, certificates: Iterable[str]) -> str:
        names = [self._host(each) for each in sorted(certificates)]
        return " and ".join(names) or "nobody"

    def _host(self, certificate: str) -> str:
        return f"{place_of(certificate).partition('@')[2]} ({self._age(certificate)})"

    def _named(self, certificate: str) -> str:
        unit, _, node = place_of(certificate).partition("@")
        return f"{unit} of {node} ({self._age(certificate)})" if node else certificate

    def _age(self, certificate: str) -> str:
        number = certificate.partition("#")[2]
        if number == "0":
            return "of the beginning"
        return self._made.get(certificate, "of before")


def _makers(night: Sequence[Stage]) -> Iterator[tuple[str, str]]:
    """Which line makes which certificate."""
    count: dict[str, int] = {}
    for stage in night:
        match stage.deed:
            case Renew(unit=unit, node=node):
                place = item(unit, node)
                count[place] = count.get(place, 0) + 1
                yield f"{place}#{count[place]}", f"of {stage.where}"
            case Rename() | Restore():
                continue
            case _:
                continue
