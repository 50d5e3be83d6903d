"""The log files of a node that a person reads by `file view` during a renewal (interfaces.md §1.11).

How the lines of certMgmt are laid out is [U]; those of the CLI's own log are literal behind their date.
"""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Final

CERT_MGMT: Final = "platform/log/certMgmt00000001.log"
CLI: Final = "platform/log/cli00000001.log"
SYSLOG: Final = "syslog/CiscoSyslog"
_LINES_KEPT: Final = 2_000
_LINE_AT_MOST: Final = 400
_FILES_AT_MOST: Final = 100


class LogFile:
    """One file: its last lines, and when it was last written to."""

    def __init__(self, lines: deque[str], when: datetime) -> None:
        self.lines = lines
        self.when = when


class Logbook:
    """The files of a node by their path under `activelog`. `syslog` is the node's own, which others write too."""

    def __init__(self, syslog: deque[str], founded: datetime) -> None:
        self._files = {SYSLOG: LogFile(syslog, founded)}

    @property
    def files(self) -> Mapping[str, LogFile]:
        """All of them."""
        return self._files

    def write(self, path: str, line: str, now: datetime) -> None:
        """A line more; of very many files the oldest but the syslog goes."""
        file = self._files.get(path)
        if file is None:
            if len(self._files) >= _FILES_AT_MOST:
                del self._files[next(name for name in self._files if name != SYSLOG)]
            file = self._files[path] = LogFile(deque(maxlen=_LINES_KEPT), now)
        file.lines.append(line[:_LINE_AT_MOST])
        file.when = now

    def delete(self, path: str) -> None:
        """The file goes; of the syslog only what stands in it."""
        if path == SYSLOG:
            self._files[path].lines.clear()
        else:
            self._files.pop(path, None)

    def ran(self, line: str, now: datetime) -> None:
        """A command was typed at the CLI."""
        shown = "".join(letter if letter.isprintable() else "?" for letter in line)
        self.write(CLI, f"{_stamp(now)} INFO [main] sdMain.main - running command -> [{shown}]", now)

    def certificates(self, event: str, now: datetime) -> None:
        """Something happened to a certificate of this node."""
        self.write(CERT_MGMT, f"{_stamp(now)} INFO [main] - {event}", now)


def _stamp(now: datetime) -> str:
    return f"{now:%Y-%m-%d %H:%M:%S},{now.microsecond // 1000:03d}"
