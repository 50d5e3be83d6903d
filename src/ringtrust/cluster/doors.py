"""The doors of a cluster: the interfaces by which it is read, which login each needs, and how people call them."""

from enum import Enum
from typing import Final


class Door(Enum):
    """An interface, by the name that settings, options and the sources of a snapshot have for it."""

    CLI = "cli"
    REST = "rest"
    AXL = "axl"
    RIS = "ris"
    CONTROL_CENTER = "control-center"
    PERFMON = "perfmon"
    TFTP = "tftp"
    TLS = "tls"
    PHONE = "phone"

    @property
    def text(self) -> str:
        """In a sentence."""
        return _TEXTS[self]


_TEXTS: Final = {
    Door.CLI: "the platform CLI",
    Door.REST: "the certificate REST interface",
    Door.AXL: "AXL",
    Door.RIS: "RISPort70",
    Door.CONTROL_CENTER: "Control Center",
    Door.PERFMON: "PerfMon",
    Door.TFTP: "Cisco Tftp",
    Door.TLS: "what TLS ports show",
    Door.PHONE: "the pages of phones",
}

EVERY: Final = frozenset(Door)
OF_PLATFORM: Final = frozenset({Door.CLI, Door.REST})
"""Those that want the platform login."""
OF_APPLICATION: Final = frozenset({Door.AXL, Door.RIS, Door.CONTROL_CENTER, Door.PERFMON})
"""Those that want the application login."""
