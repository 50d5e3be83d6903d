"""What is to be renewed, as a person says it: `expiring`, `all`, or UNIT[@NODE]."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import msgspec

from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.names import CALLMANAGER, CAPF, IPSEC, TOMCAT, TVS, is_store
from ringtrust.errors import RefusedError

EXPIRING: Final = "expiring"
ALL: Final = "all"
_MOST_DAYS: Final = 36500
_RENEWED_BY_NAME: Final = (CALLMANAGER, TOMCAT, IPSEC, CAPF, TVS)


class Named(msgspec.Struct, frozen=True):
    """A unit, on one node or on all that have it (`node` empty)."""

    unit: str
    node: str = ""


class Goal(msgspec.Struct, frozen=True):
    """`everything`, or what expires within so many `days` of the snapshot, or what is named."""

    days: int = 0
    everything: bool = False
    named: tuple[Named, ...] = ()

    @property
    def within(self) -> timedelta:
        """How soon is soon."""
        return timedelta(days=self.days)

    @property
    def text(self) -> str:
        """In a few words."""
        if self.named:
            return ", ".join(f"{each.unit}@{each.node}" if each.node else each.unit for each in self.named)
        return "all identity certificates" if self.everything else f"what expires within {self.days} days"


def read_goal(words: Iterable[str], days: int = SOON_DAYS) -> Goal:
    """The goal that these words mean. Raises RefusedError, for a trust store too: it holds nothing to regenerate."""
    if not 0 <= days <= _MOST_DAYS:
        raise RefusedError(f"{days} days is no time to look ahead.", advice=f"Take 0 to {_MOST_DAYS}.")
    wanted = tuple(dict.fromkeys(words)) or (EXPIRING,)
    if wanted == (EXPIRING,):
        return Goal(days=days)
    if wanted == (ALL,):
        return Goal(everything=True)
    if EXPIRING in wanted or ALL in wanted:
        raise RefusedError(
            f"{EXPIRING!r} and {ALL!r} stand alone.", advice="Say --renew expiring, --renew all, or name units."
        )
    return Goal(named=tuple(map(_named, wanted)))


def _named(word: str) -> Named:
    unit, at, node = word.partition("@")
    if is_store(unit):
        raise RefusedError(
            f"{unit} is a trust store: what is in it cannot be regenerated, only deleted (S108, S109).",
            advice=f"Renew {_source_of(unit)}: the copies in the stores then renew themselves (S153).",
        )
    if not unit or (at and not node):
        raise RefusedError(f"{word!r} names no unit, or no node.", advice="Write CallManager or CallManager@sub1.")
    return Named(unit, node)


def _source_of(store: str) -> str:
    base = store.rpartition("-")[0]
    return base if base in _RENEWED_BY_NAME else "the unit that it is a copy of"
