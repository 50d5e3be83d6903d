"""What every interface is tried with: another one is a row in PROBES and the function that asks it."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from ringtrust.cluster.doors import Door
from ringtrust.cluster.names import TFTP_SERVICE, TVS_SERVICE
from ringtrust.cluster.node import Role
from ringtrust.cluster.release import Release
from ringtrust.connect.ports import NotThere
from ringtrust.connect.soap.axl import AxlClient
from ringtrust.connect.soap.ris import RisClient
from ringtrust.connect.web import Server, Web
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.rows import IS_PHONE
from ringtrust.observe.scan.replicas import REPLICATION_COUNTERS
from ringtrust.trust.lists import ListKind
from ringtrust.trust.names import counted

AXL_SERVICE: Final = "Cisco AXL Web Service"
_NOBODY: Final = "SEP000000000000"
_COUNT_SQL: Final = " ".join(("select count(*) as phones from device as d where", IS_PHONE))


class Visit(NamedTuple):
    """One node that is being looked at. `services` are those activated; none where nobody said."""

    eyes: Eyes
    site: Site
    web: Web
    release: Release
    services: frozenset[str]
    https_port: int

    @property
    def server(self) -> Server:
        """Its Tomcat."""
        return Server(self.site.address, self.https_port)

    @property
    def publisher(self) -> bool:
        """Whether it is the publisher."""
        return self.site.role is Role.PUBLISHER


class Probe(NamedTuple):
    """How an interface is tried. `service` has to be activated; where it is not, the node is left alone.

    `on_publisher_only`: on the others nothing is lost without it. `without` is what cannot be done then. `extra`: what
    it tells, the CLI tells too; `without_cli` is what cannot be done where that may not be asked either. `since` is the
    first release that has it.
    """

    door: Door
    ask: Callable[[Visit], Awaitable[str]]
    without: str
    service: str = ""
    on_publisher_only: bool = False
    extra: bool = False
    without_cli: str = ""
    since: Release = Release(8, 0)


async def _axl(visit: Visit) -> str:
    (row,) = await AxlClient(visit.web, visit.server, visit.release).query(_COUNT_SQL)
    number = row.get("phones", "")
    return f"reads the database: {counted(int(number), 'phone')}" if number.isdigit() else "reads the database"


async def _ris(visit: Visit) -> str:
    await RisClient(visit.web, [visit.server], visit.release).registrations([_NOBODY])
    return "tells registrations"


async def _control_center(visit: Visit) -> str:
    found = await visit.eyes.wire.control_center.services(visit.site.address)
    return f"tells {counted(len(found), 'service')}"


async def _perfmon(visit: Visit) -> str:
    found = await visit.eyes.wire.perf.counters(visit.site.address, REPLICATION_COUNTERS)
    return f"tells {counted(len(found), 'counter')} of replication"


async def _rest(visit: Visit) -> str:
    found = await visit.eyes.wire.rest(visit.site.address).holdings(visit.site.address)
    return f"shows {counted(len(found.identities), 'identity certificate')} and {len(found.trusts)} of trust stores"


async def _tftp(visit: Visit) -> str:
    found = await visit.eyes.wire.files.fetch(visit.site.address, ListKind.ITL.filename)
    return "serves files, and no ITL" if isinstance(found, NotThere) else f"serves an ITL of {len(found):,} bytes"


async def _tls(visit: Visit) -> str:
    wire = visit.eyes.wire
    ports = [wire.https_port, *([wire.tvs_port] if TVS_SERVICE in visit.services else [])]
    for port in ports:
        await wire.tls.shown(visit.site.address, port)
    return f"shows certificates at {counted(len(ports), 'port')}: {', '.join(map(str, ports))}"


PROBES: Final = (
    Probe(
        Door.AXL,
        _axl,
        "no phones: neither which there are, nor can all of them be reset",
        AXL_SERVICE,
        on_publisher_only=True,
    ),
    Probe(Door.RIS, _ris, "nobody knows which phones are registered, and gates that wait for phones do not pass"),
    Probe(
        Door.REST,
        _rest,
        "trust stores are read one certificate at a time, over the CLI",
        extra=True,
        without_cli="certificates are those that the database has, and single ones are neither shown nor imported",
        since=Release(14, 0),
    ),
    Probe(
        Door.CONTROL_CENTER,
        _control_center,
        "only the CLI tells which services run",
        extra=True,
        without_cli="nobody tells which services run, nor which are activated",
    ),
    Probe(
        Door.PERFMON,
        _perfmon,
        "only the CLI tells how replication goes",
        extra=True,
        without_cli="nobody tells how replication goes",
    ),
    Probe(Door.TFTP, _tftp, "nobody sees which trust lists are served", TFTP_SERVICE),
    Probe(Door.TLS, _tls, "nobody sees whether services show the certificates that are on disk"),
)


def needed(probe: Probe) -> Probe:
    """A probe where the CLI does not stand in for it."""
    return probe._replace(extra=False, without=probe.without_cli or probe.without)
