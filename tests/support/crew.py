"""Workers of a fleet, as processes of their own that share a real PostgreSQL server."""

import asyncio
import json
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple

from tests.support.farm import Grown

_PROGRAM: Final = (sys.executable, "-m", "ringtrust")


class Said(NamedTuple):
    """How a process ended, and what it said."""

    status: int
    document: dict[str, Any]
    errors: str


class Crew:
    """Workers, and whoever orders something from them."""

    def __init__(self, environment: Mapping[str, str], workers: list[asyncio.subprocess.Process]) -> None:
        self._environment = dict(environment)
        self.workers = workers

    async def orders(self, *words: str) -> Said:
        """`ringtrust fleet WORDS --json`, as another process."""
        pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.PIPE}
        process = await asyncio.create_subprocess_exec(
            *_PROGRAM, "fleet", *words, "--json", **pipes, env=self._environment
        )
        out, errors = await process.communicate()
        document = json.loads(out) if out.strip() else {}
        return Said(process.returncode or 0, document, errors.decode())

    async def until_at_work(self) -> list[dict[str, Any]]:
        """The jobs that are at work, once some are that have begun a run."""
        while True:
            said = await self.orders("status")
            found = [job for job in said.document.get("clusters", ()) if job["run"] and not job["over"]]
            if found:
                return found
            await asyncio.sleep(0.2)

    def kill(self, worker: str) -> int:
        """`kill -9` to the worker of this name; gives its process."""
        number = self.process_of(worker)
        os.kill(number, signal.SIGKILL)
        return number

    def end(self, but: int) -> None:
        """A service manager ends a worker that is not this process."""
        next(each for each in self.workers if each.pid != but).send_signal(signal.SIGTERM)

    async def begins(self, *words: str) -> asyncio.subprocess.Process:
        """`ringtrust fleet WORDS`, which goes on."""
        pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.PIPE}
        return await asyncio.create_subprocess_exec(*_PROGRAM, "fleet", *words, **pipes, env=self._environment)

    @staticmethod
    def process_of(worker: str) -> int:
        """The number of the process of a worker."""
        return int(worker.split("-")[-2])


@asynccontextmanager
async def crew(grown: Grown, count: int, *words: str) -> AsyncIterator[Crew]:
    """So many workers, each with these words."""
    workers = [
        await asyncio.create_subprocess_exec(
            *_PROGRAM, "fleet", "worker", *words, env=grown.environment, stdout=asyncio.subprocess.DEVNULL
        )
        for _ in range(count)
    ]
    try:
        yield Crew(grown.environment, workers)
    finally:
        for worker in workers:
            if worker.returncode is None:
                worker.send_signal(signal.SIGTERM)
        for worker in workers:
            await worker.wait()


def seconds_of_children() -> float:
    """Processor time of all children that have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
