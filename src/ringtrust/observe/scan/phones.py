"""The phones of a scan: who there is, who is registered, and what each holds."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Fact, Known, Skipped, Unread, known
from ringtrust.cluster.phone import Phone, Registration
from ringtrust.cluster.snapshot import Health, Source
from ringtrust.connect.ports import DeviceSeen
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.held import held
from ringtrust.observe.rows import Listed
from ringtrust.observe.scan.look import Look
from ringtrust.observe.scan.sources import Sources

_TELL_EVERY: Final = 50
NOT_SEEN: Final = Registration("NotSeen", "", "")
_SILENT: Final = Skipped("It is not registered, so that nobody knows where to ask it.")
_NOT_ASKED: Final = Unread(f"Only {Door.PHONE.text} would tell, and may not be asked.")


async def scan_phones(look: Look, tell: Callable[[str], None]) -> Fact[tuple[Phone, ...]]:
    """Every phone of the database."""
    eyes, sources = look.eyes, look.sources
    tell("reading the phones")
    publisher = eyes.publisher
    by_cli = look.cli(publisher, eyes.phones)
    listed = await sources.first(publisher.name, "phones", look.axl(eyes.phones), by_cli)
    if isinstance(listed, Unread):
        return listed
    names = [each.name for each in listed.value]
    seen = await _registered(look, names)
    registrations = _registrations(names, seen)
    lists = await _lists(look, registrations, tell)
    _report(lists, sources)
    phones = tuple(_phone(each, registrations[each.name], lists[each.name]) for each in listed.value)
    return Known(phones, listed.source)


async def _registered(look: Look, names: Sequence[str]) -> Known[tuple[DeviceSeen, ...]] | Unread:
    """By RISPort70; where that may not be asked, by the CLI of every node, which knows its own phones."""
    publisher = look.eyes.publisher
    if look.may(Door.RIS) or not look.may(Door.CLI):
        ris = look.registrations(lambda: _seen(look.eyes, names))
        return await look.sources.first(publisher.name, "registrations", ris)
    told = await asyncio.gather(*(_at(look, site) for site in look.eyes.sites))
    unread = [each for each in told if isinstance(each, Unread)]
    seen: dict[str, DeviceSeen] = {}
    for device in (device for each in known(told) for device in each):
        if device.registered or device.name not in seen:
            seen[device.name] = device
    if unread:
        # Whoever is not registered elsewhere may be registered with a node that does not tell.
        seen |= {name: DeviceSeen(name, "Unknown", "", "", "", "") for name in names if not _there(seen.get(name))}
    return Known(tuple(seen.values()), Door.CLI.value) if len(unread) < len(told) else unread[0]


def _there(device: DeviceSeen | None) -> bool:
    return device is not None and device.registered


async def _at(look: Look, site: Site) -> Known[tuple[DeviceSeen, ...]] | Unread:
    way = look.cli(site, lambda: look.eyes.wire.cli(site.address).phones_seen(site.name))
    return await look.sources.ask(site.name, "registrations", way)


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
    return {name: Known(known.get(name.upper(), NOT_SEEN), seen.source) for name in names}


async def _lists(
    look: Look, registrations: Mapping[str, Known[Registration] | Unread], tell: Callable[[str], None]
) -> dict[str, Fact[str]]:
    known = {name: found.value for name, found in registrations.items() if isinstance(found, Known)}
    addresses = {name: found.address for name, found in known.items() if found.registered}
    if Door.PHONE not in look.sources.allowed:
        return dict.fromkeys(registrations, _NOT_ASKED)

    def asked(count: int) -> None:
        if count % _TELL_EVERY == 0:
            tell(f"{count} of {len(addresses)} phones asked")

    told = await held(look.eyes, addresses, asked)
    return {
        name: told.get(name, _SILENT) if isinstance(found, Known) else found for name, found in registrations.items()
    }


def _report(lists: Mapping[str, Fact[str]], sources: Sources) -> None:
    """One source for all pages that were wanted: which phones did not tell stands with the phones."""
    asked = [fact for fact in lists.values() if not isinstance(fact, Skipped)]
    silent = [fact.reason for fact in asked if isinstance(fact, Unread)]
    if _NOT_ASKED in asked:
        sources.skipped(Door.PHONE, "", f"pages of {len(lists)} phones", _NOT_ASKED.reason)
        return
    what = f"pages of {len(asked)} phones"
    if silent:
        sources.failed(Door.PHONE, "", what, f"{len(silent)} did not tell: {silent[0]}")
    elif asked:
        sources.all.append(Source(Door.PHONE.value, "", what, Health.READ))
    elif lists:
        sources.skipped(Door.PHONE, "", f"pages of {len(lists)} phones", "None of them is registered.")
