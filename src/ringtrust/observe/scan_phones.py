"""The phones of a scan: who there is, who is registered, and what each holds."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ringtrust.cluster.facts import Fact, Known, Skipped, Unread
from ringtrust.cluster.phone import Phone, Registration
from ringtrust.cluster.snapshot import Health, Source
from ringtrust.connect.ports import DeviceSeen
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.rows import Listed
from ringtrust.observe.sources import Sources

_AT_ONCE: Final = 64
_TELL_EVERY: Final = 50
NOT_SEEN: Final = Registration("NotSeen", "", "")
_SILENT: Final = Skipped("It is not registered, so that nobody knows where to ask it.")


async def scan_phones(eyes: Eyes, sources: Sources, tell: Callable[[str], None]) -> Fact[tuple[Phone, ...]]:
    """Every phone of the database."""
    tell("reading the phones")
    publisher = eyes.publisher.name
    listed = await sources.ask("axl", publisher, "phones", eyes.phones())
    if isinstance(listed, Unread):
        return listed
    names = [each.name for each in listed.value]
    seen = await sources.ask("ris", publisher, "registrations", _seen(eyes, names))
    registrations = _registrations(names, seen)
    lists = await _lists(eyes, registrations, tell)
    _report(lists, sources)
    return Known(tuple(_phone(each, registrations[each.name], lists[each.name]) for each in listed.value))


async def _seen(eyes: Eyes, names: Sequence[str]) -> tuple[DeviceSeen, ...]:
    return await eyes.registrations(names) if names else ()


def _phone(listed: Listed, registration: Fact[Registration], itl: Fact[str]) -> Phone:
    return Phone(listed.name, listed.description, listed.model, listed.group, registration, itl)


def _registrations(
    names: Sequence[str], seen: Known[tuple[DeviceSeen, ...]] | Unread
) -> dict[str, Known[Registration] | Unread]:
    if isinstance(seen, Unread):
        return dict.fromkeys(names, seen)
    known = {each.name.upper(): Registration(each.status, each.node, each.address) for each in seen.value}
    return {name: Known(known.get(name.upper(), NOT_SEEN)) for name in names}


async def _lists(
    eyes: Eyes, registrations: Mapping[str, Known[Registration] | Unread], tell: Callable[[str], None]
) -> dict[str, Fact[str]]:
    limit = asyncio.Semaphore(_AT_ONCE)
    done: list[str] = []

    async def one(name: str, registration: Known[Registration] | Unread) -> tuple[str, Fact[str]]:
        if isinstance(registration, Unread):
            return name, registration
        async with limit:
            held = await _held(eyes, registration.value)
        done.append(name)
        if len(done) % _TELL_EVERY == 0:
            tell(f"{len(done)} of {len(registrations)} phones asked")
        return name, held

    return dict(await asyncio.gather(*(one(name, found) for name, found in registrations.items())))


async def _held(eyes: Eyes, registration: Registration) -> Fact[str]:
    if not registration.registered:
        return _SILENT
    try:
        return Known((await eyes.page(registration.address)).itl_sha1)
    except (UnreadableError, RefusedError) as error:
        return Unread(error.what)


def _report(lists: Mapping[str, Fact[str]], sources: Sources) -> None:
    """One source for all pages that were wanted: which phones did not tell stands with the phones."""
    asked = [fact for fact in lists.values() if not isinstance(fact, Skipped)]
    silent = [fact.reason for fact in asked if isinstance(fact, Unread)]
    what = f"pages of {len(asked)} phones"
    if silent:
        sources.failed("phone", "", what, f"{len(silent)} did not tell: {silent[0]}")
    elif asked:
        sources.all.append(Source("phone", "", what, Health.READ))
    elif lists:
        sources.skipped("phone", "", f"pages of {len(lists)} phones", "None of them is registered.")
