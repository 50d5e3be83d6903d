"""A cluster with phones in memory, and everything that happens to it: the lab, its time, what is broken, what was done.

The tool stands at its ports, and the lab behind them: see `wire.py`. At every point between two things that it does
something may happen (`at_point`), and the tool itself may end there.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ringtrust.change.act import Act
from ringtrust.lab.current import Current
from ringtrust.lab.phone.events import PowerOff, PowerOn
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.state.directory import extensions
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import TFTP
from ringtrust.lab.stranded import Fate, Fates
from tests.prove.differential import worlds
from tests.support.clusters import Bench, bench

if TYPE_CHECKING:
    from ringtrust.cluster.doors import Door


class Intent(NamedTuple):
    """What the journal was told before an act."""

    step: int
    act: Act


class Deed(NamedTuple):
    """What the lab saw the tool do: for which intent, by its place among all; -1 for none."""

    intent: int
    what: str


class Town:
    """The cluster and its phones.

    `dead`, `silent` and `locked` nodes, doors `closed`, a disk `full`: until somebody mends it.
    `intents` and `deeds` are the two sides of one story: what was written down, and what was done.
    """

    def __init__(self, shape: worlds.Shape, phones: int) -> None:
        declared = worlds.topology(shape, phones)
        delays = msgspec.structs.replace(declared.delays, change_notification=120.0)
        self.bench: Bench = bench(msgspec.structs.replace(declared, delays=delays))
        self.cluster = self.bench.cluster
        self.time = self.bench.time
        self.dead: set[str] = set()
        self.silent: set[str] = set()
        self.locked: set[str] = set()
        self.closed: set[Door] = set()
        self.torn: list[str] = []
        self.full = False
        self.intents: list[Intent] = []
        self.open: list[int] = []
        self.deeds: list[Deed] = []
        self.at_point: Callable[[], None] = lambda: None
        self.in_act: Callable[[], str] = lambda: ""
        members = {group.name: group.members for group in declared.groups}
        groups = (each.group for each in extensions(declared))
        self.members = {
            phone.traits.device: members[group] for phone, group in zip(self.bench.phones, groups, strict=True)
        }

    def node_at(self, address: str) -> Node:
        """The node of this address."""
        return next(node for node in self.cluster.nodes if node.address == address)

    def did(self, what: str, intent: int | None = None) -> None:
        """The lab has seen this; `intent` is given where it happens later than it was sent."""
        self.deeds.append(Deed(self.meant if intent is None else intent, what))

    @property
    def meant(self) -> int:
        """The intent that is open now, by its place; -1 where none is."""
        return self.open[-1] if self.open else -1

    def power(self, phones: tuple[Phone, ...], *, on: bool) -> None:
        """Somebody switches phones on or off."""
        for phone in phones:
            self.bench.exchange.happen(phone, PowerOn() if on else PowerOff())

    def lost(self) -> dict[str, Fate]:
        """The phones that somebody must walk to, or that only a restore brings back."""
        fates = Fates(self.cluster)
        found = {
            phone.traits.device: fates.of(
                tuple(phone.held.values()), self.members[phone.traits.device], tvs=phone.traits.kind.tvs
            )
            for phone in self.bench.phones
        }
        return {name: fate for name, fate in found.items() if fate is not Fate.REACHABLE}

    def behind(self) -> set[str]:
        """The phones that do not hold what is served now."""
        lists = Current(self.cluster)
        return {phone.traits.device for phone in self.bench.phones if not lists.holds(phone)}

    def serving(self) -> int:
        """How many TFTP nodes serve now."""
        return sum(node.services.running(TFTP) for node in self.cluster.tftp_order)
