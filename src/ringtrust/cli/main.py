"""The command `ringtrust`. The rest is imported when it runs, so that even an early Ctrl-C ends without a traceback."""

import sys
from typing import NoReturn

from ringtrust.errors import INTERRUPTED


def run(arguments: list[str] | None = None) -> NoReturn:
    """Runs the command line and ends the process with its exit status (design.md §4.7)."""
    try:
        from ringtrust.cli.verbs import status_of  # noqa: PLC0415 - see above

        status = status_of(arguments)
    except KeyboardInterrupt:
        status = INTERRUPTED
    sys.exit(status)
