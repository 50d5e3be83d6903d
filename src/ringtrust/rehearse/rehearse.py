"""A plan, carried out on a twin of its cluster by the code that carries it out on the cluster."""

import os
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from ringtrust.apply.begin import reached, tools_for
from ringtrust.apply.news import Began, Ending, Finished, News
from ringtrust.apply.run import carry_out
from ringtrust.change.plan import Plan
from ringtrust.change.rehearsal import FORMAT, Rehearsal
from ringtrust.errors import RingtrustError
from ringtrust.journal.journal import Journal
from ringtrust.rehearse.carried import carried_over
from ringtrust.rehearse.faults import Fault, fault_text, refuse_unfit
from ringtrust.rehearse.muster import mustered
from ringtrust.rehearse.person import Person, why
from ringtrust.rehearse.reach import entry_for, reach_of
from ringtrust.rehearse.record import Record
from ringtrust.rehearse.release import Part, part_for
from ringtrust.rehearse.stage import Scale, Stage, on_stage
from ringtrust.rehearse.trouble import Trouble
from ringtrust.rehearse.waiting import LookTimer
from ringtrust.settings import ClusterEntry

Tell = Callable[[str], None]

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it


class Wanted(msgspec.Struct, frozen=True):
    """What is to be rehearsed with a plan: how large a twin, and what goes wrong."""

    scale: Scale = Scale()
    faults: tuple[Fault, ...] = ()


async def rehearse(plan: Plan, wanted: Wanted, made: datetime, tell: Tell = lambda _: None) -> Rehearsal:
    """What became of it. `tell` hears how far it is.

    Raises RefusedError where the lab has no twin of this cluster, or the plan nothing that a fault could meet.
    """
    for fault in wanted.faults:
        refuse_unfit(fault, plan)
    part = part_for(plan.ground)
    tell("building the twin")
    with tempfile.TemporaryDirectory(prefix="ringtrust-rehearsal-", dir=_in_memory()) as folder:
        async with on_stage(plan, part, wanted.scale, plan.made) as stage:
            entry = entry_for(stage.lab, Path(folder), plan.cluster)
            night = _Night(stage, plan, entry, wanted, tell)
            finished = await night.carried_out()
            return await night.told(part, made, finished=finished)


def _in_memory() -> Path | None:
    """A folder without a disk, if there is one: a rehearsal's journal need not outlive the machine."""
    return _MEMORY if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None


class _Night:
    """One rehearsal on its way."""

    def __init__(self, stage: Stage, plan: Plan, entry: ClusterEntry, wanted: Wanted, tell: Tell) -> None:
        self._stage = stage
        self._plan = plan
        self._entry = entry
        self._wanted = wanted
        self._tell = tell
        self._trouble = Trouble(stage, wanted.faults)
        self._person = Person(stage, self._trouble)
        self._began = stage.time.now()
        self._twins = carried_over(plan, stage.cluster, stage.phones, self._began)
        self._record = Record(stage, self._twins)

    async def carried_out(self) -> bool:
        """Calls apply as often as a person would. Whether the plan came to its end."""
        while True:
            ending = await self._applied()
            if isinstance(ending, Finished):
                return True
            done = await self._person.sees_to(ending)
            self._record.stopped(why(ending), done or "gave up")
            if not done:
                return False

    async def _applied(self) -> Ending | str:
        """As a process of its own: it reaches the cluster anew, and knows what is in the journal."""
        self._record.applies += 1
        timer = LookTimer(self._stage.time, self._stage.advance)
        try:
            async with reach_of(self._stage, self._entry) as reach:
                eyes = await reached(self._twins, reach, self._entry.settings.publisher)
                with closing(Journal(self._entry.journal)) as journal:
                    signer, said = self._stage.cluster.release.itl_signer, self._person.says()
                    tools = tools_for(self._twins, eyes, signer, journal, timer, said)
                    return await carry_out(self._twins, tools, self._hear)
        except RingtrustError as error:
            return error.what

    def _hear(self, news: News) -> None:
        self._record.hear(news)
        if isinstance(news, Began):
            there = f"{len(self._stage.cluster.registrations):,} of {len(self._stage.phones):,} phones registered"
            self._tell(f"step {news.step.number} of {len(self._plan.steps)}, {news.step.title}; {there}")
            self._trouble.begins(news.step)
        self._person.hears(news)

    async def told(self, part: Part, made: datetime, *, finished: bool) -> Rehearsal:
        """Everything that was seen, and the phones in the end."""
        record, seconds = self._record, self._record.now
        self._stage.watchers.remove(record.look)
        self._tell("asking every phone")
        predicted = next((each for each in self._plan.weighed if each.strategy == self._plan.strategy), None)
        return Rehearsal(
            format=FORMAT,
            cluster=self._plan.cluster,
            version=self._plan.version,
            goal=self._plan.goal,
            plan=self._plan.digest,
            made=made,
            began=self._began,
            played_by=part.release.version,
            differences=part.differences,
            on_the_wire=self._wanted.scale.on_the_wire,
            faults=tuple(map(fault_text, self._wanted.faults)),
            finished=finished,
            seconds=seconds,
            least=predicted.least if predicted else 0,
            most=predicted.most if predicted else 0,
            applies=record.applies,
            stops=tuple(record.stops),
            steps=record.steps(),
            waves=record.waves(),
            samples=tuple(record.samples),
            muster=await mustered(self._stage),
        )
