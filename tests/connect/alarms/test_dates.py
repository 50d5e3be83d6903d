"""The year of an Expiration that has none: worked out where one only fits, else all that fit (S25 to S27)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.alarm import Ambiguous, Stamp
from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.alarms.dates import LIFE, read_expiry, read_stamp

ALARM = Known(Stamp(date(2014, 9, 5), "00:00:06", "UTC"))
NO_DATE = Unread("The alarm bears no date.")


@pytest.mark.parametrize(
    ("text", "time", "zone"),
    [
        ("Mon May 19 14:46:", "14:46", ""),
        ("Mon May 19 14:46", "14:46", ""),
        ("Mon May 19", "", ""),
        ("Monday May 19 14:46:07", "14:46:07", ""),
        ("mon  may  19  14:46:07:000 C", "14:46:07", "C"),
        ("Mon May 19 14:46:07:000 CES", "14:46:07", "CES"),
        ("Mon May 19 14:46:07.123 CEST ", "14:46:07", "CEST"),
        ("Mon May 19 14:46:07:000 GMT+02:00", "14:46:07", "GMT+02:00"),
        ("Mon May 19 14:46:07:000 CEST 20", "14:46:07", "CEST"),
        ("Mon May 19 14:46:07:000 CEST 2014", "14:46:07", "CEST"),
        ("Mon May 19 2014 14:46:07 UTC", "14:46:07", "UTC"),
        ("2014-05-19T14:46:07", "14:46:07", ""),
        ("2014-05-19", "", ""),
    ],
)
def test_a_date_is_read_however_it_is_written_or_cut_off(text: str, time: str, zone: str) -> None:
    assert read_expiry(text, "CertValidfor7days", ALARM) == Known(Stamp(date(2014, 5, 19), time, zone))


@pytest.mark.shows("S27")
@pytest.mark.parametrize(
    ("alarm", "text", "year"),
    [
        ("CertValidfor7days", "Mon May 19 14:46", 2014),  # expired
        ("CertValidfor7days", "Wed Sep 10 14:46", 2014),  # about to
        ("CertValidfor7days", "Fri Sep 12 14:46", 2014),  # on the last day
        ("CertValidLessthanADay", "Sat Sep 6 01:00", 2014),
        ("CertExpired", "Sun Jul 27 12:30", 2014),
        ("CertValidLessThanMonth", "Sat Oct 4 12:00", 2014),
        ("CertValidityOver30Days", "Tue Jan 6 12:00", 2015),
        ("CertExpiryApproaching", "Wed May 13 12:00", 2015),
        ("CERTVALIDFOR7DAYS", "Mon May 19 14:46", 2014),
        ("SomethingNew", "Mon May 19 14:46", 2014),
    ],
)
def test_what_the_alarm_means_and_its_weekday_leave_one_year(alarm: str, text: str, year: int) -> None:
    found = read_expiry(text, alarm, ALARM)
    assert isinstance(found, Known)
    assert found.value.day.year == year


def test_without_a_weekday_or_without_a_date_of_the_alarm_all_that_fit_are_named() -> None:
    found = read_expiry("May 19 14:46", "CertExpired", ALARM)
    assert isinstance(found, Ambiguous)
    assert [stamp.day.year for stamp in found.candidates] == [2010, 2011, 2012, 2013, 2014]
    found = read_expiry("Mon May 19 14:46", "CertExpired", NO_DATE)
    assert isinstance(found, Ambiguous)
    assert [stamp.day.year for stamp in found.candidates] == [2008, 2014, 2025, 2031, 2036, 2042]
    assert "bears no date" in found.reason


def test_a_weekday_twice_near_the_alarm_is_not_decided() -> None:
    """Some days of the year have their weekday again after five years."""
    dated = Known(Stamp(date(2020, 5, 19)))
    found = read_expiry("Tue May 19 10:00", "CertExpired", dated)
    assert isinstance(found, Ambiguous)
    assert [stamp.day.year for stamp in found.candidates] == [2015, 2020]


@pytest.mark.parametrize(
    "text", ["", "   ", "soon", "Mon", "May", "19 May", "Lun May 19", "Mon May 99", "2014-13-01", "Feb 30"]
)
def test_what_is_no_date_is_unread_with_a_reason(text: str) -> None:
    found = read_expiry(text, "CertExpired", ALARM)
    assert isinstance(found, Unread)
    assert found.reason.endswith(".") or '"' in found.reason


def test_a_weekday_that_no_year_has_is_not_bent_into_one() -> None:
    assert isinstance(read_expiry("Mon May 19 2015", "CertExpired", ALARM), Unread)  # it was a Tuesday
    assert isinstance(read_expiry("Mon Feb 29 10:00 19", "CertExpired", ALARM), Unread)


def test_a_year_that_contradicts_the_alarm_is_not_taken() -> None:
    found = read_expiry("Sun Mar 26 12:30", "CertExpired", ALARM)  # 2017 had not come
    assert isinstance(found, Unread)
    assert "No year since 2008 fits" in found.reason
    found = read_expiry("Wed May 19 14:46", "CertExpired", Known(Stamp(date(2019, 9, 5))))  # 2010 is long ago
    assert isinstance(found, Ambiguous)
    assert [stamp.day.year for stamp in found.candidates] == [2010]


def test_a_stamp_needs_its_year() -> None:
    assert isinstance(read_stamp("Sep 5 02:00:06"), Unread)
    assert read_stamp("Fri Sep 05 02:00:16 CEST 2014") == Known(Stamp(date(2014, 9, 5), "02:00:16", "CEST"))
    assert isinstance(read_stamp("Sat Sep 05 02:00:16 CEST 2014"), Unread)  # it was a Friday


@given(st.dates(date(2012, 1, 1), date(2040, 12, 31)), st.integers(-4 * 365, 6))
def test_the_true_day_is_always_the_one_or_among_the_candidates(dated: date, days: int) -> None:
    true = dated + timedelta(days=days)
    found = read_expiry(f"{true:%a %b} {true.day} 10:00:00:000 CE", "CertValidfor7days", Known(Stamp(dated)))
    stamps = found.candidates if isinstance(found, Ambiguous) else (found.value,) if isinstance(found, Known) else ()
    assert true in {stamp.day for stamp in stamps}
    assert all(stamp.day.weekday() == true.weekday() for stamp in stamps)
    if isinstance(found, Known):
        assert abs(found.value.day - dated) <= LIFE + timedelta(days=1)


@given(st.text(max_size=60), st.sampled_from(["CertExpired", "CertValidityOver30Days", ""]))
def test_whatever_is_written_there_is_an_answer(text: str, alarm: str) -> None:
    for dated in (ALARM, NO_DATE):
        assert isinstance(read_expiry(text, alarm, dated), Known | Ambiguous | Unread)
