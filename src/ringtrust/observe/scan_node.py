"""One node of a scan: its CLI, its ports, the list that it serves."""

from typing import Final

from ringtrust.cluster.certificate import Certificate, Identity, Trusted
from ringtrust.cluster.facts import Fact, Known, Skipped, Unread
from ringtrust.cluster.names import TFTP_SERVICE, TOMCAT, TVS
from ringtrust.cluster.node import Node, Served, ServedList, Service
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.certificates import Listed
from ringtrust.connect.platform.lists import NoList
from ringtrust.errors import UnreadableError
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.lists import served_list
from ringtrust.observe.sources import Sources

_CLI: Final = "cli"
_SHOWN: Final = (TOMCAT, TVS)


async def scan_node(eyes: Eyes, site: Site, sources: Sources) -> Node:
    """All of it. Where the CLI answers neither of two questions, it is not asked the others."""
    cli = eyes.wire.cli(site.address)
    version = await sources.ask(_CLI, site.name, "version", cli.version())
    services = await sources.ask(_CLI, site.name, "services", cli.services())
    if isinstance(version, Unread) and isinstance(services, Unread):
        return await _silent(eyes, site, sources, version)
    ctl = await sources.ask(_CLI, site.name, "CTL", _ctl(eyes, site))
    return Node(
        name=site.name,
        address=site.address,
        role=site.role,
        version=version,
        services=services,
        identities=await _identities(eyes, site, sources),
        trusted=await _trusted(eyes, site, sources),
        served=await _served(eyes, site, sources),
        itl=await _itl(eyes, site, sources, services),
        ctl=ctl.value if isinstance(ctl, Known) else ctl,
    )


async def _silent(eyes: Eyes, site: Site, sources: Sources, why: Unread) -> Node:
    """A node whose CLI does not answer; its ports may."""
    for what in ("identity certificates", "trust certificates", "CTL"):
        sources.failed(_CLI, site.name, what, why.reason)
    return Node(
        name=site.name,
        address=site.address,
        role=site.role,
        version=why,
        services=why,
        identities=why,
        trusted=why,
        served=await _served(eyes, site, sources),
        itl=Unread(f"Whether it serves a list is not known: {why.reason}"),
        ctl=why,
    )


async def _ctl(eyes: Eyes, site: Site) -> Fact[str]:
    found = await eyes.wire.cli(site.address).ctl()
    return Skipped(found.reason) if isinstance(found, NoList) else Known(found.sha1)


async def _identities(eyes: Eyes, site: Site, sources: Sources) -> Fact[tuple[Identity, ...]]:
    listed = await sources.ask(_CLI, site.name, "identity certificates", eyes.wire.cli(site.address).own_listing())
    if isinstance(listed, Unread):
        return listed
    found = []
    for each in listed.value:
        what = f"identity {each.folder}"
        certificate = await sources.ask(_CLI, site.name, what, eyes.identity(site.name, each.folder))
        found.append(Identity(each.folder, each.description, certificate))
    return Known(tuple(found))


async def _trusted(eyes: Eyes, site: Site, sources: Sources) -> Fact[tuple[Trusted, ...]]:
    listed = await sources.ask(_CLI, site.name, "trust certificates", eyes.wire.cli(site.address).trust_listing())
    if isinstance(listed, Unread):
        return listed
    found = []
    for each in listed.value:
        certificate = await sources.ask(_CLI, site.name, each.path, _trust_certificate(eyes, site, each))
        found.append(Trusted(each.folder, each.file, each.description, certificate))
    return Known(tuple(found))


async def _trust_certificate(eyes: Eyes, site: Site, listed: Listed) -> Certificate:
    shown = await eyes.wire.cli(site.address).trust_certificate(listed.path)
    if not shown.pem:
        raise UnreadableError(f"`show cert trust` shows no PEM of {listed.path}; its serial number is {shown.serial}.")
    return certificate_of(shown.pem)


async def _served(eyes: Eyes, site: Site, sources: Sources) -> tuple[Served, ...]:
    found = []
    for unit in _SHOWN:
        shown = await sources.ask("tls", site.name, f"what {unit} shows", eyes.served(site.name, unit))
        found.append(Served(unit, eyes.port(unit), shown))
    return tuple(found)


async def _itl(
    eyes: Eyes, site: Site, sources: Sources, services: Known[tuple[Service, ...]] | Unread
) -> Fact[ServedList]:
    if isinstance(services, Unread):
        return Unread(f"Whether it serves a list is not known: {services.reason}")
    if not any(each.name == TFTP_SERVICE and each.activated for each in services.value):
        reason = f"{TFTP_SERVICE} is not activated here."
        sources.skipped("tftp", site.name, "ITL", reason)
        return Skipped(reason)
    return await sources.ask("tftp", site.name, "ITL", _list(eyes, site))


async def _list(eyes: Eyes, site: Site) -> ServedList:
    return served_list(await eyes.itl(site.name))
