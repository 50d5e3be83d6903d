"""Alarms as the catalog names them, and a certificate monitor that looks when it should (interfaces.md §7)."""

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography.x509 import load_der_x509_certificate

from ringtrust.errors import RefusedError
from ringtrust.lab.state import alarms
from ringtrust.lab.state.expiry_monitor import SERVICE
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import DRF_MASTER
from ringtrust.lab.topology import Topology
from tests.support.clusters import Bench, bench, small

HOUR, DAY = 3600.0, 86_400.0
# Date, host, facility and severity, sequence number, host, date with hundredths; then the alarm (§7.2).
LINE = re.compile(
    r"[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d pub local7 (\d) : (\d+): pub\.\S+: "
    r"[A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d\.\d\d UTC :  %UC_([A-Z]+)-(\d)-([\w.]+): %(\[.*\]):(.*)"
)


def _expiring(days: int, *, window: int = 30, name: str = "single-9.1") -> Topology:
    """A cluster whose identities end within so many days."""
    found = small(name, phones=0)
    return msgspec.structs.replace(
        found,
        certificates=msgspec.structs.replace(found.certificates, expire_within_days=days),
        monitoring=msgspec.structs.replace(found.monitoring, expiry_days=window),
    )


def _alarms(node: Node, unit: str = "") -> list[str]:
    """The names of the alarms in its syslog, of one unit or of all, in their order."""
    of_unit = f" Unit:{unit} " if unit else ""
    return [found[5] for line in node.syslog if of_unit in line and (found := LINE.fullmatch(line))]


def _dates(certificate: bytes) -> tuple[datetime, datetime]:
    found = load_der_x509_certificate(certificate)
    return found.not_valid_before_utc, found.not_valid_after_utc


def _looked(made: Bench, unit: str = "CallManager") -> int:
    """How often the monitor has found this unit expiring."""
    return sum(name != "CertExpiryApproaching" for name in _alarms(made.cluster.publisher, unit))


@pytest.mark.parametrize(
    ("left", "name"),
    [
        (timedelta(seconds=-1), "%UC_CERT-0-CertExpired"),
        (timedelta(), "%UC_CERT-1-CertValidLessthanADay"),
        (timedelta(hours=23, minutes=59), "%UC_CERT-1-CertValidLessthanADay"),
        (timedelta(days=1), "%UC_CERT-2-CertValidfor7days"),
        (timedelta(days=6, hours=23), "%UC_CERT-2-CertValidfor7days"),
        (timedelta(days=7), "%UC_CERT-4-CertValidLessThanMonth"),
        (timedelta(days=30), "%UC_CERT-4-CertValidLessThanMonth"),
        (timedelta(days=30, seconds=1), "%UC_CERT-5-CertValidityOver30Days"),
        (timedelta(days=60), "%UC_CERT-5-CertValidityOver30Days"),
    ],
)
def test_how_long_a_certificate_lasts_is_the_name_and_the_severity_of_its_alarm(left: timedelta, name: str) -> None:
    found = alarms.expiry(left, timedelta(days=60))
    assert found is not None
    assert f"%UC_{found.facility}-{found.severity}-{found.name}" == name


def test_before_the_window_nothing_is_said_but_of_what_ends_within_a_day() -> None:
    for days in (30, 60):
        assert alarms.expiry(timedelta(days=days, seconds=1), timedelta(days=days)) is None
    assert alarms.expiry(timedelta(hours=30), timedelta(days=1)) is None
    assert alarms.expiry(timedelta(hours=5), timedelta(days=1)) is alarms.LESS_THAN_A_DAY


def test_the_message_is_that_of_a_real_line() -> None:
    end = datetime(2017, 3, 26, 12, 30, 59, tzinfo=UTC)
    assert alarms.expiration("tomcat.der", "tomcat", "own-cert", end) == (
        "Message=Certificate expiration Notification. "
        "Certificate name:tomcat.der Unit:tomcat Type:own-cert Expiration:Sun Mar 26 12:30:59:000 UTC"
    )


def test_a_line_has_a_header_a_number_and_the_alarm_with_its_parameters() -> None:
    made = bench(_expiring(6), on=False)
    made.time.advance(DAY)
    lines = [found for line in made.cluster.publisher.syslog if (found := LINE.fullmatch(line))]
    assert len(lines) == len(made.cluster.publisher.syslog)
    assert [int(found[2]) for found in lines] == sorted({int(found[2]) for found in lines})
    assert all(found[1] == found[4] for found in lines)
    own = [found for found in lines if " Unit:tomcat " in found[6]]
    assert [(found[3], found[4], found[5]) for found in own] == [
        ("CERT", "6", "CertExpiryApproaching"),
        ("CERT", "2", "CertValidfor7days"),
    ]
    assert "[AppID=Cisco Certificate Monitor][ClusterID=][NodeID=pub]" in own[0][6]
    assert "Certificate name:tomcat.der Unit:tomcat Type:own-cert Expiration:" in own[0][6]
    assert any("Unit:tomcat-trust Type:trust-certs" in found[6] for found in lines)


def test_an_expired_ca_says_so_with_the_sentence_of_the_capture() -> None:
    made = bench(_expiring(300), on=False)
    made.time.advance(DAY)
    expired = [line for line in made.cluster.publisher.syslog if "CertExpired" in line]
    assert expired
    assert all(line.endswith("]: Certificate has Expired and needs to be changed at the earliest") for line in expired)
    assert all("Type:trust-certs" in line for line in expired)


def _without_expired(made: Bench) -> Bench:
    """No node holds the CAs that have expired long ago, which make the monitor look every hour."""
    for node in made.cluster.nodes:
        for store in node.trusts:
            node.trusts[store] = {}
    return made


def test_the_monitor_looks_every_day_and_every_hour_when_something_has_less_than_a_day() -> None:
    made = _without_expired(bench(_expiring(8), on=False))
    end = min(_dates(certificate)[1] for _, certificate in made.cluster.publisher.certificates())
    left = (end - made.time.now()).total_seconds()
    made.time.advance(DAY - 1)
    assert _looked(made) == 0
    made.time.advance(1)
    assert _looked(made) == 1
    days = int(left // DAY)
    made.time.advance((days - 1) * DAY)
    assert _looked(made) == days
    made.time.advance(DAY)
    before = _looked(made)
    made.time.advance(5 * HOUR)
    assert _looked(made) == before + 5


def test_a_restart_of_the_monitor_delays_its_next_look_by_a_day_and_one_that_is_stopped_does_not_look() -> None:
    made = _without_expired(bench(_expiring(20), on=False))
    start = made.cluster.topology.delays.service_start
    made.time.advance(DAY - HOUR)
    made.restart(SERVICE)
    made.time.advance(DAY - 1)
    assert _looked(made) == 0
    made.time.advance(1)
    assert _looked(made) == 1
    made.stop(SERVICE, "pub")
    made.time.advance(3 * DAY + start)
    assert _looked(made) == 1


def test_inside_a_window_of_sixty_days_a_certificate_that_has_more_than_thirty_is_told() -> None:
    made = _without_expired(bench(_expiring(50, window=60), on=False))
    made.time.advance(2 * DAY)
    names = _alarms(made.cluster.publisher, "CallManager")
    assert names == ["CertExpiryApproaching", "CertValidityOver30Days", "CertValidityOver30Days"]


def test_who_waits_for_the_next_thing_to_happen_does_not_wait_for_the_monitor() -> None:
    made = bench(_expiring(20), on=False)
    assert made.time.until_next is None
    made.time.call_later(2 * DAY, lambda: None)
    assert made.time.until_next == 2 * DAY


def test_certificates_lists_and_the_rollback_parameter_have_their_alarms() -> None:
    made = bench(small("campus-12.5", phones=0), on=False)
    for unit in ("CAPF", "TVS", "tomcat", "ITLRecovery"):
        made.regenerate(unit, "pub")
    made.time.advance(120)
    made.cluster.set_parameter("RollBackToPreGrayback", "T")
    made.cluster.set_parameter("RollBackToPreGrayback", "F")
    shown = [
        f"{found[3]}-{found[4]}-{found[5]}" for line in made.cluster.publisher.syslog if (found := LINE.match(line))
    ]
    assert shown[:4] == [
        "CAPF-6-CAPFCertificateRegenerated",
        "TVS-6-TVSCertificateRegenerated",
        "CERT-2-TomcatCertRegen",
        "CERT-4-ITLRecoveryCertBackup",
    ]
    assert "TFTP-5-ITLFileRegenerated" in shown
    assert shown[-2:] == ["TVS-6-RollBackToPre8.0Enabled", "TVS-6-RollBackToPre8.0Disabled"]


def test_a_backup_says_that_it_is_complete_that_it_failed_or_that_there_is_none() -> None:
    made = bench(small(phones=0), on=False)
    publisher = made.cluster.publisher
    assert _alarms(publisher) == []
    made.cluster.back_up()
    made.cluster.trouble.disk_full = frozenset({"sub1"})
    before = list(made.cluster.backups)
    with pytest.raises(RefusedError, match="The disk of sub1 is full"):
        made.cluster.back_up()
    assert made.cluster.backups == before
    made.restart(DRF_MASTER, "pub")
    made.cluster.backups.clear()
    made.restart(DRF_MASTER, "pub")
    assert _alarms(publisher) == ["DRFBackupCompleted", "DRFBackupFailure", "DRFNoBackupTaken"]


def test_a_clock_that_is_wrong_shows_in_lines_and_certificates_of_its_node_alone() -> None:
    made = bench(small(phones=0), on=False)
    made.cluster.trouble.clock_off = {"sub1": timedelta(minutes=5)}
    made.regenerate("tomcat", "pub", "sub1")
    begins = [made.cluster.node(name).identities["tomcat"].certificate for name in ("pub", "sub1")]
    right, fast = (_dates(certificate)[0] for certificate in begins)
    assert fast - right == timedelta(minutes=5)
    assert [made.cluster.node(name).syslog[-1][:15] for name in ("pub", "sub1")] == [
        "Nov 24 20:00:00",
        "Nov 24 20:05:00",
    ]
