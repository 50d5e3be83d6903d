"""Every question of a scan, and how it went: the health of every source."""

from collections.abc import Awaitable
from typing import TypeVar

from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.snapshot import Health, Source
from ringtrust.errors import RefusedError, UnreadableError

Value = TypeVar("Value")


class Sources:
    """Every question of a scan, and how it went."""

    def __init__(self) -> None:
        self.all: list[Source] = []

    async def ask(self, interface: str, node: str, what: str, answer: Awaitable[Value]) -> Known[Value] | Unread:
        """The answer, or the reason why there is none."""
        try:
            value = await answer
        except (UnreadableError, RefusedError) as error:
            return self.failed(interface, node, what, error.what)
        self.all.append(Source(interface, node, what, Health.READ))
        return Known(value)

    def failed(self, interface: str, node: str, what: str, reason: str) -> Unread:
        """One that went wrong."""
        self.all.append(Source(interface, node, what, Health.FAILED, reason))
        return Unread(reason)

    def skipped(self, interface: str, node: str, what: str, reason: str) -> None:
        """One that was not asked."""
        self.all.append(Source(interface, node, what, Health.SKIPPED, reason))
