"""An audit as somebody asks for it: suppressions that say why, and what has changed since an older snapshot."""

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.audit.audit import audit
from ringtrust.audit.compare import compare, fingerprints, place
from ringtrust.audit.review import Review, Scope, review
from ringtrust.audit.since import audit_since
from ringtrust.audit.suppressions import sift
from ringtrust.change.finding import Finding, Severity
from ringtrust.change.suppression import Suppression
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from tests.audit.found import catalog
from tests.support.snapshots import (
    TAKEN,
    healthy,
    phone,
    with_certificate,
    with_failed_source,
    with_phones,
    with_service,
)

EXPIRED = with_certificate(healthy(), "sub1", "TVS", not_after=TAKEN)
DAY = timedelta(days=1)


def suppression(code: str = "certificate.expired", where: str = "TVS of sub1", **changes: Any) -> Suppression:
    made = Suppression(code=code, where=where, reason="CHG-7", until=TAKEN.date())
    return replace(made, **changes)


def reviewed(snapshot: Snapshot, *suppressions: Suppression, **scope: Any) -> Review:
    return review(snapshot, catalog(), Scope(suppressions=suppressions, **scope))


def codes(made: Review) -> list[str]:
    return [finding.code for finding in made.findings]


# Suppressions


@pytest.mark.parametrize("where", ["TVS of sub1", "TVS of *", "*", "TVS of sub[12]", "TVS of sub?"])
def test_a_finding_that_is_suppressed_is_set_apart_with_who_says_so(where: str) -> None:
    made = reviewed(EXPIRED, suppression(where=where))
    assert made.findings == ()
    (each,) = made.beside.suppressed
    assert (each.finding.where, each.finding.level, each.by.reason) == ("TVS of sub1", "MUST", "CHG-7")


@pytest.mark.parametrize(
    "changes",
    [{"where": "TVS of sub"}, {"where": "tvs of *"}, {"code": "certificate.expiring"}, {"where": "tomcat of *"}],
)
def test_what_a_suppression_does_not_fit_counts_and_the_suppression_is_called_unused(changes: dict[str, Any]) -> None:
    made = reviewed(EXPIRED, suppression(**changes))
    assert codes(made) == ["certificate.expired", "suppression.unused"]
    assert (made.findings[1].severity, made.findings[1].level) == (Severity.INFO, "MAY")
    assert made.beside.suppressed == ()


def test_a_suppression_holds_through_its_last_day_and_then_is_a_finding() -> None:
    assert codes(reviewed(EXPIRED, suppression(until=TAKEN.date()))) == []
    made = reviewed(EXPIRED, suppression(until=(TAKEN - DAY).date()))
    assert codes(made) == ["certificate.expired", "suppression.ended"]
    assert (made.findings[1].severity, made.findings[1].level) == (Severity.MINOR, "SHOULD")
    assert made.findings[1].what == "ended on 2026-05-31: what it suppressed counts again."
    assert made.findings[1].evidence == ("reason: CHG-7",)


def test_what_could_not_be_read_is_never_suppressed_and_the_suppression_says_so() -> None:
    unread = with_failed_source(healthy(), "cli", "pub", "things", "no answer")
    made = reviewed(unread, suppression(code="source.unread", where="*"))
    assert codes(made) == ["source.unread", "suppression.unused"]
    assert "what could not be read, and that is never suppressed" in made.findings[1].what
    assert made.beside.suppressed == ()


def test_a_suppression_of_another_cluster_is_none_here_and_not_unused_either() -> None:
    assert codes(reviewed(EXPIRED, suppression(cluster="cam*"))) == []
    assert codes(reviewed(EXPIRED, suppression(cluster="berlin-*"))) == ["certificate.expired"]


def test_a_count_in_a_place_is_no_part_of_it() -> None:
    astray = with_phones(healthy(), phone(9, "A", "AB" * 20), phone(8, "A", "AB" * 20))
    assert codes(reviewed(astray, suppression(code="phone.mismatch", where="phones"))) == []
    assert codes(reviewed(astray, suppression(code="phone.mismatch", where="2 phones"))) == []
    assert "phone.mismatch" in codes(reviewed(astray, suppression(code="phone.mismatch", where="3 phones")))


def test_of_two_that_fit_the_first_is_named_and_neither_is_unused() -> None:
    made = reviewed(EXPIRED, suppression(where="TVS of *", reason="one"), suppression(reason="two"))
    assert codes(made) == []
    assert len(made.beside.suppressed) == 1


def test_a_suppression_of_what_another_profile_finds_is_not_unused() -> None:
    stopped = with_service(EXPIRED, "sub1", "Cisco Tftp", "STOPPED")
    made = reviewed(stopped, suppression(code="service.down", where="*"), profile="expiry")
    assert codes(made) == ["certificate.expired"]
    assert made.beside.suppressed == ()
    assert codes(reviewed(stopped, profile="hygiene")) == ["service.down"]


WORDS = st.text("abz-*?[]! of", max_size=6)


@given(
    st.lists(st.tuples(WORDS, st.sampled_from(Severity)), max_size=6),
    st.lists(st.tuples(WORDS, st.sampled_from([DAY, -DAY])), max_size=6),
)
def test_nothing_is_lost_and_nothing_that_was_not_read_is_set_apart(
    places: list[tuple[str, Severity]], wheres: list[tuple[str, timedelta]]
) -> None:
    findings = [Finding("x.y", severity, where, "what.") for where, severity in places]
    suppressions = [suppression("x.y", where, until=(TAKEN + left).date()) for where, left in wheres]
    made = sift(findings, suppressions, healthy())
    together = [*made.findings, *(each.finding for each in made.suppressed)]
    assert sorted(map(str, together)) == sorted(map(str, findings))
    assert all(each.finding.severity is not Severity.UNREAD for each in made.suppressed)
    assert all(each.by.until >= TAKEN.date() for each in made.suppressed)
    ended = [each for each in made.remarks if each.code == "suppression.ended"]
    assert len(ended) == sum(left < timedelta(0) for _, left in wheres)


# Compared with an older snapshot


def _older(snapshot: Snapshot, **changes: Any) -> Snapshot:
    return replace(snapshot, taken=TAKEN - 5 * DAY, **changes)


def test_what_is_new_what_is_gone_and_what_is_still_there() -> None:
    before = with_service(with_certificate(healthy(), "sub2", "CAPF", bits=1024), "sub1", "Cisco Tftp", "STOPPED")
    now = with_service(EXPIRED, "sub1", "Cisco Tftp", "STOPPED")
    changes = reviewed(now, before=_older(before)).beside.changes
    assert changes is not None
    assert changes.taken == TAKEN - 5 * DAY
    assert [each.code for each in changes.new.values()] == ["certificate.expired"]
    assert [each.code for each in changes.gone.values()] == ["certificate.weak"]
    assert [each.code for each in changes.still.values()] == ["service.down"]
    assert changes.states() == {
        finding: "still there" if finding.code == "service.down" else "new" for finding in audit(now, catalog())
    }


def test_dates_and_counts_make_no_finding_a_new_one() -> None:
    ending = with_certificate(healthy(), "sub1", "TVS", not_after=TAKEN + 20 * DAY)
    two = with_phones(ending, phone(9, "A", "AB" * 20), phone(8, "A", "AB" * 20))
    changes = reviewed(with_phones(ending, phone(9, "A", "AB" * 20)), before=_older(two)).beside.changes
    assert changes is not None
    assert (changes.new, changes.gone) == ({}, {})
    assert {each.code for each in changes.still.values()} == {"certificate.expiring", "phone.mismatch"}


def test_what_is_suppressed_is_compared_too_and_a_file_makes_nothing_gone() -> None:
    unused = suppression(code="backup.old", where="*")
    changes = reviewed(EXPIRED, suppression(), unused, before=_older(healthy())).beside.changes
    assert changes is not None
    assert [each.code for each in changes.new.values()] == ["certificate.expired"]
    assert [each.code for each in changes.still.values()] == ["suppression.unused"]
    assert changes.gone == {}


def test_a_snapshot_of_another_cluster_or_a_newer_one_is_refused() -> None:
    with pytest.raises(RefusedError, match="berlin"):
        reviewed(EXPIRED, before=_older(healthy(), cluster="berlin"))
    with pytest.raises(RefusedError, match="after this one"):
        reviewed(EXPIRED, before=replace(healthy(), taken=TAKEN + DAY))
    assert reviewed(EXPIRED, before=EXPIRED).beside.changes is not None


def test_rules_over_two_snapshots_have_their_place() -> None:
    assert audit_since(_older(healthy()), healthy(), catalog()) == ()


@pytest.mark.parametrize(
    ("where", "stable"),
    [
        ("4 phones", "phones"),
        ("1 phone", "phones"),
        ("40,000 phones", "phones"),
        ("1 device", "devices"),
        ("CUCM 9.1", "CUCM 9.1"),
        ("TVS of 10.0.0.1", "TVS of 10.0.0.1"),
        ("4 phones of sub1", "4 phones of sub1"),
        ("", ""),
    ],
)
def test_a_place_has_no_count(where: str, stable: str) -> None:
    assert place(where) == stable


def test_findings_that_are_alike_are_told_apart_by_their_order() -> None:
    one, other = (Finding("lsc.untrusted", Severity.CRITICAL, "2 phones", what) for what in ("A.", "B."))
    found = dict(fingerprints([one, other], "campus"))
    assert list(found.values()) == [one, other]
    changes = compare([one, other], [one], "campus", TAKEN)
    assert (len(changes.still), len(changes.gone)) == (1, 1)


def test_a_fingerprint_is_of_code_place_and_cluster_and_of_nothing_else() -> None:
    finding = Finding("x.y", Severity.MINOR, "here", "what.")
    ((first, _),) = fingerprints([finding], "campus")
    for same in (replace(finding, what="other."), replace(finding, severity=Severity.MAJOR, evidence=("e",))):
        assert next(iter(fingerprints([same], "campus")))[0] == first
    for other in (replace(finding, where="there"), replace(finding, code="x.z")):
        assert next(iter(fingerprints([other], "campus")))[0] != first
    assert next(iter(fingerprints([finding], "berlin")))[0] != first
    assert first == hashlib.sha256(b"x.y\0here\0campus").hexdigest()[:32]


def test_a_day_is_that_of_the_snapshot() -> None:
    """The file says 2026-06-01; a snapshot of the day after is judged without it, whenever that is done."""
    later = replace(EXPIRED, taken=TAKEN + DAY)
    assert "suppression.ended" in codes(reviewed(later, suppression(until=date(2026, 6, 1))))
