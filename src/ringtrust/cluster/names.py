"""Names of units, stores and services, as Cisco spells them. What they mean stands in the catalog."""

from typing import Final

CALLMANAGER: Final = "CallManager"
TOMCAT: Final = "tomcat"
IPSEC: Final = "ipsec"
CAPF: Final = "CAPF"
TVS: Final = "TVS"
ITLRECOVERY: Final = "ITLRecovery"

HTTPS_UNITS: Final = (TOMCAT, "tomcat-ECDSA")
"""Whose certificate the web pages of a node show."""

CALLMANAGER_SERVICE: Final = "Cisco CallManager"
TFTP_SERVICE: Final = "Cisco Tftp"
TOMCAT_SERVICE: Final = "Cisco Tomcat"
TVS_SERVICE: Final = "Cisco Trust Verification Service"
CAPF_SERVICE: Final = "Cisco Certificate Authority Proxy Function"
CHANGE_NOTIFICATION: Final = "Cisco Certificate Change Notification"

NEEDED_SERVICES: Final = frozenset(
    {
        *(CALLMANAGER_SERVICE, CAPF_SERVICE, CHANGE_NOTIFICATION, TFTP_SERVICE, TOMCAT_SERVICE, TVS_SERVICE),
        *("A Cisco DB", "A Cisco DB Replicator", "Cisco AXL Web Service", "Cisco CTIManager"),
        *("Cisco Database Layer Monitor", "Cisco RIS Data Collector"),
    }
)
"""What has to run where it is activated: phones and certificates need it, or it is how ringtrust sees and acts."""

TRUST_SUFFIX: Final = "-trust"


def is_store(name: str) -> bool:
    """Whether it names a trust store: its certificates cannot be regenerated (S15, S17)."""
    return name.lower().endswith(TRUST_SUFFIX)


def store_name(unit: str) -> str:
    """The trust store that `set cert delete UNIT` acts on (S141)."""
    return unit if is_store(unit) else f"{unit}{TRUST_SUFFIX}"
