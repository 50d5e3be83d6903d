"""How long quick verbs take to start, against a process that imports click and does nothing."""

import subprocess
import sys
from collections.abc import Callable, Iterator

from bench.result import Result
from bench.timing import against_process

TARGET = 2.0
_VERBS = (("--help",), ("lab", "status", "--dir", "nowhere"), ("lab", "phones", "--dir", "nowhere"))


def results() -> Iterator[Result]:
    """All figures."""
    for words in _VERBS:
        timed = against_process(_run("-m", "ringtrust", *words), _run("-c", "import click"))
        yield Result(f"ringtrust {' '.join(words[:2])}", timed, TARGET)


def _run(*words: str) -> Callable[[], object]:
    def work() -> None:
        subprocess.run([sys.executable, *words], capture_output=True, check=False)  # noqa: S603 - ourselves

    return work
