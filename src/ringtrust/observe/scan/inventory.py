"""What the publisher's database says of the certificates of all nodes, asked once (210541; interfaces.md §1.12).

The file system of a node is what counts. The database is what TVS, AXL and the other nodes see; it may lag or disagree.
"""

import asyncio
from collections.abc import Iterator
from typing import Final

import msgspec

from ringtrust.cluster.certificate import Certificate, Identity, Registered, Trusted
from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.cluster.names import is_store
from ringtrust.connect.certificates import certificate_of
from ringtrust.errors import FormatError
from ringtrust.observe.eyes import Site
from ringtrust.observe.naming import called, names_of
from ringtrust.observe.rows import Row, cells
from ringtrust.observe.scan.look import Look
from ringtrust.observe.scan.sources import Way
from ringtrust.observe.stores import file_start

_COLUMNS: Final = ("serialnumber", "subjectname", "name", "servername", "ipv4address")
_QUERY: Final = (
    "select m.pkid as pkid, c.serialnumber as serialnumber, c.subjectname as subjectname, t.name as name, "
    "m.servername as servername, m.ipv4address as ipv4address{pem} from certificateprocessnodemap as m "
    "inner join certificate as c on c.pkid = m.fkcertificate "
    "inner join certificateservicecertificatemap as s on s.fkcertificate = c.pkid "
    "inner join typecertificateservice as t on t.enum = s.tkcertificateservice order by m.pkid"
)
_PEM: Final = ", c.certificate as certificate"
SQL: Final = _QUERY.format(pem="")
"""Which certificates the database says that each node has; `run sql` cannot show the certificates themselves."""
_WHAT: Final = "certificates in the database"


class Entry(msgspec.Struct, frozen=True):
    """A certificate of a node, as a row says. `pem` is empty where it was not asked for."""

    registered: Registered
    places: frozenset[str]
    pem: str


class Inventory:
    """The rows of all nodes. With `whole` the certificates themselves are in it: `run sql` cannot show those."""

    def __init__(self, look: Look, *, whole: bool) -> None:
        self._look = look
        self._whole = whole
        self._turn = asyncio.Lock()
        self._asked: list[Known[tuple[Entry, ...]] | Unread] = []

    async def registered(self, site: Site) -> Fact[tuple[Registered, ...]]:
        """What a node has, as the database says."""
        found = await self._of(site)
        if isinstance(found, Unread):
            return found
        return Known(tuple(sorted({each.registered for each in found.value})), found.source)

    async def identities(self, site: Site) -> Fact[tuple[Identity, ...]]:
        """The identity certificates of a node, as the database has them."""
        found = await self._of(site)
        if isinstance(found, Unread):
            return found
        own = [each for each in found.value if not is_store(each.registered.name)]
        return Known(tuple(Identity(each.registered.name, _certificate(each)) for each in own), found.source)

    async def trusted(self, site: Site) -> Fact[tuple[Trusted, ...]]:
        """The certificates of its trust stores, as the database has them; names of files are what Cisco would make."""
        found = await self._of(site)
        if isinstance(found, Unread):
            return found
        return Known(tuple(_trusted(each) for each in found.value if is_store(each.registered.name)), found.source)

    async def _of(self, site: Site) -> Known[tuple[Entry, ...]] | Unread:
        found = await self._all()
        if isinstance(found, Unread):
            return found
        here = names_of(site, self._look.eyes.sites)
        mine = tuple(each for each in found.value if each.places & here)
        if not mine:
            return Unread(f"The database names no certificate of {site.name}: it may call the node by another name.")
        return Known(mine, found.source)

    async def _all(self) -> Known[tuple[Entry, ...]] | Unread:
        async with self._turn:
            if not self._asked:
                publisher = self._look.eyes.publisher
                self._asked.append(await self._look.sources.first(publisher.name, _WHAT, *self._ways(publisher)))
            return self._asked[0]

    def _ways(self, publisher: Site) -> list[Way[tuple[Entry, ...]]]:
        sql = _QUERY.format(pem=_PEM) if self._whole else SQL

        async def by_axl() -> tuple[Entry, ...]:
            return tuple(entries(await self._look.eyes.wire.axl.query(sql)))

        async def by_cli() -> tuple[Entry, ...]:
            return tuple(entries(await self._look.eyes.wire.cli(publisher.address).sql(sql)))

        ways = [self._look.axl(by_axl)]
        return ways if self._whole else [*ways, self._look.cli(publisher, by_cli)]


def entries(rows: tuple[Row, ...]) -> Iterator[Entry]:
    """What the rows of `SQL` say. Raises UnreadableError."""
    for row in rows:
        serial, subject, name, server, address = cells(row, *_COLUMNS)
        digits = serial.strip().upper().lstrip("0") or "0"  # [U] whether the database keeps a zero in front
        registered = Registered(name, digits.zfill(len(digits) + len(digits) % 2), subject)
        places = frozenset(name for place in (server, address) if place for name in called(place))
        yield Entry(registered, places, row.get("certificate", ""))


def _certificate(entry: Entry) -> Known[Certificate] | Unread:
    try:
        return Known(certificate_of(entry.pem), Door.AXL.value)
    except FormatError as error:
        return Unread(error.what)


def _trusted(entry: Entry) -> Trusted:
    certificate = _certificate(entry)
    start = file_start(certificate.value) if isinstance(certificate, Known) else entry.registered.subject
    return Trusted(entry.registered.name, f"{start}.pem", certificate)
