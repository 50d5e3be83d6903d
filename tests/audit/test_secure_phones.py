"""Phones in mixed mode: their CTL, who cannot ask TVS, and their LSCs (H14, H17, I7; S9, S120 to S123, S169)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ringtrust.audit.secure.lsc_words import way_out
from ringtrust.change.finding import Severity
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import CAPF
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.lab.state.type_tables import CERTIFICATE_STATES
from tests.audit.found import codes, found, one, text
from tests.support.snapshots import (
    CAPF_NAME,
    TAKEN,
    certificate,
    copy_of,
    ctl,
    healthy,
    renewed,
    secured,
    with_certificate,
    with_lscs,
    with_trusted,
)

OLD = "CAPF-0ld0ld00"


def first_changed(snapshot: Snapshot, **changes: object) -> Snapshot:
    """The first phone, changed."""
    first, *others = snapshot.all_phones()
    return replace(snapshot, phones=Known((replace(first, **changes), *others)))


def first_of(snapshot: Snapshot) -> Phone:
    return snapshot.all_phones()[0]


def test_a_phone_with_another_ctl_than_is_served() -> None:
    finding = one(first_changed(secured(), ctl=Known("BB" * 20)), "phone.ctl-mismatch")
    assert finding.severity is Severity.MAJOR
    assert first_of(secured()).name in text(finding)
    assert codes(first_changed(secured(), ctl=Known(ctl().md5))) == ["mode.mixed"]


def test_a_device_with_a_ctl_and_no_itl_is_not_called_one_without_any_list() -> None:
    assert codes(first_changed(secured(), itl=Known(""))) == ["mode.mixed"]
    assert one(first_changed(healthy(), itl=Known("")), "phone.no-list").severity is Severity.INFO


def test_a_secure_phone_without_a_ctl_and_one_that_does_not_tell() -> None:
    assert one(first_changed(secured(), ctl=Known("")), "phone.no-ctl").severity is Severity.MINOR
    assert one(first_changed(secured(), ctl=Unread("no such line")), "phone.ctl-unread").severity is Severity.UNREAD
    assert found(first_changed(healthy(), ctl=Unread("no such line")), "phone.ctl-unread") == []


def test_devices_without_tvs_are_counted_with_examples_and_the_keys_that_erase() -> None:
    finding = one(first_changed(secured(), model="Cisco 7940"), "phone.no-tvs")
    assert (finding.severity, finding.where, finding.sources[0]) == (Severity.INFO, "1 device", "H14")
    assert finding.evidence == (f"Cisco 7940: 1, such as {first_of(secured()).name}",)
    assert "To erase it on a Cisco 7940: Settings, 4, 5, 2, **#, Soft4, Soft2." in finding.advice
    assert found(first_changed(healthy(), model="Cisco 7940"), "phone.no-tvs") == []


@pytest.mark.shows("S57")
def test_a_secure_phone_that_has_no_lsc() -> None:
    bare = with_lscs(secured(), issuer="", expires=None, status="None")
    finding = one(bare, "phone.mic-only")
    assert finding.where == "2 phones"
    assert "S57" in finding.sources
    waiting = with_lscs(secured(), issuer="", expires=None, status="Operation Pending")
    assert found(waiting, "phone.mic-only") == []


@pytest.mark.shows("S53", "S169")
@pytest.mark.parametrize(
    ("left", "code", "severity"),
    [
        (-1, "lsc.expired", Severity.CRITICAL),
        (0, "lsc.expired", Severity.CRITICAL),
        (60, "lsc.expiring", Severity.MAJOR),
    ],
)
def test_an_lsc_that_has_expired_or_does_so_soon(left: int, code: str, severity: Severity) -> None:
    finding = one(with_lscs(secured(), expires=TAKEN + timedelta(days=left)), code)
    assert (finding.severity, finding.where) == (severity, "2 phones")
    assert f"{CAPF_NAME}: 2 phones" in finding.evidence
    assert {"S53", "S169"} <= set(finding.sources)
    assert codes(with_lscs(secured(), expires=TAKEN + timedelta(days=61))) == ["mode.mixed"]


@pytest.mark.shows("S119")
def test_lscs_of_a_capf_that_is_not_the_one_of_now_are_counted_by_issuer_and_still_good() -> None:
    snapshot = with_lscs(secured(), issuer=OLD)
    earlier = certificate(OLD)
    for node in ("pub", "sub1", "sub2"):
        snapshot = with_trusted(snapshot, node, copy_of(earlier, "CallManager-trust"))
    snapshot = with_trusted(snapshot, "pub", copy_of(earlier, "CAPF-trust"))
    finding = one(snapshot, "lsc.outdated")
    assert finding.severity is Severity.MAJOR
    assert finding.evidence[0] == f"{OLD}: 2 phones"
    assert found(snapshot, "lsc.untrusted") == []


def test_every_lsc_is_outdated_once_capf_is_new_and_none_where_it_was_not_read() -> None:
    assert one(renewed(secured(), "pub", CAPF), "lsc.outdated").where == "4 phones"
    unread = with_certificate(secured(), "pub", CAPF, common_name=CAPF_NAME)
    assert found(unread, "lsc.outdated") == []


def test_an_issuer_that_stands_in_no_store_any_more_is_critical() -> None:
    finding = one(with_lscs(secured(), issuer=OLD), "lsc.untrusted")
    assert finding.severity is Severity.CRITICAL
    assert {"not in CallManager-trust of pub", "not in CallManager-trust of sub2", "not in CAPF-trust of pub"} <= set(
        finding.evidence
    )
    assert finding.sources[:2] == ("H17", "I7")


@pytest.mark.shows("S120", "S121", "S122", "S123")
def test_an_issuer_that_has_expired_keeps_phones_from_registering_and_the_way_back_is_told() -> None:
    finding = one(with_lscs(secured(), issuer_expires=TAKEN), "lsc.issuer-expired")
    assert finding.severity is Severity.CRITICAL
    assert "CUCM refuses their certificate" in text(finding)
    assert "signed by whom they know" in finding.advice
    assert {"S120", "S121", "S122", "S123"} <= set(finding.sources)


def test_operations_that_wait_are_told_and_bad_for_nobody() -> None:
    finding = one(with_lscs(secured(), operation="Install/Upgrade", status="Operation Pending"), "lsc.pending")
    assert finding.severity is Severity.INFO
    assert "Install/Upgrade: 2" in finding.evidence


@pytest.mark.shows("S175", "S176")
def test_a_failed_operation_is_told_in_cisco_s_words_with_the_way_out() -> None:
    finding = one(with_lscs(secured(), status="Upgrade Failed: Invalid Authentication String"), "lsc.failed")
    assert '"Upgrade Failed: Invalid Authentication String"' in finding.what
    assert "By Null String" in finding.advice
    assert "Settings > (6) Security Configuration > (4) LSC > **# > Update > Submit" in finding.advice
    assert {"S175", "S176"} <= set(finding.sources)


@pytest.mark.parametrize("status", [each for each in CERTIFICATE_STATES if "Failed" in each])
def test_every_failure_has_a_way_out(status: str) -> None:
    assert "**#" in way_out(status)
    if ":" in status:
        assert not way_out(status).startswith("Set the operation again, save")


def test_lscs_that_nobody_could_read_are_no_clean_result_in_mixed_mode() -> None:
    assert one(first_changed(secured(), lsc=Unread("no answer")), "lsc.unread").severity is Severity.UNREAD
    assert found(first_changed(healthy(), lsc=Unread("no answer")), "lsc.unread") == []
