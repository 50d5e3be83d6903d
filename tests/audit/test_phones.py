"""What phones hold, and who is not there."""

from msgspec.structs import replace

from ringtrust.audit.audit import audit
from ringtrust.change.finding import Severity
from ringtrust.cluster.facts import Skipped, Unread
from tests.audit.found import catalog, codes, one
from tests.support.snapshots import healthy, phone, with_node, with_phones

ASTRAY = phone(9, "A", "AB" * 20)


def test_a_registered_phone_with_a_list_that_nobody_serves() -> None:
    finding = one(with_phones(healthy(), ASTRAY), "phone.mismatch")
    assert (finding.severity, finding.where) == (Severity.MAJOR, "1 phone")
    assert finding.evidence == (f"SEP000000000009 (Desk 9) holds {'AB' * 20}",)
    assert "H08" in finding.sources


def test_case_does_not_matter_and_a_phone_that_is_away_is_not_judged() -> None:
    sha1 = next(healthy().current_lists())
    assert codes(with_phones(healthy(), phone(9, "A", sha1.lower()))) == []
    assert codes(with_phones(healthy(), phone(9, "A", "AB" * 20, status="UnRegistered"))) == ["phone.unregistered"]


def test_a_phone_may_hold_the_list_that_was_not_read() -> None:
    snapshot = with_node(with_phones(healthy(), ASTRAY), "sub2", itl=Unread("timed out"))
    finding = one(snapshot, "phone.untold")
    assert finding.severity is Severity.UNREAD
    assert "the list of sub2 was not read" in finding.what
    assert "phone.mismatch" not in codes(snapshot)


def test_phones_that_are_not_registered_are_counted_and_named() -> None:
    away = replace(phone(9, "A", ""), registration=phone(9, "A", "", "NotSeen").registration, itl=Skipped("away"))
    finding = one(with_phones(healthy(), away), "phone.unregistered")
    assert (finding.severity, finding.where) == (Severity.INFO, "1 phone")
    assert finding.evidence == ("SEP000000000009 (Desk 9)",)


def test_a_phone_without_any_list_is_not_astray() -> None:
    assert codes(with_phones(healthy(), phone(9, "A", ""))) == ["phone.no-list"]


def test_a_phone_that_tells_nothing_is_not_a_phone_in_order() -> None:
    silent = replace(ASTRAY, itl=Unread("web access is off"))
    lost = replace(phone(8, "A", ""), description="", registration=Unread("RIS is down"), itl=Unread("RIS is down"))
    (finding,) = audit(with_phones(healthy(), silent, lost), catalog())
    assert (finding.code, finding.severity, finding.where) == ("phone.unread", Severity.UNREAD, "2 phones")
    assert finding.evidence == ("SEP000000000009 (Desk 9)", "SEP000000000008")
    assert "web access is off" in finding.what
