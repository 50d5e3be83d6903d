"""Brings faults about at their steps, and knows when each is over, or what a person has to do for that."""

import random
from collections.abc import Iterable

import msgspec

from ringtrust.change.act import Regenerate, Restart, StopService
from ringtrust.change.plan import Step
from ringtrust.lab.phone.phone import Phone, State
from ringtrust.lab.process import faults as lab_faults
from ringtrust.rehearse.faults import Fault, NodeDies, PhonesOff, ReplicationStalls, RestartFails, SshDrops, fault_text
from ringtrust.rehearse.stage import Stage


class _Lasting(msgspec.Struct, frozen=True, eq=False):
    """A fault that is not over. It is by itself after `ends` seconds of the twin; where that is None, by a person."""

    fault: Fault
    ends: float | None
    phones: tuple[Phone, ...] = ()


class Trouble:
    """The faults of one rehearsal. Each happens once."""

    def __init__(self, stage: Stage, faults: Iterable[Fault]) -> None:
        self._stage = stage
        self._waiting = list(faults)
        self._lasting: list[_Lasting] = []

    def begins(self, step: Step) -> None:
        """A step begins: what is due with it happens now."""
        for each in tuple(self._lasting):
            if isinstance(each.fault, PhonesOff) and each.fault.until <= step.number:
                self._back(each)
        for fault in tuple(self._waiting):
            if fault.step == step.number:
                self._waiting.remove(fault)
                self._happen(fault, step)

    def _happen(self, fault: Fault, step: Step) -> None:
        lab = self._stage.lab
        match fault:
            case NodeDies(node=node, seconds=seconds):
                self._stage.arrange(lab_faults.node_dies(lab, node))
                self._for(fault, seconds)
            case RestartFails(service=service, node=node):
                lab_faults.next_start_fails(lab, node, service)
                self._lasting.append(_Lasting(fault, None))
            case ReplicationStalls(seconds=seconds):
                self._replicate(on=False)
                self._for(fault, seconds)
            case PhonesOff(percent=percent):
                self._switch_off(fault, percent)
            case SshDrops():
                self._cut(step)

    def _for(self, fault: NodeDies | ReplicationStalls, seconds: float) -> None:
        """It is over by itself after so many seconds."""
        lasting = _Lasting(fault, self._now + seconds)
        self._lasting.append(lasting)
        self._stage.later(seconds, lambda: self._over(lasting))

    @property
    def _now(self) -> float:
        return self._stage.time.now().timestamp()

    async def _over(self, lasting: _Lasting) -> None:
        self._lasting.remove(lasting)
        if isinstance(lasting.fault, NodeDies):
            await lab_faults.node_returns(self._stage.lab, lasting.fault.node)
        else:
            self._replicate(on=True)

    def _replicate(self, *, on: bool) -> None:
        lab_faults.replicate(self._stage.lab, lab_faults.subscribers(self._stage.lab), on=on)

    def _switch_off(self, fault: PhonesOff, percent: int) -> None:
        """One share of the phones that the plan waits for, the same ones in every rehearsal."""
        there = [each.phone for each in self._stage.phones if each.kind.waited and each.phone.state is not State.OFF]
        chance = random.Random(fault_text(fault))  # noqa: S311 - equal in every rehearsal
        off = tuple(chance.sample(there, max(1, len(there) * percent // 100)) if there else ())
        self._stage.power(off, on=False)
        self._lasting.append(_Lasting(fault, None, off))

    def _back(self, lasting: _Lasting) -> None:
        self._lasting.remove(lasting)
        self._stage.power(lasting.phones, on=True)

    def _cut(self, step: Step) -> None:
        match step.act:
            case Regenerate(unit=unit, node=node):
                lab_faults.cut_when_regenerated(self._stage.lab, node, unit)
            case Restart(service=service, node=node) | StopService(service=service, node=node):
                lab_faults.cut_when_stopped(self._stage.lab, node, service)
            case _:
                return

    async def mended(self) -> str:
        """What a person does about the fault that lasts, until it is over; empty when there is none."""
        if not self._lasting:
            return ""
        lasting = min(self._lasting, key=lambda each: each.ends or 0.0)
        match lasting.fault:
            case RestartFails(service=service, node=node, seconds=seconds):
                await self._stage.advance(seconds)
                await self._start(service, node)
                self._lasting.remove(lasting)
                return f"started {service} on {node}, after {seconds} s"
            case PhonesOff():
                self._back(lasting)
                await self._stage.until_settled()
                return f"switched {len(lasting.phones):,} phones on again"
            case NodeDies(node=node):
                await self._wait_for(lasting)
                return f"waited until {node} was back"
            case _:
                await self._wait_for(lasting)
                return "waited until replication went on"

    async def _wait_for(self, lasting: _Lasting) -> None:
        """Until it is over, and services that start have started."""
        if lasting.ends is not None:
            await self._stage.advance(max(0.0, lasting.ends - self._now))
        await self._stage.advance(2 * self._stage.cluster.topology.delays.service_start)

    async def _start(self, service: str, node: str) -> None:
        services = self._stage.cluster.node(node).services
        services.start(lab_faults.service_of(self._stage.lab, node, service))
        await self._stage.advance(2 * services.start_seconds)
