"""What may be so on the servers between two deeds, whatever the adversary does with what is late.

Every certificate has a past: all that was on disk, in its order. Whoever has heard of it at least up to one place may
have heard of anything later too, as replication, Change Notification and rebuilds are as late as they like. So a
frame holds lower bounds, and stands for all the states of a cluster at once.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from ringtrust.change.ground import Ground, item, token
from ringtrust.cluster.names import CALLMANAGER, ITLRECOVERY, TVS

ANCHORS: Final = frozenset({CALLMANAGER, TVS, ITLRECOVERY})
"""The units that phones trust by. Others may change as they like: no phone asks for them here."""

ROLLBACK: Final = "rollback"
CTL: Final = "CTL"
AS_RELEASED: Final = ""
"""Nobody has signed anew: the signer of the release has."""


class Ctl(msgspec.Struct, frozen=True):
    """A CTL: who signed it, and who may sign what phones take."""

    signer: str
    sasts: frozenset[str]


class Frame(msgspec.Struct, frozen=True):
    """Between two deeds.

    `past` are the numbers of all that was in a place, `heard` the position in it that every node has heard of; `built`
    those of the lists by TFTP node, `loaded` those of the TVS by node. `signed_anew` are the possible signers of a
    node's list after a reset. `stopped` are services, `forgotten` what TVS of a node does not know any more.
    """

    past: Mapping[str, tuple[int, ...]]
    heard: Mapping[str, int]
    built: Mapping[str, Mapping[str, int]]
    loaded: Mapping[str, int]
    signed_anew: Mapping[str, frozenset[str]]
    stopped: frozenset[tuple[str, str]] = frozenset()
    forgotten: frozenset[tuple[str, str]] = frozenset()
    ctls: tuple[Ctl, ...] = ()
    saved: Mapping[str, int] = {}

    def last(self, place: str) -> int:
        """The position of what is there now."""
        return len(self.past[place]) - 1

    def now(self, place: str) -> str:
        """The certificate that is on disk."""
        return token(place, self.past[place][-1])

    def since(self, place: str, position: int) -> tuple[str, ...]:
        """The certificates from a position on."""
        return tuple(dict.fromkeys(token(place, number) for number in self.past[place][position:]))

    def knows(self, place: str, position: int, certificate: str) -> bool:
        """Whether one is among those from a position on."""
        return certificate in self.since(place, position)


def first_frame(ground: Ground) -> Frame:
    """In the beginning. What a list or a TVS has from before it is a past of its own."""
    past: dict[str, tuple[int, ...]] = {
        item(unit, node.name): (0,) for node in ground.nodes for unit in node.units if unit in ANCHORS
    }
    for certificate in _seen(ground):
        place, _, number = certificate.partition("#")
        if place in past and int(number) < 0:
            past[place] = (int(number), 0)
    past[ROLLBACK] = (int(ground.rollback),)
    past[CTL] = (0,)
    heard = {place: len(numbers) - 1 for place, numbers in past.items()}
    return Frame(
        past=past,
        heard=heard,
        built={node.name: _built(ground, node.name, past, heard) for node in ground.nodes if node.serves},
        loaded={
            node.name: _position(past, item(TVS, node.name), node.tvs)
            for node in ground.nodes
            if item(TVS, node.name) in past
        },
        signed_anew={name: frozenset({AS_RELEASED}) for name in ground.tftp},
        ctls=(first_ctl(ground, past),) if ground.mixed else (),
    )


def _seen(ground: Ground) -> tuple[str, ...]:
    lists = [each for node in ground.nodes for each in node.serves]
    return (
        *(certificate for each in lists for certificate in (*each.sasts, *each.tvs) if "#" in certificate),
        *(node.tvs for node in ground.nodes if "#" in node.tvs),
    )


def _built(
    ground: Ground, node: str, past: Mapping[str, tuple[int, ...]], heard: Mapping[str, int]
) -> Mapping[str, int]:
    """What the first list of a node holds, by place; of what it does not name at all, what there is now."""
    found = dict(heard)
    for served in ground.node(node).serves:
        for certificate in (*served.sasts, *served.tvs):
            place = certificate.partition("#")[0]
            if place in past:
                found[place] = _position(past, place, certificate)
    return found


def _position(past: Mapping[str, tuple[int, ...]], place: str, certificate: str) -> int:
    numbers = [token(place, number) for number in past[place]]
    return numbers.index(certificate) if certificate in numbers else len(numbers) - 1


def first_ctl(ground: Ground, past: Mapping[str, tuple[int, ...]]) -> Ctl:
    """The CTL of a mixed-mode cluster, with the certificates of now (S71, S72)."""
    return ctl_of(ground, {place: token(place, numbers[-1]) for place, numbers in past.items()})


def ctl_of(ground: Ground, now: Mapping[str, str]) -> Ctl:
    """The CTL that `utils ctl update` would make now. An eToken is nobody's certificate: it stays as it is."""
    places = [item(unit, ground.publisher) for unit in (ground.ctl_signer, ground.ctl_second) if unit]
    found = [now.get(place, place) for place in places]
    return Ctl(found[0], frozenset(found))
