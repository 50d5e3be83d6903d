"""Phones that only a hand can help: who, where, why, and which keys are pressed on that model (R6, R7, R8, R11)."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.ground import UNKNOWN, PhoneClass
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.plan.recover.reached import Return

GENERAL: Final = (
    "On the phone open Settings or Applications, there Security or Trust List, unlock it with **# where it asks, and "
    "erase the ITL, and the CTL where there is one; or Admin Settings > Reset Settings > Security. Where Settings "
    "Access is disabled, or nothing like that is there, reset it to factory settings (R7): it comes back as a new one."
)
_PERHAPS: Final = (
    "Which list it holds nobody can see, and on that it hangs whether it comes back by itself. Look whether it does, "
    "when the plan is done."
)
_SIGNERS: Final = (
    "It knows neither who signs lists now, nor a TVS of its CM group that runs or will run: no list that a server can "
    "make is taken by it."
)
_STRANGE: Final = (
    "It holds a list that no node serves, and that nobody has seen: nobody can tell whom it trusts. An earlier "
    "snapshot might (--before)."
)
_RESTORE: Final = " Only the restore of the backup of before would bring it back from here (R4)."


class ByHand(msgspec.Struct, frozen=True):
    """A phone, and what somebody does at it: `itl` and `ctl` are key presses, `reset` how it gets factory settings.

    `sure` is whether nothing else helps, not even a restore.
    """

    name: str
    model: str
    description: str
    pool: str
    group: str
    sure: bool
    why: str
    itl: str
    ctl: str
    reset: str
    note: str
    sources: tuple[str, ...]


def by_hand(
    snapshot: Snapshot,
    facts: ReleaseFacts,
    kinds: Mapping[str, PhoneClass],
    found: Mapping[str, Return],
    restored: frozenset[str] = frozenset(),
) -> Iterator[ByHand]:
    """All of them in the order of the database; those `restored` a restore would bring back. `found` is by phone."""
    for phone in snapshot.all_phones():
        if found[phone.name] in {Return.PERHAPS, Return.NOT}:
            lost = found[phone.name] is Return.NOT
            yield _row(phone, facts, kinds[phone.name], lost=lost, restored=phone.name in restored)


def _row(phone: Phone, facts: ReleaseFacts, kind: PhoneClass, *, lost: bool, restored: bool) -> ByHand:
    keys = facts.erasure(phone.model)
    why = _why(kind, lost=lost) + (_RESTORE if restored else "")
    return ByHand(
        name=phone.name,
        model=phone.model,
        description=phone.description,
        pool=phone.pool,
        group=phone.group,
        sure=lost and not restored,
        why=why,
        itl=keys.itl if keys is not None else GENERAL,
        ctl=keys.ctl if keys is not None else "",
        reset=keys.reset if keys is not None else "",
        note=keys.note if keys is not None else "",
        sources=keys.sources if keys is not None else ("R6", "R7"),
    )


def _why(kind: PhoneClass, *, lost: bool) -> str:
    if all(UNKNOWN in held.sasts for held in kind.holds):
        return _STRANGE
    return _SIGNERS if lost else _PERHAPS
