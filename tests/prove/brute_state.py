"""What a state of a small cluster is, and what is so in it: the nouns of brute.py."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ringtrust.change import night
from ringtrust.change.ground import Ground, GroundNode, item, token

TFTP, TVS_SERVICE = "Cisco Tftp", "Cisco Trust Verification Service"
CALLMANAGER_SERVICE, CAPF_SERVICE = "Cisco CallManager", "Cisco Certificate Authority Proxy Function"
ROLLBACK, CTL = "rollback", "CTL"
STOPPED = ""
LIST, STORE = "list", "store"


class Ear(NamedTuple):
    """Who hears of a place, and for what: a list, or a store. Either is as late as it likes."""

    node: str
    place: str
    use: str


class TrustList(NamedTuple):
    """An ITL: by whom it is signed, and all that it holds. An emptied one names no TVS."""

    signer: str
    sasts: tuple[str, ...]
    tvs: tuple[str, ...]
    emptied: bool


class Ctl(NamedTuple):
    """A CTL: who signed it, who may sign lists, and the certificates of Cisco CallManager and of CAPF in it."""

    signer: str
    sasts: frozenset[str]
    servers: frozenset[str]
    capf: frozenset[str]


class State(NamedTuple):
    """What is so at one moment.

    `heard` are positions in the histories of places by ear; `loaded` and `lists` go by node, None and STOPPED where the
    service is stopped. `gone` are entries of Phone-SAST-trust that are deleted; `deletions` are still on their way.
    In mixed mode the phone holds a `ctl`, and an LSC by whose certificate signed it; `capf` is what CAPF has loaded,
    and `pending` whether it waits for the phone.
    """

    done: int
    heard: tuple[int, ...]
    loaded: tuple[str, ...]
    lists: tuple[TrustList | None, ...]
    gone: frozenset[tuple[str, str]]
    deletions: frozenset[tuple[str, str, int]]
    held: TrustList
    ctl: Ctl | None = None
    lsc: str = ""
    capf: str = STOPPED
    pending: bool = False


class Cluster:
    """A cluster with the phones of its first class, and the night by which its disks change."""

    def __init__(self, ground: Ground, deeds: Sequence[night.Deed]) -> None:
        self.ground, self.deeds = ground, tuple(deeds)
        self.nodes = [node.name for node in ground.nodes]
        self.members = ground.classes[0].members
        self.histories = list(_histories(ground, self.deeds))
        self.signer_places = [item(ground.signer, ground.owner(ground.signer, node)) for node in ground.tftp]
        if ground.recovery:
            self.signer_places.append(item(ground.recovery, ground.publisher))
        self.ears = [*self._ears_of_lists(), *self._ears_of_stores()]
        self.ear = {each: number for number, each in enumerate(self.ears)}

    def _ears_of_lists(self) -> Iterator[Ear]:
        """Cisco Tftp learns by Change Notification, even of what is new on its own node."""
        for node in self.ground.tftp:
            yield from (Ear(node, place, LIST) for place in self.list_places(node))
            if node != self.ground.publisher:
                yield Ear(node, ROLLBACK, LIST)

    def _ears_of_stores(self) -> Iterator[Ear]:
        """Phone-SAST-trust, by which TVS knows signers of other nodes."""
        known = [place for place in self.signer_places if place.partition("@")[0] in self.ground.vouched]
        for node in dict.fromkeys(self.members):
            yield from (Ear(node, place, STORE) for place in dict.fromkeys(known) if not self.at_home(place, node))

    def at_home(self, place: str, node: str) -> bool:
        """Whether a change of it is made on this node itself."""
        return node == (self.ground.publisher if place == ROLLBACK else place.partition("@")[2])

    def sast_places(self, node: str) -> list[str]:
        return [item(unit, self.ground.owner(unit, node)) for unit in self.ground.sasts]

    def list_places(self, node: str) -> list[str]:
        return [*self.sast_places(node), *(item("TVS", each) for each in self.nodes)]

    def number(self, state: State, ear: Ear) -> int:
        """What somebody has heard of a place; of what is at home there he who has no ear for it sees what is there."""
        history = self.histories[state.done][ear.place]
        number = self.ear.get(ear)
        return history[-1] if number is None else history[state.heard[number]]

    def disk(self, state: State, place: str) -> str:
        return token(place, self.histories[state.done][place][-1])

    def first(self) -> Iterator[State]:
        lists = tuple(_first_list(self.ground, node) for node in self.nodes)
        served = {node: each for node, each in zip(self.nodes, lists, strict=True) if each is not None}
        heard = tuple(
            min(self._named(ear.place, served[node]) for node in served if ear.use == STORE or node == ear.node)
            for ear in self.ears
        )
        loaded = tuple(node.tvs for node in self.ground.nodes)
        for node in self.ground.classes[0].lists:
            held = lists[self.nodes.index(node)]
            assert held is not None
            yield State(0, heard, loaded, lists, frozenset(), frozenset(), held)

    def _named(self, place: str, served: TrustList) -> int:
        """What a list has of a place. What is not in it in the beginning may not have got there yet, or anywhere."""
        history, inside = self.histories[0][place], {*served.sasts, *served.tvs}
        return next((at for at, number in enumerate(history) if token(place, number) in inside), len(history) - 1)


def _first_list(ground: Ground, node: str) -> TrustList | None:
    serves = ground.node(node).serves
    if not serves:
        return None
    return TrustList(serves[0].signer, serves[0].sasts, serves[0].tvs, serves[0].emptied)


def _places(node: GroundNode) -> list[str]:
    return [item(unit, node.name) for unit in node.units]


def _histories(ground: Ground, deeds: Sequence[night.Deed]) -> Iterator[dict[str, tuple[int, ...]]]:
    """All that has been in each place, the last on disk, after each number of deeds."""
    now: dict[str, tuple[int, ...]] = {place: (-1, 0) for node in ground.nodes for place in _places(node)}
    now[ROLLBACK] = (int(ground.rollback),)
    saved = {place: numbers[-1] for place, numbers in now.items()}
    yield dict(now)
    for deed in deeds:
        match deed:
            case night.Renew(unit=unit, node=node):
                numbers = now[item(unit, node)]
                now[item(unit, node)] = (*numbers, max(numbers) + 1)
            case night.SetRollback(value=value):
                now[ROLLBACK] = (*now[ROLLBACK], int(value))
            case night.BackUp():
                saved = {place: numbers[-1] for place, numbers in now.items()}
            case night.Restore():
                now = {place: (*numbers, saved[place]) for place, numbers in now.items()}
        yield dict(now)
