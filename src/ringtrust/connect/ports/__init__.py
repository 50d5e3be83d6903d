"""What the rooms to the right may ask of a cluster through its web interfaces: values in, values out.

They take these as arguments, so that the same code runs on the wire and against something in memory.
"""

from ringtrust.connect.ports.certificates import (
    CertificateDesk,
    CsrRequest,
    Distribution,
    HeldIdentity,
    HeldTrust,
    Holdings,
    NodeRefusedError,
)
from ringtrust.connect.ports.database import Axl, AxlDesk, ListedNode, Row
from ringtrust.connect.ports.services import UNTOLD, Action, ControlCenter, Controlled, Counter, Perf, Uptime
from ringtrust.connect.ports.watching import (
    DeviceSeen,
    DoesNotVouch,
    FileServer,
    NotThere,
    PhonePage,
    PhonePages,
    Ris,
    TlsProbe,
    TvsDesk,
    Vouches,
)

__all__ = [
    "UNTOLD",
    "Action",
    "Axl",
    "AxlDesk",
    "CertificateDesk",
    "ControlCenter",
    "Controlled",
    "Counter",
    "CsrRequest",
    "DeviceSeen",
    "Distribution",
    "DoesNotVouch",
    "FileServer",
    "HeldIdentity",
    "HeldTrust",
    "Holdings",
    "ListedNode",
    "NodeRefusedError",
    "NotThere",
    "Perf",
    "PhonePage",
    "PhonePages",
    "Ris",
    "Row",
    "TlsProbe",
    "TvsDesk",
    "Uptime",
    "Vouches",
]
