"""Silent changes by snapshots alone: domains, upgrades, rebuilds, what was not read, and what is no event at all."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.audit.seen import Seen, release_of
from ringtrust.audit.silent.happened import happened, happened_but
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import CALLMANAGER, IPSEC, TOMCAT, TVS
from ringtrust.cluster.snapshot import Snapshot
from tests.audit.found import catalog, text
from tests.audit.silent_scenes import MADE, all_new, called, having, later, made_anew, new, restored, upgraded
from tests.support import snapshots
from tests.support.snapshots import NODES, TAKEN, UNITS, certificate, healthy, own, with_identity, with_node


def _seen(snapshot: Snapshot) -> Seen:
    return Seen(snapshot, catalog(), release_of(snapshot, catalog()), 60)


def _found(before: Snapshot, after: Snapshot) -> list[Finding]:
    return list(happened(_seen(before), _seen(after)))


def test_another_domain_of_the_same_host_is_told_as_such() -> None:
    before = called(healthy(), "sub1.old.example")
    after = having(later(before), "sub1", made_anew("sub1.new.example"))
    (finding,) = _found(before, after)
    assert (finding.code, finding.where) == ("silent.domain", "node sub1")
    assert finding.evidence[0] == "old.example then, and new.example now"
    assert "[INF]" in text(finding)
    assert "mixed mode" not in text(finding)
    assert "Up to 11.5" in text(finding)


def test_a_domain_is_told_from_other_names_too() -> None:
    before, after = healthy(), later(healthy())
    old = {unit: replace(own(unit, "sub1"), names=("sub1.old.example",)) for unit in (CALLMANAGER, TOMCAT)}
    named = {unit: new(unit, "sub1", names=("sub1.new.example",)) for unit in (CALLMANAGER, TOMCAT)}
    (finding,) = _found(having(before, "sub1", old), having(after, "sub1", named))
    assert finding.code == "silent.domain"


def test_a_node_that_has_another_name_in_the_server_table_too_is_known_by_its_address() -> None:
    before = healthy()
    after = having(later(before), "sub1", made_anew("branch7"))
    (finding,) = _found(before, with_node(after, "sub1", name="branch7"))
    assert (finding.code, finding.where) == ("silent.hostname", "node branch7")


def test_a_certificate_with_another_name_alone_is_no_new_host_name() -> None:
    after = having(later(healthy()), "sub1", {TOMCAT: new(TOMCAT, "sub1", common_name="www", self_signed=False)})
    assert [each.code for each in _found(healthy(), after)] == ["silent.regenerated"]


def test_two_nodes_within_the_hour_are_told_to_be_too_many_at_once() -> None:
    after = later(healthy())
    for node, name in (("sub1", "branch7"), ("sub2", "branch8")):
        after = having(after, node, made_anew(name, node))
    found = _found(healthy(), after)
    assert [each.code for each in found] == ["silent.hostname", "silent.hostname"]
    assert all("H23" in text(each) for each in found)


def test_what_a_ca_had_signed_and_mixed_mode_ask_for_more() -> None:
    before = snapshots.secured()
    signed = replace(own(TOMCAT, "sub1"), self_signed=False)
    before = having(before, "sub1", {TOMCAT: signed})
    after = having(later(before), "sub1", made_anew("branch7"))
    (finding,) = _found(before, after)
    assert "In mixed mode" in text(finding)
    assert "Update the CTL, then restart all nodes." in finding.advice
    assert "signed again" in finding.advice
    assert "rollback parameter" not in finding.advice


def test_itlrecovery_that_is_new_with_the_version_is_told_as_the_defect() -> None:
    (finding,) = _found(*upgraded("11.5.1.14900-11", "12.5.1.11900-146"))
    assert (finding.code, finding.where) == ("silent.upgrade", "node pub")
    assert "the CTL does not hold the new ITLRecovery" in finding.evidence
    assert {"CSCvv13565", "FN70613", "H22"} <= set(finding.sources)
    assert "utils ctl reset localkey" in finding.advice


def test_itlrecovery_that_is_new_under_the_same_version_is_somebody_s() -> None:
    before, after = upgraded("12.5.1.11900-146", "12.5.1.11900-146")
    (finding,) = _found(before, after)
    assert (finding.code, finding.severity) == ("silent.regenerated", Severity.MAJOR)


@pytest.mark.parametrize(
    ("version", "code"), [("11.5.1.14900-11", "silent.rebuild"), ("12.5.1.14900-63", "silent.fips")]
)
def test_a_publisher_all_of_whose_certificates_are_new_was_built_anew_or_fips_was_switched(
    version: str, code: str
) -> None:
    (finding,) = _found(*all_new(version))
    assert finding.code == code


def test_a_renewal_of_everything_over_several_hours_is_no_event() -> None:
    """As a plan does it: type after type, Change Notification in between."""
    after = later(healthy())
    for hours, unit in enumerate(UNITS):
        made = new(unit, "sub1", not_before=MADE + timedelta(hours=2 * hours))
        after = having(after, "sub1", {unit: made})
    assert {each.code for each in _found(healthy(), after)} == {"silent.regenerated"}


def test_what_phones_do_not_trust_by_weighs_less_than_what_they_do() -> None:
    after = having(later(healthy()), "sub1", {IPSEC: new(IPSEC, "sub1"), TVS: new(TVS, "sub1")})
    found = {each.severity: each.where for each in _found(healthy(), after)}
    assert found == {Severity.MAJOR: "TVS of sub1", Severity.MINOR: "ipsec of sub1"}


def test_a_ca_that_has_signed_earlier_is_no_restore() -> None:
    early = new(TOMCAT, "sub1", not_before=TAKEN - timedelta(days=900), self_signed=False)
    assert [each.code for each in _found(healthy(), having(later(healthy()), "sub1", {TOMCAT: early}))] == [
        "silent.regenerated"
    ]


def test_a_restore_names_the_backup_that_is_of_the_time_in_between() -> None:
    (finding,) = _found(*restored())
    assert finding.code == "silent.restore"
    assert any("2026-06-01.tar" in each for each in finding.evidence)


def test_a_node_that_was_not_read_is_no_node_without_changes() -> None:
    before = with_node(healthy(), "sub1", identities=Unread("no answer"))
    (finding,) = _found(before, later(healthy()))
    assert (finding.code, finding.severity, finding.where) == ("silent.unread", Severity.UNREAD, "node sub1")
    assert _found(before, before) == []


@given(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(UNITS), st.integers(-900, 20)), max_size=8))
def test_every_change_is_told_once_and_none_of_those_that_a_plan_has_made(changes: list[tuple[str, str, int]]) -> None:
    after, serials = later(healthy()), {}
    for node, unit, days in changes:
        made = replace(certificate(f"{days} {unit} {node}"), not_before=TAKEN + timedelta(days=days))
        after = with_identity(after, node, unit, Known(made))
        serials[node, unit] = made.serial
    told = [line for each in _found(healthy(), after) for line in each.evidence]
    assert all(sum(serial in line for line in told) == 1 for serial in serials.values())
    planned = frozenset(serials.values())
    assert list(happened_but(_seen(healthy()), _seen(after), planned)) == []
    assert _found(after, after) == []
