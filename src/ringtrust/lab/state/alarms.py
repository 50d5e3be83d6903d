"""What a node writes into its syslog when something has happened to certificates and lists (interfaces.md §7)."""

from datetime import datetime
from typing import Final

from ringtrust.lab.state.node import Node

_REGENERATED: Final = {
    "CAPF": ("%UC_CAPF-6-CAPFCertificateRegenerated", "Cisco Certificate Authority Proxy Function"),
    "TVS": ("%UC_TVS-6-TVSCertificateRegenerated", "Cisco Trust Verification Service"),
    "tomcat": ("%UC_CERT-2-TomcatCertRegen", "Cisco Tomcat"),
}
_ITL: Final = ("%UC_TFTP-5-ITLFileRegenerated", "Cisco Tftp")


def regenerated(node: Node, unit: str, now: datetime) -> None:
    """An identity certificate has been regenerated; only some units have an alarm for it."""
    if unit in _REGENERATED:
        _write(node, *_REGENERATED[unit], now)


def itl_regenerated(node: Node, now: datetime) -> None:
    """Cisco Tftp has built a new list."""
    _write(node, *_ITL, now)


def service_failed(node: Node, service: str, reason: str) -> None:
    """A service has not come up: a line of the lab's own, as there is no time of the lab in a port that is taken."""
    node.syslog.append(f"{service}: {reason}")


def _write(node: Node, alarm: str, application: str, now: datetime) -> None:
    stamp = f"{now:%b %d %Y %H:%M:%S}.{now.microsecond // 10_000:02d} UTC"
    node.syslog.append(f"{stamp} :  {alarm}: %[AppID={application}][ClusterID=][NodeID={node.name}]:")
