"""A run that another process works on, at a cluster in memory: so that people can decide about it from here."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.support.shared import ROOT

_WORKS: Final = """
import asyncio, os, sys, time
from pathlib import Path
from msgspec.structs import replace
from ringtrust.apply.alone import alone
from ringtrust.apply.news import Held, Waiting
from ringtrust.apply.run import carry_out
from ringtrust.apply.tools import Tools
from ringtrust.change.outcome import NotYet, Passed
from ringtrust.cli.runs.working import lock_folders
from tests.apply.world import MortalJournal, World, gate, STEPS
from tests.journal.material import a_plan

folder, gates, approvals = Path(sys.argv[1]), [int(each) for each in sys.argv[2].split(",") if each], int(sys.argv[3])
slow = [
    replace(step, before=tuple(replace(each, patience=10**6) for each in step.before),
            after=tuple(replace(each, patience=10**6) for each in step.after))
    for step in STEPS
]
world, plan = World(folder), a_plan(*slow)
world.shown = {number: [NotYet(("it is shut",))] for number in gates}
world.timer.meanwhile = lambda: time.sleep(0.02)
last = []

def tell(news):
    if isinstance(news, (Held, Waiting)) and type(news) not in last:
        last[:] = [type(news)]
        print(type(news).__name__, flush=True)

async def work():
    journal = MortalJournal(world)
    async with alone(journal, plan.cluster, lock_folders(world.journal), "apply TVS"):
        tools = Tools(world, world, journal, world.timer, plan.cluster, approvals=approvals)
        print(type(await carry_out(plan, tools, tell)).__name__, flush=True)

asyncio.run(work())
"""


@contextmanager
def working(folder: Path, *gates: int, approvals: int = 0) -> Iterator["subprocess.Popen[str]"]:
    """A process that has begun run 1 in the journal of a folder, and waits at one of these gates, or for approval.

    It says on its standard output what it waits for, and in the end how it ended.
    """
    words = [sys.executable, "-c", _WORKS, str(folder), ",".join(map(str, gates)), str(approvals)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: "subprocess.Popen[str]") -> str:
    """The next word of it."""
    assert process.stdout is not None
    return process.stdout.readline().strip()
