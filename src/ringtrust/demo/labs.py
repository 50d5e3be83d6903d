"""A lab in a process of its own, for as long as a story takes."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.lab.process import control
from ringtrust.settings import FILE, ClusterEntry, Secret, password, read_cluster

_POLL_SECONDS: Final = 0.1
_END_SECONDS: Final = 30.0
LOG: Final = "lab.log"


class Stage(NamedTuple):
    """A lab that runs: its folder, and how it is reached, as any cluster is."""

    folder: Path
    entry: ClusterEntry

    async def ask(self, what: str) -> Any:  # noqa: ANN401 - JSON of several shapes
        """What the lab answers. Raises UnreadableError."""
        return await asyncio.to_thread(control.ask, self.folder, what)


def opened(found: Stage) -> Reach:
    """The cluster of a lab, within reach. Raises RefusedError."""
    settings = found.entry.settings
    return Reach(found.entry, password(settings.platform, _nobody), password(settings.application, _nobody))


def _nobody(user: str) -> Secret:
    raise RefusedError(f"The lab has written down no password for {user}.")


@asynccontextmanager
async def stage(topology: str, folder: Path, *, speed: float, phones: int) -> AsyncIterator[Stage]:
    """Starts a lab, waits until every phone has registered, and ends it. Raises RingtrustError when it does not start.

    `speed` is how many seconds of the lab pass in one.
    """
    folder.mkdir(mode=0o700, parents=True)
    words = ("lab", "up", "--dir", str(folder), "--speed", str(speed), "--phones", str(phones), topology)
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "ringtrust", *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        await _ready(process, folder)
        yield Stage(folder, read_cluster(topology, folder / FILE))
    finally:
        await _end(process)


async def _ready(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    while process.poll() is None:
        try:
            if (await asyncio.to_thread(control.ask, folder, "ready"))["ready"]:
                return
        except UnreadableError:
            pass  # its socket is not there yet
        await asyncio.sleep(_POLL_SECONDS)
    said = (folder / LOG).read_text(errors="replace").strip()
    raise RingtrustError(f"The lab did not start: {said}", advice="Try `ringtrust lab up` by hand.")


async def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        await asyncio.to_thread(process.wait, _END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        await asyncio.to_thread(process.wait)
