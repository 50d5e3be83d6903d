"""New LSCs: for whom, and in which batches, a canary first (S169 to S174; domain.md P10).

An LSC of an older CAPF stays good as long as that CAPF stays in the stores (S119, I7): so batches may take days, and
phones that are away now follow later. Nothing is ever deleted here (H17).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from ringtrust.change.act import HandOver, IssueLscs
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CAPF
from ringtrust.cluster.phone import Lsc, Phone
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.plan import gates
from ringtrust.plan.drafts import Draft
from ringtrust.plan.goal import LSC, Goal
from ringtrust.plan.secure import lsc_gates
from ringtrust.plan.secure.locked import Locked
from ringtrust.plan.targets import Targets

_BY_STRING: Final = "By Authentication String"
CANARY, BATCH = 10, 200
"""How many phones get a new LSC first, and how many at once then [INF]."""


class Sizes(msgspec.Struct, frozen=True):
    """How many phones are the canary, and how many a batch."""

    canary: int = CANARY
    batch: int = BATCH


class Census(msgspec.Struct, frozen=True):
    """Who gets a new LSC, and who does not, by name.

    `wireless` have certificates of a third party, `by_string` wait for somebody to type on them, `away` were not there,
    and `unread` are phones of which nobody could tell.
    """

    renew: tuple[Phone, ...]
    wireless: tuple[str, ...] = ()
    by_string: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def census(snapshot: Snapshot, goal: Goal, waited: Sequence[str], locked: Sequence[str]) -> Census:
    """The phones that have an LSC, for a goal: with a new CAPF all, else those that the goal means.

    `waited` are there, `locked` come back by getting one. The others keep theirs until they are back.
    """
    there = frozenset((*waited, *locked))
    having = [phone for phone in snapshot.all_phones() if _has(phone) and _meant(phone, snapshot, goal)]
    wireless = [phone.name for phone in having if phone.wireless]
    by_string = [phone.name for phone in having if _lsc(phone).authentication == _BY_STRING]
    left = frozenset((*wireless, *by_string))
    renew = [phone for phone in having if phone.name not in left]
    return Census(
        renew=tuple(phone for phone in renew if phone.name in there),
        wireless=tuple(wireless),
        by_string=tuple(name for name in by_string if name not in wireless),
        away=tuple(phone.name for phone in renew if phone.name not in there),
        unread=tuple(phone.name for phone in snapshot.all_phones() if not isinstance(phone.lsc, Known)),
    )


class Replaced(msgspec.Struct, frozen=True):
    """A CAPF that new LSCs are to follow: its serial number, empty where it has been replaced before."""

    serial: str


def replaced_capf(snapshot: Snapshot, goal: Goal, targets: Targets) -> tuple[Replaced, ...]:
    """What new LSCs follow: the CAPF of the publisher, where it is renewed, or the goal itself; else nothing (S169)."""
    if goal.lscs:
        return (Replaced(""),)
    publisher = snapshot.publisher.name
    return tuple(Replaced(target.certificate.serial) for target in targets.of(CAPF) if target.node == publisher)


def issuing(
    snapshot: Snapshot, found: Census, locked: Sequence[Locked], sizes: Sizes, old: Replaced
) -> tuple[tuple[Draft, ...], tuple[Draft, ...]]:
    """The steps of new LSCs, and those of phones that cannot register before CallManager is renewed, too."""
    shut = {each.name for each in locked if each.by == "CallManager"}
    now = [phone for phone in found.renew if phone.name not in shut]
    late = [phone for phone in found.renew if phone.name in shut]
    first: tuple[Draft, ...] = ()
    if old.serial or any(_lsc(phone).issuer != capf_name(snapshot) for phone in found.renew):
        first = (handed_over(snapshot.publisher.name, old.serial),) if found.renew else ()
    batches = (*first, *issued(now, sizes))
    return batches, tuple(issued(late, Sizes(sizes.batch, sizes.batch), _LATE))


def issued(phones: Sequence[Phone], sizes: Sizes, why: str = "") -> Iterator[Draft]:
    """The batches: a canary of as many models as it can hold, then the rest. Each is followed to its end."""
    order = _by_model(phones)
    cuts = [0, *range(sizes.canary, len(order), sizes.batch), len(order)]
    for place, (begin, end) in enumerate(pairwise(cuts)):
        names = tuple(phone.name for phone in order[begin:end])
        if names:
            yield _batch(names, why or (_CANARY if place == 0 else _REST))


_CANARY: Final = "A few phones of every model first: what goes wrong goes wrong on these (S169, P10)."
_LATE: Final = "They could not register before: their CallManagers had all expired (S120 to S123)."
_REST: Final = "The phones of before are back with a new LSC: now these (S169)."


def _batch(names: tuple[str, ...], why: str) -> Draft:
    return Draft(
        CAPF,
        IssueLscs(names),
        why,
        after=(lsc_gates.lscs_renewed(names), gates.phones_back()),
        sources=("S169", "S172", "S173", "S174", "P10"),
    )


def handed_over(node: str, old: str) -> Draft:
    """Before any phone shows an LSC of the new CAPF, whoever checks it has to know that CAPF (H18).

    `old` is the serial number of the certificate that it takes the place of; empty where that was done before.
    """
    stays = f"The old one, serial {old}," if old else "The one of before"
    return Draft(
        CAPF,
        HandOver("give the new CAPF certificate to RADIUS, ISE, ASA and SRST, and leave the old one there"),
        "802.1X and VPN phones lose the network itself when whoever lets them in does not know who signed their LSC "
        "(H18). Those that have an old LSC still show that.",
        before=(lsc_gates.partners_told(node, old),),
        sources=("H18", "225746", "200860"),
        command=f"CLI of {node}: show cert own CAPF (the PEM at its end), or OS Administration > Security > "
        f"Certificate Management > CAPF > Download. {stays} stays where it is. Then call apply with "
        f"{lsc_gates.PARTNERS_OPTION} and the serial number of the new one; with {lsc_gates.PARTNERS_OPTION} none, "
        "from the beginning, where there are no such systems.",
        if_it_fails="Let phones in without 802.1X until it is done (225746 4.1). Nothing has changed for them yet: the "
        "old LSCs are good.",
    )


def capf_name(snapshot: Snapshot) -> str:
    """The common name of the CAPF of now, which is its alone (S119); empty where it could not be read."""
    found = snapshot.publisher.identity(CAPF)
    return found.common_name if found is not None else ""


def _lsc(phone: Phone) -> Lsc:
    return phone.lsc.value if isinstance(phone.lsc, Known) else _NONE


_NONE: Final = Lsc("", None, None, "", "", "")


def _has(phone: Phone) -> bool:
    return _lsc(phone).there


def _meant(phone: Phone, snapshot: Snapshot, goal: Goal) -> bool:
    """With `lsc`: not of the CAPF of now, or about to expire; before 11.5 nobody tells by whom it is."""
    if goal.lscs != LSC:
        return True
    found = _lsc(phone)
    ends = [end for end in (found.expires, found.issuer_expires) if end is not None]
    late = any(end - snapshot.taken <= goal.within for end in ends)
    return late or found.issuer != capf_name(snapshot)


def _by_model(phones: Sequence[Phone]) -> list[Phone]:
    """One of each model, then another of each: those that are registered come first."""
    seen: dict[str, int] = {}
    turn = []
    for phone in sorted(phones, key=lambda each: not each.registered):
        seen[phone.model] = seen.get(phone.model, 0) + 1
        turn.append((not phone.registered, seen[phone.model], phone.model, phone.name, phone))
    return [each[-1] for each in sorted(turn, key=lambda each: each[:-1])]
