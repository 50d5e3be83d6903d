"""Alarms by what they are about: one certificate wherever it lies, or one kind of event."""

from ringtrust.audit.alarm_groups import Group, grouped
from ringtrust.change.finding import Severity
from tests.audit.test_alarms import CATALOG, all_of
from tests.support.alarm_texts import event, expiring


def groups(*lines: str) -> tuple[Group, ...]:
    """What these lines are about."""
    return grouped(all_of("".join(lines)), CATALOG)


def test_a_certificate_and_its_copies_are_one_and_the_identity_speaks_for_them() -> None:
    day = "Sat Nov 28 10:00:00:000 CET"
    (found,) = groups(
        expiring(node="pub", expiration=day),
        *(expiring(node=node, unit="tomcat-trust", certificate="pub.der", expiration=day) for node in ("pub", "sub1")),
        expiring(node="sub2", unit="tomcat-trust", certificate="pub_0011223344556677.der", expiration=day, level=0),
    )
    assert (found.lead.where, found.severity, found.times) == ("tomcat of pub", Severity.MAJOR, 4)
    assert found.nodes == ("pub", "sub1", "sub2")
    assert found.others == (
        *("pub.der in tomcat-trust of pub, sub1", "pub_0011223344556677.der in tomcat-trust of sub2"),
    )


def test_units_nodes_days_and_capf_certificates_are_told_apart() -> None:
    lines = (
        expiring(node="pub"),
        expiring(node="sub1"),
        expiring(node="pub", expiration="Fri Nov 27 10:00:00:000 CET"),
        expiring(node="pub", unit="CallManager"),
        expiring(node="pub", unit="CallManager-trust", certificate="pub-EC.der"),
        expiring(node="pub", unit="CallManager-trust", certificate="ITLRECOVERY_pub.der"),
        expiring(node="pub", unit="CallManager-trust", certificate="CAPF-3b08c6e3.der"),
        expiring(node="pub", unit="CAPF-trust", certificate="CAPF-11111111.der"),
    )
    assert len(groups(*lines)) == len(lines)
    assert len(groups(expiring(unit="CAPF-trust", certificate="CAPF-3b08c6e3.der"), lines[6])) == 1


def test_the_latest_alarm_of_a_certificate_speaks_whatever_its_place_in_the_text() -> None:
    last = expiring(name="CertValidLessthanADay", level=1, dated="Nov 27 2026 20:00:00 UTC")
    (found,) = groups(last, expiring())
    assert found.lead.alarm.name == "CertValidLessthanADay"
    assert found.severity is Severity.CRITICAL


def test_the_worst_comes_first_and_events_before_certificates_and_what_ends_sooner_before_what_ends_later() -> None:
    found = groups(
        event("ITLFileRegenerated", "UC_TFTP"),
        expiring(unit="tomcat-trust", certificate="pub.der"),
        expiring(expiration="Sat Nov 28 10:00:00:000 CET"),
        expiring(expiration="Fri Nov 27 10:00:00:000 CET", unit="ipsec"),
        event("DRFBackupFailure", "UC_DRF", 3),
        event("DRFBackupFailure", "UC_DRF", 3, text="Again"),
    )
    assert [(each.lead.alarm.name, each.lead.where, each.times) for each in found] == [
        ("DRFBackupFailure", "sub1", 2),
        ("CertValidfor7days", "ipsec of sub1", 1),
        ("CertValidfor7days", "tomcat of sub1", 1),
        ("CertValidfor7days", "pub.der in tomcat-trust of sub1", 1),
        ("ITLFileRegenerated", "sub1", 1),
    ]


def test_a_date_that_is_unread_is_never_hidden_behind_another() -> None:
    found = groups(expiring(), expiring(expiration="Lun Nov 28 10:00"))
    assert len(found) == 2
    assert [member.unread_date for each in found for member in each.members].count(True) == 1
