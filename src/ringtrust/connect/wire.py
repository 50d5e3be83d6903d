"""Everything by which one cluster is reached: what the rooms to the right take as an argument, and the real thing."""

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Final, Protocol, Self, TypeVar

from ringtrust.clock import SystemTimer, Timer
from ringtrust.cluster.doors import Door
from ringtrust.cluster.release import Release
from ringtrust.connect.files import FileClient
from ringtrust.connect.logins import PlatformLogins
from ringtrust.connect.mask import Mask
from ringtrust.connect.phone_page import PhonePageClient
from ringtrust.connect.pins import Pins
from ringtrust.connect.platform.host_keys import Address
from ringtrust.connect.platform.node import NodeCli, Terminal
from ringtrust.connect.platform.ssh import Cli
from ringtrust.connect.ports import (
    Axl,
    CertificateDesk,
    ControlCenter,
    FileServer,
    Perf,
    PhonePages,
    Ris,
    TlsProbe,
    TvsDesk,
)
from ringtrust.connect.rest.desks import RestDesks
from ringtrust.connect.soap.axl import AxlClient
from ringtrust.connect.soap.control_center import ControlCenterClient
from ringtrust.connect.soap.perfmon import PerfClient
from ringtrust.connect.soap.ris import RisClient
from ringtrust.connect.tap import Ear, Tap
from ringtrust.connect.tftp.client import TftpClient
from ringtrust.connect.tls import CertificateProbe
from ringtrust.connect.tvs import TvsClient
from ringtrust.connect.web import Heard, Login, Server, Web
from ringtrust.errors import RefusedError
from ringtrust.settings import PLATFORM, ClusterEntry, Secret

_PHONE_SECONDS: Final = 10.0

Port = TypeVar("Port", Axl, Ris)


class Wire(Protocol):
    """One cluster, within reach."""

    @property
    def doors(self) -> frozenset[Door]:
        """What may be asked at all."""

    @property
    def axl(self) -> Axl:
        """Administration, on the publisher."""

    @property
    def ris(self) -> Ris:
        """Who is registered."""

    @property
    def control_center(self) -> ControlCenter:
        """The services of a node."""

    @property
    def perf(self) -> Perf:
        """The counters of a node."""

    @property
    def files(self) -> FileServer:
        """What TFTP nodes serve."""

    @property
    def tls(self) -> TlsProbe:
        """What ports show."""

    @property
    def tvs(self) -> TvsDesk:
        """Whom TVS vouches for."""

    @property
    def pages(self) -> PhonePages:
        """What phones tell."""

    @property
    def ssh_port(self) -> int:
        """Where the CLI listens."""

    @property
    def https_port(self) -> int:
        """Where Tomcat listens."""

    @property
    def tvs_port(self) -> int:
        """Where TVS listens."""

    @property
    def phone_web_port(self) -> int:
        """Where phones have their pages."""

    def cli(self, address: str) -> NodeCli:
        """The CLI of a node."""

    def rest(self, address: str) -> CertificateDesk:
        """The certificates of a node, from release 14 on."""

    def named(self, nodes: Mapping[str, Sequence[str]]) -> None:
        """From now on these are the nodes: all other names of each address."""

    def join(self, publisher: str, addresses: Sequence[str], release: Release) -> None:
        """Names the nodes: from then on there are `axl` and `ris`."""

    def allow(self, address: str, sha256: str) -> None:
        """From now on HTTPS of a node may show this certificate too."""


class Reach:
    """On the network. `join` names the nodes, as soon as they are known; before that there is the CLI only.

    From then on the CLI refuses, unsent, what their release does not have.

    HTTPS is spoken with a node only when it shows a certificate that the node itself has named over SSH, or one of
    `trusted_certificates`: see `allow`.

    `others` are passwords by the place of their login (`settings.passwords`), where nodes have logins of their own.
    """

    def __init__(
        self,
        entry: ClusterEntry,
        platform: Secret,
        application: Secret,
        timer: Timer | None = None,
        others: Mapping[str, Secret] = {},
    ) -> None:
        settings = entry.settings
        self.doors = settings.allowed
        self.ssh_port = settings.ssh_port
        self.https_port = settings.https_port
        self.tvs_port = settings.tvs_port
        self.phone_web_port = settings.phone_web_port
        self._entry = entry
        self._platform = platform
        self._others = others
        self._logins = PlatformLogins(settings)
        self._timer = timer or SystemTimer()
        secrets = (platform, application, *others.values())
        users = {login.user for login in settings.logins().values()}
        self._ear = Ear(Mask(secrets, users), self._timer)
        self._clis: dict[str, Cli] = {}
        self._release: Release | None = None
        seconds = settings.seconds
        user = Login(settings.application.user, application.reveal()) if settings.application.given else None
        legacy, files = settings.legacy_tls, Heard(self._ear, Door.TFTP)
        heard = Heard(self._ear, Door.AXL)
        self._https = Web(Pins(), login=user, legacy=legacy, session=True, seconds=seconds, heard=heard)
        self._http = Web(seconds=seconds, heard=files)
        self._file_https = Web(Pins(), legacy=legacy, seconds=seconds, heard=files)
        self._phones = Web(seconds=min(seconds, _PHONE_SECONDS), heard=Heard(self._ear, Door.PHONE))
        self.files: FileServer = self._file_server()
        self.pages: PhonePages = PhonePageClient(self._phones)
        self.tls: TlsProbe = CertificateProbe(ear=self._ear)
        self.tvs: TvsDesk = TvsClient(ear=self._ear)
        self.control_center: ControlCenter = ControlCenterClient(self._https, port=self.https_port, timer=self._timer)
        self.perf: Perf = PerfClient(self._https, port=self.https_port, timer=self._timer)
        self._axl: Axl | None = None
        self._ris: Ris | None = None
        self._desks = RestDesks(settings, self._logins, self._password, self._timer, self._ear)
        for sha256 in settings.trusted_certificates:
            self.allow(settings.publisher, sha256)

    def listen(self, tap: Tap) -> None:
        """From now on `tap` hears every exchange by every door, masked: see `connect.tap`."""
        self._ear.listen(tap)

    def _file_server(self) -> FileServer:
        """As settings say; over HTTPS with the certificate of tomcat, which is that of 6972 (interfaces.md §8.1)."""
        settings = self._entry.settings
        match settings.files:
            case "tftp":
                ear, seconds = self._ear, settings.seconds
                return TftpClient(port=settings.tftp_port, seconds=seconds, timer=self._timer, ear=ear)
            case "https":
                return FileClient(self._file_https, port=settings.file_https_port, tls=True, timer=self._timer)
            case "http":
                return FileClient(self._http, port=settings.file_port, timer=self._timer)

    def _password(self, place: str) -> Secret:
        """Raises RefusedError where there is none: that of another login would be a wrong one."""
        if place not in self._others and place != PLATFORM:
            raise RefusedError(f"There is no password for the login at {place}.", advice="See ringtrust.toml.")
        return self._others.get(place, self._platform)

    def cli(self, address: str) -> NodeCli:
        """The CLI of a node; one session for all who ask."""
        return NodeCli(self.terminal(address), self._release)

    def terminal(self, address: str) -> Terminal:
        """The session at a node. Raises RefusedError where nobody knows which login is its own."""
        settings = self._entry.settings
        if address not in self._clis:
            place = Address(address, settings.ssh_port, self._entry.known_hosts)
            login = self._logins.place(address)
            user = self._logins.login(login).user
            self._clis[address] = Cli(place, user, self._password(login), settings.seconds, self._ear)
        return self._clis[address]

    def rest(self, address: str) -> CertificateDesk:
        """The certificates of a node. Raises RefusedError before `join`, and before release 14."""
        return self._desks.at(address)

    def named(self, nodes: Mapping[str, Sequence[str]]) -> None:
        """From now on each node gets the login that is its own, by whichever of its names. Raises RefusedError."""
        self._logins.named(nodes)

    def join(self, publisher: str, addresses: Sequence[str], release: Release) -> None:
        """Names the nodes. AXL is asked on the publisher, registrations on all in turn."""
        servers = [Server(address, self.https_port) for address in addresses]
        self._axl = AxlClient(self._https, Server(publisher, self.https_port), release, timer=self._timer)
        self._ris = RisClient(self._https, servers, release, timer=self._timer)
        self._desks.join(release)
        self._release = release
        for address in addresses:
            for sha256 in self._entry.settings.trusted_certificates:
                self.allow(address, sha256)

    def allow(self, address: str, sha256: str) -> None:
        """From now on HTTPS of a node may show this certificate too."""
        self._https.pins = self._https.pins.allowing(address, self.https_port, sha256)
        self._desks.allow(address, sha256)
        port = self._entry.settings.file_https_port
        self._file_https.pins = self._file_https.pins.allowing(address, port, sha256)

    @property
    def axl(self) -> Axl:
        """Administration, on the publisher. Raises RefusedError before `join`."""
        return _joined(self._axl)

    @property
    def ris(self) -> Ris:
        """Who is registered. Raises RefusedError before `join`."""
        return _joined(self._ris)

    async def close(self) -> None:
        """Leaves everything."""
        webs = (self._https, self._http, self._file_https, self._phones, self._desks)
        await asyncio.gather(*(cli.close() for cli in self._clis.values()), *(web.close() for web in webs))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _joined(port: Port | None) -> Port:
    if port is None:
        raise RefusedError("The nodes of the cluster are not known yet.")
    return port
