"""Whether phones were reset: by when each has registered, as the nodes tell it by their own clocks (interfaces.md §5).

RISPort70 answers fifteen times a minute, and forty thousand phones would take forty questions. One question tells of
1,000: a reset goes to every phone, so that of a thousand phones from all over the cluster nearly all register anew, or
hardly any does. The journal keeps counts, and for each node the latest time at which a phone had registered with it.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from ringtrust.apply.settling import Still, too_early
from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.clock import Timer
from ringtrust.cluster.doors import Door
from ringtrust.connect.ports import DeviceSeen
from ringtrust.connect.soap.ris import NAMES_AT_MOST
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.journal.records import Intended
from ringtrust.observe.eyes import Eyes
from ringtrust.trust.names import brief

_REACHES_SECONDS: Final = 300.0
"""After so many seconds a reset has reached phones, if there was one: the first of many register anew by then [U]."""
_MOST, _HARDLY_ANY = 0.5, 0.1
_UNKNOWN: Final = "Unknown"
_NODES_AT_MOST: Final = 64
_AGAIN: Final = "It is done once more: a phone that resets twice is away for some minutes longer."
_BY_HAND: Final = "Look at the phones. Reset all of them by hand, or wait until they are back, and call apply again."


class Was(msgspec.Struct, frozen=True, omit_defaults=True):
    """Phones before a reset: how many of the sample were registered, and the latest registration with each node.

    Times are Unix seconds by the clock of that node. `untold` says why nobody knows.
    """

    registered: int = 0
    latest: dict[str, int] = {}
    untold: str = ""


class Waves:
    """Looks at phones. `phones` are the names of those to look at; None: those that the database knows."""

    def __init__(self, eyes: Eyes, timer: Timer, phones: Sequence[str] | None = None) -> None:
        self._eyes = eyes
        self._timer = timer
        self._phones = phones

    async def before(self) -> str:
        """Who is registered since when, by one question."""
        try:
            return msgspec.json.encode(_summary(await self._seen())).decode()
        except (UnreadableError, RefusedError) as error:
            return msgspec.json.encode(Was(untold=brief(error.what))).decode()

    async def look(self, intended: Intended) -> Outcome | Still:
        """What a look at the phones tells. Raises UnreadableError, RefusedError."""
        was = _read(intended.before)
        if not was.registered:
            why = was.untold or "no phone was registered before"
            return Refused((f"Whether phones were reset nobody can tell: {why.rstrip('.')}.", _AGAIN))
        now = _tally(was, await self._seen())
        if now.moved > was.registered * _MOST:
            return Done((f"It has happened: {now.said}",))
        if now.moved + now.untold > was.registered * _HARDLY_ANY:
            return Still(Unclear((f"Whether all phones were reset nobody can tell: {now.said}", _BY_HAND)))
        seen = Refused((f"It has not happened: {now.said}",))
        return Still(seen) if too_early(intended, self._timer, _REACHES_SECONDS) else seen

    async def _seen(self) -> Sequence[DeviceSeen]:
        """What is known of the sample. Raises UnreadableError, RefusedError."""
        if Door.RIS not in self._eyes.wire.doors:
            raise RefusedError(f"{Door.RIS.text} may not be asked.")
        if self._phones is None:
            self._phones = [each.name for each in await self._eyes.phones()]
        names = _spread(self._phones)
        return await self._eyes.registrations(names) if names else ()


def _spread(names: Sequence[str]) -> Sequence[str]:
    """As many as one question takes, from all over the cluster, and always the same ones."""
    ordered = sorted(names)
    return ordered[:: -(-len(ordered) // NAMES_AT_MOST) or 1]


def _summary(seen: Sequence[DeviceSeen]) -> Was:
    """Raises UnreadableError where phones are registered, and nobody tells since when."""
    here = [each for each in seen if each.registered]
    if here and not all(each.when for each in here):
        raise UnreadableError("RISPort70 does not tell since when phones are registered.")
    latest: dict[str, int] = {}
    for each in here:
        node = brief(each.node)
        latest[node] = max(latest.get(node, 0), each.when)
    if len(latest) > _NODES_AT_MOST:
        raise UnreadableError(f"RISPort70 tells of phones on {len(latest)} nodes, which no cluster has.")
    return Was(len(here), latest)


class _Tally(NamedTuple):
    """Of the phones that were registered: how many have registered anew, are away, or nobody tells of."""

    anew: int
    away: int
    untold: int
    registered: int

    @property
    def moved(self) -> int:
        """Those that a reset would explain."""
        return self.anew + self.away

    @property
    def said(self) -> str:
        """In words."""
        first = f"of {self.registered:,} phones that were registered and looked at, {self.anew:,} have registered anew"
        return f"{first}, {self.away:,} are away, and of {self.untold:,} no node tells."


def _tally(was: Was, seen: Sequence[DeviceSeen]) -> _Tally:
    here = [each for each in seen if each.registered]
    missing = max(0, was.registered - len(here))
    untold = min(missing, sum(each.status == _UNKNOWN for each in seen))
    anew = sum(_is_anew(each, was.latest) for each in here)
    return _Tally(anew, missing - untold, untold, was.registered)


def _is_anew(each: DeviceSeen, latest: Mapping[str, int]) -> bool:
    """By the clock of its node; one that none of them was registered with has no other to be compared with."""
    return each.when > latest.get(brief(each.node), max(latest.values(), default=0))


def _read(before: str) -> Was:
    """What the journal kept; nothing of what an older ringtrust has written there."""
    try:
        return msgspec.json.decode(before, type=Was)
    except msgspec.DecodeError:
        return Was(untold="nothing was written down before it.")
