"""One process: it carries the plan on, up to the first boundary at which none has died yet."""

import asyncio
import os
import pickle
import socket
from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from ringtrust.apply.alone import alone
from ringtrust.apply.begin import reached, tools_for
from ringtrust.apply.durable import Durable
from ringtrust.apply.run import carry_out
from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import read_plan
from ringtrust.cluster.release import Release
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError
from ringtrust.settings import Secret
from tests.apply.kill.job import Answer, Job
from tests.apply.kill.mortal import Death, MortalEngine, MortalHands, MortalJournal


class FarTimer:
    """The time of the lab, which is in another process: it moves on while this one sleeps."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._began = self.now()

    def now(self) -> datetime:
        return datetime.fromisoformat(self._asked("0"))

    def monotonic(self) -> float:
        return (self.now() - self._began).total_seconds()

    async def sleep(self, seconds: float) -> None:
        await asyncio.to_thread(self._asked, str(seconds))

    def _asked(self, words: str) -> str:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self._path)
            line.sendall(f"{words}\n".encode())
            return line.makefile().readline().strip()


def live(job: Job) -> None:
    """Until it dies, or the run ends."""
    answer = Path(job.answer)

    def last_words(boundary: str) -> None:
        answer.write_bytes(msgspec.json.encode(Answer(0, boundary)))

    ending = asyncio.run(_carry(job, Death(job.passed, last_words, at_gates=job.at_gates)))
    answer.write_bytes(msgspec.json.encode(Answer(0, "", ending)))
    os._exit(0)


async def _carry(job: Job, death: Death) -> str:
    plan, entry = read_plan(Path(job.plan).read_bytes()), pickle.loads(job.entry)  # noqa: S301 - our own
    timer, place = FarTimer(job.time), job.place()
    platform, application = map(Secret, job.passwords)
    signer = load_catalog().of(Release.of(plan.version)).itl_signer
    async with Reach(entry, platform, application, timer) as reach:
        eyes = await reached(plan, reach, entry.settings.publisher)
        with closing(MortalJournal(place, death)) as journal:
            tools = tools_for(plan, eyes, signer, journal, timer)
            engine, hands = MortalEngine(Durable(journal.store), death), MortalHands(tools.hands, plan, death)
            tools = replace(tools, engine=engine, hands=hands)
            async with alone(journal, tools.cluster, (entry.folder / "state",), "to die"):
                try:
                    ending = await carry_out(plan, tools, lambda _: None)
                except RefusedError as error:
                    return error.what
    return f"{type(ending).__name__} {' '.join(getattr(ending, 'evidence', ()))}".strip()
