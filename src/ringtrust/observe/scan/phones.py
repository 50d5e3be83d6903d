"""The phones of a scan: who there is, who is registered, what each holds, and how it proves who it is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Fact, Known, Skipped, Unread, known
from ringtrust.cluster.phone import BY_DATABASE, Lsc, Phone, Registration, is_software
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Health, Source
from ringtrust.connect.ports import DeviceSeen, PhonePage
from ringtrust.errors import UnreadableError
from ringtrust.observe.evidence import ItlStatus
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.held import pages
from ringtrust.observe.itl_status import FIRST_WITH_ITL_STATUS, Reported
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
    reports: Mapping[str, Known[Reported] | Unread]


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
    security = await mode
    concerned = _concerned(listed.value, security)
    names = [each.name for each in concerned]
    profiles, lscs, seen, reports = await asyncio.gather(
        _profiles(look), _lscs(look), _registered(look, names), _reports(look)
    )
    registrations = _registrations(names, seen)
    told = _Told(registrations, await _pages(look, registrations, tell), profiles, lscs, reports)
    _report(told.pages, reports if _is_non_secure(security) else {}, sources)
    return Known(tuple(_phone(each, told) for each in concerned), listed.source)


def _is_non_secure(mode: Fact[int]) -> bool:
    return isinstance(mode, Known) and mode.value == _NON_SECURE


def _concerned(listed: Sequence[Listed], mode: Fact[int]) -> Sequence[Listed]:
    if not _is_non_secure(mode):
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


async def _reports(look: Look) -> Mapping[str, Known[Reported] | Unread]:
    """What the database has of the ITL of each phone; nothing where it keeps none, and that is no failure (SG15)."""
    version = await look.version
    if isinstance(version, Unread) or Release.of(version.value) < FIRST_WITH_ITL_STATUS:
        return {}
    publisher, status = look.eyes.publisher, ItlStatus(look.eyes)

    async def ask() -> Mapping[str, Known[Reported] | Unread]:
        return await status.told(())

    way = look.axl(ask) if look.may(Door.AXL) else look.cli(publisher, ask)
    found = await look.sources.offered(publisher.name, "ITL status of phones", way)
    return found.value if isinstance(found, Known) else {}


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
    itl, since = _itl(listed.name, told)
    return Phone(
        name=listed.name,
        description=listed.description,
        model=listed.model,
        group=listed.group,
        registration=told.registrations[listed.name],
        itl=itl,
        ctl=_ctl_on(page),
        profile=_profile(listed.name, told.profiles),
        lsc=_of(listed.name, told.lscs),
        itl_told=since,
        pool=listed.pool,
        tftp=Known(page.value.tftp, page.source) if isinstance(page, Known) else page,
    )


def _itl(name: str, told: _Told) -> tuple[Fact[str], datetime | None]:
    """What the page says; else what the database has from the registration that holds, and since when."""
    page, report = told.pages[name], told.reports.get(name)
    if isinstance(page, Known):
        return Known(page.value.itl_hash, page.source), None
    if isinstance(page, Unread) and isinstance(report, Known) and _is_registered(told.registrations[name]):
        return Known(report.value.itl, BY_DATABASE), report.value.when
    return page, None


def _is_registered(registration: Known[Registration] | Unread) -> bool:
    return isinstance(registration, Known) and registration.value.registered


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


def _report(
    lists: Mapping[str, Fact[PhonePage]], reports: Mapping[str, Known[Reported] | Unread], sources: Sources
) -> None:
    """One source for all pages that were wanted: which phones did not tell stands with the phones.

    `reports` stand in for pages: a phone whose page is closed is no failure where the database tells enough of it.
    """
    asked = {name: fact for name, fact in lists.items() if not isinstance(fact, Skipped)}
    shut = {name: fact.reason for name, fact in asked.items() if isinstance(fact, Unread)}
    silent = [reason for name, reason in shut.items() if not isinstance(reports.get(name), Known)]
    if _NOT_ASKED in asked.values():
        sources.skipped(Door.PHONE, "", f"pages of {len(lists)} phones", _NOT_ASKED.reason)
        return
    what = f"pages of {len(asked)} phones"
    if silent:
        sources.failed(Door.PHONE, "", what, f"{len(silent)} did not tell: {silent[0]}")
    elif shut:
        sources.skipped(Door.PHONE, "", what, f"Of {len(shut)} only the database tells: {next(iter(shut.values()))}")
    elif asked:
        sources.all.append(Source(Door.PHONE.value, "", what, Health.READ))
    elif lists:
        sources.skipped(Door.PHONE, "", f"pages of {len(lists)} phones", "None of them is registered.")
