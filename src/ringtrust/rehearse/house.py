"""The phones of a twin: in memory by the tens of thousands, or at addresses of their own on the wire."""

from collections.abc import Sequence
from typing import Protocol

from ringtrust.lab.labtime import no_search_for_cycles
from ringtrust.lab.memory import Exchange
from ringtrust.lab.phone.events import PowerOff, PowerOn
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.process.lab import Desk, Lab
from ringtrust.lab.state.cluster import Cluster


class House(Protocol):
    """Where the phones are."""

    def power_on(self, phones: Sequence[Phone]) -> None:
        """Somebody plugs them in."""

    def power_off(self, phones: Sequence[Phone]) -> None:
        """Somebody pulls their plugs."""

    async def quiet(self) -> None:
        """Waits until no phone is in the middle of something that takes no time."""


class InMemory:
    """Phones that reach the cluster without a socket."""

    def __init__(self, cluster: Cluster, phones: Sequence[Phone]) -> None:
        self._exchange = Exchange(cluster, phones)

    def power_on(self, phones: Sequence[Phone]) -> None:
        """Somebody plugs them in."""
        with no_search_for_cycles():
            for phone in phones:
                self._exchange.happen(phone, PowerOn())

    def power_off(self, phones: Sequence[Phone]) -> None:
        """Somebody pulls their plugs."""
        with no_search_for_cycles():
            for phone in phones:
                self._exchange.happen(phone, PowerOff())

    async def quiet(self) -> None:
        """In memory all is done at once."""


class OnTheWire:
    """The phones of a lab, each with sockets."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._desks = {desk.line.phone.traits.device: desk for desk in lab.desks}

    def power_on(self, phones: Sequence[Phone]) -> None:
        """Somebody plugs them in."""
        for desk in self._at(phones):
            self._lab.power_on(desk)

    def power_off(self, phones: Sequence[Phone]) -> None:
        """Somebody pulls their plugs."""
        for desk in self._at(phones):
            self._lab.power_off(desk)

    def _at(self, phones: Sequence[Phone]) -> list[Desk]:
        return [self._desks[phone.traits.device] for phone in phones]

    async def quiet(self) -> None:
        """Waits for their sockets."""
        await self._lab.until_quiet()
