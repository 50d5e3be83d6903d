"""How long quick verbs take to start, against a process that imports click and does nothing."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.result import Result
from bench.timing import against_process
from ringtrust.cluster.snapshot import write_snapshot
from tests.support.snapshots import healthy

TARGET = 2.2  # "about twice": these machines are noisy by a tenth
AUDIT_TARGET = 2.6  # it reads the whole catalog and asks all rules: of what it takes above click a fifth is that
_VERBS = (
    (("--help",), TARGET),
    (("lab", "status", "--dir", "nowhere"), TARGET),
    (("lab", "phones", "--dir", "nowhere"), TARGET),
    (("audit", "{snapshot}"), AUDIT_TARGET),
)


def results() -> Iterator[Result]:
    """All figures."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder) / "snapshot.json"
        snapshot.write_bytes(write_snapshot(healthy()))
        for words, target in _VERBS:
            called = [word.format(snapshot=snapshot) for word in words]
            timed = against_process(_run("-m", "ringtrust", *called), _run("-c", "import click"))
            yield Result(f"ringtrust {' '.join(words[:2])}", timed, target)


def _run(*words: str) -> Callable[[], object]:
    def work() -> None:
        # Users have byte code on disk after the first start, whatever this shell has been told about it.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        subprocess.run([sys.executable, *words], capture_output=True, check=False, env=environment)  # noqa: S603 - ourselves

    return work
