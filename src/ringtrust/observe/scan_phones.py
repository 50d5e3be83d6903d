"""The phones of a scan: who there is, who is registered, and what each holds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ringtrust.cluster.facts import Fact, Known, Skipped, Unread
from ringtrust.cluster.phone import Phone, Registration
from ringtrust.cluster.snapshot import Health, Source
from ringtrust.connect.ports import DeviceSeen
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.held import held
from ringtrust.observe.rows import Listed
from ringtrust.observe.sources import Sources

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
    known = {name: found.value for name, found in registrations.items() if isinstance(found, Known)}
    addresses = {name: found.address for name, found in known.items() if found.registered}

    def asked(count: int) -> None:
        if count % _TELL_EVERY == 0:
            tell(f"{count} of {len(addresses)} phones asked")

    told = await held(eyes, addresses, asked)
    return {
        name: told.get(name, _SILENT) if isinstance(found, Known) else found for name, found in registrations.items()
    }


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
