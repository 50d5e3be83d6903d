"""The alarms in the syslog of a node, as `file search` finds them (interfaces.md §1.11, §7.2).

The file holds what the alarm configuration of each service writes into the local syslog, and the last of it only: what
stands there has been raised, and what does not stand there may have been all the same.
"""

from typing import Final

from ringtrust.cluster.alarm import Alarm, Level
from ringtrust.connect.alarms.read import read_alarms
from ringtrust.connect.platform.files import FileMatch

AREA: Final = "activelog"
FILES: Final = "syslog/CiscoSyslog*"
# UC_TVS, UC_TFTP and UC_CAPF: plain enough for whichever kind of expression the CLI takes [U].
SOUGHT: Final = "%UC_[TC][VFA][STP]|CertificateRevoked"
_FACILITIES: Final = frozenset({"UC_TVS", "UC_TFTP", "UC_CAPF"})
_TROUBLE: Final = frozenset({Level.EMERGENCY, Level.ALERT, Level.CRITICAL, Level.ERROR})
_REVOKED: Final = "CertificateRevoked"


def trouble_in(found: tuple[FileMatch, ...]) -> tuple[Alarm, ...]:
    """Error and worse of those who serve trust to phones; of certificates only what no date tells of (AL15).

    Raises UnreadableError, FormatError for lines that hold no alarm.
    """
    alarms = read_alarms("\n".join(each.line for each in found).encode()) if found else ()
    return tuple(each for each in alarms if each.level in _TROUBLE and _concerns_phones(each))


def _concerns_phones(alarm: Alarm) -> bool:
    return alarm.facility in _FACILITIES or alarm.name == _REVOKED
