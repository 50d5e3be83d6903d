"""Whether a cluster can be worked with: every interface of every node tried, harmlessly, side by side and bounded.

What an interface is tried with stands in PROBES; another one is a row there and the function that asks it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

import msgspec

from ringtrust.cluster.doors import OF_APPLICATION, Door
from ringtrust.cluster.names import CALLMANAGER_SERVICE, HTTPS_UNITS, TFTP_SERVICE, TVS_SERVICE
from ringtrust.cluster.node import Role, Service
from ringtrust.cluster.release import Release
from ringtrust.connect.ports import NotThere
from ringtrust.connect.soap.axl import AxlClient
from ringtrust.connect.soap.ris import RisClient
from ringtrust.connect.web import LoginRefusedError, Server, Web
from ringtrust.connect.wire import Wire
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe.eyes import Eyes, Site, discover
from ringtrust.settings import ClusterSettings
from ringtrust.trust.lists import ListKind
from ringtrust.trust.names import counted

AXL_SERVICE: Final = "Cisco AXL Web Service"
_NODES_AT_ONCE: Final = 8
_BESIDES: Final = 30.0  # beside what a node may be silent: several questions make a probe
_NOBODY: Final = "SEP000000000000"
_NO_ROLE: Final = "does not let this user in"  # 403: the password is right, and another interface may let him in
_COUNT_SQL: Final = "select count(*) as phones from device where tkclass = 1 and name like 'SEP%'"


class Works(msgspec.Struct, frozen=True, tag="works", tag_field="is"):
    """An interface that answers. `right` says as what, and how far that goes; `short` what it does not go to."""

    door: Door
    node: str
    right: str
    short: str = ""


class Missing(msgspec.Struct, frozen=True, tag="missing", tag_field="is"):
    """One that does not. `needed`: what ringtrust does is less without it."""

    door: Door
    node: str
    reason: str
    advice: str
    needed: bool


class NotAsked(msgspec.Struct, frozen=True, tag="not-asked", tag_field="is"):
    """One that was left alone, and why."""

    door: Door
    node: str
    reason: str


Tried = Works | Missing | NotAsked


class Lacking(msgspec.Struct, frozen=True):
    """An interface that is of no use anywhere, or not where it is needed, and what cannot be done without it."""

    door: Door
    consequence: str


class Report(msgspec.Struct, frozen=True):
    """A cluster, as far as it can be reached: nodes in their order, and for each how every interface went."""

    version: str
    sites: tuple[Site, ...]
    tried: tuple[Tried, ...]
    lacking: tuple[Lacking, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing that is needed is missing."""
        return not any(isinstance(each, Missing) and each.needed for each in self.tried)


class Visit(NamedTuple):
    """One node that is being looked at. `services` are those activated; none where the CLI did not say."""

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
    it tells, others tell too. `since` is the first release that has it.
    """

    door: Door
    ask: Callable[[Visit], Awaitable[str]]
    without: str
    service: str = ""
    on_publisher_only: bool = False
    extra: bool = False
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
    found = await visit.eyes.wire.perf.counters(visit.site.address, CALLMANAGER_SERVICE)
    return f"tells {counted(len(found), 'counter')} of {CALLMANAGER_SERVICE}"


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


_WITHOUT_CLI: Final = (
    "no certificates, no trust stores, no services of that node: it can be neither judged nor renewed nor its services "
    "restarted"
)
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
        since=Release(14, 0),
    ),
    Probe(Door.CONTROL_CENTER, _control_center, "only the CLI tells which services run", extra=True),
    Probe(Door.PERFMON, _perfmon, "only the CLI tells how replication goes", extra=True),
    Probe(Door.TFTP, _tftp, "nobody sees which trust lists are served", TFTP_SERVICE),
    Probe(Door.TLS, _tls, "nobody sees whether services show the certificates that are on disk"),
)


def refuse_without_cli(settings: ClusterSettings) -> None:
    """Raises RefusedError where nobody may log in to the CLI."""
    if Door.CLI not in settings.allowed:
        raise RefusedError(
            "Without the CLI nobody names the nodes of a cluster to this check.",
            advice="Give the entry a platform login, and leave its door cli open: privilege level 0 is enough to look.",
        )


async def check(wire: Wire, web: Web, settings: ClusterSettings, tell: Callable[[str], None]) -> Report:
    """Tries everything that is allowed. `web` has the application login; its pins grow by what nodes name themselves.

    Raises RefusedError without the CLI, and when a node has a login of its own that would reach nobody; UnreadableError
    when not even the publisher tells which nodes there are.
    """
    refuse_without_cli(settings)
    tell("finding the nodes")
    eyes = Eyes(wire, await discover(wire, settings.publisher))
    _refuse_strangers(settings, eyes.sites)
    checking = _Checking(eyes, web, settings, tell)
    tried = await checking.all()
    return Report(checking.version, eyes.sites, tried, tuple(_lacking(tried)))


def _refuse_strangers(settings: ClusterSettings, sites: Sequence[Site]) -> None:
    """A login that fits no address would leave its node with the wrong password, and three of those lock an account."""
    addresses = {site.address.lower() for site in sites}
    for key, node in settings.nodes.items():
        if not addresses & {key.lower(), node.address.lower()}:
            found = next((site for site in sites if key.lower() in map(str.lower, (site.name, *site.aliases))), None)
            advice = f'Add address = "{found.address}" to it.' if found is not None else "See `show network cluster`."
            raise RefusedError(f"nodes.{key} has a login of its own, and no node has that address.", advice=advice)


class _Checking:
    """The nodes of one cluster, side by side. The application login is tried once before it is tried everywhere."""

    def __init__(self, eyes: Eyes, web: Web, settings: ClusterSettings, tell: Callable[[str], None]) -> None:
        self._eyes = eyes
        self._web = web
        self._settings = settings
        self._tell = tell
        self._limit = asyncio.Semaphore(_NODES_AT_ONCE)
        self._refused = ""
        self._services: dict[str, frozenset[str]] = {}
        self.version = ""

    async def all(self) -> tuple[Tried, ...]:
        """Everything: the CLI of all nodes, then AXL of the publisher, then the rest."""
        self._tell(f"logging in to {counted(len(self._eyes.sites), 'node')}")
        clis = await asyncio.gather(*(self._cli(site) for site in self._eyes.sites))
        publisher = self._eyes.publisher
        release = Release.of(self.version) if self.version else None
        if release is None:
            return (*clis, *self._unasked("The publisher did not tell its release, and web services are asked by it."))
        self._eyes.wire.join(publisher.address, [site.address for site in self._eyes.sites], release)
        first = await self._probe(PROBES[0], publisher, release)
        self._tell("trying every interface")
        pairs = [(probe, site) for site in self._eyes.sites for probe in PROBES]
        pairs.remove((PROBES[0], publisher))
        others = await asyncio.gather(*(self._probe(probe, site, release) for probe, site in pairs))
        return self._ordered((*clis, first, *others))

    def _ordered(self, tried: Sequence[Tried]) -> tuple[Tried, ...]:
        nodes, doors = [site.name for site in self._eyes.sites], list(Door)
        return tuple(sorted(tried, key=lambda each: (nodes.index(each.node), doors.index(each.door))))

    def _unasked(self, why: str) -> list[Tried]:
        return [NotAsked(probe.door, site.name, why) for site in self._eyes.sites for probe in PROBES]

    async def _cli(self, site: Site) -> Tried:
        async with self._limit:
            try:
                async with asyncio.timeout(self._settings.seconds + _BESIDES):
                    return await self._logged_in(site)
            except TimeoutError:
                return Missing(Door.CLI, site.name, "It does not come to an end.", "Log in by hand.", needed=True)
            except (UnreadableError, RefusedError) as error:
                return Missing(Door.CLI, site.name, error.what, error.advice, needed=True)

    async def _logged_in(self, site: Site) -> Works:
        """The version, what runs, the certificate that HTTPS has to show, and how far the account goes."""
        cli = self._eyes.wire.cli(site.address)
        version = await cli.version()
        if site.role is Role.PUBLISHER:
            self.version = version
        self._services[site.name] = _activated(await cli.services())
        await self._pin_https(site)
        try:
            account = await cli.account()
        except (UnreadableError, RefusedError):
            return Works(Door.CLI, site.name, f"CUCM {version}", "the node does not tell the privilege level")
        short = "" if account.writes else "level 0 only looks: a renewal needs level 1"
        return Works(Door.CLI, site.name, f"CUCM {version}, privilege level {account.level}", short)

    async def _pin_https(self, site: Site) -> None:
        """HTTPS may show what the node itself names; where it names nothing, the probes of HTTPS say so."""
        allowed = list(self._settings.trusted_certificates)
        for unit in HTTPS_UNITS:
            with suppress(UnreadableError, RefusedError):
                allowed.append((await self._eyes.identity(site.name, unit)).sha256)
        for sha256 in allowed:
            self._eyes.wire.allow(site.address, sha256)
            self._web.pins = self._web.pins.allowing(site.address, self._settings.https_port, sha256)

    async def _probe(self, probe: Probe, site: Site, release: Release) -> Tried:
        why_not = self._why_not(probe, site, release)
        if why_not:
            return NotAsked(probe.door, site.name, why_not)
        services = self._services.get(site.name, frozenset())
        visit = Visit(self._eyes, site, self._web, release, services, self._settings.https_port)
        needed = not probe.extra and (visit.publisher or not probe.on_publisher_only)
        async with self._limit:
            try:
                async with asyncio.timeout(self._settings.seconds + _BESIDES):
                    return Works(probe.door, site.name, await probe.ask(visit))
            except TimeoutError:
                return Missing(probe.door, site.name, "It does not come to an end.", "Look at the node.", needed=needed)
            except (UnreadableError, RefusedError) as error:
                self._note_refusal(probe, error)
                return Missing(probe.door, site.name, error.what, error.advice, needed=needed)

    def _why_not(self, probe: Probe, site: Site, release: Release) -> str:
        """Why an interface is left alone; empty where it is tried."""
        services = self._services.get(site.name)
        if release < probe.since:
            return f"It came with release {probe.since.name}."
        if probe.door not in self._settings.allowed:
            return "ringtrust.toml gives no login for it, or does not list it among its doors."
        if self._refused and probe.door in OF_APPLICATION:
            return f"{self._refused} It is not tried everywhere, because that could lock the account."
        activated = services is None or not probe.service or probe.service in services
        if not activated and not (probe.on_publisher_only and site.role is Role.PUBLISHER):
            return f"{probe.service} is not activated here."
        return ""

    def _note_refusal(self, probe: Probe, error: Exception) -> None:
        """A password that one node refuses is not sent to all of them."""
        if isinstance(error, LoginRefusedError) and probe.door in OF_APPLICATION and _NO_ROLE not in f"{error}":
            self._refused = f"{error}"


def _activated(services: Sequence[Service]) -> frozenset[str]:
    return frozenset(service.name for service in services if service.activated)


def _lacking(tried: Sequence[Tried]) -> list[Lacking]:
    """What cannot be done, for every interface that works nowhere, or is missing where it is needed."""
    without: Mapping[Door, str] = {Door.CLI: _WITHOUT_CLI, **{probe.door: probe.without for probe in PROBES}}
    extra = {probe.door for probe in PROBES if probe.extra}
    found = []
    for door, consequence in without.items():
        of_door = [each for each in tried if each.door is door]
        missing = any(isinstance(each, Missing) and (each.needed or door in extra) for each in of_door)
        if missing or not (door in extra or any(isinstance(each, Works) for each in of_door)):
            found.append(Lacking(door, consequence))
    return found
