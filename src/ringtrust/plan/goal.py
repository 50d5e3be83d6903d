"""What is to be renewed, as a person says it: `expiring`, `all`, UNIT[@NODE], `lsc`, or a move such as `mode=mixed`."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, Literal, get_args

import msgspec

from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.names import CALLMANAGER, CAPF, IPSEC, TOMCAT, TVS, is_store
from ringtrust.errors import RefusedError

EXPIRING: Final = "expiring"
ALL: Final = "all"
LSC: Final = "lsc"
ALL_LSCS: Final = "lsc=all"
Move = Literal["", "ctl=tokenless", "ctl=tokens", "mode=mixed", "mode=non-secure"]
"""From one way of securing a cluster to another (S70, S78); empty: none."""
_MOST_DAYS: Final = 36500
_MOVES: Final = {
    "ctl=tokenless": "a CTL without eTokens",
    "ctl=tokens": "a CTL with eTokens",
    "mode=mixed": "mixed mode",
    "mode=non-secure": "non-secure mode",
}
_RENEWED_BY_NAME: Final = (CALLMANAGER, TOMCAT, IPSEC, CAPF, TVS)


class Named(msgspec.Struct, frozen=True):
    """A unit, on one node or on all that have it (`node` empty)."""

    unit: str
    node: str = ""


class Goal(msgspec.Struct, frozen=True):
    """`everything`, or what expires within so many `days` of the snapshot, or what is named.

    `lscs` are the phones' own: "lsc" those that are due, "lsc=all" all, and nothing else is renewed then. A `move`
    stands alone, too.
    """

    days: int = 0
    everything: bool = False
    named: tuple[Named, ...] = ()
    lscs: Literal["", "lsc", "lsc=all"] = ""
    move: Move = ""

    @property
    def of_servers(self) -> bool:
        """Whether certificates of the servers are renewed."""
        return not (self.lscs or self.move)

    @property
    def within(self) -> timedelta:
        """How soon is soon."""
        return timedelta(days=self.days)

    @property
    def text(self) -> str:
        """In a few words."""
        if self.move:
            return _MOVES[self.move]
        if self.lscs:
            return "every LSC" if self.lscs == ALL_LSCS else f"LSCs of an older CAPF, or ending within {self.days} days"
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
    return _special(wanted, days) or Goal(named=tuple(map(_named, wanted)))


def _special(wanted: tuple[str, ...], days: int) -> Goal | None:
    """A goal that is no unit. Raises RefusedError for one that stands beside others, or that nobody knows."""
    words = [word.lower() for word in wanted]
    known: dict[str, Goal] = {LSC: Goal(days=days, lscs="lsc"), ALL_LSCS: Goal(lscs="lsc=all")}
    known |= {move: Goal(move=move) for move in get_args(Move) if move}
    if not any(word in known or "=" in word or word == "ctl" for word in words):
        return None
    if len(words) == 1 and words[0] in known:
        return known[words[0]]
    if len(words) > 1:
        raise RefusedError(
            f"{wanted[0]} and {wanted[1]} are two plans.", advice="Carry one out, scan, and plan the other."
        )
    raise RefusedError(
        f"{wanted[0]!r} is no goal: a CTL follows by itself in every plan that asks for it.",
        advice=f"Say one of {', '.join(known)}, or name units.",
    )


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
