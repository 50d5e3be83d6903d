"""How apply reaches a twin: the servers on the wire, as any; phones in memory by ports that ask the same objects."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ringtrust.clock import Timer
from ringtrust.cluster.facts import Known
from ringtrust.cluster.release import Release
from ringtrust.connect.ports import Axl, DeviceSeen, PhonePage, PhonePages, Ris, Row
from ringtrust.connect.soap.ris import NAMES_AT_MOST, Limiter
from ringtrust.connect.wire import Reach
from ringtrust.errors import UnreadableError
from ringtrust.lab.phone.phone import Phone, State
from ringtrust.lab.process.lab import Lab
from ringtrust.lab.state import itl_reports
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.founding import stand_ins
from ringtrust.lab.state.services import TOMCAT
from ringtrust.lab.wire import tftp_door, tomcat
from ringtrust.observe.rows import PHONES_SQL
from ringtrust.rehearse.memory import Database
from ringtrust.rehearse.stage import Stage
from ringtrust.rehearse.waiting import LabTimer
from ringtrust.settings import ClusterEntry, ClusterSettings, Login, Secret
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind

if TYPE_CHECKING:
    from ringtrust.lab.state.registrations import Registration

_NAMES: Final = re.compile(r"'([^']{1,128})'")
_RIS: Final = "Cisco RIS Data Collector"
_AXL: Final = "Cisco AXL Web Service"
_FIRST_WITH_GROUPS: Final = Release(10, 0)
_ABOUT_PHONES: Final = ("device", "devicepool", "callmanagergroup", "typemodel")
_MODEL: Final = "684"
_NO_VARIABLE: Final = "RINGTRUST_REHEARSAL"  # its passwords are handed over, and never looked up
_SECONDS: Final = 60.0


def entry_for(lab: Lab, folder: Path, name: str, seconds: float = _SECONDS) -> ClusterEntry:
    """How a lab is reached, with its host keys pinned in a folder. `seconds`, on the wall, a node may be silent."""
    (folder / "known_hosts").write_text("".join(f"{line}\n" for line in lab.known_hosts()))
    settings = ClusterSettings(
        publisher=lab.cluster.publisher.address,
        platform=Login(lab.platform.user, password_variable=_NO_VARIABLE),
        application=Login(lab.application.user, password_variable=_NO_VARIABLE),
        ssh_port=lab.ssh_ports[0],
        rest_port=tomcat.PORT,
        tftp_port=tftp_door.PORT,
        phone_web_port=lab.desks[0].web.port if lab.desks else 80,
        seconds=seconds,
        cisco_cas=tuple(stand_ins(lab.cluster)),
    )
    return ClusterEntry(name, settings, folder)


def reach_of(stage: Stage, entry: ClusterEntry) -> Reach:
    """The twin within reach of apply."""
    lab = stage.lab
    timer = LabTimer(stage.time, stage.advance)
    passwords = Secret(lab.platform.password), Secret(lab.application.password)
    if lab.desks:
        return Reach(entry, *passwords, timer)
    return _TwinReach(entry, passwords, timer, stage)


class _TwinReach(Reach):
    """On the network, but for the phones: forty thousand of them have no sockets here."""

    def __init__(self, entry: ClusterEntry, passwords: tuple[Secret, Secret], timer: Timer, stage: Stage) -> None:
        super().__init__(entry, *passwords, timer)
        self.pages: PhonePages = _Pages([each.phone for each in stage.phones])
        self._registrar = _Registrar(stage.cluster, timer)
        self._rows = _Rows(stage.cluster, _Reports(stage))

    @property
    def ris(self) -> Ris:
        """Who is registered."""
        return self._registrar

    @property
    def axl(self) -> Axl:
        """Administration: acts over the wire, rows about all phones from memory. Raises RefusedError before `join`."""
        return _TwinAxl(super().axl, self._rows)


class _Rows:
    """The publisher's rows. Those about phones, tens of thousands, are kept until something is written there."""

    def __init__(self, cluster: Cluster, reports: "_Reports") -> None:
        self._cluster = cluster
        self._reports = reports
        self._publisher = cluster.publisher
        self._database = Database(cluster)
        self._phones: tuple[Row, ...] | None = None
        self._publisher.replica.watch(_ABOUT_PHONES, self._forget)

    def _forget(self) -> None:
        self._phones = None

    def reset_from_memory(self) -> bool:
        """Tells every phone, where AXL would take a request for each. Raises UnreadableError while AXL does not run."""
        if Release.of(self._cluster.release.version) >= _FIRST_WITH_GROUPS:
            return False
        self._refuse_if_down()
        self._cluster.registrations.reset_all()
        return True

    def reset_those(self, names: Sequence[str]) -> None:
        """Tells these phones. Raises UnreadableError while AXL does not run."""
        self._refuse_if_down()
        known = self._cluster.registrations
        known.tell("reset", [found for name in names if (found := known.find(name)) is not None])

    def _refuse_if_down(self) -> None:
        running = self._publisher.services.running
        if not (running(TOMCAT) and running(_AXL)):
            raise UnreadableError(f"AXL does not answer on {self._publisher.name}.", advice=f"Start {_AXL}.")

    async def of(self, sql: str) -> tuple[Row, ...]:
        """Those of a SELECT. Raises UnreadableError, also while AXL does not run."""
        self._refuse_if_down()
        if f" from {itl_reports.NAME} " in sql:
            return self._reports.of(sql)
        if sql != PHONES_SQL:
            return await self._database.query(sql)
        if self._phones is None:
            self._phones = await self._database.query(sql)
        return self._phones


class _Reports:
    """What phones said of their ITL when they registered: told from memory, where the database would be written to."""

    def __init__(self, stage: Stage) -> None:
        self._registrations = stage.cluster.registrations
        self._phones = {each.phone.traits.device: each.phone for each in stage.phones}
        self._said: dict[bytes, str] = {}

    def of(self, sql: str) -> tuple[Row, ...]:
        """The rows of those that the query names, or of all that are registered.

        A phone fetches its lists before it registers, and not while it is: what it holds is what it said.
        """
        names = _NAMES.findall(sql)
        here = filter(None, map(self._registrations.find, names)) if names else iter(self._registrations)
        return tuple(self._row(each) for each in here if each.device in self._phones)

    def _row(self, here: "Registration") -> Row:
        held = self._phones[here.device].held.get(ListKind.ITL)
        data = held.data if held is not None else b""
        if data not in self._said:
            self._said[data] = itl_reports.signature(data) if data else itl_reports.NOT_INSTALLED
        return {"name": here.device, "digest": self._said[data], "told": str(int(here.since.timestamp()))}


class _TwinAxl:
    """AXL of a twin: forty thousand rows are not sent through XML, again and again, to be read there."""

    def __init__(self, wire: Axl, rows: _Rows) -> None:
        self._wire = wire
        self._rows = rows

    async def version(self, node_name: str = "") -> str:
        """The version of a node. Raises RefusedError, UnreadableError."""
        return await self._wire.version(node_name)

    async def query(self, sql: str) -> tuple[Row, ...]:
        """The rows of a SELECT. Raises UnreadableError."""
        return await self._rows.of(sql)

    async def parameter(self, name: str) -> str:
        """The value of an enterprise parameter. Raises RefusedError, UnreadableError."""
        return await self._wire.parameter(name)

    async def reset_all_phones(self) -> None:
        """Resets every device once; one by one, as before 10.0, from memory. Raises UnreadableError."""
        if not self._rows.reset_from_memory():
            await self._wire.reset_all_phones()

    async def reset_phones(self, names: Sequence[str]) -> None:
        """Resets these devices once, from memory: AXL takes a request for each. Raises UnreadableError."""
        self._rows.reset_those(names)

    async def set_lsc_operation(self, names: Sequence[str], operation: str, authentication: str) -> int:
        """Sets what CAPF is to do with devices. Raises RefusedError, UnreadableError."""
        return await self._wire.set_lsc_operation(names, operation, authentication)

    async def apply_phones(self, names: Sequence[str]) -> None:
        """Applies the configuration of devices. Raises RefusedError, UnreadableError."""
        await self._wire.apply_phones(names)


class _Registrar:
    """What RISPort70 would tell, as fast as it would: so many names a question, so many questions a minute and node."""

    def __init__(self, cluster: Cluster, timer: Timer) -> None:
        self._cluster = cluster
        self._limiters = {node.name: Limiter(timer) for node in cluster.nodes}
        self._told: dict[str, tuple[Registration, DeviceSeen]] = {}

    async def registrations(self, names: Sequence[str]) -> tuple[DeviceSeen, ...]:
        """What is known of these devices. Raises UnreadableError where no node could tell."""
        found: list[DeviceSeen] = []
        for begin in range(0, len(names), NAMES_AT_MOST):
            await self._turn()
            found += filter(None, map(self._seen, names[begin : begin + NAMES_AT_MOST]))
        return tuple(found)

    async def _turn(self) -> None:
        nodes = [node for node in self._cluster.nodes if node.services.running(TOMCAT) and node.services.running(_RIS)]
        if not nodes:
            raise UnreadableError("No node tells who is registered.", advice=f"Start {_RIS} and {TOMCAT} on a node.")
        await min((self._limiters[node.name] for node in nodes), key=lambda each: each.free_at).turn()

    def _seen(self, name: str) -> DeviceSeen | None:
        """What is told of a registration is made once. The address of a phone is its name: there is its page."""
        here = self._cluster.registrations.find(name)
        if here is None:
            gone = self._cluster.registrations.departures.get(name)
            return self._device(name, "UnRegistered", gone.node, gone.when) if gone else None
        told = self._told.get(name)
        if told is None or told[0] is not here:
            told = self._told[name] = (here, self._device(name, "Registered", here.node, here.since))
        return told[1]

    def _device(self, name: str, status: str, node: str, when: datetime) -> DeviceSeen:
        load = self._cluster.topology.phones.load
        return DeviceSeen(name, status, node, name, _MODEL, load, int(when.timestamp()))


class _Pages:
    """The pages of phones, by their names."""

    def __init__(self, phones: Sequence[Phone]) -> None:
        self._phones = {phone.traits.device: phone for phone in phones}
        self._hashes: dict[bytes, str] = {}

    async def read(self, address: str, port: int) -> PhonePage:  # noqa: ARG002 - as its port has it
        """What a phone tells about its lists. Raises UnreadableError, also for one that is off."""
        phone = self._phones.get(address)
        if phone is None or phone.state is State.OFF:
            raise UnreadableError(f"No phone answers at {address}.")
        return PhonePage(self._hash(phone, ListKind.ITL), Known(self._hash(phone, ListKind.CTL)), phone.traits.tftp)

    def _hash(self, phone: Phone, kind: ListKind) -> str:
        """That of a list that many hold is computed once."""
        held = phone.held.get(kind)
        if held is None:
            return ""
        if held.data not in self._hashes:
            self._hashes[held.data] = Digest.SHA1.of(held.data).hex().upper()
        return self._hashes[held.data]
