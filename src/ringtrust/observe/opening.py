"""The way into a cluster from the address of its publisher alone: its nodes, and who may answer over HTTPS.

The CLI names the nodes, and each node its own HTTPS certificate. Where only AXL may be asked, the database names both;
the publisher's own certificate has to be pinned before (docs/clusters.md).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ringtrust.cluster.doors import Door
from ringtrust.cluster.names import HTTPS_UNITS
from ringtrust.cluster.node import Role
from ringtrust.cluster.release import Release
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.pins import PinError
from ringtrust.connect.wire import Wire
from ringtrust.errors import FormatError, RefusedError, UnreadableError
from ringtrust.observe.eyes import Eyes, Site, discover, names_by_address
from ringtrust.observe.naming import called, names_of
from ringtrust.observe.rows import Row, cells

Allow = Callable[[str, str], None]

OLDEST: Final = Release(8, 5)
"""The oldest AXL schema: every server takes its own and older ones (interfaces.md §3.1)."""

_PIN_IT: Final = (
    "Nobody names the certificate of the publisher where there is no CLI. Compare with what its web page shows from a "
    "place that you trust; if it is that one, add its SHA-256 to trusted_certificates (docs/clusters.md)."
)
_NODES_SQL: Final = "select * from processnode order by nodeid"
_EVERYWHERE: Final = "EnterpriseWideData"
_ADDRESSES_SQL: Final = (
    "select m.pkid as pkid, m.servername as servername, m.ipv4address as ipv4address, t.name as name, "
    "c.certificate as certificate from certificateprocessnodemap as m "
    "inner join certificate as c on c.pkid = m.fkcertificate "
    "inner join certificateservicecertificatemap as s on s.fkcertificate = c.pkid "
    "inner join typecertificateservice as t on t.enum = s.tkcertificateservice "
    "where t.name in ('tomcat', 'tomcat-ECDSA') order by m.pkid"
)


async def opened(wire: Wire, publisher: str, allow: Allow | None = None) -> Eyes:
    """Whoever looks at the nodes. Raises UnreadableError when they cannot be found.

    Raises RefusedError without a door, and for a login that fits no node.

    `allow` hears which certificate (SHA-256) HTTPS of an address may show, where AXL tells; otherwise the wire does.
    """
    if Door.CLI in wire.doors:
        return Eyes(wire, await discover(wire, publisher))
    if Door.AXL in wire.doors:
        return await _by_axl(wire, publisher, allow or wire.allow)
    raise RefusedError(
        "Nothing that may be asked names the nodes of the cluster.",
        advice="Allow the CLI (a platform login) or AXL (an application login): docs/clusters.md.",
    )


async def joined(eyes: Eyes, site: Site) -> str:
    """The version of a node, by the CLI or else by AXL; from now on everything goes by its release.

    Raises UnreadableError.
    """
    by_cli = Door.CLI in eyes.wire.doors
    version = await (eyes.version(site.name) if by_cli else eyes.wire.axl.version(site.name))
    eyes.wire.join(eyes.publisher.address, [each.address for each in eyes.sites], Release.of(version))
    return version


async def allow_named(eyes: Eyes, site: Site) -> None:
    """HTTPS of a node may show what the node itself names over its CLI. Raises UnreadableError."""
    for listed in await eyes.wire.cli(site.address).own_listing():
        if listed.folder in HTTPS_UNITS:
            eyes.wire.allow(site.address, (await eyes.identity(site.name, listed.folder)).sha256)


async def _by_axl(wire: Wire, publisher: str, allow: Allow) -> Eyes:
    wire.join(publisher, [publisher], OLDEST)
    try:
        rows = await wire.axl.query(_ADDRESSES_SQL)
    except PinError as error:
        raise UnreadableError(error.what, advice=_PIN_IT) from error
    addresses = {name: address for _, server, address, *_ in _places(rows) for name in called(server)}
    sites = tuple(_sites(await wire.axl.query(_NODES_SQL), publisher, addresses))
    wire.named(names_by_address(sites))
    for name, server, _, pem in _places(rows):
        site = next((each for each in sites if called(server) & names_of(each, sites)), None)
        if site is not None and name in HTTPS_UNITS:
            _allow(allow, site, pem)
    return Eyes(wire, sites)


def _places(rows: Sequence[Row]) -> list[tuple[str, str, str, str]]:
    found = (cells(row, "name", "servername", "ipv4address", "certificate") for row in rows)
    return [(name, server, address, pem) for name, server, address, pem in found]


def _sites(rows: Sequence[Row], publisher: str, addresses: Mapping[str, str]) -> list[Site]:
    """The rows of the server table as nodes. Raises UnreadableError when there is none."""
    found = []
    for row in rows:
        name, usage = cells(row, "name", "tknodeusage")
        if name and name != _EVERYWHERE:
            first = usage.strip() == "0"
            known = next((addresses[each] for each in sorted(called(name), reverse=True) if each in addresses), name)
            address = publisher if first else known
            aliases = tuple({known, address} - {name})
            found.append(Site(name, address, Role.PUBLISHER if first else Role.SUBSCRIBER, aliases))
    if not found:
        raise UnreadableError("The database names no node.", advice="Look at `listProcessNode` by hand.")
    return found


def _allow(allow: Allow, site: Site, pem: str) -> None:
    """A certificate that cannot be read is none that a node could show."""
    try:
        allow(site.address, certificate_of(pem).sha256)
    except FormatError:
        return
