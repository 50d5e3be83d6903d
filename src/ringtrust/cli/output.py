"""What a verb says: to people on standard output, to programs as JSON, and about trouble on standard error.

A pipe that was closed early does not change an exit status, and nothing here ends in a traceback.
"""

import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from ringtrust.errors import RingtrustError
from ringtrust.trust.names import printable


def prepare() -> None:
    """Makes the standard streams take every character, as an escape where the terminal has none for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str) -> None:
    """One line on standard output. Raises RingtrustError when it cannot be written."""
    _write((line + "\n").encode(_encoding(), errors="backslashreplace"))


def say_json(document: Mapping[str, object] | Sequence[object]) -> None:
    """One JSON document on standard output, in plain ASCII: names of foreign files may hold what terminals obey."""
    say(json.dumps(document, indent=2))


def say_bytes(data: bytes) -> None:
    """Bytes on standard output, as they are; escaped where a terminal would obey them."""
    if sys.stdout is not None and sys.stdout.isatty():
        shown = data.decode(errors="backslashreplace")
        data = "\n".join(map(printable, shown.split("\n"))).encode(_encoding(), errors="backslashreplace")
    _write(data)


def _encoding() -> str:
    return (sys.stdout.encoding if sys.stdout is not None else None) or "utf-8"


def _write(data: bytes) -> None:
    if sys.stdout is None:
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError as error:
        _silence(sys.stdout)
        raise RingtrustError(
            f"Standard output cannot be written: {error.strerror}.", advice="Check where it is redirected to."
        ) from error


def warn(text: str) -> None:
    """A line on standard error, if there is one."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write("\n".join(map(printable, text.split("\n"))) + "\n")
        sys.stderr.flush()
    except OSError:
        _silence(sys.stderr)


def complain(error: RingtrustError) -> None:
    """What went wrong, and what to do about it, on standard error."""
    warn(f"ringtrust: {error}" + (f"\n  What to do: {error.advice}" if error.advice else ""))


def _silence(stream: TextIO) -> None:
    """Sends the rest into nothing, so that Python does not complain when it closes the stream."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)
