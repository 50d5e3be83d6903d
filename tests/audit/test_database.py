"""Sources that disagree: the database and the disk, and two interfaces; neither is chosen, both are shown (210541)."""

import pytest
from msgspec.structs import replace

from ringtrust.change.finding import Severity
from ringtrust.cluster.certificate import Certificate, Registered, Trusted
from ringtrust.cluster.facts import Known, known
from ringtrust.cluster.names import CALLMANAGER, ITLRECOVERY
from ringtrust.cluster.node import Node
from ringtrust.cluster.snapshot import Disagreement, Said, Snapshot
from tests.audit.found import codes, found, one
from tests.support.snapshots import certificate, healthy, node_of, renewed, with_identity, with_node, with_trusted


def registered(node: Node) -> tuple[Registered, ...]:
    """What the database says when it agrees with the disk of a node."""
    assert isinstance(node.identities, Known)
    assert isinstance(node.trusted, Known)
    own = [(each.unit, each.certificate) for each in node.identities.value]
    copies = [(each.store, each.certificate) for each in node.trusted.value]
    return tuple(_row(name, each) for name, fact in (*own, *copies) for each in known([fact]))


def _row(name: str, found: Certificate) -> Registered:
    return Registered(name, found.serial, found.subject)


def agreeing(snapshot: Snapshot) -> Snapshot:
    """The same with a database that says what the disks say."""
    for node in snapshot.nodes:
        snapshot = with_node(snapshot, node.name, registered=Known(registered(node), "axl"))
    return snapshot


def test_where_both_say_the_same_nothing_is_found() -> None:
    assert codes(agreeing(healthy())) == []


def test_a_certificate_that_the_database_does_not_have_yet_is_found_with_both_serial_numbers() -> None:
    snapshot = renewed(agreeing(healthy()), "sub1", CALLMANAGER)
    finding = one(snapshot, "database.other")
    assert finding.where == "CallManager of sub1"
    assert finding.severity is Severity.MAJOR
    old = next(each for each in registered(node_of(healthy(), "sub1")) if each.name == CALLMANAGER)
    new = certificate("new CallManager of sub1")
    assert finding.evidence == (f"on disk serial {new.serial}", f"in the database serial {old.serial}")


@pytest.mark.parametrize("serial", ["00AB", "AB", "0AB1", "000000AB12"])
def test_zeros_in_front_of_a_serial_number_are_no_difference(serial: str) -> None:
    own = certificate("CallManager of sub1", serial=serial)
    digits = serial.lstrip("0")
    plain = digits.zfill(len(digits) + len(digits) % 2)
    snapshot = with_identity(healthy(), "sub1", CALLMANAGER, Known(own))
    snapshot = with_node(snapshot, "sub1", registered=Known((Registered(CALLMANAGER, plain, own.subject),)))
    assert [each for each in codes(snapshot) if each == "database.other"] == ["database.other"] * 4


def test_stores_that_differ_are_named_on_either_side() -> None:
    extra = certificate("Extra CA")
    snapshot = with_trusted(agreeing(healthy()), "pub", Trusted("tomcat-trust", "Extra.pem", Known(extra)))
    node = node_of(snapshot, "pub")
    assert isinstance(node.registered, Known)
    gone = Registered("CallManager-trust", "0A0B", "CN=gone")
    snapshot = with_node(snapshot, "pub", registered=Known((*node.registered.value, gone)))
    finding = one(snapshot, "database.store")
    assert finding.severity is Severity.MINOR
    assert finding.evidence == (
        f'tomcat-trust on disk only: "{extra.subject}", serial {extra.serial}',
        'CallManager-trust in the database only: "CN=gone", serial 0A0B',
    )
    assert "S112" in finding.sources


def test_a_store_that_nobody_keeps_alike_is_not_judged() -> None:
    """ipsec-trust: Change Notification does not carry it, so that other nodes keep the copy of before (210541)."""
    snapshot = agreeing(healthy())
    node = node_of(snapshot, "pub")
    assert isinstance(node.registered, Known)
    more = (*node.registered.value, Registered("ipsec-trust", "0A0B", "CN=new"))
    assert codes(with_node(snapshot, "pub", registered=Known(more))) == []


def test_what_was_read_from_the_database_is_not_compared_with_it() -> None:
    snapshot = agreeing(healthy())
    node = node_of(snapshot, "pub")
    assert isinstance(node.identities, Known)
    assert isinstance(node.trusted, Known)
    alone = with_node(
        snapshot,
        "pub",
        registered=Known(()),
        identities=replace(node.identities, source="axl"),
        trusted=replace(node.trusted, source="axl"),
    )
    assert codes(alone) == []


def test_a_unit_of_the_publisher_that_a_subscriber_lists_is_not_missed_in_its_rows() -> None:
    snapshot = agreeing(healthy("12.5.1.14900-63"))
    shared = Known(certificate("ITLRecovery of pub"))
    snapshot = with_identity(with_identity(snapshot, "pub", ITLRECOVERY, shared), "sub1", ITLRECOVERY, shared)
    assert [each.where for each in found(snapshot, "database.other")] == ["ITLRecovery of pub"]


def test_two_interfaces_that_answer_differently_are_a_finding_and_not_a_choice() -> None:
    said = (Said("cli", "serial 01"), Said("rest", "serial 02"))
    snapshot = replace(healthy(), disagreements=(Disagreement("sub1", "identity tomcat", said),))
    finding = one(snapshot, "sources.disagree")
    assert finding.where == "identity tomcat of sub1"
    assert finding.evidence == ("cli: serial 01", "rest: serial 02")
