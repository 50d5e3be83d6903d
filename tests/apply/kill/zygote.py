"""A process that has everything loaded, and forks one that lives for each job: a death costs no start of Python."""

import os
import sys
import traceback

import msgspec
from dbos._queue import Queue

from tests.apply.kill.child import live
from tests.apply.kill.job import Job


def _make_haste() -> None:
    """DBOS looks once a second whether there is something to go on with; a hundred deaths need not wait for that."""
    Queue.__init__.__kwdefaults__["polling_interval_sec"] = 0.05


def serve() -> None:
    """A job a line on standard input, the status of the process that had it on standard output."""
    for line in sys.stdin.buffer:
        job = msgspec.json.decode(line, type=Job)
        child = os.fork()
        if child == 0:
            try:
                live(job)
            except BaseException:  # noqa: BLE001 - whatever it died of is told
                traceback.print_exc()
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _make_haste()
    serve()
