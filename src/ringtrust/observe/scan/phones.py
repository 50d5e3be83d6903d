"""The phones of a scan: who there is, who is registered, what each holds, and how it proves who it is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, NamedTuple

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Fact, Known, Skipped, Unread, known
from ringtrust.cluster.phone import Lsc, Phone, Registration, is_software
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Health, Source
from ringtrust.connect.ports import DeviceSeen, PhonePage
from ringtrust.errors import UnreadableError
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.held import pages
from ringtrust.observe.rows import Listed
from ringtrust.observe.scan.look import Look
from ringtrust.observe.scan.sources import Sources, Value

_TELL_EVERY: Final = 50
NOT_SEEN: Final = Registration("NotSeen", "", "")
_SILENT: Final = Skipped("It is not registered, so that nobody knows where to ask it.")
_SOFTWARE: Final = Skipped("It is a program on a computer, which shows no page.")
_NON_SECURE: Final = 0
_NOT_ASKED: Final = Unread(f"Only {Door.PHONE.text} would tell, and may not be asked.")


class _Told(NamedTuple):
    """What there is to know of each phone, by its name; a fact for all where nothing is known of any."""

    registrations: Mapping[str, Known[Registration] | Unread]
    pages: Mapping[str, Fact[PhonePage]]
    profiles: Known[Mapping[str, str]] | Unread
    lscs: Known[Mapping[str, Lsc]] | Unread


async def scan_phones(look: Look, mode: Awaitable[Fact[int]], tell: Callable[[str], None]) -> Fact[tuple[Phone, ...]]:
    """Every phone of the database. `mode` is Cluster Security Mode: where it is 0, software clients hold no list.

    They are left out there: nothing that is renewed concerns them, and nobody waits for programs to be started.
    """
    eyes, sources = look.eyes, look.sources
    tell("reading the phones")
    publisher = eyes.publisher
    by_cli = look.cli(publisher, eyes.phones)
    listed = await sources.first(publisher.name, "phones", look.axl(eyes.phones), by_cli)
    if isinstance(listed, Unread):
        return listed
    concerned = _concerned(listed.value, await mode)
    names = [each.name for each in concerned]
    profiles, lscs, seen = await asyncio.gather(_profiles(look), _lscs(look), _registered(look, names))
    registrations = _registrations(names, seen)
    told = _Told(registrations, await _pages(look, registrations, tell), profiles, lscs)
    _report(told.pages, sources)
    return Known(tuple(_phone(each, told) for each in concerned), listed.source)


def _concerned(listed: Sequence[Listed], mode: Fact[int]) -> Sequence[Listed]:
    if not isinstance(mode, Known) or mode.value != _NON_SECURE:
        return listed
    return [each for each in listed if not is_software(each.name)]


async def _profiles(look: Look) -> Known[Mapping[str, str]] | Unread:
    publisher, ask = look.eyes.publisher, look.eyes.profiles
    return await look.sources.first(publisher.name, "security profiles", look.axl(ask), look.cli(publisher, ask))


async def _lscs(look: Look) -> Known[Mapping[str, Lsc]] | Unread:
    version = await look.version  # not inside the question: whoever asks has the publisher's turn

    async def ask() -> Mapping[str, Lsc]:
        if isinstance(version, Unread):
            raise UnreadableError(f"What the database tells of LSCs hangs on the release: {version.reason}")
        return await look.eyes.lscs(Release.of(version.value))

    publisher = look.eyes.publisher
    return await look.sources.first(publisher.name, "LSCs", look.axl(ask), look.cli(publisher, ask))


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


def _phone(listed: Listed, told: _Told) -> Phone:
    page = told.pages[listed.name]
    return Phone(
        name=listed.name,
        description=listed.description,
        model=listed.model,
        group=listed.group,
        registration=told.registrations[listed.name],
        itl=Known(page.value.itl_hash, page.source) if isinstance(page, Known) else page,
        ctl=_ctl_on(page),
        profile=_profile(listed.name, told.profiles),
        lsc=_of(listed.name, told.lscs),
    )


def _ctl_on(page: Fact[PhonePage]) -> Fact[str]:
    if not isinstance(page, Known):
        return page
    told = page.value.ctl
    return Known(told.value, page.source) if isinstance(told, Known) else told


def _profile(name: str, profiles: Known[Mapping[str, str]] | Unread) -> Fact[str]:
    found = _of(name, profiles)
    if isinstance(found, Known) and not found.value:
        return Unread("The database gives it no security profile.")
    return found


def _of(name: str, all_of_them: Known[Mapping[str, Value]] | Unread) -> Known[Value] | Unread:
    if isinstance(all_of_them, Unread):
        return all_of_them
    if name not in all_of_them.value:
        return Unread("The database does not tell of it.")
    return Known(all_of_them.value[name], all_of_them.source)


def _registrations(
    names: Sequence[str], seen: Known[tuple[DeviceSeen, ...]] | Unread
) -> dict[str, Known[Registration] | Unread]:
    if isinstance(seen, Unread):
        return dict.fromkeys(names, seen)
    known = {each.name.upper(): Registration(each.status, each.node, each.address) for each in seen.value}
    return {name: Known(known.get(name.upper(), NOT_SEEN), seen.source) for name in names}


async def _pages(
    look: Look, registrations: Mapping[str, Known[Registration] | Unread], tell: Callable[[str], None]
) -> dict[str, Fact[PhonePage]]:
    known = {name: found.value for name, found in registrations.items() if isinstance(found, Known)}
    addresses = {name: found.address for name, found in known.items() if found.registered and not is_software(name)}
    if Door.PHONE not in look.sources.allowed:
        return dict.fromkeys(registrations, _NOT_ASKED)

    def asked(count: int) -> None:
        if count % _TELL_EVERY == 0:
            tell(f"{count} of {len(addresses)} phones asked")

    told = await pages(look.eyes, addresses, asked)
    return {name: told.get(name) or _why_not(name, found) for name, found in registrations.items()}


def _why_not(name: str, registration: Known[Registration] | Unread) -> Unread | Skipped:
    if is_software(name):
        return _SOFTWARE
    return _SILENT if isinstance(registration, Known) else registration


def _report(lists: Mapping[str, Fact[PhonePage]], sources: Sources) -> None:
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
