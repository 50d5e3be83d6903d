"""Every question of a scan, through which door, and how it went: the health of every source."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.cluster.snapshot import Disagreement, Health, Said, Source
from ringtrust.errors import FormatError, RefusedError, UnreadableError

Value = TypeVar("Value")


class Way(NamedTuple, Generic[Value]):
    """A door, and the question that is asked there."""

    door: Door
    ask: Callable[[], Awaitable[Value]]


class Sources:
    """Every question of a scan, and how it went. Only the doors of `allowed` are asked anything."""

    def __init__(self, allowed: frozenset[Door]) -> None:
        self.allowed = allowed
        self.all: list[Source] = []
        self.disagreements: list[Disagreement] = []

    async def ask(self, node: str, what: str, way: Way[Value]) -> Known[Value] | Unread:
        """The answer, or the reason why there is none."""
        if way.door not in self.allowed:
            return self._not_allowed(node, what, [way])
        try:
            value = await way.ask()
        except (UnreadableError, RefusedError) as error:
            return self.failed(way.door, node, what, error.what)
        self.all.append(Source(way.door.value, node, what, Health.READ))
        return Known(value, way.door.value)

    async def offered(self, node: str, what: str, way: Way[Value]) -> Known[Value] | Unread:
        """The answer, where there is one: what only some clusters tell is no failure where it is not told."""
        if way.door not in self.allowed:
            return self._not_allowed(node, what, [way])
        try:
            value = await way.ask()
        except (UnreadableError, RefusedError, FormatError) as error:
            self.skipped(way.door, node, what, error.what)
            return Unread(error.what)
        self.all.append(Source(way.door.value, node, what, Health.READ))
        return Known(value, way.door.value)

    async def first(self, node: str, what: str, *ways: Way[Value]) -> Known[Value] | Unread:
        """What the first door says that may be asked. One that fails has to be mended: no other stands in for it."""
        way = next((way for way in ways if way.door in self.allowed), None)
        return await self.ask(node, what, way) if way is not None else self._not_allowed(node, what, ways)

    def compare(self, node: str, what: str, facts: Sequence[Fact[Value]], text: Callable[[Value], str]) -> None:
        """Notes where facts that were read say different things. `text` is what makes out the difference."""
        said = tuple(Said(fact.source, text(fact.value)) for fact in facts if isinstance(fact, Known))
        if len({each.text for each in said}) > 1:
            self.disagreements.append(Disagreement(node, what, said))

    def failed(self, door: Door, node: str, what: str, reason: str) -> Unread:
        """One that went wrong."""
        self.all.append(Source(door.value, node, what, Health.FAILED, reason))
        return Unread(reason)

    def skipped(self, door: Door, node: str, what: str, reason: str) -> None:
        """One that was not asked."""
        self.all.append(Source(door.value, node, what, Health.SKIPPED, reason))

    def _not_allowed(self, node: str, what: str, ways: Sequence[Way[Value]]) -> Unread:
        """Nobody said what it is, so it is not known; that it was not asked is no failure."""
        doors = " or ".join(way.door.text for way in ways)
        reason = f"Only {doors} would tell, and may not be asked."
        self.skipped(ways[0].door, node, what, reason)
        return Unread(reason)
