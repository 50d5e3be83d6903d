"""Whether the database has what lies on the disks of nodes (210541): the disk counts, TVS goes by the database."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from ringtrust.change.gate import DatabaseMatches
from ringtrust.change.outcome import NotYet, Passed, Verdict
from ringtrust.observe.each import on_each
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.naming import names_of
from ringtrust.observe.scan.inventory import SQL, Entry, entries
from ringtrust.trust.names import counted

_LATE: Final = (
    "Cisco Certificate Change Notification brings it there within half an hour where it runs (210541); where it does "
    "not, restart that service on the node."
)


async def database_matches(eyes: Eyes, condition: DatabaseMatches) -> Verdict:
    """Whether both have the same serial number of each. What was renewed a moment ago may be on its way.

    The database is asked once; the nodes side by side.
    """
    units: dict[str, list[str]] = defaultdict(list)
    for each in condition.certificates:
        units[each.node].append(each.unit)
    known = tuple(entries(await eyes.sql(eyes.publisher.name, SQL)))
    sites = [site for site in eyes.sites if site.name in units]
    found = await on_each(sites, lambda site: _apart(eyes, site, units[site.name], known))
    apart = [text for _, texts in found for text in texts]
    apart += [f"{name} is none of the nodes any more." for name in units if name not in {site.name for site in sites}]
    if apart:
        return NotYet((*apart, _LATE))
    return Passed((f"The database has the serial numbers of {counted(len(condition.certificates), 'certificate')}.",))


async def _apart(eyes: Eyes, site: Site, units: list[str], known: tuple[Entry, ...]) -> list[str]:
    serials = _serials(known, names_of(site, eyes.sites))
    texts = []
    for unit in units:
        own = await eyes.identity(site.name, unit)
        there = serials.get(unit, frozenset())
        if own.serial.lstrip("0") not in there:
            has = " and ".join(sorted(there)) or "none"
            texts.append(f"{unit} of {site.name}: serial {own.serial} on its disk, {has} in the database.")
    return texts


def _serials(known: tuple[Entry, ...], places: frozenset[str]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for each in known:
        if each.places & places:
            found[each.registered.name].add(each.registered.serial.lstrip("0"))
    return {unit: frozenset(serials) for unit, serials in found.items()}
