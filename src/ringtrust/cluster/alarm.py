"""An alarm of a cluster as a value: what it says, which certificate it is about, and who brought it (S24, S25).

Texts are as they were found; an empty one did not stand there.
"""

from datetime import date
from enum import Enum
from typing import Final

import msgspec

from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.names import is_store

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Level(Enum):
    """How urgent the node takes it: the levels of syslog; UNSAID where the text does not tell."""

    EMERGENCY = "emergency"
    ALERT = "alert"
    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"
    INFO = "informational"
    DEBUG = "debug"
    UNSAID = "unsaid"

    @classmethod
    def of(cls, number: int) -> "Level":
        """The level of a number of syslog, 0 to 7; UNSAID for any other."""
        return tuple(cls)[number] if 0 <= number < len(cls) - 1 else cls.UNSAID

    @property
    def number(self) -> str:
        """Its digit, as in `%UC_CERT-2-…`; empty for UNSAID."""
        return "" if self is Level.UNSAID else str(tuple(Level).index(self))


class Stamp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day and a time by the clock of a node. `zone` is as written; empty where it was cut off."""

    day: date
    time: str = ""
    zone: str = ""

    @property
    def text(self) -> str:
        """As people read it."""
        return " ".join(part for part in (f"{_WEEKDAYS[self.day.weekday()]} {self.day}", self.time, self.zone) if part)

    def days_until(self, other: "Stamp") -> int:
        """Days from this one to the other; negative when that came first."""
        return (other.day - self.day).days


class Ambiguous(msgspec.Struct, frozen=True, tag="ambiguous", tag_field="is", forbid_unknown_fields=True):
    """The text names no year, and several fit: all of them, the earliest first. `reason` is a sentence."""

    candidates: tuple[Stamp, ...]
    reason: str


Expiry = Known[Stamp] | Ambiguous | Unread
"""When a certificate expires: the year is worked out, never invented (S25, S27)."""


class Standing(Enum):
    """What had become of a certificate on the day of its alarm. SAME_DAY: it expires, or has, on that very day."""

    EXPIRED = "expired"
    SAME_DAY = "expires on the day of the alarm"
    EXPIRING = "expiring"
    UNKNOWN = "unknown"


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an alarm says of a certificate: its file, `unit` or trust store, `kind` (its Type), its Expiration."""

    certificate: str
    unit: str
    kind: str
    expiration: str
    expiry: Expiry

    @property
    def stem(self) -> str:
        """The name of the file without its ending."""
        name = self.certificate.rpartition("/")[2]
        stem, dot, ending = name.rpartition(".")
        return stem if dot and ending.lower() in {"der", "pem", "crt", "cer"} else name

    @property
    def in_store(self) -> bool:
        """Whether it lies in a trust store; `kind` does not tell (S26)."""
        return is_store(self.unit)


class Carried(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How syslog carried it: facility and level, host, sequence number, who wrote it, and the local time."""

    facility: str = ""
    level: Level = Level.UNSAID
    host: str = ""
    sequence: str = ""
    sender: str = ""
    received: str = ""


class Rtmt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The RTMT alert around it: its event, severity, sending node, and the fields behind it. `cluster` is its mail's.

    `at` is when RTMT sent it, `time_stamp` when it got it.
    """

    event: str
    severity: str = ""
    node: str = ""
    at: str = ""
    app_id: str = ""
    cluster_id: str = ""
    node_id: str = ""
    time_stamp: str = ""
    cluster: str = ""


class Alarm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An alarm: `facility` is UC_CERT, `name` CertValidfor7days. `parameters` are those in brackets, in their order.

    `facility` is RTMT for an alert of RTMT that has no alarm of a node inside.
    """

    facility: str
    level: Level
    name: str
    parameters: tuple[tuple[str, str], ...]
    text: str
    dated: Known[Stamp] | Unread
    notice: Known[Notice] | Unread | Skipped
    carried: Carried
    rtmt: Known[Rtmt] | Skipped

    @property
    def event(self) -> str:
        """As Cisco writes it: UC_CERT-2-CertValidfor7days."""
        return "-".join(part for part in (self.facility, self.level.number, self.name) if part)

    def parameter(self, name: str) -> str:
        """The value of a parameter, whatever its case; empty where there is none."""
        return next((value for key, value in self.parameters if key.lower() == name.lower()), "")

    @property
    def node(self) -> str:
        """Who reports it: NodeID; else what syslog or RTMT has for the node (S26)."""
        rtmt = self.rtmt.value if isinstance(self.rtmt, Known) else Rtmt("")
        sender = self.carried.sender.partition(".")[0] if not self.carried.sender[:1].isdigit() else self.carried.sender
        names = (self.parameter("NodeID"), rtmt.node_id, self.carried.host, sender, rtmt.node)
        return next((name for name in names if name), "")

    @property
    def standing(self) -> Standing:
        """Whether its certificate had expired when it was raised; every candidate has to agree (S27)."""
        if not isinstance(self.notice, Known) or not isinstance(self.dated, Known):
            return Standing.UNKNOWN
        dated, expiry = self.dated.value, self.notice.value.expiry
        stamps: tuple[Stamp, ...] = (expiry.value,) if isinstance(expiry, Known) else ()
        if isinstance(expiry, Ambiguous):
            stamps = expiry.candidates
        found = {_standing(dated.days_until(stamp)) for stamp in stamps}
        return found.pop() if len(found) == 1 else Standing.UNKNOWN


def _standing(days: int) -> Standing:
    if days == 0:
        return Standing.SAME_DAY
    return Standing.EXPIRING if days > 0 else Standing.EXPIRED
