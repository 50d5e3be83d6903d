"""A lab cluster without a socket, behind the ports by which a real one is reached. It can be looked at, and no more.

At the CLI the lab's own texts are shown, and read by the readers that read those of SSH.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple, NoReturn

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import TFTP_SERVICE, TOMCAT, TOMCAT_SERVICE, TVS, TVS_SERVICE
from ringtrust.connect.platform.node import NodeCli
from ringtrust.connect.platform.questions import NOTHING, Script
from ringtrust.connect.ports import (
    Axl,
    DeviceSeen,
    DoesNotVouch,
    NotThere,
    PhonePage,
    Row,
    Vouches,
)
from ringtrust.connect.unopened import Unopened
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.lab.platform.shell import Shell
from ringtrust.lab.platform.terminal import Terminal
from ringtrust.lab.state import files, parameters
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.database import QueryFailed
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.vouching import answer
from ringtrust.trust.header import SignerId
from ringtrust.trust.tvs import QueryRequest, QueryResponse


class Lists(NamedTuple):
    """The lists that a phone holds: SHA-1 in upper-case hexadecimal, empty when it holds none."""

    itl: str = ""
    ctl: str = ""


Held = Callable[[str], Lists]
"""The lists that a phone holds, by its device name."""

_WHY: Final = "This cluster is only looked at"
_INSTEAD: Final = "Start it: ringtrust lab up."
_HTTPS_PORT: Final = 8443
_TVS_PORT: Final = 2445
_BEHIND: Final = {_HTTPS_PORT: (TOMCAT_SERVICE, TOMCAT), _TVS_PORT: (TVS_SERVICE, TVS)}
_NO_PAGES: Final = 10**9
_ROWS_AT_ONCE: Final = 20_000
_SELECT: Final = "select "
_SESSION: Final = 1001
_MODEL: Final = "684"
_TFTP_ON_A_PAGE: Final = 2
"""TFTP Server 1 and 2: a page names no more (interfaces.md §8.2)."""


class InMemory(Unopened):
    """The Wire of a lab cluster. `held` says which list each phone holds."""

    _why = _WHY
    _instead = _INSTEAD
    doors = frozenset({Door.CLI, Door.AXL, Door.RIS, Door.TFTP, Door.TLS, Door.PHONE})

    def __init__(self, cluster: Cluster, held: Held) -> None:
        self._doors = _Doors(cluster)
        self._cluster = cluster
        self.axl: Axl = Database(cluster)
        self.ris = _Registrar(cluster)
        self.files = self._doors
        self.tls = self._doors
        self.tvs = self._doors
        self.pages = _Pages(cluster, held)

    def cli(self, address: str) -> NodeCli:
        """The CLI of a node."""
        return NodeCli(_Console(self._cluster, self._doors.node(address)))


def _refuse_to_act(what: str) -> NoReturn:
    raise RefusedError(f"{_WHY}: {what} is not done.", advice=_INSTEAD)


class _Console:
    """A terminal at one node, for one command after the other."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self._cluster = cluster
        self._node = node

    async def read(self, command: str) -> str:
        """What a command shows, without pages."""
        shown: list[str] = []
        await Shell(Terminal(shown.append, _NO_PAGES), self._cluster, self._node).execute(command)
        return "".join(shown).replace("\r\n", "\n")

    async def act(self, command: str, seconds: float, script: Script = NOTHING) -> str:  # noqa: ARG002 - as its port
        """Raises RefusedError."""
        _refuse_to_act(command)


class Database:
    """The publisher's database, as AXL gives it."""

    def __init__(self, cluster: Cluster) -> None:
        self._replica = cluster.publisher.replica
        self._version = cluster.release.version

    async def version(self, node_name: str = "") -> str:  # noqa: ARG002 - as its port has it
        """The version: all nodes have the same."""
        return self._version

    async def query(self, sql: str) -> tuple[Row, ...]:
        """The rows of a SELECT, so many at a time, as AXL gives them too. Raises UnreadableError."""
        rows: list[Row] = []
        rest = sql[len(_SELECT) :]
        while True:
            part = self._replica.query(f"{_SELECT}skip {len(rows)} first {_ROWS_AT_ONCE} {rest}")
            if isinstance(part, QueryFailed):
                raise UnreadableError(f"The database says: {part.reason}")
            rows += [dict(zip(part.columns, (value or "" for value in row), strict=True)) for row in part.rows]
            if len(part.rows) < _ROWS_AT_ONCE:
                return tuple(rows)

    async def parameter(self, name: str) -> str:
        """The value of an enterprise parameter; empty where there is none."""
        return parameters.value(self._replica, name)

    async def reset_all_phones(self) -> None:
        """Raises RefusedError."""
        _refuse_to_act("a reset of all phones")

    async def reset_phones(self, names: Sequence[str]) -> None:
        """Raises RefusedError."""
        _refuse_to_act(f"a reset of {len(names)} phones")

    async def set_lsc_operation(self, names: Sequence[str], operation: str, authentication: str) -> int:  # noqa: ARG002 - as its port
        """Raises RefusedError."""
        _refuse_to_act(f"{operation} for {len(names)} phones")

    async def apply_phones(self, names: Sequence[str]) -> None:
        """Raises RefusedError."""
        _refuse_to_act(f"an applied configuration for {len(names)} phones")


class _Registrar:
    """Who is registered where, and who was, as RISPort70 tells it."""

    def __init__(self, cluster: Cluster) -> None:
        self._known = cluster.registrations
        self._load = cluster.topology.phones.load

    async def registrations(self, names: Sequence[str]) -> tuple[DeviceSeen, ...]:
        """What is known of these devices."""
        return tuple(found for name in names if (found := self._seen(name)) is not None)

    def _seen(self, name: str) -> DeviceSeen | None:
        here, gone = self._known.find(name), self._known.departures.get(name)
        if here is not None:
            return self._device(name, "Registered", here.node, here.address, here.since)
        return self._device(name, "UnRegistered", gone.node, gone.address, gone.when) if gone else None

    def _device(self, name: str, status: str, node: str, address: str, when: datetime) -> DeviceSeen:
        return DeviceSeen(name, status, node, address, _MODEL, self._load, int(when.timestamp()))


class _Doors:
    """What the nodes serve at their ports: files, certificates, and TVS. Closed while the service behind is down."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._nodes = {node.address: node for node in cluster.nodes}

    def node(self, address: str) -> Node:
        """The node at an address. Raises UnreadableError."""
        if address not in self._nodes:
            raise UnreadableError(f"No node has the address {address}.")
        return self._nodes[address]

    def _open(self, address: str, service: str) -> Node:
        node = self.node(address)
        if not node.services.running(service):
            raise UnreadableError(f"{service} does not run on {node.name}.")
        return node

    async def fetch(self, node_address: str, name: str) -> bytes | NotThere:
        """A file of Cisco Tftp. Raises UnreadableError."""
        found = files.served(self._cluster, self._open(node_address, TFTP_SERVICE), name)
        return NotThere(name) if found is None else found

    async def shown(self, host: str, port: int) -> bytes:
        """The certificate that a service has loaded. Raises UnreadableError."""
        service, unit = _BEHIND[port]
        return self._open(host, service).loaded[unit].certificate

    async def vouches(self, host: str, port: int, signer: SignerId) -> Vouches | DoesNotVouch:
        """Whether TVS of a node knows the certificate of a signer. Raises UnreadableError."""
        node, shown = self._open(host, TVS_SERVICE), await self.shown(host, port)
        said = answer(node, QueryRequest.make(_SESSION, "SEP000000000000", signer.name, signer.issuer, signer.serial))
        if not isinstance(said, QueryResponse) or not said.good:
            return DoesNotVouch(shown)
        return Vouches(shown, said.certificates[0], said.roles, said.ttl)


class _Pages:
    """The pages of phones, by the address at which each is registered."""

    def __init__(self, cluster: Cluster, held: Held) -> None:
        self._devices = {each.address: each.device for each in cluster.registrations}
        self._tftp = tuple(node.address for node in cluster.tftp_order)[:_TFTP_ON_A_PAGE]
        self._held = held

    async def read(self, address: str, port: int) -> PhonePage:  # noqa: ARG002 - as its port has it
        """What a phone tells about its lists. Raises UnreadableError."""
        if address not in self._devices:
            raise UnreadableError(f"No phone has the address {address}.")
        held = self._held(self._devices[address])
        return PhonePage(held.itl, Known(held.ctl), self._tftp)
