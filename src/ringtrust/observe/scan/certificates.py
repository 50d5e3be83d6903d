"""The certificates of one node: those on its disk, by the doors that show it, and what the database says of them."""

import asyncio
from typing import Final, NamedTuple

from ringtrust.cluster.certificate import Certificate, Identity, Registered, Trusted
from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Fact, Known, Skipped, Unread
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.certificates import Listed
from ringtrust.connect.ports import HeldIdentity, HeldTrust, Holdings
from ringtrust.errors import FormatError, UnreadableError
from ringtrust.observe.eyes import Site
from ringtrust.observe.scan.inventory import Inventory
from ringtrust.observe.scan.look import Look, in_order

_IDENTITIES: Final = "identity certificates"
_TRUSTED: Final = "trust certificates"


class Certificates(NamedTuple):
    """All of one node."""

    identities: Fact[tuple[Identity, ...]]
    trusted: Fact[tuple[Trusted, ...]]
    registered: Fact[tuple[Registered, ...]]


async def scan_certificates(look: Look, site: Site, inventory: Inventory) -> Certificates:
    """What a node has. Where no door that may be asked shows its disk, the database stands for it."""
    rest = asyncio.ensure_future(_by_rest(look, site))
    own = await _own(look, site)
    holdings = await rest
    identities = _compared(look, site, own, _identities_of(holdings))
    trusted = _trusted_of(holdings)
    if not isinstance(trusted, Known) and look.may(Door.CLI):
        trusted = await _trust(look, site)
    registered = await inventory.registered(site)
    if not look.may(Door.CLI) and isinstance(holdings, Skipped):
        identities, trusted = await inventory.identities(site), await inventory.trusted(site)
    return Certificates(in_order(identities, _by_unit), in_order(trusted, _by_place), registered)


def _by_unit(identity: Identity) -> tuple[str, ...]:
    return (identity.unit,)


def _by_place(trusted: Trusted) -> tuple[str, ...]:
    return trusted.store, trusted.file


async def _own(look: Look, site: Site) -> Fact[tuple[Identity, ...]]:
    """The identities by the CLI; from then on HTTPS of the node may show them."""
    if not look.may(Door.CLI):
        return Unread(f"{Door.CLI.text} may not be asked.")
    found = await _own_by_cli(look, site)
    await look.tell_identities(site, found)
    return found


async def _own_by_cli(look: Look, site: Site) -> Fact[tuple[Identity, ...]]:
    cli = look.eyes.wire.cli(site.address)
    listed = await look.sources.ask(site.name, _IDENTITIES, look.cli(site, cli.own_listing))
    if isinstance(listed, Unread):
        return listed
    found = [Identity(each.folder, await _own_certificate(look, site, each.folder)) for each in listed.value]
    return Known(tuple(found), Door.CLI.value)


async def _own_certificate(look: Look, site: Site, unit: str) -> Fact[Certificate]:
    way = look.cli(site, lambda: look.eyes.identity(site.name, unit))
    return await look.sources.ask(site.name, f"identity {unit}", way)


async def _trust(look: Look, site: Site) -> Fact[tuple[Trusted, ...]]:
    cli = look.eyes.wire.cli(site.address)
    listed = await look.sources.ask(site.name, _TRUSTED, look.cli(site, cli.trust_listing))
    if isinstance(listed, Unread):
        return listed
    found = [Trusted(each.folder, each.file, await _trust_certificate(look, site, each)) for each in listed.value]
    return Known(tuple(found), Door.CLI.value)


async def _trust_certificate(look: Look, site: Site, listed: Listed) -> Fact[Certificate]:
    async def shown() -> Certificate:
        found = await look.eyes.wire.cli(site.address).trust_certificate(listed.path)
        if not found.pem:
            raise UnreadableError(
                f"`show cert trust` shows no PEM of {listed.path}; its serial number is {found.serial}."
            )
        return certificate_of(found.pem)

    return await look.sources.ask(site.name, listed.path, look.cli(site, shown))


async def _by_rest(look: Look, site: Site) -> Fact[Holdings]:
    """Everything at once; Skipped where the release has no such interface, or it may not be asked."""
    if not await look.has_rest():
        return Skipped("The certificate REST interface is there from release 14 on, where it may be asked.")
    way = look.rest(site, lambda: look.eyes.wire.rest(site.address).holdings(site.address))
    return await look.sources.ask(site.name, "certificates", way)


def _identities_of(holdings: Fact[Holdings]) -> Fact[tuple[Identity, ...]]:
    if not isinstance(holdings, Known):
        return holdings
    there = [each for each in holdings.value.identities if each.certificate]
    return Known(tuple(_identity(each) for each in there), Door.REST.value)


def _identity(held: HeldIdentity) -> Identity:
    return Identity(held.unit, _certificate(held.certificate))


def _trusted_of(holdings: Fact[Holdings]) -> Fact[tuple[Trusted, ...]]:
    if not isinstance(holdings, Known):
        return holdings
    return Known(tuple(map(_held, holdings.value.trusts)), Door.REST.value)


def _held(held: HeldTrust) -> Trusted:
    return Trusted(held.store, held.file_name, _certificate(held.certificate))


def _certificate(pem: str) -> Known[Certificate] | Unread:
    try:
        return Known(certificate_of(pem), Door.REST.value)
    except FormatError as error:
        return Unread(error.what)


def _compared(
    look: Look, site: Site, cli: Fact[tuple[Identity, ...]], rest: Fact[tuple[Identity, ...]]
) -> Fact[tuple[Identity, ...]]:
    """The one that was read, the CLI's first; where both were, each unit is compared."""
    if not isinstance(cli, Known):
        return rest if isinstance(rest, Known) or not look.may(Door.CLI) else cli
    if isinstance(rest, Known):
        units = (Known(_units(each.value), each.source) for each in (cli, rest))
        look.sources.compare(site.name, "which units there are", tuple(units), str)
        others = {each.unit: each.certificate for each in rest.value}
        for each in cli.value:
            if each.unit in others:
                facts = (each.certificate, others[each.unit])
                look.sources.compare(site.name, f"identity {each.unit}", facts, _called)
    return cli


def _units(identities: tuple[Identity, ...]) -> str:
    return ", ".join(sorted(each.unit for each in identities))


def _called(certificate: Certificate) -> str:
    return f"serial {certificate.serial}, SHA-256 {certificate.sha256[:16]}…"
