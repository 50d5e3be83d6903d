"""How often renewals will be due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ringtrust.audit.years.lifetime import times
from ringtrust.change.finding import Severity
from ringtrust.cluster.names import CALLMANAGER, TOMCAT
from tests.audit.found import catalog, found, one
from tests.audit.years.scenes import CAMPUS, WINDOWS, signed
from tests.support.snapshots import TAKEN, healthy

CODE = "years.lifetime"


@pytest.mark.parametrize(
    ("day", "days", "often"),
    [
        (date(2026, 3, 14), 398, 1),
        (date(2026, 3, 15), 200, 2),
        (date(2027, 3, 14), 200, 2),
        (date(2027, 3, 15), 100, 4),
        (date(2029, 3, 14), 100, 4),
        (date(2029, 3, 15), 47, 8),
        (date(2010, 1, 1), 398, 1),
    ],
)
def test_the_limits_of_ballot_sc_081v3(day: date, days: int, often: int) -> None:
    limit = catalog().years.limit_on(day)
    assert (limit.days, times(limit)) == (days, often)


def test_how_often_a_year_this_cluster_renews_now_and_then() -> None:
    finding = one(signed(signed(healthy(), "pub", TOMCAT), "sub1", TOMCAT), CODE)
    assert (finding.severity, finding.where) == (Severity.MINOR, TOMCAT)
    assert finding.what == (
        "2 certificates made for up to 398 days; "
        "when the first is due, by 2027-04-01, a public CA signs for at most 100."
    )
    assert finding.evidence[0].startswith("pub: 398 days, until 2027-04-01, issuer DigiCert")
    assert finding.evidence[2:] == (
        "now at most 200 days: 4 renewals a year",
        "from 2027-03-15 on at most 100 days: 8 renewals a year",
        "from 2029-03-15 on at most 47 days: 16 renewals a year",
    )
    assert "SC081v3" in finding.sources


def test_a_unit_that_resets_phones_says_how_many_and_how_often() -> None:
    finding = one(signed(healthy(), "sub1", CALLMANAGER), CODE)
    assert finding.breaks == (
        "Every renewal of CallManager makes new trust lists and may reset 4 phones: 8 times a year from 2029-03-15 on.",
    )
    assert "gains nothing from a public CA" in finding.advice


def test_one_that_is_short_enough_for_its_next_renewal_is_none() -> None:
    due = datetime(2027, 4, 1, tzinfo=UTC)
    assert found(signed(healthy(), "sub1", TOMCAT, not_before=due - timedelta(days=100)), CODE) == []
    assert one(signed(healthy(), "sub1", TOMCAT, not_before=due - timedelta(days=101)), CODE)


def test_one_that_has_expired_is_due_today() -> None:
    expired = signed(
        healthy(), "sub1", TOMCAT, not_after=TAKEN - timedelta(days=1), not_before=TAKEN - timedelta(days=399)
    )
    assert "by 2026-06-01, a public CA signs for at most 200" in one(expired, CODE).what


def test_private_cas_sign_for_as_long_as_they_like_and_unknown_ones_may() -> None:
    assert found(signed(healthy(), "sub1", TOMCAT, WINDOWS), CODE) == []
    assert found(healthy(), CODE) == []
    finding = one(signed(healthy(), "sub1", TOMCAT, CAMPUS), CODE)
    assert finding.severity is Severity.INFO
    assert "its name does not tell" in finding.what
