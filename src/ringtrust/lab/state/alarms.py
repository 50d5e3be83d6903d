"""What a node writes into its syslog: alarms by name and severity (interfaces.md §7.1), laid out as in §7.2.

Only one alarm is seen whole in a capture, CertExpired. So which AppID the others have, and the sentence behind them,
is [U]: both stand here and nowhere else.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from ringtrust.lab.state.node import Node

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ERROR: Final = 3
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=30)

MONITOR: Final = "Cisco Certificate Monitor"
_CAPF: Final = "Cisco Certificate Authority Proxy Function"
_TVS: Final = "Cisco Trust Verification Service"
_DRF: Final = "Cisco DRF Client"


class Alarm(msgspec.Struct, frozen=True):
    """An alarm of the catalog: facility, severity and name, the AppID, and the sentence behind the parameters."""

    facility: str
    severity: int
    name: str
    application: str
    sentence: str = ""


EXPIRED: Final = Alarm(
    "CERT", 0, "CertExpired", MONITOR, "Certificate has Expired and needs to be changed at the earliest"
)
LESS_THAN_A_DAY: Final = Alarm(
    "CERT", 1, "CertValidLessthanADay", MONITOR, "Certificate is about to expire in less than 24 hours"
)
SEVEN_DAYS: Final = Alarm("CERT", 2, "CertValidfor7days", MONITOR, "Certificate is about to expire in less than 7 days")
LESS_THAN_A_MONTH: Final = Alarm(
    "CERT", 4, "CertValidLessThanMonth", MONITOR, "Certificate is about to expire in less than 30 days"
)
OVER_30_DAYS: Final = Alarm(
    "CERT", 5, "CertValidityOver30Days", MONITOR, "Certificate is about to expire in more than 30 days"
)
APPROACHING: Final = Alarm("CERT", 6, "CertExpiryApproaching", MONITOR, "Certificate expiry is approaching")

_REGENERATED: Final = {
    "CAPF": Alarm("CAPF", 6, "CAPFCertificateRegenerated", _CAPF),
    "TVS": Alarm("TVS", 6, "TVSCertificateRegenerated", _TVS),
    "tomcat": Alarm("CERT", 2, "TomcatCertRegen", "Cisco Tomcat"),
    "ITLRecovery": Alarm(
        "CERT", 4, "ITLRecoveryCertBackup", MONITOR, "Take a backup of the new ITLRecovery certificate"
    ),
}
_TVS_TROUBLE: Final = Alarm("TVS", 3, "ServerListenBindFailed", _TVS, "Fails to bind to the network port")
_ITL: Final = Alarm("TFTP", 5, "ITLFileRegenerated", "Cisco Tftp")
_ROLLBACK: Final = {
    "T": Alarm("TVS", 6, "RollBackToPre8.0Enabled", _TVS),
    "F": Alarm("TVS", 6, "RollBackToPre8.0Disabled", _TVS),
}
_MODE: Final = Alarm("TVS", 6, "ClusterSecurityModeModified", _TVS)
_BACKED_UP: Final = Alarm("DRF", 6, "DRFBackupCompleted", _DRF, "DRF backup completed successfully")
_BACKUP_FAILED: Final = Alarm("DRF", 3, "DRFBackupFailure", _DRF, "DRF Backup process has failed")
_NO_BACKUP: Final = Alarm("DRF", 4, "DRFNoBackupTaken", _DRF, "DRF did not find a valid backup of the current system")


def regenerated(node: Node, unit: str, now: datetime) -> None:
    """An identity certificate has been regenerated; only some units have an alarm for it."""
    if unit in _REGENERATED:
        write(node, _REGENERATED[unit], now)


def trouble_with_tvs(node: Node, now: datetime) -> None:
    """Something is wrong with TVS."""
    write(node, _TVS_TROUBLE, now)


def itl_regenerated(node: Node, now: datetime) -> None:
    """Cisco Tftp has built a new list."""
    write(node, _ITL, now)


def rollback_set(node: Node, value: str, now: datetime) -> None:
    """The parameter for a rollback to a release before 8.0 has a new value, T or F."""
    write(node, _ROLLBACK[value], now)


def security_mode_modified(node: Node, now: datetime, *, mixed: bool) -> None:
    """Cluster Security Mode has another value: 1 for mixed mode, 0 for non-secure."""
    write(node, _MODE, now, f"ClusterSecurityMode={int(mixed)}")


def backed_up(node: Node, now: datetime) -> None:
    """A backup is complete."""
    write(node, _BACKED_UP, now)


def backup_failed(node: Node, reason: str, now: datetime) -> None:
    """A backup has not come about."""
    write(node, _BACKUP_FAILED, now, f"Reason={reason}")


def no_backup(node: Node, now: datetime) -> None:
    """Cisco DRF Master has started, and there is no backup."""
    write(node, _NO_BACKUP, now)


def expiry(left: timedelta, window: timedelta) -> Alarm | None:
    """The alarm for a certificate that lasts so long; None while the notification window has not been reached."""
    if left < timedelta():
        return EXPIRED
    if left < _DAY:
        return LESS_THAN_A_DAY
    if left > window:
        return None
    if left < _WEEK:
        return SEVEN_DAYS
    return LESS_THAN_A_MONTH if left <= _MONTH else OVER_30_DAYS


def expiration(name: str, unit: str, kind: str, end: datetime) -> str:
    """The message of the certificate monitor. The capture shows a date without a year, as here."""
    date = f"{_DAYS[end.weekday()]} {_MONTHS[end.month - 1]} {end:%d %H:%M:%S}:000 UTC"
    about = f"Certificate name:{name} Unit:{unit} Type:{kind} Expiration:{date}"
    return f"Message=Certificate expiration Notification. {about}"


def service_failed(node: Node, service: str, reason: str) -> None:
    """A service has not come up: a line of the lab's own, as there is no port that somebody takes in a real node."""
    found = node.services.find(service)
    if found is not None:
        node.syslog.write(_ERROR, f"{service}: {reason}", found.since)


def write(node: Node, alarm: Alarm, now: datetime, parameter: str = "") -> None:
    """The line of an alarm (interfaces.md §7.2)."""
    head = f"%UC_{alarm.facility}-{alarm.severity}-{alarm.name}"
    message = f"[{parameter}]" if parameter else ""
    about = f"{message}[AppID={alarm.application}][ClusterID=][NodeID={node.name}]"
    sentence = f" {alarm.sentence}" if alarm.sentence else ""
    node.syslog.write(alarm.severity, f"{head}: %{about}:{sentence}", now)
