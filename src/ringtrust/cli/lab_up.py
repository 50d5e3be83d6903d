"""Starting a lab, in this process or in one that stays when this one returns; and waiting for its end."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final, NamedTuple

from ringtrust.cli.lab import status_lines
from ringtrust.cli.output import say, warn
from ringtrust.cli.progress import Counter
from ringtrust.errors import RingtrustError, UnreadableError
from ringtrust.lab import control
from ringtrust.lab.folder import LOG
from ringtrust.lab.serving import Wanted, run_lab
from ringtrust.lab.topology import read_topology

_POLL_SECONDS: Final = 0.1
_END_SECONDS: Final = 30.0
_REGISTERED: Final = "phones have registered"


class Options(NamedTuple):
    """How a lab was asked for on the command line."""

    topology: str
    folder: Path
    speed: float
    phones: int | None
    seed: int | None
    real_ports: bool

    def wanted(self) -> Wanted:
        """What that means. Raises RefusedError, UnreadableError."""
        found = read_topology(self.topology)
        if self.phones is not None:
            found = found.with_phones(self.phones)
        if self.seed is not None:
            found = found.with_seed(self.seed)
        return Wanted(found, self.folder, self.speed, self.real_ports)

    def words(self) -> list[str]:
        """The command line that asks for the same."""
        words = ["lab", "up", "--dir", str(self.folder), "--speed", str(self.speed)]
        words += ["--phones", str(self.phones)] if self.phones is not None else []
        words += ["--seed", str(self.seed)] if self.seed is not None else []
        words += ["--real-ports"] if self.real_ports else []
        return [*words, "--", self.topology]


def attached(options: Options) -> None:
    """Runs it here until it is ended. Raises RefusedError when a port or the folder is taken."""
    asked = options.wanted()
    with Counter(_REGISTERED) as counter:

        def ready(status: dict[str, Any]) -> None:
            counter.wipe()
            for line in (*status_lines(status, asked.folder), "", "It runs until Ctrl-C, or `ringtrust lab down`."):
                say(line)

        run_lab(asked, counter.tell, ready)


def detached(options: Options) -> int:
    """Runs it in a process of its own, and returns when it is ready: 0, or the status that it ended with."""
    asked = options.wanted()
    asked.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = asked.folder / LOG
    with log.open("w") as file, Counter(_REGISTERED) as counter:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "ringtrust", *options.words()],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while process.poll() is None and not _ready(asked.folder, counter):
            time.sleep(_POLL_SECONDS)
    if process.returncode is not None:
        warn(log.read_text().rstrip())
        return process.returncode or RingtrustError.exit_status
    for line in status_lines(control.ask(asked.folder, "status"), asked.folder):
        say(line)
    return 0


def _ready(folder: Path, counter: Counter) -> bool:
    try:
        found = control.ask(folder, "ready")
    except UnreadableError:
        return False
    counter.tell(found["registered"], found["phones"])
    return bool(found["ready"])


def wait_for_end(pid: int) -> None:
    """Waits until a process has gone. Raises RingtrustError when it does not go."""
    end = time.monotonic() + _END_SECONDS
    while time.monotonic() < end:
        if not _alive(pid):
            return
        time.sleep(_POLL_SECONDS)
    raise RingtrustError(f"The lab has not ended: process {pid} is still there.", advice=f"End it: kill {pid}")


def _alive(pid: int) -> bool:
    """Whether a process is there, and not only waits for its parent to take note of its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
