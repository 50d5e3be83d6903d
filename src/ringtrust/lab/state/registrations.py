"""Which phone is registered where, and how a cluster tells phones to reset."""

from collections.abc import Callable, Iterator
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
    """All phones that are registered now, and when others were last seen."""

    def __init__(self) -> None:
        self._now: dict[str, Registration] = {}
        self.departures: dict[str, Departure] = {}

    def __len__(self) -> int:
        return len(self._now)

    def __iter__(self) -> Iterator[Registration]:
        return iter(tuple(self._now.values()))

    def find(self, device: str) -> Registration | None:
        """The registration of a phone; None when it is not registered."""
        return self._now.get(device)

    def register(self, registration: Registration) -> None:
        """A phone has registered; an older registration of it is forgotten."""
        self._now[registration.device] = registration

    def lost(self, registration: Registration, when: datetime) -> None:
        """Its connection has gone."""
        if self._now.get(registration.device) is registration:
            del self._now[registration.device]
            self.departures[registration.device] = Departure(registration.node, registration.address, when)

    def reset_all(self) -> int:
        """Tells every registered phone to reset. Gives how many were told; who is not there does not hear of it."""
        told = tuple(self._now.values())
        with no_search_for_cycles():
            for registration in told:
                registration.notify("reset")
        return len(told)
