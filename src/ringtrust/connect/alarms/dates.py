"""Days and times as nodes write them, and the year of an Expiration that has none (S25 to S27)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import msgspec

from ringtrust.cluster.alarm import Ambiguous, Expiry, Stamp
from ringtrust.cluster.facts import Known, Unread
from ringtrust.trust.names import quoted

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH: Final = "|".join(_MONTHS)
_TIME: Final = r"(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?:[.:,][0-9]{0,6})?:?"
# Mon May 19 14:46:00:000 CEST 2014, cut off anywhere behind the day.
_WRITTEN: Final = re.compile(
    rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)})[a-z]{{0,6}},?\s+)?(?P<month>{_MONTH})[a-z]{{0,6}}\.?\s+(?P<day>[0-9]{{1,2}}),?"
    rf"(?:\s+(?P<year>[0-9]{{4}})(?![0-9:]))?(?:\s+{_TIME})?(?:\s*(?P<zone>(?-i:[A-Z]{{1,5}})(?:[+-][0-9:]{{1,5}})?))?"
    r"(?:\s+(?P<late>[0-9]{1,4}))?\s*\Z",
    re.IGNORECASE | re.ASCII,
)
_ISO: Final = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]" + _TIME + r"\s?(?P<zone>[A-Z+:0-9-]{1,6})?)?\s*\Z", re.ASCII
)

LIFE: Final = timedelta(days=5 * 365 + 1)
"""How long after its expiry a certificate is thought to go on alarming, and ahead: as long as one lasts (S11)."""
_SLACK: Final = timedelta(days=1)  # two clocks in two zones
_FIRST_YEAR, _LAST_YEAR = 2008, 2050  # from before CUCM 8.0 to the end of a certificate of 20 years made by now
_SHOWN_AT_MOST: Final = 400
_WORDS_AT_MOST: Final = 8
_DIGITS_OF_A_YEAR: Final = 4


class Window(msgspec.Struct, frozen=True):
    """From how long before its alarm to how long behind it a certificate expires, by the name of the alarm."""

    earliest: timedelta = -LIFE
    latest: timedelta = LIFE


# interfaces.md §7.1. Those that warn may go on when it has expired (S27).
_WINDOWS: Final = {
    "certexpired": Window(latest=timedelta(0)),
    "certvalidlessthanaday": Window(latest=timedelta(days=1)),
    "certvalidfor7days": Window(latest=timedelta(days=7)),
    "certvalidlessthanmonth": Window(latest=timedelta(days=31)),
    "certvalidityover30days": Window(earliest=timedelta(days=29)),
    "certexpiryapproaching": Window(earliest=timedelta(0)),
}


class _Parts(msgspec.Struct, frozen=True):
    """What is written of a date; `year` may be the beginning of one."""

    month: int
    day: int
    weekday: int
    year: str
    time: str
    zone: str

    @property
    def has_year(self) -> bool:
        """Whether the year is there, whole."""
        return len(self.year) == _DIGITS_OF_A_YEAR


def read_stamp(text: str) -> Known[Stamp] | Unread:
    """A date with its year."""
    parts = _parts(text)
    if isinstance(parts, Unread) or not parts.has_year:
        return parts if isinstance(parts, Unread) else Unread(f"{quoted(text)} has no year.")
    return next((Known(stamp) for stamp in _fitting(parts)), Unread(f"There is no such day as {quoted(text)}."))


def read_expiry(text: str, alarm: str, dated: Known[Stamp] | Unread) -> Expiry:
    """When a certificate expires, by its Expiration and the name and the date of its alarm.

    The year counts as known when it is written, or when the weekday fits one year only around the date of the alarm.
    """
    parts = _parts(text)
    if isinstance(parts, Unread):
        return parts
    stamps = tuple(_fitting(parts))
    if not stamps:
        return Unread(f"There is no such day as {quoted(text)} between {_FIRST_YEAR} and {_LAST_YEAR}.")
    if parts.has_year:
        return Known(stamps[0])
    if not isinstance(dated, Known):
        return Ambiguous(stamps, f"The text names no year, and the date of the alarm is not known: {dated.reason}")
    return _near(stamps, dated.value, _WINDOWS.get(alarm.lower(), Window()))


def date_at_start(text: str) -> str:
    """The date that a text begins with, up to where something else follows; the whole text where it begins with none.

    What follows a date without its whole year must not look like more of it: then nothing is cut off.
    """
    words = text[:_SHOWN_AT_MOST].split()
    for count in range(min(len(words), _WORDS_AT_MOST), 0, -1):
        parts = _parts(start := " ".join(words[:count]).rstrip(".,;"))
        if isinstance(parts, Unread):
            continue
        ends = parts.has_year or count == len(words) or not words[count][0].isdigit()
        return start if ends else " ".join(words)
    return " ".join(words)


def _near(stamps: tuple[Stamp, ...], dated: Stamp, window: Window) -> Expiry:
    first, last = window.earliest - _SLACK, window.latest + _SLACK
    away = [(stamp, timedelta(days=dated.days_until(stamp))) for stamp in stamps]
    near = tuple(stamp for stamp, days in away if first <= days <= last)
    if len(near) == 1:
        return Known(near[0])
    if near:
        return Ambiguous(near, f"The text names no year, and {len(near)} fit to an alarm of {dated.day}.")
    far = tuple(stamp for stamp, days in away if days <= last)
    if not far:
        return Unread(f"No year since {_FIRST_YEAR} fits both the day and an alarm like this of {dated.day}.")
    return Ambiguous(far, f"The text names no year, and none that fits is near the alarm of {dated.day}.")


def _fitting(parts: _Parts) -> Iterator[Stamp]:
    """The days that it can mean, the earliest first."""
    for year in range(_FIRST_YEAR, _LAST_YEAR + 1):
        if not str(year).startswith(parts.year):
            continue
        try:
            day = date(year, parts.month, parts.day)
        except ValueError:
            continue
        if parts.weekday in {-1, day.weekday()}:
            yield Stamp(day, parts.time, parts.zone)


def _parts(text: str) -> _Parts | Unread:
    bare = " ".join(text[:_SHOWN_AT_MOST].split())
    if not bare:
        return Unread("The text names no date.")
    if found := _ISO.match(bare):
        year, month, day = found["date"].split("-")
        return _Parts(int(month), int(day), -1, year, found["time"] or "", found["zone"] or "")
    found = _WRITTEN.match(bare)
    if found is None:
        return Unread(f"{quoted(bare)} is no date.")
    weekday = found["weekday"]
    return _Parts(
        month=_MONTHS.index(found["month"].lower()) + 1,
        day=int(found["day"]),
        weekday=_WEEKDAYS.index(weekday.lower()) if weekday else -1,
        year=found["year"] or found["late"] or "",
        time=found["time"] or "",
        zone=found["zone"] or "",
    )
