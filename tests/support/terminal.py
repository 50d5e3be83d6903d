"""ringtrust at a real terminal, with somebody who answers one question."""

import contextlib
import os
import pty
import sys
from collections.abc import Sequence


def answered(words: Sequence[str], prompt: bytes, answer: bytes) -> tuple[int, bytes]:
    """Runs a command line, types the answer behind the prompt; gives the exit status, and what stood on the screen."""
    command = [sys.executable, "-m", "ringtrust", *words]
    process, terminal = pty.fork()
    if process == 0:
        os.execv(command[0], command)  # noqa: S606 - ringtrust itself
    seen = b""
    with contextlib.suppress(OSError):  # how a terminal ends on Linux
        while chunk := os.read(terminal, 4096):
            seen += chunk
            if seen.endswith(prompt):
                os.write(terminal, answer + b"\n")
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), seen
