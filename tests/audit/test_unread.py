"""What could not be read, releases that nobody knows, and snapshots that make no sense."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.audit.audit import audit
from ringtrust.change.finding import Severity
from ringtrust.cluster.certificate import Certificate, Identity, Registered, Trusted
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.names import CALLMANAGER, CAPF, TFTP_SERVICE, TOMCAT, TVS
from ringtrust.cluster.node import ListRecord, Node, Role, Served, ServedList, Service
from ringtrust.cluster.phone import Group, Phone, Registration
from ringtrust.cluster.snapshot import (
    FORMAT,
    Backup,
    Disagreement,
    Health,
    Replication,
    Said,
    Snapshot,
    Source,
)
from ringtrust.report.findings import finding_lines, findings_csv, findings_document
from ringtrust.report.findings_page import findings_page
from tests.audit.found import catalog, codes, found, one
from tests.support.snapshots import healthy, with_failed_source, with_node


@pytest.mark.parametrize(
    ("interface", "advice"),
    [
        ("cli", "SSH"),
        ("tls", "port"),
        ("tftp", "Cisco Tftp"),
        ("axl", "Cisco AXL Web Service"),
        ("ris", "Cisco RIS Data Collector"),
        ("phone", "web access"),
        ("new", "Mend the way"),
    ],
)
def test_every_source_that_failed_is_a_finding(interface: str, advice: str) -> None:
    finding = one(with_failed_source(healthy(), interface, "sub1", "things", "no answer"), "source.unread")
    assert (finding.severity, finding.where) == (Severity.UNREAD, "things of sub1")
    assert finding.what == f"could not be read ({interface}): no answer"
    assert advice in finding.advice


def test_a_fact_is_told_once_where_its_source_tells_it_already() -> None:
    snapshot = with_node(healthy(), "sub1", services=Unread("no answer"), itl=Unread("Not known: no answer"))
    assert len(found(snapshot, "source.unread")) == 2
    assert len(found(with_failed_source(snapshot, "cli", "sub1", "services", "no answer"), "source.unread")) == 1
    assert len(found(with_failed_source(snapshot, "cli", "sub2", "services", "no answer"), "source.unread")) == 3
    assert len(found(with_failed_source(snapshot, "cli", "sub1", "services", ""), "source.unread")) == 3


@pytest.mark.parametrize(("version", "read_as"), [("16.0.1.10000-1", "15.0"), ("7.1.5.10000-12", "8.0")])
def test_a_release_that_no_source_covers_is_told(version: str, read_as: str) -> None:
    finding = one(healthy(version), "release.unknown")
    assert finding.severity is Severity.MAJOR
    assert f"It was judged as {read_as}." in finding.what


def test_a_release_that_was_not_read_is_not_guessed() -> None:
    snapshot = replace(
        healthy(),
        version=Unread("no answer"),
        nodes=tuple(replace(node, version=Unread("no answer")) for node in healthy().nodes),
    )
    assert "no answer" in one(snapshot, "release.unread").what
    assert set(codes(snapshot)) == {"release.unread", "source.unread"}
    assert set(codes(healthy("who knows"))) == {"release.unread"}


def test_any_other_node_may_tell_the_release() -> None:
    assert codes(replace(healthy(), version=Unread("no answer"))) == ["source.unread"]


def test_a_snapshot_without_a_publisher_gives_findings() -> None:
    snapshot = healthy("12.5.1.14900-63")
    for name in ("pub", "sub1", "sub2"):
        snapshot = with_node(snapshot, name, role=Role.SUBSCRIBER)
    assert audit(snapshot, catalog()) is not None


# Any snapshot at all

Made = st.SearchStrategy[Any]
WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from([CALLMANAGER, TVS, CAPF, TOMCAT, TFTP_SERVICE, "tomcat-trust", "pub", "TVS", "CN=x\x1b[31m", "=1"]),
)
MOMENTS = st.datetimes(timezones=st.just(UTC))  # a snapshot with a moment that has no zone is not read
NUMBERS = st.integers(-(2**40), 2**40)


def fact(value: Made) -> Made:
    """A fact of any kind."""
    return st.one_of(value.map(Known), WORDS.map(Unread), WORDS.map(Skipped))


def many(value: Made) -> Made:
    """A few."""
    return st.lists(value, max_size=2).map(tuple)


def made(kind: Callable[..., Any], *parts: Made) -> Made:
    """A value of its parts."""
    return st.builds(kind, *parts)


CERTIFICATES = made(
    Certificate,
    *(WORDS, WORDS, WORDS, WORDS, MOMENTS, MOMENTS, st.sampled_from(["RSA", "EC", "other"]), NUMBERS, WORDS),
    *(many(WORDS), st.booleans(), st.booleans(), WORDS, WORDS, many(WORDS), WORDS, WORDS, WORDS),
)
LISTS = made(
    ServedList,
    *(WORDS, WORDS, st.none() | MOMENTS, WORDS, WORDS, st.booleans(), WORDS, st.booleans()),
    *(many(made(ListRecord, WORDS, WORDS, WORDS, WORDS, WORDS)), NUMBERS, st.binary(max_size=4)),
)
NODES = made(
    Node,
    *(WORDS, WORDS, st.sampled_from(Role), fact(WORDS), fact(many(made(Service, WORDS, WORDS, WORDS)))),
    fact(many(made(Identity, WORDS, fact(CERTIFICATES)))),
    fact(many(made(Trusted, WORDS, WORDS, fact(CERTIFICATES)))),
    many(made(Served, WORDS, NUMBERS, fact(CERTIFICATES))),
    *(fact(LISTS), fact(LISTS), fact(many(made(Registered, WORDS, WORDS, WORDS)))),
)
PHONES = made(
    Phone,
    WORDS,
    WORDS,
    WORDS,
    WORDS,
    fact(made(Registration, WORDS | st.just("Registered"), WORDS, WORDS)),
    fact(WORDS),
)
VERSIONS = st.sampled_from(["8.0.1", "9.1.2.12901-3", "12.5.1.14900-63", "14.0.1", "99.1.1"]) | WORDS
SNAPSHOTS = made(
    Snapshot,
    *(st.just(FORMAT), WORDS, MOMENTS, fact(VERSIONS), fact(NUMBERS), fact(st.booleans())),
    fact(many(made(Replication, WORDS, NUMBERS, WORDS, NUMBERS))),
    *(fact(many(WORDS)), fact(many(made(Backup, WORDS, WORDS, WORDS, fact(MOMENTS))))),
    *(fact(many(made(Group, WORDS, many(WORDS)))), fact(many(PHONES)), many(NODES)),
    many(made(Source, WORDS, WORDS, WORDS, st.sampled_from(Health), WORDS)),
    many(made(Disagreement, WORDS, WORDS, many(made(Said, WORDS, WORDS)))),
)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(SNAPSHOTS)
def test_any_snapshot_gives_findings_and_any_finding_can_be_reported(snapshot: Snapshot) -> None:
    findings = audit(snapshot, catalog())
    assert all(finding.level and finding.code != "audit.rule-crashed" for finding in findings)
    if any(source.health is Health.FAILED for source in snapshot.sources):
        assert any(finding.severity is Severity.UNREAD for finding in findings)
    lines = list(finding_lines(findings, snapshot))
    assert all(line.isprintable() and len(line) <= 100 for line in lines)
    assert "\x1b" not in findings_page(findings, snapshot) + findings_csv(findings)
    assert findings_document(findings, snapshot)["format"] == "ringtrust.findings/2"


def test_moments_at_the_ends_of_the_calendar_can_be_compared() -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert found(replace(healthy(), taken=last), "certificate.expired")
    assert found(replace(healthy(), taken=first), "certificate.future")
