"""A wreck in the lab, in memory, and a recovery carried out on it: the tool's own gates, the lab's own phones.

Acts are done at the lab itself; every gate is judged as apply judges it, by what the ports show, and waits as long as
it may in time that only moves while somebody waits.
"""

import asyncio
from collections.abc import Iterable, Sequence

from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import (
    Act,
    ClientCtl,
    HandOver,
    IssueLscs,
    Regenerate,
    ResetCtl,
    ResetItl,
    ResetPhones,
    Restart,
    SetRollback,
    StartService,
    StopService,
    UpdateCtl,
    sentence,
)
from ringtrust.change.gate import Gate, PhonesCurrent
from ringtrust.change.outcome import Failed, NotYet, Passed, Verdict
from ringtrust.change.plan import Plan
from ringtrust.cluster.elsewhere import Declared
from ringtrust.cluster.facts import Known
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.ports import DeviceSeen, PhonePage
from ringtrust.errors import UnreadableError
from ringtrust.lab.current import Current
from ringtrust.lab.labtime import SteppedTime
from ringtrust.lab.memory import Exchange
from ringtrust.lab.phone.events import PowerOff, PowerOn
from ringtrust.lab.phone.phone import Phone, State
from ringtrust.lab.phones import new_phones
from ringtrust.lab.state.founding import found_cluster, stand_ins
from ringtrust.lab.state.parameters import ROLLBACK
from ringtrust.lab.state.services import CALLMANAGER, TFTP, TVS
from ringtrust.lab.stranded import Fate, Fates
from ringtrust.lab.topology import Topology
from ringtrust.observe.eyes import Eyes, discover
from ringtrust.observe.scan.cluster import scan
from ringtrust.plan.recover.recovery import AS_USUAL, Recovery, Wish, recovery_of
from ringtrust.prove.steps import RESTORE
from ringtrust.rehearse.memory import InMemory, Lists
from ringtrust.rehearse.waiting import Following
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind
from ringtrust.verify.judge import ClusterJudge
from ringtrust.verify.said import NO_PARTNERS, Said
from tests.support.clusters import BOOT, START, SYNC, Bench

_LOOK = 60.0


class Scene:
    """A cluster whose phones are all well, until somebody spoils it."""

    def __init__(self, topology: Topology) -> None:
        self.bench = _evening(topology)
        self.cluster = self.bench.cluster
        self._saved = {
            (node.name, unit): found for node in self.cluster.nodes for unit, found in node.identities.items()
        }
        self.before: list[Snapshot] = []
        self.log: list[str] = []

    def later(self, seconds: float) -> "Scene":
        self.bench.time.advance(seconds)
        return self

    def regenerate(self, unit: str, *nodes: str) -> "Scene":
        self.bench.regenerate(unit, *nodes)
        self.log.append(f"regen {unit} @ {', '.join(nodes) or 'all'}")
        return self

    def restart(self, service: str, *nodes: str) -> "Scene":
        self.bench.restart(service, *nodes)
        self.log.append(f"restart {service} @ {', '.join(nodes) or 'all'}")
        return self

    def stop(self, service: str, node: str) -> "Scene":
        found = self.cluster.node(node).services.find(service)
        if found is None or not found.activated:
            return self
        self.bench.stop(service, node)
        self.log.append(f"stop {service} @ {node}")
        return self

    def rollback(self, *, value: bool) -> "Scene":
        self.cluster.set_parameter(ROLLBACK, "T" if value else "F")
        self.log.append(f"rollback {value}")
        return self

    def update_ctl(self) -> "Scene":
        tokens = tuple(token.name for token in self.cluster.tokens)
        self.act(ClientCtl(tokens) if tokens else UpdateCtl(self.cluster.publisher.name))
        return self

    def wave(self) -> "Scene":
        self.bench.wave()
        self.log.append("wave")
        return self

    def sync(self) -> "Scene":
        self.log.append("sync")
        return self.later(SYNC)

    def switch(self, phones: Iterable[int], *, on: bool) -> "Scene":
        for number in phones:
            phone = self.bench.phones[number]
            if (phone.state is State.OFF) == on:
                self.bench.exchange.happen(phone, PowerOn() if on else PowerOff())
                self.log.append(f"{'on' if on else 'off'} {number}")
        return self.later(BOOT) if on else self

    def snapshot(self) -> Snapshot:
        found, _ = asyncio.run(self._scanned())
        return found

    async def _scanned(self) -> tuple[Snapshot, Eyes]:
        cluster = self.cluster
        declared = Declared(cisco_cas=tuple(stand_ins(cluster)))
        wire = _Seen(self.bench)
        return await scan("campus", wire, cluster.publisher.address, cluster.time, lambda _: None, declared)

    def remember(self) -> "Scene":
        """Somebody scans, and keeps the snapshot."""
        self.before.append(self.snapshot())
        self.log.append("scan")
        return self

    def phone(self, device: str) -> Phone:
        return self.bench.exchange.phones[device]

    def recovery(self, wish: Wish = AS_USUAL) -> Recovery:
        return recovery_of(self.snapshot(), load_catalog(), self.bench.time.now(), wish)

    def fate(self, device: str) -> Fate:
        """What becomes of a phone, as the lab counts."""
        phone = self.phone(device)
        members = {group.name: group.members for group in self.cluster.topology.groups}
        group = next(each.group for each in self.snapshot().all_phones() if each.name == device)
        return Fates(self.cluster).of(tuple(phone.held.values()), members[group], tvs=phone.traits.kind.tvs)

    def is_back(self, device: str) -> bool:
        """Whether it is registered, and holds what is served."""
        phone = self.phone(device)
        return phone.state is State.REGISTERED and Current(self.cluster).holds(phone)

    def carry_out(self, plan: Plan) -> str:
        """Every step with its gates, as apply would. Empty when it came to its end, else where it stopped, and why."""
        return asyncio.run(self._carried(plan))

    async def _carried(self, plan: Plan) -> str:
        for step in plan.steps:
            stopped = await self._gates(plan, step.before)
            if not stopped:
                self.act(step.act, step.phase)
                stopped = await self._gates(plan, step.after)
            if stopped and isinstance(step.act, ResetPhones):  # who has missed the wave is sent once more
                self.act(step.act, step.phase)
                stopped = await self._gates(plan, step.after)
            if stopped:
                return f"step {step.number}, {step.title}: {stopped}"
        return ""

    async def _gates(self, plan: Plan, gates: Iterable[Gate]) -> str:
        for gate in gates:
            verdict = await self._judged(plan, gate)
            if not isinstance(verdict, Passed):
                return f"{gate.code}: {verdict}"
        return ""

    async def _judged(self, plan: Plan, gate: Gate) -> Verdict:
        waited, patience = (
            0.0,
            min(gate.patience, BOOT * 3) if isinstance(gate.condition, PhonesCurrent) else gate.patience,
        )
        while True:
            verdict = await (await self._judge(plan)).judge(gate.condition)
            if not isinstance(verdict, NotYet) or waited >= patience:
                return Failed(verdict.evidence) if isinstance(verdict, NotYet) else verdict
            self.later(_LOOK)
            waited += _LOOK

    async def _judge(self, plan: Plan) -> ClusterJudge:
        wire = _Seen(self.bench)
        eyes = Eyes(wire, await discover(wire, self.cluster.publisher.address))
        signer = load_catalog().of(Release.of(plan.version)).itl_signer
        said = Said(tuple(token.name.strip() for token in self.cluster.tokens), NO_PARTNERS)
        return ClusterJudge(eyes, signer, plan.phones, self.cluster.time, said)

    def act(self, act: Act, phase: str = "") -> None:  # noqa: C901, PLR0912 - a closed family
        self.log.append(sentence(act))
        match act:
            case Restart(service=service, node=node):
                self.bench.restart(service, node)
            case StartService(service=service, node=node):
                found = self.cluster.node(node).services.find(service)
                assert found is not None
                self.cluster.node(node).services.start(found)
                self.later(self.cluster.topology.delays.service_start)
            case StopService(service=service, node=node):
                self.bench.stop(service, node)
            case ResetPhones():
                self.bench.wave()
            case ResetItl():
                self.cluster.reset_lists()
            case SetRollback(value=value):
                self.cluster.set_parameter(ROLLBACK, "T" if value else "F")
            case UpdateCtl():
                self.cluster.ctl.update()
            case ResetCtl():
                self.cluster.ctl.reset_localkey()
            case ClientCtl():
                token = self.cluster.tokens[0]
                self.cluster.client_ctl(token, token.password)
            case IssueLscs(phones=names):
                self._issue(names)
            case HandOver():
                if phase == RESTORE:
                    self._restore()
            case Regenerate() | _:
                raise TypeError(act)

    def _issue(self, names: Sequence[str]) -> None:
        """Install/Upgrade by null string, and apply (S173, S174)."""
        listed = ", ".join(f"'{name}'" for name in names)
        change = "update device set tkcertificateoperation = 2, tkcertificatestatus = 2, tkauthenticationmode = 2"
        self.cluster.database.update(f"{change} where name in ({listed})")
        self.later(_LOOK)
        self.bench.wave()

    def _restore(self) -> None:
        """The keys of the evening before are on every disk again, and every node has started anew (R4)."""
        for node in self.cluster.nodes:
            for unit, now in list(node.identities.items()):
                found = self.cluster.release.unit(unit)
                if found is not None and node.owns(found) and self._saved[node.name, unit] is not now:
                    self.cluster.install(node, found, self._saved[node.name, unit])
        self.sync()
        for service in (TVS, TFTP, CALLMANAGER):
            self.bench.restart(service)


def _evening(topology: Topology) -> Bench:
    """As `bench`, but its clock on the wall goes with the lab: certificates begin when they are made."""
    time = SteppedTime(START)
    addresses = {plan.name: f"127.9.9.{place}" for place, plan in enumerate(topology.nodes, 1)}
    cluster = found_cluster(topology, time, Following(time), addresses)
    cluster.open()
    phones = new_phones(cluster)
    return Bench(cluster, time, Exchange(cluster, phones), phones).powered()


class _Seen(InMemory):
    """The ports of the cluster; each phone has an address of its own, its name."""

    def __init__(self, found: Bench) -> None:
        super().__init__(found.cluster, lambda _: Lists())
        self.ris = _Registrar(found)
        self.pages = _Pages(found)


class _Registrar:
    def __init__(self, found: Bench) -> None:
        self._known = found.cluster.registrations

    async def registrations(self, names: Sequence[str]) -> tuple[DeviceSeen, ...]:
        return tuple(filter(None, map(self._seen, names)))

    def _seen(self, name: str) -> DeviceSeen | None:
        here, gone = self._known.find(name), self._known.departures.get(name)
        if here is not None:
            return DeviceSeen(name, "Registered", here.node, name, "684", "")
        return DeviceSeen(name, "UnRegistered", gone.node, name, "684", "") if gone else None


class _Pages:
    def __init__(self, found: Bench) -> None:
        self._phones = found.exchange.phones

    async def read(self, address: str, port: int) -> PhonePage:  # noqa: ARG002 - as its port has it
        phone = self._phones[address]
        if phone.state is State.OFF:
            raise UnreadableError(f"No phone answers at {address}.")
        return PhonePage(_sha1(phone, ListKind.ITL), Known(_sha1(phone, ListKind.CTL)), phone.traits.tftp)


def _sha1(phone: Phone, kind: ListKind) -> str:
    held = phone.held.get(kind)
    return "" if held is None else Digest.SHA1.of(held.data).hex().upper()
