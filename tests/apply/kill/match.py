"""A cluster of the lab, and one plan against every death."""

import asyncio
import pickle
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from msgspec.structs import replace

from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import Act, Regenerate, ResetPhones, Restart, StartService, StopService, is_a_persons
from ringtrust.change.plan import Plan, write_plan
from ringtrust.lab.certificates.pki import Identity
from ringtrust.lab.releases import Unit
from ringtrust.lab.soap.axl_kinds import Kind
from ringtrust.lab.soap.axl_resets import Resets
from ringtrust.lab.soap.envelope import Operation
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import Service, Services
from ringtrust.lab.topology import Topology
from ringtrust.plan.build import make_plan
from ringtrust.plan.goal import read_goal
from ringtrust.rehearse.waiting import LookTimer
from ringtrust.safe_xml import text
from tests.apply.kill.job import Answer, Job
from tests.support.night import Night, night

_BETWEEN = 60.0  # RISPort70 answers a limited number of questions a minute, whoever asks them


class Score(NamedTuple):
    """The boundaries at which a process died, in their order; what was done to the cluster; and how it ended.

    `resumed` counts the deaths after which the next process came further, with nothing done twice or left out by then.
    """

    boundaries: tuple[str, ...]
    resumed: int
    done: tuple[str, ...]
    ending: str


def expected(plan: Plan) -> tuple[str, ...]:
    """What a plan does to a cluster, each thing once."""
    return tuple(_words(step.act) for step in plan.steps if not is_a_persons(step.act))


def _words(act: Act) -> str:
    match act:
        case Regenerate(unit=unit, node=node):
            return f"regenerate {unit} {node}"
        case Restart(service=service, node=node):
            return f"restart {service} {node}"
        case StopService(service=service, node=node):
            return f"stop {service} {node}"
        case StartService(service=service, node=node):
            return f"start {service} {node}"
        case ResetPhones():
            return "reset"
        case _:
            return type(act).__name__


def _watch(patched: pytest.MonkeyPatch, done: list[str], owners: Mapping[int, str]) -> None:
    """Whatever is done to a cluster from now on is in a list. `owners` are nodes, by the identity of their services."""
    regenerate = Cluster.regenerate

    def regenerated(self: Cluster, node: Node, unit: Unit) -> Identity:
        done.append(f"regenerate {unit.name} {node.name}")
        return regenerate(self, node, unit)

    def noted(verb: str, act: Callable[[Services, Service], None]) -> Callable[[Services, Service], None]:
        def noting(self: Services, service: Service) -> None:
            done.append(f"{verb} {service.name} {owners[id(self)]}")
            act(self, service)

        return noting

    patched.setattr(Cluster, "regenerate", regenerated)
    patched.setattr(Services, "restart", noted("restart", Services.restart))
    patched.setattr(Services, "stop", noted("stop", Services.stop))
    _watch_resets(patched, done)


def _watch_resets(patched: pytest.MonkeyPatch, done: list[str]) -> None:
    """Before 12.0 each CM group is told, before 10.0 each phone: a second wave is one that tells one again."""
    of_all, of_phone, of_one, told = Resets._of_all, Resets._device, Resets._of_one, set[str]()

    def note(name: str) -> None:
        if done[-1:] != ["reset"] or name in told:
            done.append("reset")
            told.clear()
        told.add(name)

    def reset_all(self: Resets, action: str, operation: Operation) -> str:
        done.append("reset")
        return of_all(self, action, operation)

    def reset_phone(self: Resets, operation: Operation) -> str:
        note(text(operation.parameters, "deviceName"))
        return of_phone(self, operation)

    def reset_one(self: Resets, action: str, kind: Kind, operation: Operation) -> str:
        note(text(operation.parameters, "name"))
        return of_one(self, action, kind, operation)

    patched.setattr(Resets, "_of_all", reset_all)
    patched.setattr(Resets, "_device", reset_phone)
    patched.setattr(Resets, "_of_one", reset_one)


@asynccontextmanager
async def _clock(made: Night, path: Path) -> AsyncIterator[None]:
    """Tells the time of the lab to other processes, and moves it on while they sleep."""
    timer = LookTimer(made.wire.time, made.wire.advance)

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seconds = float(await reader.readline())
        if seconds:
            await timer.sleep(seconds)
        writer.write(f"{timer.now().isoformat()}\n".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(tell, path):
        yield


@asynccontextmanager
async def _forking() -> AsyncIterator[Callable[[Job], Awaitable[Answer]]]:
    """What lets a process live, and gives how it ended."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.apply.kill.zygote"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None

    async def lived(job: Job) -> Answer:
        process.stdin.write(msgspec.json.encode(job) + b"\n")
        status = int(await process.stdout.readline())
        answer = msgspec.json.decode(Path(job.answer).read_bytes(), type=Answer)
        return replace(answer, status=status)

    try:
        yield lived
    finally:
        process.stdin.close()
        await process.wait()


async def play(
    folder: Path, night_of: Topology, goal: Sequence[str], journal: str, patched: pytest.MonkeyPatch, *, at_gates: bool
) -> tuple[Plan, Score]:
    """Carries a plan out, with a death at each boundary."""
    done: list[str] = []
    owners: dict[int, str] = {}
    _watch(patched, done, owners)
    async with night(folder, night_of) as made, _forking() as lived:
        snapshot, _ = await made.scan()
        plan = make_plan(snapshot, load_catalog(), read_goal(goal), made.timer.now())
        (folder / "plan.json").write_bytes(write_plan(plan))
        owners |= {id(node.services): node.name for node in made.wire.cluster.nodes}
        done.clear()
        async with _clock(made, folder / "time"):
            job = replace(_job(made, folder, journal), at_gates=at_gates)
            return plan, await _played(made, job, lived, _Record(done, expected(plan)))


def _job(made: Night, folder: Path, journal: str) -> Job:
    lab = made.wire.lab
    return Job(
        journal=journal,
        entry=pickle.dumps(made.entry),
        passwords=(lab.platform.password, lab.application.password),
        plan=str(folder / "plan.json"),
        time=str(folder / "time"),
        answer=str(folder / "answer.json"),
        passed=frozenset(),
        at_gates=True,
    )


class _Record(NamedTuple):
    """What is done to a cluster so far, and what is to be done to it."""

    done: list[str]
    expected: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return tuple(self.done) == self.expected[: len(self.done)]


async def _played(made: Night, job: Job, lived: Callable[[Job], Awaitable[Answer]], record: _Record) -> Score:
    boundaries: list[str] = []
    resumed = 0
    while True:
        answer = await lived(replace(job, passed=frozenset(boundaries)))
        died = answer.status == -signal.SIGKILL and answer.boundary not in boundaries
        resumed += bool(boundaries) and record.is_right and (died or bool(answer.ending))
        if not died:
            ending = answer.ending or f"status {answer.status}"
            return Score(tuple(boundaries), resumed, tuple(record.done), ending)
        boundaries.append(answer.boundary)
        await made.wire.advance(_BETWEEN)
