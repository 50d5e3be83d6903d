"""A counterexample as it would happen: what phones hold first, what they fetch, and what takes their last trust."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from ringtrust.change.ground import UNKNOWN, Ground, PhoneClass, item, place_of
from ringtrust.change.night import Rename, Renew, Restore, Stage, Wave
from ringtrust.change.proof import NO_CTL, Fetched, Holding, Story
from ringtrust.cluster.names import TVS
from ringtrust.prove.astray import judged_from
from ringtrust.prove.frame import Frame
from ringtrust.prove.registering import unregistered
from ringtrust.prove.search import Found, reaches
from ringtrust.prove.served import BLINDLY, FROM_CAPF, final_ctls, signers
from ringtrust.trust.names import counted, some

_RESTORE: Final = (
    "Only a restore of a backup with the keys that they know would bring them back (R4), and undo the rest."
)
_UNREGISTERED: Final = (
    "They have not lost trust: a CTL update, or a new LSC, brings them back, and until then they cannot be called."
)
_BY_HAND: Final = "Somebody has to walk to each of them and erase its list (R6, R7)."
_NAMED: Final = 4
_CERTIFICATE: Final = re.compile(r"[\w-]+@[\w.-]+#-?[0-9]+")


def story(ground: Ground, night: Sequence[Stage], places: Sequence[Frame], found: Found) -> Story:
    """The story of the first who are lost or cannot register; `found` has some."""
    place, held = found.harmed[0]
    path = tuple(_path(found, place, held))
    bare = Story(
        phones=found.phones.name,
        count=found.phones.phones,
        first=path[0][0] if path else held,
        fetched=tuple(step for _, step in path),
        before=place,
        told=(),
        unregistered=found.harmed != found.lost,
    )
    return msgspec.structs.replace(bare, told=tell(ground, night, places, found.phones, bare))


def tell(
    ground: Ground, night: Sequence[Stage], places: Sequence[Frame], phones: PhoneClass, story: Story
) -> tuple[str, ...]:
    """A story in sentences."""
    return tuple(_Teller(ground, night, phones, places).tell(story))


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

    def __init__(self, ground: Ground, night: Sequence[Stage], phones: PhoneClass, places: Sequence[Frame]) -> None:
        self._ground = ground
        self._night = night
        self._phones = phones
        self._places = places
        self._made = dict(_makers(night))

    def tell(self, story: Story) -> Iterator[str]:
        """Sentence by sentence."""
        yield self._beginning(story.first)
        since, held = 0, story.first
        for step in story.fetched:
            yield self._taking(step, held)
            since, held = step.before, step.holding
        if story.before > since:
            yield self._absence(since, story.before)
        frame = self._places[story.before]
        if story.unregistered:
            yield self._out(story.before, unregistered(self._ground, frame, self._phones, held))
            yield _UNREGISTERED
        else:
            yield self._not_back(story.before) or self._end(story.before, frame)
            yield _RESTORE if self._ground.keys_restored else _BY_HAND

    @property
    def _who(self) -> str:
        return f"{counted(self._phones.phones, 'phone')} of {self._phones.name}"

    def _beginning(self, first: Holding) -> str:
        shown = f" ({some(self._phones.examples, _NAMED)}, …)" if self._phones.examples else ""
        if UNKNOWN in first.sasts:
            return f"Of the {self._who}{shown} nobody knows a list that a node serves, nor whom they trust."
        if not self._phones.asks:
            return f"The {self._who}{shown} know no ITL and ask no TVS. {self._with_ctl(first)}".rstrip()
        if not first.node:
            return f"The {self._who}{shown} begin without an ITL. {self._with_ctl(first)}".rstrip()
        return (
            f"Any of the {self._who}{shown} may begin with the list of {first.node}: they know "
            f"{self._several(first.sasts)} as signers, and the TVS of {self._hosts(first.tvs)}. {self._with_ctl(first)}"
        ).rstrip()

    def _with_ctl(self, held: Holding) -> str:
        if held.ctl == NO_CTL:
            return ""
        return f"Their CTL names {self._several(self._places[-1].ctls[held.ctl].sasts)} as signers."

    def _taking(self, step: Fetched, before: Holding) -> str:
        """An ITL, a CTL, or an LSC."""
        if step.by == FROM_CAPF:
            return f"{self._when(step.before)} CAPF gives them a new LSC, signed by {self._named(step.signer)}."
        if step.holding.ctl != before.ctl:
            signer = self._named(step.signer)
            return f"{self._when(step.before)} they fetch the CTL, signed by {signer}, {self._why(step)}."
        return self._taking_itl(step)

    @staticmethod
    def _why(step: Fetched) -> str:
        return {"": "whom they know", BLINDLY: "and they hold none yet: they take any"}.get(
            step.by, f"for whom TVS of {step.by} vouches"
        )

    def _taking_itl(self, step: Fetched) -> str:
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
            if isinstance(stage.deed, Wave)
            and reaches(stage.deed, self._phones)
            and (stage.deed.complete and self._phones.waited) == complete
        ]
        return some(list(dict.fromkeys(found)), _NAMED) if found else ""

    def _out(self, end: int, why: str) -> str:
        """Nobody takes them: the certificate in the reason is said as everywhere else."""
        stage = self._night[end - 1]
        said = _CERTIFICATE.sub(lambda found: self._named(found[0]), why)
        return f"With {stage.where}, `{stage.text}`{self._node(stage)}, they cannot register: {said}."

    def _not_back(self, end: int) -> str:
        """Those that have gone astray before the night, and that its wave does not bring back; empty for others."""
        if not self._phones.astray or end != judged_from(self._night, self._phones) - 1:
            return ""
        return f"The wave of {self._night[end].where} does not bring them back: they refuse what is served then."

    def _end(self, end: int, frame: Frame) -> str:
        if end == 0:
            return "So it is before the first deed: no list that any node serves, or could be made to serve, is taken."
        stage = self._night[end - 1]
        if not self._phones.asks:
            signed = self._several(signer for signer, _ in final_ctls(self._ground, frame))
            return (
                f"With {stage.where}, `{stage.text}`{self._node(stage)}, nothing is left: from now on a CTL is "
                f"signed by {signed}, whom they do not know, and they ask nobody (H14)."
            )
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
