"""Which phone is registered where, and how a cluster tells phones to reset."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from ringtrust.lab.labtime import no_search_for_cycles


class Registration(msgspec.Struct, frozen=True, eq=False):
    """A phone on a node. `notify` sends it `reset` or `restart` over its own connection, `close` ends that."""

    device: str
    node: str
    address: str
    since: datetime
    notify: Callable[[str], None]
    close: Callable[[], None]


class Departure(msgspec.Struct, frozen=True):
    """A phone that was registered: where, and until when."""

    node: str
    address: str
    when: datetime


class Registrations:
    """All phones that are registered now, and when others were last seen.

    `departures` has the last one of every phone that was registered once; `changes`, by node, how often something
    has changed in what the node could tell of its phones.
    """

    def __init__(self) -> None:
        self._now: dict[str, Registration] = {}
        self.departures: dict[str, Departure] = {}
        self._left: dict[str, tuple[Departure, ...]] = {}
        self.changes: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._now)

    def __iter__(self) -> Iterator[Registration]:
        return iter(tuple(self._now.values()))

    def find(self, device: str) -> Registration | None:
        """The registration of a phone; None when it is not registered."""
        return self._now.get(device)

    def register(self, registration: Registration) -> None:
        """A phone has registered; where it was before, it is not any more."""
        device, node = registration.device, registration.node
        before = self._now.get(device)
        if before is not None:
            self.lost(before, registration.since)
        self._now[device] = registration
        if device in self._left:
            self._left[device] = self._others(device, node)
        self.changes[node] += 1

    def lost(self, registration: Registration, when: datetime) -> None:
        """Its connection has gone."""
        if self._now.get(registration.device) is registration:
            del self._now[registration.device]
            device, node = registration.device, registration.node
            gone = Departure(node, registration.address, when)
            self.departures[device] = gone
            self._left[device] = (*self._others(device, node), gone)
            self.changes[node] += 1

    def _others(self, device: str, node: str) -> tuple[Departure, ...]:
        return tuple(departure for departure in self._left.get(device, ()) if departure.node != node)

    def left(self, device: str) -> tuple[Departure, ...]:
        """Every node that a phone was registered with and is not any more, the last one last."""
        return self._left.get(device, ())

    def reset_all(self) -> int:
        """Tells every registered phone to reset. Gives how many were told; who is not there does not hear of it."""
        return self.tell("reset", tuple(self._now.values()))

    @staticmethod
    def tell(action: str, told: Sequence[Registration]) -> int:
        """Tells these phones to `reset` or to `restart`. Gives how many were told."""
        with no_search_for_cycles():
            for registration in told:
                registration.notify(action)
        return len(told)
