"""Counting the phones: reset every one of them, wait until each has made up its mind, and ask (design.md §5)."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from ringtrust.lab.barred import Able, Answer, Bars
from ringtrust.lab.current import Current
from ringtrust.lab.phone.phone import State
from ringtrust.lab.process.lab import Desk, Lab
from ringtrust.lab.stranded import Fate, Fates
from ringtrust.trust import names
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import serial_text
from ringtrust.trust.lists import ListKind

_BOOTS_AT_MOST: Final = 4
_WALL_SECONDS_BESIDE: Final = 60.0


class HeldList(msgspec.Struct, frozen=True):
    """The list that a phone holds."""

    signer: str
    serial: str
    sha1: str


class PhoneView(msgspec.Struct, frozen=True):
    """A phone as `lab phones` shows it; `list` is its ITL, or its CTL where it has no ITL; None for neither.

    `current` says whether TFTP nodes serve now what it holds; `by_restore`, whether only a restored backup helps (R4).
    `barred` is why it could not register over TLS, or come into the network, whatever ran; empty where it could.
    `refusal` is what it met itself when it tried last.
    """

    name: str
    group: str
    state: str
    list: HeldList | None
    current: bool
    status: str
    stranded: bool
    by_restore: bool
    address: str
    web: str
    barred: str = ""
    refusal: str = ""


class Muster(msgspec.Struct, frozen=True):
    """How many phones were told to reset; and afterwards are registered, hold a current list, are stranded.

    Those that only the restore of a backup would bring back (R4) are `by_restore`, and not `stranded`.
    """

    reset: int
    registered: int
    current: int
    stranded: int
    by_restore: int
    barred: int = 0
    """Of those that are not stranded, how many could not register as secure phones, whatever ran."""


def views(lab: Lab) -> list[PhoneView]:
    """Every phone, in the order of the directory."""
    judged, lists = Judge(lab), Current(lab.cluster)
    return [_view(desk, lists, judged) for desk in lab.desks]


def _view(desk: Desk, lists: Current, judged: "Judge") -> PhoneView:
    fate, bar = judged.fate(desk), judged.bar(desk)
    phone = desk.line.phone
    shown = phone.itl or phone.held.get(ListKind.CTL)
    held = None
    if shown is not None:
        signer = shown.header.signer
        name = names.common_name(names.text(signer.name))
        held = HeldList(name, serial_text(signer.serial), Digest.SHA1.of(shown.data).hex())
    extension = desk.extension
    about = (extension.device, extension.group, phone.state.value, held, lists.holds(phone), phone.status)
    fates = (fate is Fate.STRANDED, fate is Fate.BY_RESTORE)
    return PhoneView(*about, *fates, desk.line.address, desk.web_url, bar.reason, phone.refusal)


class Judge:
    """What becomes of the phones of a lab."""

    def __init__(self, lab: Lab) -> None:
        self._fates = Fates(lab.cluster)
        self._bars = Bars(lab.cluster)
        self._members = {group.name: group.members for group in lab.cluster.topology.groups}

    def fate(self, desk: Desk) -> Fate:
        """Whether somebody must walk to this phone."""
        phone, group = desk.line.phone, self._members[desk.extension.group]
        return self._fates.of(tuple(phone.held.values()), group, tvs=phone.traits.kind.tvs)

    def bar(self, desk: Desk) -> Answer:
        """Whether this phone could register, and what bars it."""
        return self._bars.of(desk.line.phone, self._members[desk.extension.group])


def all_there(lab: Lab, tried: set[Desk]) -> bool:
    """Whether every phone is registered, or has tried and could not be, whatever ran: its CAPF has expired (S120).

    `tried` remembers who has been at rest: phones that are refused try again and again, never all at rest at once.
    """
    tried.update(desk for desk in lab.desks if desk.line.phone.settled and desk.line.phone.state is not State.OFF)
    away = [desk for desk in lab.desks if desk.line.phone.state is not State.REGISTERED]
    if not tried.issuperset(away):
        return False
    judged = Judge(lab) if away else None
    return judged is None or not any(isinstance(judged.bar(desk), Able) for desk in away)


async def muster(lab: Lab, progress: Callable[[int, int], None] = lambda _done, _all: None) -> Muster:
    """Resets every phone and waits for all of them; those that boot already are waited for first.

    `progress` hears how many are done, and of how many.
    """
    await _patiently(lab, lambda: all(desk.line.phone.settled for desk in lab.desks))
    boots = {desk: desk.line.phone.boots for desk in lab.desks if desk.line.phone.state is State.REGISTERED}
    told = lab.cluster.registrations.reset_all()

    def all_done() -> bool:
        done = sum(desk.line.phone.boots > before and desk.line.phone.settled for desk, before in boots.items())
        progress(done, len(boots))
        return done == len(boots)

    await _patiently(lab, all_done)
    return count(lab, told)


async def _patiently(lab: Lab, reached: Callable[[], bool]) -> None:
    """Waits, but not for ever: a phone that nobody could tell is counted as it is."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience(lab)):
            await lab.until(reached)


def patience(lab: Lab) -> float | None:
    """Seconds on the wall clock; no limit where the lab's time stands still until somebody moves it on."""
    if not lab.speed:
        return None
    return _WALL_SECONDS_BESIDE + _BOOTS_AT_MOST * lab.cluster.topology.delays.phone_boot / lab.speed


def count(lab: Lab, told: int) -> Muster:
    """The phones as they are now."""
    judged = Judge(lab)
    fates = {desk: judged.fate(desk) for desk in lab.desks}
    counted = Counter(fates.values())
    barred = sum(fate is Fate.REACHABLE and not isinstance(judged.bar(desk), Able) for desk, fate in fates.items())
    ends = (counted[Fate.STRANDED], counted[Fate.BY_RESTORE], barred)
    return Muster(told, lab.registered, _current(lab, lab.desks), *ends)


def _current(lab: Lab, desks: Iterable[Desk]) -> int:
    """How many hold, byte for byte, lists that TFTP nodes serve now."""
    lists = Current(lab.cluster)
    return sum(lists.holds(desk.line.phone) for desk in desks)
