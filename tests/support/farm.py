"""Many small clusters of the lab in processes of their own, and one ringtrust.toml that knows them all.

    python -m tests.support.farm FOLDER NAME... SPEED

starts clusters of these names, writes what leads to each into FOLDER/NAME.json, says "ready", and answers to words on
standard input: `muster` tells how many phones are stranded, and how many hold a list that is served now.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from ringtrust.clock import SystemClock
from ringtrust.lab.labtime import RunningTime
from ringtrust.lab.process.lab import Lab
from ringtrust.lab.process.muster import views
from ringtrust.lab.topology import read_topology
from ringtrust.lab.wire import tftp_door, tomcat

TOPOLOGY: Final = str(Path(__file__).with_suffix(".toml"))
_ENTRY: Final = """\
[clusters.{name}]
publisher = "{publisher}"
tags = ["farm"]
ssh_port = {ssh_port}
rest_port = {rest_port}
tftp_port = {tftp_port}
phone_web_port = {phone_web_port}
known_hosts = "{name}.known_hosts"
seconds = 120
[clusters.{name}.platform]
user = "{platform}"
password_variable = "FARM_{variable}_P"
[clusters.{name}.application]
user = "{application}"
password_variable = "FARM_{variable}_A"
"""


class Grown(NamedTuple):
    """Clusters that live: the settings that lead to them, the passwords in an environment, and those who serve them."""

    folder: Path
    environment: dict[str, str]
    processes: tuple[asyncio.subprocess.Process, ...]

    async def muster(self) -> list[dict[str, Any]]:
        """How the phones of every cluster are."""
        found: list[dict[str, Any]] = []
        for process in self.processes:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(b"muster\n")
            found += json.loads(await process.stdout.readline())
        return found


@asynccontextmanager
async def farm(
    folder: Path, names: Sequence[str], *, speed: float, processes: int, head: str = ""
) -> AsyncIterator[Grown]:
    """Starts clusters, so many processes of them. `head` stands first in ringtrust.toml."""
    shares = [names[place::processes] for place in range(processes)]
    async with AsyncExitStack() as stack:
        started = [await stack.enter_async_context(_process(folder, share, speed)) for share in shares if share]
        for process in started:
            assert process.stdout is not None
            assert await process.stdout.readline() == b"ready\n"
        yield Grown(folder, _settled(folder, names, head), tuple(started))


@asynccontextmanager
async def _process(folder: Path, names: Sequence[str], speed: float) -> AsyncIterator[asyncio.subprocess.Process]:
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    words = (sys.executable, "-m", "tests.support.farm", str(folder), *names, str(speed))
    process = await asyncio.create_subprocess_exec(*words, **pipes, limit=2**24)
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


def _settled(folder: Path, names: Sequence[str], head: str) -> dict[str, str]:
    """Writes ringtrust.toml; gives the passwords by their variables."""
    text, passwords = [head], {}
    for name in names:
        found = json.loads((folder / f"{name}.json").read_text())
        variable = name.upper().replace("-", "_")
        passwords |= {f"FARM_{variable}_P": found.pop("platform_password")}
        passwords |= {f"FARM_{variable}_A": found.pop("application_password")}
        (folder / f"{name}.known_hosts").write_text(found.pop("keys"))
        text.append(_ENTRY.format(name=name, variable=variable, **found))
    (folder / "ringtrust.toml").write_text("\n".join(text))
    return {
        **os.environ,
        **passwords,
        "RINGTRUST_CONFIG": str(folder / "ringtrust.toml"),
        "XDG_STATE_HOME": str(folder),
    }


def _written(lab: Lab) -> dict[str, Any]:
    return {
        "publisher": lab.cluster.publisher.address,
        "ssh_port": lab.ssh_ports[0],
        "rest_port": tomcat.PORT,
        "tftp_port": tftp_door.PORT,
        "phone_web_port": lab.desks[0].web.port,
        "platform": lab.platform.user,
        "platform_password": lab.platform.password,
        "application": lab.application.user,
        "application_password": lab.application.password,
        "keys": "".join(f"{line}\n" for line in lab.known_hosts()),
    }


def _mustered(name: str, lab: Lab) -> dict[str, Any]:
    found = views(lab)
    lists = {node.tftp.itl.data for node in lab.cluster.tftp_order if node.tftp is not None}
    phones = [desk.line.phone for desk in lab.desks]
    return {
        "name": name,
        "stranded": sum(view.stranded or view.by_restore for view in found),
        "registered": lab.registered,
        "current": sum(phone.itl is not None and phone.itl.data in lists for phone in phones),
        "phones": len(phones),
    }


async def _serve(folder: Path, names: Sequence[str], speed: float) -> None:
    labs: dict[str, Lab] = {}
    for place, name in enumerate(names):
        topology = read_topology(TOPOLOGY).with_seed(sum(name.encode()) * 1000 + place)
        lab = labs[name] = await Lab.start(topology, RunningTime(SystemClock(), speed), SystemClock(), speed=speed)
        (folder / f"{name}.json").write_text(json.dumps(_written(lab)))
    for lab in labs.values():
        await lab.until(lambda lab=lab: lab.registered == len(lab.desks))  # type: ignore[misc]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while await asyncio.to_thread(sys.stdin.readline):
        sys.stdout.write(json.dumps([_mustered(name, lab) for name, lab in labs.items()]) + "\n")
        sys.stdout.flush()
    for lab in labs.values():
        await lab.stop()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), sys.argv[2:-1], float(sys.argv[-1])))
