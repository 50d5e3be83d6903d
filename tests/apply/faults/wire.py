"""The ports of the tool, with the lab behind them: each may be shut, each answer torn, and each act cut short.

At the CLI the lab's own shell answers, and what it shows is read by the readers that read those of SSH. What stands
behind a shut door raises as the real client does (connect).
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Final

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Known
from ringtrust.cluster.node import Service
from ringtrust.connect.platform.host_keys import Address, SilentError
from ringtrust.connect.platform.login import password_refused
from ringtrust.connect.platform.node import NodeCli
from ringtrust.connect.platform.questions import NOTHING, Script, question_in
from ringtrust.connect.ports import UNTOLD, DeviceSeen, PhonePage, Uptime
from ringtrust.connect.web import LoginRefusedError
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.lab.phone.phone import State as PhoneState
from ringtrust.lab.platform.shell import Shell
from ringtrust.lab.platform.terminal import Terminal
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import COLLECTOR, TOMCAT, State
from ringtrust.rehearse.memory import Database, InMemory, Lists
from ringtrust.rehearse.waiting import LookTimer
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind
from tests.apply.faults.town import Town

ROUND_TRIP: Final = 0.5
"""Seconds of the lab that a question takes."""
SILENCE: Final = 60.0
"""How long a node may be silent."""
LATE: Final = 45.0
"""So long after it was told a node begins, at the latest: within what the tool waits for (settling.BEGINS_SECONDS)."""
_STEP: Final = 5.0
_ROWS: Final = 10**9
_AXL: Final = "Cisco AXL Web Service"
_GARBAGE: Final = "\nio error 5 while reading /dev/pts/0\n"
_COLUMNS: Final = "tkcertificateoperation = 2, tkcertificatestatus = 2, tkauthenticationmode = 2"


def timer_of(town: Town) -> LookTimer:
    """Time goes on while the tool waits, at least until something happens."""

    async def advance(seconds: float) -> None:
        town.time.advance(seconds)
        town.at_point()

    return LookTimer(town.time, advance)


class TownWire(InMemory):
    """One process's way to the cluster: its login is tried once, as the real one's."""

    doors = InMemory.doors | {Door.CONTROL_CENTER}

    def __init__(self, town: Town) -> None:
        super().__init__(town.cluster, partial(held, town))
        self._town = town
        self.axl: Any = _Port(_Axl(town), lambda *_: knock(town, Door.AXL, town.cluster.publisher), town)
        self.ris: Any = _Port(_Ris(town), lambda *_: knock(town, Door.RIS, None), town)
        self.files: Any = self._at_node(self.files, Door.TFTP)
        self.tls: Any = self._at_node(self.tls, Door.TLS)
        self.tvs: Any = self._at_node(self.tvs, Door.TLS)
        self.pages: Any = _Port(_Pages(town), lambda *_: knock(town, Door.PHONE, None), town)
        self._services = self._at_node(_ControlCenter(town), Door.CONTROL_CENTER)

    def _at_node(self, port: Any, door: Door) -> Any:
        return _Port(port, lambda address, *_: knock(self._town, door, self._town.node_at(address)), self._town)

    @property
    def control_center(self) -> Any:
        """The services of a node."""
        return self._services

    def cli(self, address: str) -> NodeCli:
        """The CLI of a node."""
        return NodeCli(_Console(self._town, self._town.node_at(address)))


async def knock(town: Town, door: Door, node: Node | None) -> None:
    """A question takes its time, and is not answered while something is broken. Raises UnreadableError."""
    town.time.advance(ROUND_TRIP)
    town.at_point()
    await asyncio.sleep(0)
    if door in town.closed:
        raise UnreadableError(f"{door.text} does not answer.")
    if node is None:
        return
    if node.name in town.dead:
        raise UnreadableError(f"{node.name} refuses connections.")
    if node.name in town.silent and door is not Door.TFTP:
        town.time.advance(SILENCE)
        raise SilentError(f"{node.name} says nothing.")
    if node.name in town.locked:
        _refuse_login(door, node)


def _refuse_login(door: Door, node: Node) -> None:
    if door is Door.CLI:
        raise password_refused(Address(node.address, 22, None), "admin")  # type: ignore[arg-type]
    if door in {Door.AXL, Door.CONTROL_CENTER}:
        raise LoginRefusedError(f"{node.name} refuses the password.")


class _Port:
    """Any port: before and after each of its calls something may happen."""

    def __init__(self, port: Any, knocks: Callable[..., Coroutine[Any, Any, None]], town: Town) -> None:
        self._port = port
        self._knocks = knocks
        self._town = town

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        method = getattr(self._port, name)

        async def call(*words: Any, **named: Any) -> Any:
            await self._knocks(*words)
            answer = await method(*words, **named)
            self._town.at_point()
            return answer

        return call


class _Console:
    """A terminal at one node."""

    def __init__(self, town: Town, node: Node) -> None:
        self._town = town
        self._node = node

    async def read(self, command: str) -> str:
        """What a command shows, unless it is torn."""
        await knock(self._town, Door.CLI, self._node)
        shown = await self._typed(command, NOTHING, SILENCE)
        self._town.at_point()
        if self._town.torn:
            how = self._town.torn.pop()
            shown = _GARBAGE if how == "garbage" else shown[: len(shown) // 2] + _GARBAGE
        return shown

    async def act(self, command: str, seconds: float, script: Script = NOTHING) -> str:
        """One attempt. What goes wrong with it is said by `in_act`."""
        await knock(self._town, Door.CLI, self._node)
        how = self._town.in_act()
        cut = SilentError(f"The connection to {self._node.name} ended while an answer was awaited.")
        if how == "cut-before":
            raise cut
        if how == "babble-before":
            return _GARBAGE
        if how == "late" and self._later(command):
            raise cut
        shown = await self._acted(command, script, seconds)
        self._town.at_point()
        if how in {"cut-after", "late"}:
            raise cut
        return _GARBAGE if how == "babble-after" else shown

    async def _acted(self, command: str, script: Script, seconds: float) -> str:
        before = self._marks()
        meant = self._town.meant
        try:
            return await self._typed(command, script, seconds)
        finally:
            if self._marks() != before:
                self._town.did(f"{self._node.name}: {command}", meant)

    def _marks(self) -> tuple[Any, ...]:
        """What an act of the CLI changes."""
        services = tuple((each.state, each.since) for each in self._node.services)
        ctl = self._town.cluster.ctl.in_the_end()
        return dict(self._node.certificates()), services, ctl.data if ctl is not None else b""

    def _later(self, command: str) -> bool:
        """A node that goes on though nobody listens any more: whether it is such an act."""
        unit = self._town.cluster.release.unit(command.rpartition(" ")[2])
        if not command.startswith("set cert regen") or unit is None:
            return False
        meant = self._town.meant

        def happen() -> None:
            if self._node.name not in self._town.dead:
                self._town.cluster.regenerate(self._node, unit)
                self._town.did(f"{self._node.name}: {command}", meant)

        self._town.time.call_later(LATE, happen)
        return True

    async def _typed(self, command: str, script: Script, seconds: float) -> str:
        shown: list[str] = []
        terminal = Terminal(shown.append, _ROWS)
        task = asyncio.ensure_future(Shell(terminal, self._town.cluster, self._node).execute(command))
        try:
            await self._until_done(task, terminal, shown, script, seconds)
        finally:
            task.cancel()
        return _text(shown)

    async def _until_done(
        self, task: "asyncio.Future[None]", terminal: Terminal, shown: list[str], script: Script, seconds: float
    ) -> None:
        waiting, passed = list(script.replies), 0.0
        while not await _done(task):
            asked = question_in(_text(shown))
            reply = next((each for each in waiting if asked is not None and each.to(asked)), None)
            if asked is not None and reply is not None:
                waiting.remove(reply)
                terminal.feed(f"{reply.to(asked)}\r")
                continue
            self._town.time.advance(_STEP)
            passed += _STEP
            self._town.at_point()
            gone = self._node.name in self._town.dead | self._town.silent
            if gone or passed > seconds:
                raise SilentError(f"{self._node.name} did not answer {command_of(shown)} to its end.")
        task.result()


def command_of(shown: Sequence[str]) -> str:
    """The first line that was shown."""
    return _text(shown).partition("\n")[0][:40]


async def _done(task: "asyncio.Future[None]") -> bool:
    for _ in range(3):
        await asyncio.sleep(0)
    return task.done()


def _text(shown: Sequence[str]) -> str:
    return "".join(shown).replace("\r\n", "\n")


class _Axl(Database):
    """Administration: what it is told, it does, unless it is cut short."""

    def __init__(self, town: Town) -> None:
        super().__init__(town.cluster)
        self._town = town

    async def query(self, sql: str) -> tuple[Any, ...]:
        """The rows of a SELECT."""
        self._refuse_if_down()
        return await super().query(sql)

    async def reset_all_phones(self) -> None:
        """Tells every phone that is registered."""
        known = self._town.cluster.registrations
        self._act("reset all phones", known.reset_all)

    async def reset_phones(self, names: Sequence[str]) -> None:
        """Tells these."""
        self._act("reset phones", lambda: self._tell("reset", names))

    async def set_lsc_operation(self, names: Sequence[str], _operation: str, _authentication: str) -> int:
        """Writes the operation for each."""
        listed = ", ".join(f"'{name}'" for name in names)
        sql = f"update device set {_COLUMNS} where name in ({listed})"  # noqa: S608 - names of the lab
        self._act("set lsc operation", lambda: self._town.cluster.database.update(sql))
        self._town.time.advance(10.0)
        return len(names)

    async def apply_phones(self, names: Sequence[str]) -> None:
        """They restart, as CAPF waits for them."""
        self._act("apply phones", lambda: self._tell("restart", names))

    def _tell(self, what: str, names: Sequence[str]) -> None:
        known = self._town.cluster.registrations
        known.tell(what, [found for name in names if (found := known.find(name)) is not None])

    def _act(self, what: str, happen: Callable[[], object]) -> None:
        self._refuse_if_down()
        how = self._town.in_act()
        if how in {"cut-before", "babble-before"}:
            raise UnreadableError("AXL: the connection ended while an answer was awaited.")
        happen()
        self._town.did(what)
        if how:
            raise UnreadableError("AXL: the connection ended while an answer was awaited.")

    def _refuse_if_down(self) -> None:
        running = self._town.cluster.publisher.services.running
        if not (running(TOMCAT) and running(_AXL)):
            raise UnreadableError("AXL does not answer.", advice=f"Start {_AXL}.")


class _Ris:
    """Who is registered, as any node that runs tells it; a phone's address is its name: there is its page."""

    def __init__(self, town: Town) -> None:
        self._town = town

    async def registrations(self, names: Sequence[str]) -> tuple[DeviceSeen, ...]:
        """What is known of these devices."""
        out = self._town.dead | self._town.silent
        nodes = (node for node in self._town.cluster.nodes if node.name not in out)
        if not any(node.services.running(TOMCAT) and node.services.running(COLLECTOR) for node in nodes):
            raise UnreadableError("No node tells who is registered.")
        return tuple(found for name in names if (found := self._seen(name)) is not None)

    def _seen(self, name: str) -> DeviceSeen | None:
        known = self._town.cluster.registrations
        here, gone = known.find(name), known.departures.get(name)
        if here is not None:
            return self._device(name, "Registered", here.node, here.since)
        return self._device(name, "UnRegistered", gone.node, gone.when) if gone is not None else None

    def _device(self, name: str, status: str, node: str, since: Any) -> DeviceSeen:
        off = self._town.cluster.clock(self._town.cluster.node(node)) - self._town.time.now()
        return DeviceSeen(name, status, node, name, "684", "sip88xx", int((since + off).timestamp()))


class _Pages:
    """The pages of phones that are on."""

    def __init__(self, town: Town) -> None:
        self._town = town

    async def read(self, address: str, _port: int) -> PhonePage:
        """What a phone tells about its lists."""
        phone = self._town.bench.exchange.phones.get(address)
        if phone is None or phone.state is PhoneState.OFF:
            raise UnreadableError(f"No phone answers at {address}.")
        lists = held(self._town, address)
        return PhonePage(lists.itl, Known(lists.ctl), phone.traits.tftp)


def held(town: Town, device: str) -> Lists:
    """The lists that a phone holds."""
    found = town.bench.exchange.phones[device].held
    sums = {kind: Digest.SHA1.of(each.data).hex().upper() for kind, each in found.items()}
    return Lists(sums.get(ListKind.ITL, ""), sums.get(ListKind.CTL, ""))


class _ControlCenter:
    """The services of a node, each with the time of its start."""

    def __init__(self, town: Town) -> None:
        self._town = town

    async def services(self, address: str) -> tuple[Service, ...]:
        """The services."""
        return tuple(each.service for each in await self.uptimes(address))

    async def uptimes(self, address: str) -> tuple[Uptime, ...]:
        """The same with their start times."""
        node = self._town.node_at(address)
        if not node.services.running(TOMCAT):
            raise UnreadableError(f"{TOMCAT} does not run on {node.name}.")
        return tuple(self._uptime(node, each) for each in node.services)

    def _uptime(self, node: Node, each: Any) -> Uptime:
        service = Service(each.name, each.state.value, each.detail.strip())
        if each.state is not State.STARTED:
            return Uptime(service, "", UNTOLD)
        up = self._town.time.now() - each.since
        return Uptime(service, (self._town.cluster.clock(node) - up).ctime(), int(up.total_seconds()))

    async def control(self, *_words: Any) -> None:
        """Raises RefusedError: nobody needs it here."""
        raise RefusedError("Nothing is done by Control Center here.")
