"""Which services have to run where they are activated."""

from typing import Final

from ringtrust.cluster.names import (
    CALLMANAGER_SERVICE,
    CAPF_SERVICE,
    CHANGE_NOTIFICATION,
    TFTP_SERVICE,
    TOMCAT_SERVICE,
    TVS_SERVICE,
)

NEEDED: Final = frozenset(
    {
        *(CALLMANAGER_SERVICE, CAPF_SERVICE, CHANGE_NOTIFICATION, TFTP_SERVICE, TOMCAT_SERVICE, TVS_SERVICE),
        *("A Cisco DB", "A Cisco DB Replicator", "Cisco AXL Web Service", "Cisco CTIManager"),
        *("Cisco Database Layer Monitor", "Cisco RIS Data Collector"),
    }
)
"""What phones and certificates need, and the ways by which ringtrust sees and acts."""
