"""The way to a lab that runs: a socket in its folder, one request and its answers a connection, JSON a line.

Light on purpose: `lab status` and `lab phones` load nothing else of the lab.
"""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ringtrust.errors import RefusedError, RingtrustError, UnreadableError

_POLL_SECONDS: Final = 0.1
_END_SECONDS: Final = 30.0
SOCKET: Final = "control.socket"
_SECONDS: Final = {"muster": 3600.0, "down": 60.0}
_SECONDS_OTHERWISE: Final = 10.0
_NOTHING_MORE: Final[Mapping[str, object]] = {}
Progress = Callable[[dict[str, Any]], None]


@contextmanager
def short_path(folder: Path) -> Iterator[str]:
    """A path to the socket that is short enough for a socket, however deep the folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)


def ask(
    folder: Path, what: str, progress: Progress = lambda _: None, more: Mapping[str, object] = _NOTHING_MORE
) -> Any:  # noqa: ANN401 - JSON of several shapes
    """The lab's answer. Raises UnreadableError when none runs there, RefusedError, RingtrustError when it complains."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection, short_path(folder) as path:
            connection.settimeout(_SECONDS.get(what, _SECONDS_OTHERWISE))
            connection.connect(path)
            connection.sendall(json.dumps({"do": what, **more}).encode() + b"\n")
            with connection.makefile("rb") as answers:
                return _last(answers, progress)
    except TimeoutError as error:
        raise UnreadableError(
            f"The lab in {folder} does not answer.", advice="Try again; look at lab.log in that folder."
        ) from error
    except OSError as error:
        raise UnreadableError(
            f"No lab runs in {folder}.", advice="Start one: ringtrust lab up TOPOLOGY --dir DIR --detach"
        ) from error


def _last(answers: Any, progress: Progress) -> Any:  # noqa: ANN401 - as above
    for line in answers:
        answer = json.loads(line)
        if "progress" in answer:
            progress(answer["progress"])
        elif "error" in answer:
            kind = RefusedError if answer.get("refused") else RingtrustError
            raise kind(answer["error"], advice=answer.get("advice", ""))
        else:
            return answer["result"]
    raise UnreadableError("The lab has ended before it could answer.", advice="Look at lab.log in its folder.")


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
