"""One node of a scan: every door side by side, so that one that is slow costs its own time only."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Final

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Fact, Known, Skipped, Unread, known
from ringtrust.cluster.names import TFTP_SERVICE, TOMCAT, TVS
from ringtrust.cluster.node import Node, Served, ServedList, Service
from ringtrust.connect.platform.lists import ListText, NoList
from ringtrust.connect.ports import NotThere
from ringtrust.errors import UnreadableError
from ringtrust.observe.eyes import Site
from ringtrust.observe.lists import list_of_text, served_list
from ringtrust.observe.scan.certificates import scan_certificates
from ringtrust.observe.scan.inventory import Inventory
from ringtrust.observe.scan.look import Look, best, in_order
from ringtrust.observe.scan.sources import Way

_SHOWN: Final = (TOMCAT, TVS)


async def scan_node(look: Look, site: Site, inventory: Inventory) -> Node:
    """All of it."""
    telling = asyncio.ensure_future(_version(look, site))
    running = asyncio.ensure_future(_services(look, site))
    version, services, certificates, served, itl, ctl = await asyncio.gather(
        telling,
        running,
        scan_certificates(look, site, inventory),
        _served(look, site),
        _itl(look, site, running),
        _ctl(look, site, running),
    )
    return Node(
        name=site.name,
        address=site.address,
        role=site.role,
        version=version,
        services=services,
        identities=certificates.identities,
        trusted=certificates.trusted,
        served=served,
        itl=itl,
        ctl=ctl,
        registered=certificates.registered,
    )


async def _version(look: Look, site: Site) -> Fact[str]:
    """The web doors wait for the publisher's. Where AXL has told it already, it is not asked again."""
    if look.is_publisher(site) and look.version.done():
        return look.version.result()
    cli = look.cli(site, lambda: look.eyes.version(site.name))
    axl = look.axl(lambda: look.eyes.wire.axl.version(site.name))
    found = await look.sources.first(site.name, "version", cli, axl)
    look.tell_version(site, found)
    return found


async def _services(look: Look, site: Site) -> Fact[tuple[Service, ...]]:
    cli = look.cli(site, lambda: look.eyes.services(site.name))
    web = look.application(Door.CONTROL_CENTER, site, lambda: look.eyes.wire.control_center.services(site.address))
    found = await look.all_of(site, "services", cli, web)
    differing = _differing(found)
    look.sources.compare(site.name, "services", found, lambda services: _running(services, differing))
    return in_order(best(found), lambda service: service.name)


def _differing(found: Sequence[Fact[tuple[Service, ...]]]) -> frozenset[str]:
    """Services that every door lists, and that do not run according to all of them."""
    lists = [{each.name: each.running for each in services} for services in known(found)]
    common = set.intersection(*map(set, lists)) if lists else set()
    return frozenset(name for name in common if len({states[name] for states in lists}) > 1)


def _running(services: Sequence[Service], which: Collection[str]) -> str:
    """In words: what else a door lists, and how it words why one does not run, differs."""
    return ", ".join(f"{each.name} {each.state}" for each in services if each.name in which)


async def _served(look: Look, site: Site) -> tuple[Served, ...]:
    eyes = look.eyes

    async def one(unit: str) -> Served:
        way = Way(Door.TLS, lambda: eyes.served(site.name, unit))
        return Served(unit, eyes.port(unit), await look.sources.ask(site.name, f"what {unit} shows", way))

    return tuple(await asyncio.gather(*map(one, _SHOWN)))


async def _itl(look: Look, site: Site, services: "asyncio.Future[Fact[tuple[Service, ...]]]") -> Fact[ServedList]:
    running = await services
    if isinstance(running, Unread) and look.may(Door.CLI, Door.CONTROL_CENTER):
        return Unread(f"Whether it serves a list is not known: {running.reason}")
    none = _serves_nothing(look, site, running, "ITL")
    return none if none is not None else await look.sources.first(site.name, "ITL", *_itl_ways(look, site))


def _serves_nothing(look: Look, site: Site, running: Fact[tuple[Service, ...]], what: str) -> Skipped | None:
    """Why a file of Cisco Tftp cannot be there; None where it can, or where nobody tells which services run."""
    if not isinstance(running, Known) or _serves(running):
        return None
    reason = f"{TFTP_SERVICE} is not activated here."
    look.sources.skipped(Door.TFTP, site.name, what, reason)
    return Skipped(reason)


def _serves(running: Fact[tuple[Service, ...]]) -> bool:
    """Whether Cisco Tftp is known to be activated."""
    return isinstance(running, Known) and any(each.name == TFTP_SERVICE and each.activated for each in running.value)


def _itl_ways(look: Look, site: Site) -> list[Way[ServedList]]:
    async def by_file() -> ServedList:
        return served_list(await look.eyes.itl(site.name))

    async def by_text() -> ServedList:
        found = await look.eyes.wire.cli(site.address).itl()
        if isinstance(found, NoList):
            raise UnreadableError(f"{site.name} shows no trust list: {found.reason}")
        return list_of_text(found)

    return [Way(Door.TFTP, by_file), look.cli(site, by_text)]


async def _ctl(look: Look, site: Site, services: "asyncio.Future[Fact[tuple[Service, ...]]]") -> Fact[ServedList]:
    """The file where the node serves files, for its bytes; the CLI tells whether there is one, and of other nodes.

    Where Cisco Tftp is down, what the CLI prints stands: the list on the disk is the one that will be served again.
    """
    running = await services
    if not look.may(Door.CLI):
        none = _serves_nothing(look, site, running, "CTL")
        return none if none is not None else await _asked_for_ctl(look, site, _ctl_file(look, site))
    text = await _asked_for_ctl(look, site, _ctl_text(look, site))
    if not isinstance(text, Known) or not _serves(running) or not look.may(Door.TFTP):
        return text
    file = await _asked_for_ctl(look, site, _ctl_file(look, site))
    look.sources.compare(site.name, "CTL", _with_checksum(file, text), lambda found: f"SHA-1 {found.sha1}")
    return file if isinstance(file, Known) else text


def _with_checksum(*facts: Fact[ServedList]) -> list[Fact[ServedList]]:
    """Older releases print none."""
    return [fact for fact in facts if isinstance(fact, Known) and fact.value.sha1]


async def _asked_for_ctl(look: Look, site: Site, way: Way[Fact[ServedList]]) -> Fact[ServedList]:
    found = await look.sources.first(site.name, "CTL", way)
    return found.value if isinstance(found, Known) else found


def _ctl_file(look: Look, site: Site) -> Way[Fact[ServedList]]:
    async def ask() -> Fact[ServedList]:
        found = await look.eyes.ctl(site.name)
        if isinstance(found, NotThere):
            return Skipped("This node serves no CTL.")
        return Known(served_list(found), Door.TFTP.value)

    return Way(Door.TFTP, ask)


def _ctl_text(look: Look, site: Site) -> Way[Fact[ServedList]]:
    async def ask() -> Fact[ServedList]:
        found = await look.eyes.wire.cli(site.address).ctl()
        return Known(list_of_text(found), Door.CLI.value) if isinstance(found, ListText) else Skipped(found.reason)

    return look.cli(site, ask)
