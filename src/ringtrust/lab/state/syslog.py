"""The syslog of a node: the file `syslog/CiscoSyslog` of activelog, and the datagrams to a receiver (§7.2)."""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

_LINES_KEPT: Final = 2_000
_LOCAL7: Final = 23
_SEVERITIES: Final = 8


class Syslog:
    """Lines with sequence numbers from 1 on. `receivers` are given every line as it travels (RFC 3164)."""

    def __init__(self, name: str, host: str) -> None:
        self._name = name
        self._host = host
        self.lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._sequence = 0
        self.receivers: list[Callable[[bytes], None]] = []

    def write(self, severity: int, text: str, now: datetime) -> None:
        """A line of facility local7, into the file and to the receivers; `now` is what the node's clock says.

        On the way it has the header `<pri>NNN: host: ` (interfaces.md §7.2); in the file, as a capture of HCM-F shows
        it, date, name, facility and severity instead of the number, and the rest alike.
        """
        self._sequence += 1
        stamp = f"{now:%b %d %Y %H:%M:%S}.{now.microsecond // 10_000:02d} UTC"
        line = f"{self._sequence}: {self._host}: {stamp} :  {text}"
        self.lines.append(f"{now:%b %d %H:%M:%S} {self._name} local7 {severity} : {line}")
        datagram = f"<{_LOCAL7 * _SEVERITIES + severity}>{line}".encode()
        for receive in self.receivers:
            receive(datagram)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self.lines))

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, place: int) -> str:
        return self.lines[place]

    def clear(self) -> None:
        """Empty, and the next line has number 1."""
        self.lines.clear()
        self._sequence = 0
