"""A night in the lab, deed by deed, in any weather; and what each phone held and became at every moment of it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ringtrust.change import night
from ringtrust.change.ground import Ground, item, token
from ringtrust.change.proof import Holding
from ringtrust.lab.phone.events import PowerOff, PowerOn
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.state.directory import extensions
from ringtrust.lab.state.parameters import ROLLBACK
from ringtrust.lab.state.services import TFTP
from ringtrust.lab.stranded import Fate, Fates
from ringtrust.prove.runbook import read_runbook
from ringtrust.trust.lists import TrustList
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import Role
from tests.prove.differential.worlds import Shape, ground, keys_from_a_pool, world
from tests.support.clusters import BOOT, SYNC, Bench


class Off(NamedTuple):
    """Somebody pulls the plug of a phone."""

    phone: int


class On(NamedTuple):
    """And plugs it in again."""

    phone: int


class Down(NamedTuple):
    """A node is gone, the only one."""

    node: int


class Up(NamedTuple):
    """The node that was gone is back, its services freshly started."""


class Cut(NamedTuple):
    """Replication to a node stands still."""

    node: int


class Mend(NamedTuple):
    """It goes on."""

    node: int


class Pass(NamedTuple):
    """So many seconds go by."""

    seconds: float


Weather = Off | On | Down | Up | Cut | Mend | Pass
Happening = str | Weather
"""A line of a runbook, or what nobody has written down."""


class Seen(NamedTuple):
    """A phone after so many deeds: its CM group, what it holds, and what becomes of it by the lab's own count."""

    deeds: int
    phone: int
    group: str
    holding: Holding
    fate: Fate


class Told(NamedTuple):
    """The deeds that were done, and all that was seen after each and in between."""

    stages: tuple[night.Stage, ...]
    seen: tuple[Seen, ...]


def play(shape: Shape, phones: int, program: tuple[Happening, ...]) -> Told:
    """The night. It ends where a gate does not pass, or where a deed meets a node that is gone."""
    with keys_from_a_pool():
        return _Night(shape, phones).through(program)


class _Night:
    def __init__(self, shape: Shape, phones: int) -> None:
        self.ground: Ground = ground(shape)
        self.bench: Bench = world(shape, phones)
        self.cluster = self.bench.cluster
        self._groups = [extension.group for extension in extensions(self.cluster.topology)]
        self._members = {group.name: set(group.members) for group in self.cluster.topology.groups}
        self._names: dict[bytes, str] = {}
        self._made: dict[str, int] = {}
        self._down = ""
        self._was_running: list[str] = []
        self._cut: set[str] = set()
        self._stages: list[night.Stage] = []
        self._seen: dict[Seen, None] = {}
        for (node, unit), certificate in self.cluster.identities().items():
            if unit in self.ground.node(node).units:
                self._names[_digest(certificate)] = token(item(unit, node), 0)

    def through(self, program: tuple[Happening, ...]) -> Told:
        self._look()
        for number, happening in enumerate(program, 1):
            if isinstance(happening, str):
                if not all(self._done(stage) for stage in self._read(number, happening)):
                    break
            else:
                self._weather(happening)
                self._look()
        return Told(tuple(self._stages), tuple(self._seen))

    def _read(self, number: int, line: str) -> tuple[night.Stage, ...]:
        padded = "\n" * (number - 1) + line
        return read_runbook(padded, self.ground, frozenset())

    def _done(self, stage: night.Stage) -> bool:
        """Whether a deed could be done, or a gate passed."""
        passed = self._deed(stage.deed)
        if passed:
            self._stages.append(stage)
        self._look()
        return passed

    def _deed(self, deed: night.Deed) -> bool:  # noqa: C901 - a closed family
        match deed:
            case night.Renew(node=node) | night.Stop(node=node) | night.Start(node=node) | night.Delete(node=node) if (
                node == self._down
            ):
                return False
            case night.Renew(unit=unit, node=node):
                self._renew(unit, node)
            case night.Stop(service=service, node=node):
                self.bench.stop(service, node)
            case night.Start(service=service, node=node):
                self._start(service, node)
            case night.Wave(complete=complete):
                self.bench.wave()
                return not complete or self._all_current()
            case night.Synchronise():
                return self._synchronised()
            case night.SetRollback(value=value):
                self.cluster.set_parameter(ROLLBACK, "T" if value else "F")
            case night.ResetItl():
                self.cluster.reset_lists()
            case night.Delete(store=store, name=name, node=node):
                self.cluster.delete(self.cluster.node(node), store, name)
            case night.BackUp():
                self.cluster.back_up()
            case _:
                raise TypeError(deed)
        return True

    def _renew(self, unit: str, node: str) -> None:
        found = self.cluster.release.unit(unit)
        assert found is not None
        identity = self.cluster.regenerate(self.cluster.node(node), found)
        place = item(unit, node)
        self._made[place] = self._made.get(place, 0) + 1
        self._names[_digest(identity.certificate)] = token(place, self._made[place])

    def _start(self, service: str, node: str) -> None:
        found = self.cluster.node(node).services.find(service)
        assert found is not None
        self.cluster.node(node).services.start(found)
        self.bench.time.advance(self.cluster.topology.delays.service_start)

    def _synchronised(self) -> bool:
        if self._down or self._cut:
            return False
        self.bench.time.advance(SYNC)
        return True

    def _all_current(self) -> bool:
        lists = {
            node.tftp.itl.data
            for node in self.cluster.tftp_order
            if node.tftp is not None and node.services.running(TFTP)
        }
        return all(phone.itl is not None and phone.itl.data in lists for phone in self.bench.phones)

    def _weather(self, what: Weather) -> None:
        match what:
            case Off(phone=number):
                self._happen(number, PowerOff())
            case On(phone=number):
                self._happen(number, PowerOn())
                self.bench.time.advance(BOOT)
            case Down(node=number) if not self._down:
                self._go(self._node(number))
            case Up() if self._down:
                self._come_back()
            case Cut(node=number) if number:
                self.cluster.database.stop_replication(self._node(number))
                self._cut.add(self._node(number))
            case Mend(node=number) if self._node(number) in self._cut and self._node(number) != self._down:
                self._cut.discard(self._node(number))
                self.cluster.database.resume_replication(self._node(number))
            case Pass(seconds=seconds):
                self.bench.time.advance(seconds)
            case _:
                pass

    def _happen(self, number: int, event: PowerOff | PowerOn) -> None:
        self.bench.exchange.happen(self._phone(number), event)

    def _phone(self, number: int) -> Phone:
        return self.bench.phones[number % len(self.bench.phones)]

    def _node(self, number: int) -> str:
        return self.cluster.nodes[number % len(self.cluster.nodes)].name

    def _go(self, name: str) -> None:
        """Nobody answers there any more, and nothing gets there."""
        self._down = name
        services = self.cluster.node(name).services
        self._was_running = [service.name for service in services if services.running(service.name)]
        self._each(self._was_running, services.stop)
        if name != self.cluster.publisher.name:
            self.cluster.database.stop_replication(name)

    def _come_back(self) -> None:
        services = self.cluster.node(self._down).services
        if self._down not in self._cut and self._down != self.cluster.publisher.name:
            self.cluster.database.resume_replication(self._down)
        self._each(self._was_running, services.start)
        self._down = ""
        self.bench.time.advance(self.cluster.topology.delays.service_start)

    def _each(self, names: list[str], act: Callable[..., None]) -> None:
        services = self.cluster.node(self._down).services
        for name in names:
            act(services.find(name))

    def _look(self) -> None:
        fates = Fates(self.cluster)
        for number, phone in enumerate(self.bench.phones):
            held, group = tuple(phone.held.values()), self._groups[number]
            members = next(each.members for each in self.cluster.topology.groups if each.name == group)
            if phone.itl is not None:
                holding = self._holding(phone.itl, self._members[group])
                self._seen[Seen(len(self._stages), number, group, holding, fates.of(held, members))] = None

    def _holding(self, itl: TrustList, members: set[str]) -> Holding:
        sasts = frozenset(self._names[record.certificate_digest] for record in itl.with_role(Role.SAST))
        known = frozenset(self._tvs(itl))
        tvs = frozenset(each for each in known if each.partition("@")[2].partition("#")[0] in members)
        return Holding("", sasts, tvs, emptied=itl.emptied)

    def _tvs(self, itl: TrustList) -> Iterator[str]:
        for record in itl.with_role(Role.TVS):
            if record.certificate_digest in self._names:
                yield self._names[record.certificate_digest]


def _digest(certificate: bytes) -> bytes:
    return build_record(Role.SAST, certificate).certificate_digest
