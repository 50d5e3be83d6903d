"""The trial of a cluster: each node and interface costs its own time, and a wrong password is sent once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from ringtrust.cluster.doors import OF_APPLICATION, Door
from ringtrust.cluster.names import HTTPS_UNITS
from ringtrust.cluster.node import Role, Service
from ringtrust.cluster.release import Release
from ringtrust.connect.platform.login import PasswordRefusedError
from ringtrust.connect.web import Web
from ringtrust.connect.wire import Wire
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe.account import Account, RefusedBeforeError
from ringtrust.observe.check.lacking import lacking
from ringtrust.observe.check.probes import PROBES, Probe, Visit, needed
from ringtrust.observe.check.tried import Missing, NotAsked, Report, Tried, Works
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.opening import Allow, opened
from ringtrust.settings import ClusterSettings
from ringtrust.trust.names import counted

Value = TypeVar("Value")

_NODES_AT_ONCE: Final = 8
_BESIDES: Final = 30.0  # beside what a node may be silent: several questions make a probe
_SHUT: Final = "ringtrust.toml gives no login for it, or does not list it among its doors."
_NOT_AGAIN: Final = "could lock the account."
_NO_RELEASE: Final = "The publisher did not tell its release, and web services are asked by it."


async def check(wire: Wire, web: Web, settings: ClusterSettings, tell: Callable[[str], None]) -> Report:
    """Tries everything that is allowed. `web` has the application login; its pins grow by what nodes name themselves.

    Without the CLI AXL tells the nodes and the release, and Control Center the services. Raises RefusedError where
    neither may be asked, and when a node has a login of its own that would reach nobody; UnreadableError when not even
    the publisher tells which nodes there are.
    """
    tell("finding the nodes")

    def allow(address: str, sha256: str) -> None:
        wire.allow(address, sha256)
        web.pins = web.pins.allowing(address, settings.https_port, sha256)

    eyes = await opened(wire, settings.publisher, allow)
    checking = _Checking(eyes, settings, web, allow, tell)
    tried = await checking.all()
    return Report(checking.version, eyes.sites, tried, tuple(lacking(tried, checking.probes)))


class _Checking:
    """The nodes of one cluster, side by side. A password that was refused is not sent again, through whichever door."""

    def __init__(
        self, eyes: Eyes, settings: ClusterSettings, web: Web, allow: Allow, tell: Callable[[str], None]
    ) -> None:
        self._eyes = eyes
        self._settings = settings
        self._web = web
        self._allow = allow
        self._tell = tell
        self._by_cli = Door.CLI in eyes.wire.doors
        self._limit = asyncio.Semaphore(_NODES_AT_ONCE)
        self._account = Account()
        self._shut_out: set[str] = set()
        self._untold: tuple[Missing, ...] = ()
        self._services: dict[str, frozenset[str]] = {}
        self.version = ""

    async def all(self) -> tuple[Tried, ...]:
        """Everything: the CLI of all nodes, then AXL of the publisher, then the rest."""
        clis = await (self._logins() if self._by_cli else self._without_cli())
        publisher = self._eyes.publisher
        release = Release.of(self.version) if self.version else None
        if release is None:
            return self._ordered((*clis, *self._unasked()))
        self._eyes.wire.join(publisher.address, [site.address for site in self._eyes.sites], release)
        first = await self._probe(PROBES[0], publisher, release)
        self._tell("trying every interface")
        pairs = [(probe, site) for site in self._eyes.sites for probe in PROBES]
        pairs.remove((PROBES[0], publisher))
        others = await asyncio.gather(*(self._probe(probe, site, release) for probe, site in pairs))
        return self._ordered((*clis, first, *others))

    @property
    def probes(self) -> tuple[Probe, ...]:
        """What the release has. What the CLI tells too is more than an extra where that may not be asked."""
        release = Release.of(self.version) if self.version else None
        there = (probe for probe in PROBES if release is None or release >= probe.since)
        return tuple(there) if self._by_cli else tuple(map(needed, there))

    async def _logins(self) -> Sequence[Tried]:
        self._tell(f"logging in to {counted(len(self._eyes.sites), 'node')}")
        return await asyncio.gather(*(self._cli(site) for site in self._eyes.sites))

    async def _without_cli(self) -> Sequence[Tried]:
        """What the CLI would have told, as far as others do."""
        for site in self._eyes.sites:
            self._allow_trusted(site)
        publisher = self._eyes.publisher.name
        try:
            self.version = await self._account.ask(lambda: self._eyes.wire.axl.version(publisher))
        except UnreadableError as error:
            self._untold = (Missing(Door.AXL, publisher, error.what, error.advice, needed=True),)
        if Door.CONTROL_CENTER in self._settings.allowed:
            await asyncio.gather(*map(self._ask_services, self._eyes.sites))
        return [NotAsked(Door.CLI, site.name, _SHUT) for site in self._eyes.sites]

    async def _ask_services(self, site: Site) -> None:
        """Where nobody tells, the probe of Control Center says why."""
        with suppress(UnreadableError, RefusedError, TimeoutError):
            found = await self._as_user(site.address, lambda: self._eyes.wire.control_center.services(site.address))
            self._services[site.name] = _activated(found)

    def _allow_trusted(self, site: Site) -> None:
        for sha256 in self._settings.trusted_certificates:
            self._allow(site.address, sha256)

    def _ordered(self, tried: Sequence[Tried]) -> tuple[Tried, ...]:
        nodes, doors = [site.name for site in self._eyes.sites], list(Door)
        return tuple(sorted(tried, key=lambda each: (nodes.index(each.node), doors.index(each.door))))

    def _unasked(self) -> list[Tried]:
        """Where AXL should have told the release, that is what is missing."""
        told = {(each.node, each.door) for each in self._untold}
        pairs = ((site.name, probe.door) for site in self._eyes.sites for probe in PROBES)
        return [*self._untold, *(NotAsked(door, node, _NO_RELEASE) for node, door in pairs if (node, door) not in told)]

    async def _cli(self, site: Site) -> Tried:
        async with self._limit:
            try:
                async with asyncio.timeout(self._settings.seconds + _BESIDES):
                    return await self._logged_in(site)
            except TimeoutError:
                return Missing(Door.CLI, site.name, "It does not come to an end.", "Log in by hand.", needed=True)
            except PasswordRefusedError as error:
                self._shut_out.add(site.name)
                return Missing(Door.CLI, site.name, error.what, error.advice, needed=True)
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
        short = "" if account.writes else "level 0 sees no certificate: a scan and a renewal need level 1"
        return Works(Door.CLI, site.name, f"CUCM {version}, privilege level {account.level}", short)

    async def _pin_https(self, site: Site) -> None:
        """HTTPS may show what the node itself names; where it names nothing, the probes of HTTPS say so."""
        self._allow_trusted(site)
        for unit in HTTPS_UNITS:
            with suppress(UnreadableError, RefusedError):
                self._allow(site.address, (await self._eyes.identity(site.name, unit)).sha256)

    async def _probe(self, probe: Probe, site: Site, release: Release) -> Tried:
        why_not = self._why_not(probe, site, release)
        if why_not:
            return NotAsked(probe.door, site.name, why_not)
        services = self._services.get(site.name, frozenset())
        visit = Visit(self._eyes, site, self._web, release, services, self._settings.https_port)
        needed = not (probe.extra and self._by_cli) and (visit.publisher or not probe.on_publisher_only)
        try:
            return Works(probe.door, site.name, await self._asked(probe, visit))
        except RefusedBeforeError as error:
            why_not = f"{error.what} It is not tried everywhere, because that {_NOT_AGAIN}"
            return NotAsked(probe.door, site.name, why_not, needed=needed)
        except TimeoutError:
            return Missing(probe.door, site.name, "It does not come to an end.", "Look at the node.", needed=needed)
        except (UnreadableError, RefusedError) as error:
            return Missing(probe.door, site.name, error.what, error.advice, needed=needed)

    async def _asked(self, probe: Probe, visit: Visit) -> str:
        if probe.door in OF_APPLICATION:
            return await self._as_user(visit.site.address, lambda: probe.ask(visit))
        return await self._bounded(lambda: probe.ask(visit))

    async def _as_user(self, address: str, question: Callable[[], Awaitable[Value]]) -> Value:
        """A question by the application user. Nodes that nobody reaches do not keep the others waiting for their turn.

        Raises TimeoutError, and what the account raises.
        """
        if not self._account.welcome:
            await self._bounded(lambda: self._eyes.wire.tls.shown(address, self._settings.https_port))
        return await self._account.ask(lambda: self._bounded(lambda: self._account.send(question)))

    async def _bounded(self, question: Callable[[], Awaitable[Value]]) -> Value:
        """Not too many at once, and none for ever. Raises TimeoutError."""
        async with self._limit, asyncio.timeout(self._settings.seconds + _BESIDES):
            return await question()

    def _why_not(self, probe: Probe, site: Site, release: Release) -> str:
        """Why an interface is left alone; empty where it is tried."""
        services = self._services.get(site.name)
        if release < probe.since:
            return f"It came with release {probe.since.name}."
        if probe.door not in self._settings.allowed:
            return _SHUT
        if probe.door is Door.REST and site.name in self._shut_out:
            return f"The CLI of the node refuses the password, and REST takes the same: another try {_NOT_AGAIN}"
        activated = services is None or not probe.service or probe.service in services
        if not activated and not (probe.on_publisher_only and site.role is Role.PUBLISHER):
            return f"{probe.service} is not activated here."
        return ""


def _activated(services: Sequence[Service]) -> frozenset[str]:
    return frozenset(service.name for service in services if service.activated)
