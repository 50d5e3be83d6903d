"""Replication, authentication, services, backups, settings, strength of certificates."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ringtrust.change.finding import Severity
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import NEEDED_SERVICES
from ringtrust.cluster.phone import Group
from ringtrust.cluster.snapshot import Backup, Replication, Snapshot
from tests.audit.found import codes, found, one, text
from tests.support.snapshots import TAKEN, healthy, with_certificate, with_node, with_service

SECOND = timedelta(seconds=1)


def test_a_database_that_does_not_follow() -> None:
    rows = healthy().replication
    assert isinstance(rows, Known)
    bad = Replication("sub2", 4, "(4) Setup Failed", 3)
    finding = one(replace(healthy(), replication=Known((*rows.value[:2], bad))), "replication.broken")
    assert (finding.where, finding.what) == ("database of sub2", "does not follow: (4) Setup Failed.")
    missing = one(replace(healthy(), replication=Known(rows.value[:2])), "replication.broken")
    assert missing.what == "replication tells of 2 of 3 nodes."


def test_a_node_that_is_not_authenticated() -> None:
    finding = one(replace(healthy(), unauthenticated=Known(("sub2",))), "node.unauthenticated")
    assert (finding.severity, finding.where) == (Severity.MAJOR, "node sub2")


@pytest.mark.parametrize("name", sorted(NEEDED_SERVICES))
def test_a_needed_service_that_does_not_run(name: str) -> None:
    finding = one(with_service(healthy(), "sub1", name, "STOPPED"), "service.down")
    assert finding.where == f"{name} of sub1"
    assert finding.advice == f"Start it: `utils service start {name}`."


def test_a_service_that_is_not_activated_or_not_needed_may_rest() -> None:
    assert codes(with_service(healthy(), "sub1", "Cisco Tftp", "STOPPED", "Service Not Activated")) == []
    assert codes(with_service(healthy(), "sub1", "Cisco Extended Functions", "STOPPED")) == []


# Backups


def _backup(age: timedelta, result: str = "SUCCESS") -> Snapshot:
    return replace(healthy(), backups=Known((Backup("b.tar", result, "CCM", Known(TAKEN - age)),)))


def test_a_backup_is_old_after_a_day_and_very_old_after_a_week() -> None:
    assert codes(_backup(timedelta(hours=48))) == []
    assert one(_backup(timedelta(hours=48) + SECOND), "backup.old").severity is Severity.MINOR
    assert one(_backup(timedelta(days=7)), "backup.old").severity is Severity.MINOR
    finding = one(_backup(timedelta(days=7) + SECOND), "backup.old")
    assert finding.severity is Severity.MAJOR
    assert finding.what == "is 7 days old: 2026-05-25 11:59 UTC."


def test_no_backup_and_a_failed_one_leave_no_way_back() -> None:
    assert one(replace(healthy(), backups=Known(())), "backup.missing").severity is Severity.MAJOR
    finding = one(_backup(timedelta(0), "ERROR"), "backup.failed")
    assert (finding.severity, finding.what) == (Severity.MAJOR, "b.tar ended with ERROR.")
    good = Backup("a.tar", "SUCCESS", "CCM", Known(TAKEN))
    both = replace(healthy(), backups=Known((good, Backup("b.tar", "ERROR", "CCM", Known(TAKEN)))))
    assert one(both, "backup.failed").evidence == ("last good one: a.tar",)


def test_a_backup_of_unknown_age_is_not_taken_for_a_fresh_one() -> None:
    snapshot = replace(healthy(), backups=Known((Backup("b.tar", "SUCCESS", "CCM", Unread("no date")),)))
    finding = one(snapshot, "backup.unreadable")
    assert finding.severity is Severity.UNREAD
    assert "no date" in finding.what


@pytest.mark.shows("S61")
def test_before_8_6_a_backup_holds_no_certificates() -> None:
    finding = one(healthy("8.5.1.10000-26"), "backup.no-certificates")
    assert "Backups of the Disaster Recovery System hold no certificates" in finding.what
    assert "CSCtn50405 (before 8.6)" in finding.what
    assert finding.advice == "Take copies of the certificates yourself."
    assert "backup.no-certificates" not in codes(healthy("8.6.2.20000-2"))


# Settings


@pytest.mark.shows("S62")
def test_mixed_mode_is_told_with_what_ringtrust_does_not_do_there() -> None:
    assert codes(healthy()) == []
    finding = one(replace(healthy(), security_mode=Known(1)), "mode.mixed")
    assert finding.severity is Severity.INFO
    assert "The cluster is in mixed mode" in text(finding)
    assert "Cluster Security Mode 1" in finding.evidence
    assert "the CTL has to be updated too, in the way that it was made" in finding.advice
    assert {"S62", "S63"} <= set(finding.sources)


@pytest.mark.shows("S62")
def test_a_security_mode_that_was_not_read_or_that_nobody_knows_is_told() -> None:
    assert codes(replace(healthy(), security_mode=Unread("no answer"))) == ["source.unread"]
    assert one(replace(healthy(), security_mode=Known(7)), "mode.other").severity is Severity.MAJOR


def test_the_rollback_parameter_says_what_phones_cannot_do() -> None:
    finding = one(replace(healthy(), rollback=Known(value=True)), "rollback.on")
    assert "Every HTTPS request from phones and to phones fails while it is." in finding.breaks
    assert "H11" in finding.sources


def test_a_cm_group_with_phones_and_a_single_member() -> None:
    groups = (Group("A", ("sub1",)), Group("B", ("sub2", "pub")), Group("unused", ("pub",)))
    finding = one(replace(healthy(), groups=Known(groups)), "group.single")
    assert (finding.where, finding.what, finding.evidence) == ("CM group A", "has sub1 only.", ("2 phones",))
    assert "H09" in finding.sources
    gone = one(replace(healthy(), groups=Known(groups[1:])), "group.single")
    assert gone.what == "has no member only."


@pytest.mark.parametrize(
    "field",
    ["security_mode", "rollback", "replication", "unauthenticated", "backups", "groups", "phones"],
)
def test_a_fact_of_the_cluster_that_was_not_read_is_never_a_clean_result(field: str) -> None:
    finding = one(replace(healthy(), **{field: Unread("no answer")}), "source.unread")
    assert finding.severity is Severity.UNREAD
    assert "no answer" in finding.what


@pytest.mark.parametrize("field", ["services", "identities", "trusted", "itl", "ctl"])
def test_a_fact_of_a_node_that_was_not_read_is_never_a_clean_result(field: str) -> None:
    finding = one(with_node(healthy(), "sub1", **{field: Unread("no answer")}), "source.unread")
    assert finding.severity is Severity.UNREAD
    assert finding.where.endswith(" of sub1")


# Strength


def test_weak_certificates_are_told_once_a_unit() -> None:
    snapshot = with_certificate(healthy(), "sub1", "CAPF", bits=2047)
    snapshot = with_certificate(snapshot, "sub2", "CAPF", digest="sha1")
    finding = one(with_certificate(snapshot, "pub", "CAPF", digest="sha1"), "certificate.weak")
    assert (finding.severity, finding.where, finding.what) == (Severity.MINOR, "CAPF", "weak on 3 nodes.")
    assert finding.evidence == ("signed with SHA1: pub, sub2", "RSA key of 2047 bits: sub1")


def test_a_short_key_of_an_elliptic_curve_is_not_weak() -> None:
    assert codes(with_certificate(healthy(), "sub1", "CAPF", key="EC", bits=256)) == []


def test_a_certificate_of_a_ca_is_told_because_regenerating_overwrites_it() -> None:
    snapshot = with_certificate(healthy(), "sub1", "tomcat", self_signed=False, issuer="CN=Campus CA")
    (finding,) = found(snapshot, "certificate.ca-signed")
    assert finding.severity is Severity.INFO
    assert finding.what == "is signed by a CA; regenerating would overwrite it with a self-signed one."
    assert finding.evidence[0] == "issuer CN=Campus CA"
