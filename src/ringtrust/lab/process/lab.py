"""A lab that runs: a cluster with all its ports open, and its phones on the network."""

import asyncio
import resource
import secrets
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import msgspec

from ringtrust.clock import Clock
from ringtrust.errors import RefusedError
from ringtrust.lab.labtime import LabTime
from ringtrust.lab.phone.events import PowerOff, PowerOn
from ringtrust.lab.phone.phone import State
from ringtrust.lab.phones import new_phones
from ringtrust.lab.state.admission import Taken
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.directory import Extension, extensions
from ringtrust.lab.state.founding import found_cluster
from ringtrust.lab.state.logins import READ_LEVEL
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.platform import PlatformAccount
from ringtrust.lab.topology import Topology, local_receiver
from ringtrust.lab.wire import http, phone_web, ssh, syslog, tls
from ringtrust.lab.wire.accounts import Accounts, User
from ringtrust.lab.wire.door import Door, Opening
from ringtrust.lab.wire.network import Network, may_listen, refuse_too_many
from ringtrust.lab.wire.node_doors import PORTS, node_doors
from ringtrust.lab.wire.phone_line import PhoneLine
from ringtrust.lab.wire.silent import SilentPort

_FILES_A_PHONE: Final = 6
_FILES_BESIDE: Final = 256
# A connection that was cut tells its stream in one of the next turns of the event loop.
_TURNS_TO_CLOSE: Final = 5


class Account(msgspec.Struct, frozen=True):
    """A user and a password, made for one lab and thrown away with it."""

    user: str
    password: str

    @classmethod
    def new(cls, user: str) -> "Account":
        """With a password that nobody has had before."""
        return cls(user, secrets.token_urlsafe(18))


class Desk(msgspec.Struct, frozen=True, eq=False):
    """A phone on its desk: its extension, its line to the network, its web page."""

    extension: Extension
    line: PhoneLine
    web: Door

    @property
    def web_url(self) -> str:
        """Where its web page is."""
        port = "" if self.web.port == phone_web.REAL_PORT else f":{self.web.port}"
        return f"http://{self.line.address}{port}/"


class Lab:
    """Made by `start`, ended by `stop`. `speed` is how many seconds of the lab pass in one of the wall clock."""

    def __init__(self, cluster: Cluster, network: Network, speed: float) -> None:
        self.cluster = cluster
        self.network = network
        self.speed = speed
        self.platform = Account.new("admin")
        self.viewer = Account.new("viewer")
        self.application = Account.new("axladmin")
        self.ssh_ports: tuple[int, ...] = ()
        self.doors: dict[str, dict[str, Opening]] = {}
        self.desks: tuple[Desk, ...] = ()
        self._silent: list[SilentPort] = []
        self._senders: list[syslog.Sender] = []
        self._clis: list[ssh.CliServer] = []
        self._changed = asyncio.Event()

    @classmethod
    async def start(
        cls,
        topology: Topology,
        time: LabTime,
        wall: Clock,
        *,
        speed: float,
        real_ports: bool = False,
        plugged: bool = True,
    ) -> "Lab":
        """Opens every port and plugs every phone in. Raises RefusedError when a port is taken.

        Without `plugged` no phone is on the network: whoever wants any brings them to the cluster in memory.
        """
        phones = extensions(topology) if plugged else ()
        refuse_too_many(len(phones))
        _allow_files(len(phones))
        ssh_ports = (ssh.PORT, ssh.REAL_PORT) if real_ports else (ssh.PORT,)
        network = Network.claim(len(phones), (*PORTS, *ssh_ports), nodes=len(topology.nodes))
        addresses = {plan.name: network.node(place) for place, plan in enumerate(topology.nodes)}
        lab = cls(found_cluster(topology, time, wall, addresses), network, speed)
        try:
            await lab._open(ssh_ports, real_ports=real_ports)
            if plugged:
                lab._plug_in(phones)
        except BaseException:
            await lab.stop()
            raise
        return lab

    async def _open(self, ssh_ports: tuple[int, ...], *, real_ports: bool) -> None:
        self.cluster.open()
        self._send_syslog()
        self.ssh_ports = ssh_ports
        for node in self.cluster.nodes:
            self.doors[node.name] = node_doors(self.cluster, node, self._accounts(node), real_ports=real_ports)
            await self._open_cli(node)

    def _accounts(self, node: Node) -> Accounts:
        """Who may come in at the web doors; platform users are those of the CLI, and locked out with it."""

        def login(name: str, password: str) -> int | None:
            account = node.logins.account(name)
            admitted = node.logins.admits(name, password, self.cluster.time.now())
            return account.level if account is not None and admitted else None

        return Accounts((User(self.application.user, self.application.password),), login)

    async def _open_cli(self, node: Node) -> None:
        """For the account of the installation, and for one that may read and no more; closed while the node is down."""
        node.logins.install(self.platform.user, self.platform.password)
        viewer = PlatformAccount(self.viewer.user, READ_LEVEL, self.viewer.password)
        node.platform.accounts[viewer.name] = viewer
        cli = ssh.CliServer(self.cluster, node)
        self._clis.append(cli)
        node.went_down.append(cli.shut)
        node.came_up.append(cli.open_again)
        for port in self.ssh_ports:
            await cli.open(port)

    def _send_syslog(self) -> None:
        receiver = self.cluster.topology.monitoring.syslog
        for node in self.cluster.nodes if receiver else ():
            sender = syslog.Sender(node.address, local_receiver(receiver))
            self._senders.append(sender)
            node.syslog.receivers.append(sender.send)

    def cli(self, node: str) -> ssh.CliServer:
        """The CLI of the node of this name. Raises KeyError."""
        found = next((cli for cli in self._clis if cli.node.name == node), None)
        if found is None:
            raise KeyError(node)
        return found

    async def silent_port(self, address: str, port: int) -> SilentPort:
        """A port that takes connections and says nothing, until it is closed or the lab ends. Raises RefusedError."""
        opened = SilentPort(address, port)
        self._silent.append(opened)
        await opened.open()
        return opened

    def known_hosts(self) -> list[str]:
        """The host keys of all nodes, as OpenSSH's known_hosts has them; the port stands there unless it is 22."""
        return [
            f"{cli.node.address if port == ssh.REAL_PORT else f'[{cli.node.address}]:{port}'} {cli.host_key}"
            for cli in self._clis
            for port in self.ssh_ports
        ]

    def _plug_in(self, phones: Sequence[Extension]) -> None:
        context = tls.phone_context()
        real = may_listen(self.network.phone(0), phone_web.REAL_PORT)
        port = phone_web.REAL_PORT if real else phone_web.PORT
        desks = []
        for place, (extension, phone) in enumerate(zip(phones, new_phones(self.cluster), strict=True)):
            address = self.network.phone(place)
            line = PhoneLine(phone, address, self.cluster.time, context)
            line.on_change = self._changed.set
            line.switch = self._admits
            pages = phone_web.PhonePages(phone, address, extension.number, self.cluster.topology.phones.load)
            desks.append(Desk(extension, line, Door(address, port, partial(http.serve, handler=pages.handle))))
        self.desks = tuple(desks)
        for desk in self.desks:
            self.power_on(desk)

    def _admits(self, certificate: bytes) -> bool:
        """Whether the partners let a phone into the network (802.1X)."""
        return isinstance(self.cluster.partners.judge(certificate, self.cluster.time.now()), Taken)

    @staticmethod
    def power_on(desk: Desk) -> None:
        """Somebody plugs a phone in."""
        desk.web.open()
        desk.line.happen(PowerOn())

    @staticmethod
    def power_off(desk: Desk) -> None:
        """Somebody pulls the plug of a phone."""
        desk.web.close()
        desk.line.happen(PowerOff())

    @property
    def registered(self) -> int:
        """How many phones are registered."""
        return sum(desk.line.phone.state is State.REGISTERED for desk in self.desks)

    async def until(self, reached: Callable[[], bool]) -> None:
        """Waits until something is so that only phones can change."""
        while not reached():
            self._changed.clear()
            await self._changed.wait()

    async def until_quiet(self) -> None:
        """Waits until no phone is in the middle of something that takes no time of the lab."""
        await self.until(lambda: not any(desk.line.busy for desk in self.desks))

    async def stop(self) -> None:
        """Closes every port and forgets everything."""
        self.cluster.time.stop()
        for desk in self.desks:
            self.power_off(desk)
        doors: list[Opening] = [door for doors in self.doors.values() for door in doors.values()]
        for cli in self._clis:
            await cli.close()
        for door in doors:
            door.close()
        for port in self._silent:
            port.close()
        for sender in self._senders:
            sender.close()
        for door in (*doors, *(desk.web for desk in self.desks)):
            await door.closed()
        for _ in range(_TURNS_TO_CLOSE):
            await asyncio.sleep(0)
        self.network.release()
        self.cluster.close()


def _allow_files(phones: int) -> None:
    """Asks the system for as many open files as it gives. Raises RefusedError when they are too few for the phones."""
    needed = phones * _FILES_A_PHONE + _FILES_BESIDE
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < needed:
        raise RefusedError(
            f"{phones} phones need {needed} open files, and this system gives {hard}.", advice="Take fewer phones."
        )
