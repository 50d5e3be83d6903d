"""`utils ntp status`: whether the clock of a node follows another (interfaces.md §1.11)."""

import re
from typing import Final

import msgspec

from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable

_COMMAND: Final = "utils ntp status"
_FOLLOWS: Final = re.compile(r"synchroni[sz]ed to (?:NTP server|local net|\w[\w ]{0,30})", re.IGNORECASE)
_SERVER: Final = re.compile(r"server\s*\(([\w.:%-]{1,100})\)", re.IGNORECASE)
_STRATUM: Final = re.compile(r"at stratum (\d{1,2})\b", re.IGNORECASE)
_WITHIN: Final = re.compile(r"time correct to within (\d{1,9}) ms", re.IGNORECASE)
_FREE: Final = ("unsynchronised", "unsynchronized")


class NtpStatus(msgspec.Struct, frozen=True):
    """Whether the clock follows a server; which one (empty where it is not told), its stratum, and how well, in ms."""

    synchronised: bool
    server: str
    stratum: Fact[int]
    within_ms: Fact[int]


def read_ntp_status(text: str) -> NtpStatus:
    """What the sentence says that tells of the clock. Raises UnreadableError and RefusedError.

    The table of servers above it is not looked at: the sentence is the daemon's own judgement.
    """
    lines = answer_lines(text, _COMMAND)
    told = [line.strip() for line in lines if line.strip()]
    free = [line for line in told if line.lower().startswith(_FREE)]
    follows = [line for line in told if _FOLLOWS.match(line) is not None]
    if bool(free) == bool(follows):
        raise unreadable(_COMMAND, "it does not say whether the clock follows a server", first_told(lines))
    if free:
        return NtpStatus(synchronised=False, server="", stratum=_untold(), within_ms=_untold())
    server = _SERVER.search(follows[0])
    within = next((found for line in told if (found := _WITHIN.match(line)) is not None), None)
    return NtpStatus(
        synchronised=True,
        server=server[1] if server is not None else "",
        stratum=_number(_STRATUM.search(follows[0])),
        within_ms=_number(within),
    )


def _number(found: "re.Match[str] | None") -> Fact[int]:
    return Known(int(found[1])) if found is not None else _untold()


def _untold() -> Unread:
    return Unread("The node does not tell.")
