"""A lab on the wire with a judge of it, and ways to make a CLI say what a test wants."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from ringtrust.catalog.load import load_catalog
from ringtrust.change.gate import Condition
from ringtrust.change.outcome import Verdict
from ringtrust.clock import StoppedClock
from ringtrust.cluster.release import Release
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.observe.eyes import Eyes
from ringtrust.verify.judge import ClusterJudge
from tests.support.console import replaced
from tests.support.night import Night, brisk, night

DBREPLICATION = ("utils", "dbreplication", "runtimestate")
NETWORK = ("show", "network", "cluster")
SERVICES = ("utils", "service", "list")
BACKUPS = ("utils", "disaster_recovery", "history")
SQL = ("run", "sql")
SHOW_OWN = ("show", "cert", "own")


class Watch:
    """A night, and judgements of it: each by a judge that has seen nothing before, unless one is kept."""

    def __init__(self, made: Night, eyes: Eyes, signer: str) -> None:
        self.made = made
        self.eyes = eyes
        self.phones = tuple(desk.extension.device for desk in made.wire.lab.desks)
        self._signer = signer

    def judge(self, now: datetime | None = None, signer: str = "") -> ClusterJudge:
        """A new judge, whose clock may stand still, and who may expect another signer."""
        clock = self.made.timer if now is None else StoppedClock(now)
        return ClusterJudge(self.eyes, signer or self._signer, self.phones, clock)

    async def see(self, condition: Condition, now: datetime | None = None) -> Verdict:
        """What a new judge finds."""
        return await self.judge(now).judge(condition)

    async def regenerate(self, unit: str, node: str) -> None:
        """Somebody regenerates a certificate; the time stands still."""
        found = self.made.wire.cluster.release.unit(unit)
        assert found is not None
        self.made.wire.cluster.regenerate(self.made.wire.cluster.node(node), found)

    async def restart(self, service: str, *nodes: str) -> None:
        """Somebody restarts a service and waits until it runs."""
        for node in nodes:
            await self.made.stop(service, node)
            await self.made.start(service, node)

    async def pass_by(self, seconds: float) -> None:
        """Time goes on."""
        await self.made.wire.advance(seconds)


@asynccontextmanager
async def watch(folder: Path, name: str = "campus-9.1") -> AsyncIterator[Watch]:
    """A night that begins with every phone registered; Change Notification takes five minutes."""
    async with night(folder, brisk(name, change_notification=300)) as made:
        snapshot, eyes = await made.scan()
        version = await eyes.version(eyes.publisher.name)
        assert snapshot.failed == ()
        yield Watch(made, eyes, load_catalog().of(Release.of(version)).itl_signer)


def told(verdict: Verdict) -> str:
    """Its evidence, in one line."""
    return " ".join(verdict.evidence)


async def _fails(_call: Call) -> None:
    raise CommandFailedError("The file system is read-only.")


def unreadable(patched: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    """From now on a command fails on every node, and says so."""
    replaced(patched, command, _fails)


def saying(patched: pytest.MonkeyPatch, command: tuple[str, ...], *lines: str) -> None:
    """From now on a command shows these lines."""

    async def says(call: Call) -> None:
        await call.show(lines)

    replaced(patched, command, says)
