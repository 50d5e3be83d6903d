"""Dates as nodes print them, in their own time zone: `Fri Oct 30 14:55:31 CDT 2009` (interfaces.md §1.6)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from ringtrust.cluster.facts import Known, Unread
from ringtrust.trust import names

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WORDS: Final = 6
"""A date has six words: day, month, day of the month, time, zone, year."""

# Only those that mean one thing in the whole world: CST, IST, BST, EST, PST and others mean two or more.
_ZONES: Final = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "WEST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "JST": 9,
    "NZST": 12,
    "NZDT": 13,
    "AKST": -9,
    "AKDT": -8,
    "HST": -10,
}
_OFFSET_DIGITS: Final = (2, 4)


def read_date(text: str) -> Known[datetime] | Unread:
    """The moment in UTC; unread where the time zone means more than one, or where it is no date."""
    words = text[:200].split()
    shown = names.brief(text[:200].strip())
    if len(words) != WORDS or words[0] not in DAYS or words[1] not in MONTHS:
        return Unread(f"{shown} is no date as nodes print it.")
    zone = _zone(words[4])
    if zone is None:
        return Unread(f"{shown}: the time zone {names.brief(words[4])} means more than one.")
    local = local_date(words)
    if local is None:
        return Unread(f"{shown} is no date of any calendar.")
    return Known((local - zone).replace(tzinfo=UTC))


def _zone(name: str) -> timedelta | None:
    """The offset of a name, or of an offset as -05, +0530, GMT+05:30."""
    if name in _ZONES:
        return timedelta(hours=_ZONES[name])
    bare = name.removeprefix("GMT").removeprefix("UTC")
    digits = bare[1:].replace(":", "")
    if bare[:1] not in {"+", "-"} or len(digits) not in _OFFSET_DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return -offset if bare[0] == "-" else offset


def local_date(words: Sequence[str]) -> datetime | None:
    """The date on the clock of the node, of six words of which the zone is not read, as if that were UTC.

    None where there is no such day, or where it falls on another weekday.
    """
    try:
        month = MONTHS.index(words[1]) + 1
        found = datetime.strptime(f"{words[5]} {month} {words[2]} {words[3]} +0000", "%Y %m %d %H:%M:%S %z")
    except ValueError:
        return None
    near_an_end = found.year in {1, 9999}
    return None if near_an_end or DAYS[found.weekday()] != words[0] else found
