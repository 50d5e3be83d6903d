"""Certificates that are there twice."""

from msgspec.structs import replace

from ringtrust.change.finding import Severity
from ringtrust.cluster.certificate import Registered
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER, TOMCAT
from ringtrust.cluster.snapshot import Snapshot
from tests.audit.found import found, one
from tests.audit.years.scenes import foreign, trusting
from tests.support.snapshots import certificate, copy_of, healthy, own, with_node, with_trusted

CODE = "years.duplicates"
HIT = "12.5.1.12900-115"


def test_units_of_a_node_with_one_subject_are_no_duplicates() -> None:
    assert own(CALLMANAGER, "pub").subject == own(TOMCAT, "pub").subject
    assert found(healthy(), CODE) == []


def test_a_peer_that_is_there_twice() -> None:
    first, second = foreign("ldap.example"), replace(foreign("ldap.example"), sha256="F" * 64, serial="0F")
    snapshot = healthy(HIT)
    for each in (first, second):
        snapshot = trusting(snapshot, each, "tomcat-trust", "pub", "sub1")
    finding = one(snapshot, CODE)
    assert (finding.severity, finding.where) == (Severity.MINOR, "trust stores")
    assert finding.evidence == (f'tomcat-trust of pub, sub1: "CN=ldap.example" 2 times, serials 0F, {first.serial}',)
    assert finding.breaks[0].endswith("This release may have that defect (open in 12.5(1)SU2).")
    assert "CSCvs65670" in finding.sources


def test_on_a_release_without_the_defect_it_is_worth_knowing_only() -> None:
    first, second = foreign("ldap.example"), replace(foreign("ldap.example"), sha256="F" * 64)
    snapshot = trusting(trusting(healthy("15.0.1.11900-23"), first, "tomcat-trust"), second, "tomcat-trust")
    finding = one(snapshot, CODE)
    assert finding.severity is Severity.INFO
    assert len(finding.breaks) == 1


def test_an_older_identity_beside_the_one_of_now() -> None:
    older = certificate("older CallManager of pub")
    finding = one(trusting(healthy(), older, "CallManager-trust"), CODE)
    assert "CallManager-trust of pub" in finding.evidence[0]


def test_one_of_that_name_in_another_store_or_on_another_node_is_no_duplicate() -> None:
    first, second = foreign("ldap.example"), replace(foreign("ldap.example"), sha256="F" * 64)
    snapshot = trusting(healthy(), first, "tomcat-trust", "pub")
    assert found(trusting(snapshot, second, "tomcat-trust", "sub1"), CODE) == []
    assert found(trusting(snapshot, second, "CallManager-trust", "pub"), CODE) == []


def test_one_certificate_in_two_files() -> None:
    peer = foreign("ldap.example")
    entries = [replace(copy_of(peer, "tomcat-trust"), file=file) for file in ("ldap.pem", "ldap-1.pem")]
    finding = one(with_trusted(healthy(), "sub2", *entries), CODE)
    assert finding.evidence == ('tomcat-trust of sub2: "CN=ldap.example" in the files ldap-1.pem, ldap.pem',)


def test_rows_of_the_database() -> None:
    rows = (Registered("tomcat-trust", "0A", "CN=x"), Registered("tomcat-trust", "0B", "CN=x"))
    finding = next(each for each in found(_with_rows(*rows), CODE) if each.where == "database")
    assert finding.evidence == ('tomcat-trust of pub: "CN=x" 2 rows, serials 0A, 0B',)
    units = (Registered(TOMCAT, "0A", "CN=x"), Registered(TOMCAT, "0B", "CN=y"))
    finding = next(each for each in found(_with_rows(*units), CODE) if each.where == "database")
    assert finding.evidence == ("tomcat of pub: 2 rows, serials 0A, 0B",)


def test_rows_of_identities_of_now_are_no_duplicates_in_a_store() -> None:
    now = (own(CALLMANAGER, "pub"), own(TOMCAT, "pub"))
    rows = [Registered("CallManager-trust", each.serial, each.subject) for each in now]
    assert [each for each in found(_with_rows(*rows), CODE) if each.where == "database"] == []


def _with_rows(*rows: Registered) -> Snapshot:
    return with_node(healthy(), "pub", registered=Known(rows))
