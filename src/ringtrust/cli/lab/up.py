"""Starting a lab, in this process or in one that stays when this one returns; and waiting for its end."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from ringtrust.cli.lab.text import status_lines
from ringtrust.cli.output import say, warn
from ringtrust.cli.progress import Counter
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.lab.process import control
from ringtrust.lab.process.folder import LOG
from ringtrust.lab.process.serving import Wanted, run_lab
from ringtrust.lab.topology import wanted_topology

_POLL_SECONDS: Final = 0.1
_REGISTERED: Final = "phones have registered"


class Options(NamedTuple):
    """How a lab was asked for on the command line."""

    topology: str
    folder: Path
    speed: float
    phones: int | None
    seed: int | None
    syslog: str | None
    real_ports: bool

    def wanted(self) -> Wanted:
        """What that means. Raises RefusedError, UnreadableError."""
        found = wanted_topology(self.topology, self.phones, self.seed)
        if self.syslog is not None:
            found = found.with_syslog(self.syslog)
        return Wanted(found, self.folder, self.speed, self.real_ports)

    def words(self) -> list[str]:
        """The command line that asks for the same."""
        words = ["lab", "up", "--dir", str(self.folder), "--speed", str(self.speed)]
        words += ["--phones", str(self.phones)] if self.phones is not None else []
        words += ["--seed", str(self.seed)] if self.seed is not None else []
        words += ["--syslog", self.syslog] if self.syslog is not None else []
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
    log = asked.folder / LOG
    try:
        asked.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        begin = log.stat().st_size if log.exists() else 0
        pid = _spawned(options.words(), log)
    except OSError as error:
        raise RefusedError(f"{log} cannot be written: {error.strerror}.", advice="Choose another folder.") from error
    ended = _waited_for(pid, asked.folder)
    if ended is not None:
        warn(log.read_bytes()[begin:].decode(errors="replace").rstrip())
        return ended or RingtrustError.exit_status
    for line in status_lines(control.ask(asked.folder, "status"), asked.folder):
        say(line)
    return 0


def _waited_for(pid: int, folder: Path) -> int | None:
    """Waits until the lab is ready (None) or has ended (its status). Whoever does not want to wait ends it too."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Counter(_REGISTERED) as counter:
            while (ended := _ended(pid)) is None and not _ready(folder, pid, counter):
                time.sleep(_POLL_SECONDS)
    except BaseException:
        os.kill(pid, signal.SIGTERM)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
    return ended


def _spawned(words: Sequence[str], log: Path) -> int:
    """A process that nobody waits for: its own session, nothing to read, and what it says in a file."""
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "ringtrust", *words],
        os.environ,
        file_actions=(
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ),
        setsid=True,
    )


def _ended(pid: int) -> int | None:
    """The status that a child has ended with; None while it runs."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _ready(folder: Path, pid: int, counter: Counter) -> bool:
    """Whether the lab of this process, and not one that was there before, has all its phones."""
    try:
        found = control.ask(folder, "ready")
    except UnreadableError:
        return False
    if found["pid"] != pid:
        return False
    counter.tell(found["registered"], found["phones"])
    return bool(found["ready"])
