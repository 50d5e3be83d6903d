"""Conversations with a phone: what happens to it, and what it must want done then.

    Conversation(phone).hears(PowerOn()).wants(Wait, seconds=80).answers(Elapsed).wants(Fetch, name="CTLSEP….tlv")

`answers` gives the happening the number of the order that is open.
"""

from typing import Any

from ringtrust.lab.phone import events
from ringtrust.lab.phone.phone import Phone


class Conversation:
    """One phone, spoken to step by step."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.open: events.Order | None = None
        self._orders: list[events.Order] = []

    def hears(self, event: events.Event) -> "Conversation":
        """Something happens to it."""
        assert not self._orders, f"nobody has looked at {self._orders}"
        self._orders = self.phone.handle(event)
        return self

    def answers(self, kind: type[events.Happening], *values: bytes) -> "Conversation":
        """The open order has this outcome."""
        assert self.open is not None
        return self.hears(kind(self.open.turn, *values))  # type: ignore[call-arg]

    def wants(self, kind: type[events.Order], **values: Any) -> "Conversation":
        """The next thing that it wants done."""
        assert self._orders, f"it wants nothing, where {kind.__name__} was due"
        order = self._orders.pop(0)
        assert isinstance(order, kind), order
        for name, value in values.items():
            assert getattr(order, name) == value, order
        self.open = order
        return self

    def wants_nothing(self) -> "Conversation":
        """It does not care."""
        assert self._orders == []
        return self
