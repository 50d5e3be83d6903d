"""What may be so on the servers between two deeds, whatever the adversary does with what is late.

Every certificate has a past: all that was on disk, in its order. Whoever has heard of it at least up to one place may
have heard of anything later too, as replication, Change Notification and rebuilds are as late as they like. So a
frame holds lower bounds, and stands for all the states of a cluster at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec
from msgspec.structs import replace

from ringtrust.change.ground import FirstCtl, Ground, Held, item, place_of, token
from ringtrust.change.proof import NO_CTL
from ringtrust.cluster.names import CALLMANAGER, CALLMANAGER_SERVICE, CAPF, ITLRECOVERY, TVS

ANCHORS: Final = frozenset({CALLMANAGER, TVS, ITLRECOVERY})
"""The units that phones trust by. Others may change as they like: no phone asks for them here."""

ROLLBACK: Final = "rollback"
CTL: Final = "CTL"
AS_RELEASED: Final = ""
"""Nobody has signed anew: the signer of the release has."""
PERHAPS, ONCE_ARRIVED, SURELY = range(3)
"""How sure it is that a deleted certificate is the one of now: some may be late and come after the deletion."""


class Ctl(msgspec.Struct, frozen=True):
    """A CTL: who signed it, who may sign what phones take, and whose certificates it holds as servers and as CAPF."""

    signer: str
    sasts: frozenset[str]
    servers: frozenset[str] = frozenset()
    capf: frozenset[str] = frozenset()

    @property
    def by_token(self) -> bool:
        """Whether an eToken signed it: those have no place in the cluster."""
        return "@" not in self.signer

    def holds_what(self, other: "Ctl") -> bool:
        """Whether the same stands in both, whoever signed them."""
        return (self.sasts, self.servers, self.capf) == (other.sasts, other.servers, other.capf)


class Frame(msgspec.Struct, frozen=True):
    """Between two deeds.

    `past` are the numbers of all that was in a place, `heard` the position in it that every node has heard of; `built`
    those of the lists by TFTP node, one for each value of the rollback parameter that it may have been built with;
    `loaded` those of the TVS by node. `signed_anew` are the possible signers of a node's list after a reset.
    `forgotten` is what TVS of a node does not know any more, `stopped` are services, `saved` is the last backup. `ctls`
    are the CTLs so far, by their numbers; `issuing` the groups of phones that CAPF waits for, `signs` the position of
    what CAPF has loaded at least, and `trusted`, by node, whose LSCs Cisco CallManager takes (`saved_trust`: when the
    last backup was made).
    """

    past: Mapping[str, tuple[int, ...]]
    heard: Mapping[str, int]
    built: Mapping[str, tuple[Mapping[str, int], ...]]
    loaded: Mapping[str, int]
    signed_anew: Mapping[str, frozenset[str]]
    forgotten: Mapping[tuple[str, str], int] = {}
    stopped: frozenset[tuple[str, str]] = frozenset()
    ctls: tuple[Ctl, ...] = ()
    saved: Mapping[str, int] = {}
    issuing: frozenset[str] = frozenset()
    signs: int = 0
    trusted: frozenset[tuple[str, str]] = frozenset()
    saved_trust: frozenset[tuple[str, str]] = frozenset()

    @property
    def mixed(self) -> bool:
        """Whether there is a CTL."""
        return bool(self.ctls)

    @property
    def ctl(self) -> Ctl:
        """The CTL of now, in mixed mode: the last that was made, which may be one of before made again, or restored."""
        return self.ctls[self.past[CTL][-1]]

    @property
    def _capf_place(self) -> str:
        """Empty where nobody follows CAPF."""
        return next((each for each in self.past if each.startswith(f"{CAPF}@")), "")

    @property
    def capfs(self) -> tuple[str, ...]:
        """The certificates of CAPF since the beginning, as they were made; none where nobody follows them."""
        place = self._capf_place
        return self.since(place, self.past[place].index(0)) if place else ()

    @property
    def capf(self) -> str:
        """The certificate of CAPF that is on disk; empty where nobody follows it."""
        return self.now(self._capf_place) if self._capf_place else ""

    @property
    def capfs_loaded(self) -> tuple[str, ...]:
        """What CAPF may sign with by now."""
        place = self._capf_place
        return self.since(place, max(self.signs, self.past[place].index(0))) if place else ()

    def with_capf_loaded(self) -> "Frame":
        """CAPF has started, or is known to have signed with what is on disk."""
        return replace(self, signs=self.last(self._capf_place)) if self._capf_place else self

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

    def older(self, one: str, other: str) -> bool:
        """Whether a certificate was in its place for the last time before another was there first."""
        numbers = [token(place_of(one), number) for number in self.past.get(place_of(one), ())]
        if one not in numbers or other not in numbers:
            return False
        return len(numbers) - 1 - numbers[::-1].index(one) < numbers.index(other)


def first_frame(ground: Ground) -> Frame:
    """In the beginning. What a list or a TVS has from before it is a past of its own."""
    past: dict[str, tuple[int, ...]] = dict.fromkeys(_followed(ground), (0,))
    for certificate in _seen(ground):
        place, _, number = certificate.partition("#")
        if place in past and int(number) < 0:
            past[place] = tuple(sorted({int(number), *past[place]}))
    past[ROLLBACK] = _parameter(ground)
    past[CTL] = tuple(range(len(ground.ctls_before), len(ground.all_ctls))) or (NO_CTL,)
    trusted = frozenset((node.name, issuer) for node in ground.nodes for issuer in node.issuers)
    frame = Frame(
        past=past,
        heard={place: _heard(ground, past, place) for place in past},
        built={},
        loaded={
            node.name: _position(past, item(TVS, node.name), node.tvs)
            for node in ground.nodes
            if item(TVS, node.name) in past
        },
        signed_anew={name: frozenset({AS_RELEASED}) for name in ground.tftp},
        forgotten={(node.name, place): SURELY for node in ground.nodes for place in node.forgets},
        stopped=frozenset((service, node.name) for node in ground.nodes for service in node.stopped),
        ctls=tuple(first_ctl(each) for each in ground.all_ctls),
        saved={place: numbers[-1] for place, numbers in past.items()} | dict(_saved(ground, past)),
        trusted=trusted,
        saved_trust=trusted,
    )
    return replace(frame, built={name: tuple(_built(ground, frame, name)) for name in ground.tftp})


def _saved(ground: Ground, past: Mapping[str, tuple[int, ...]]) -> Iterator[tuple[str, int]]:
    """What the last backup would bring back that is not there now."""
    for certificate in ground.saved:
        place, _, number = certificate.partition("#")
        if place in past:
            yield place, int(number)


def _followed(ground: Ground) -> Iterator[str]:
    """The places of whatever phones trust by; CAPF is asked on the publisher alone, and only for LSCs."""
    for node in ground.nodes:
        yield from (item(unit, node.name) for unit in node.units if unit in ANCHORS)
    publisher = ground.node(ground.publisher)
    if CAPF in publisher.units and (ground.ctl or ground.certified):
        yield item(CAPF, ground.publisher)


def fresh_list(ground: Ground, frame: Frame, node: str, rollback: int) -> Mapping[str, int]:
    """What a list built at a start now holds at least: of its node what is on disk, of others what it has heard of."""
    own = {item(unit, node) for unit in ground.node(node).units}
    return {place: frame.last(place) if place in own else heard for place, heard in frame.heard.items()} | {
        ROLLBACK: rollback
    }


def _parameter(ground: Ground) -> tuple[int, ...]:
    """The rollback parameter, and before it the other value where a list is still built with that."""
    now = int(ground.rollback)
    late = any(served.emptied != ground.rollback for node in ground.nodes for served in node.serves)
    return (1 - now, now) if late else (now,)


def _heard(ground: Ground, past: Mapping[str, tuple[int, ...]], place: str) -> int:
    """What is not in every list yet that names the place may not have got to every node yet."""
    if place == CTL:
        return 0
    lists = [served for node in ground.nodes for served in node.serves]
    named = [each for served in lists for each in (*served.sasts, *served.tvs) if place_of(each) == place]
    return min((_position(past, place, each) for each in named), default=len(past[place]) - 1)


def _seen(ground: Ground) -> tuple[str, ...]:
    lists = [each for node in ground.nodes for each in node.serves]
    return (
        *(certificate for each in lists for certificate in (*each.sasts, *each.tvs) if "#" in certificate),
        *(node.tvs for node in ground.nodes if "#" in node.tvs),
        *(each for ctl in ground.all_ctls for each in (*ctl.sasts, *ctl.servers, *ctl.capf) if "#" in each),
        *(each for phones in ground.classes for held in phones.holds for each in _named(held) if "#" in each),
        *ground.saved,
    )


def _named(held: Held) -> tuple[str, ...]:
    return (*held.sasts, *held.tvs)


def _built(ground: Ground, frame: Frame, node: str) -> Iterator[Mapping[str, int]]:
    """What the first list of a node holds, by place; of what it does not name at all, what there is now."""
    for served in ground.node(node).serves:
        found = {place: frame.last(place) for place in frame.past}
        for certificate in (*served.sasts, *served.tvs):
            place = place_of(certificate)
            if place in frame.past:
                found[place] = _position(frame.past, place, certificate)
        yield {**found, ROLLBACK: frame.past[ROLLBACK].index(int(served.emptied))}
        if served.emptied != ground.rollback:
            yield fresh_list(ground, frame, node, frame.last(ROLLBACK))


def _position(past: Mapping[str, tuple[int, ...]], place: str, certificate: str) -> int:
    numbers = [token(place, number) for number in past[place]]
    return numbers.index(certificate) if certificate in numbers else len(numbers) - 1


def first_ctl(found: FirstCtl) -> Ctl:
    """A CTL that is served in the beginning."""
    return Ctl(found.signer, frozenset(found.sasts), frozenset(found.servers), frozenset(found.capf))


def ctl_of_now(ground: Ground, frame: Frame, unit: str) -> Ctl:
    """The CTL that the publisher would make now, signed by a unit of its own (S71, P9); who else may, stands in it.

    The publisher writes the database, so that it knows at once what any node has renewed.
    """
    units = dict.fromkeys((unit, ground.ctl_signer, ground.ctl_second))
    places = [item(each, ground.publisher) for each in units]
    sasts = [frame.now(place) for place in places if place in frame.past]
    return _with_servers(ground, frame, sasts[0], sasts)


def ctl_by_token(ground: Ground, frame: Frame) -> Ctl:
    """The CTL that the CTL client would make now, with the tokens of the one of before (S72, S79)."""
    last = frame.ctl
    sasts = [frame.now(place_of(each)) if place_of(each) in frame.past else each for each in last.sasts]
    return _with_servers(ground, frame, last.signer, sasts)


def _with_servers(ground: Ground, frame: Frame, signer: str, sasts: Iterable[str]) -> Ctl:
    servers = [item(CALLMANAGER, node.name) for node in ground.nodes if CALLMANAGER_SERVICE in node.services]
    return Ctl(
        signer,
        frozenset(sasts),
        frozenset(frame.now(place) for place in servers if place in frame.past),
        frozenset({frame.capf} - {""}),
    )
