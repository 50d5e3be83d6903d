"""Maintenance windows: when a cluster may be changed, by the clock of a place.

Every week, `Sat 22:00-06:00 Europe/Berlin`, `Mon-Fri 21:00-04:30 Europe/Berlin`, `Fri 22:00-Mon 05:00 Europe/Berlin`;
or once, `2026-11-28T22:00 .. 2026-11-29T06:00 Europe/Berlin`. On the nights on which clocks change, a time that comes
twice counts the first time, and one that is left out counts when the clock jumps over it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from ringtrust.cluster.facts import Moment
from ringtrust.errors import RefusedError

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEK: Final = len(DAYS)
_HOUR: Final = 60
_MIDNIGHT: Final = 24 * _HOUR
_DAY: Final = "(?:" + "|".join(DAYS) + ")"
_ZONE: Final = r"(?P<zone>[A-Za-z][A-Za-z0-9_+/-]{0,63})"
_WEEKLY: Final = re.compile(
    rf"(?P<days>{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*)\s+(?P<start>\d\d:\d\d)\s*-\s*"
    rf"(?:(?P<last>{_DAY})\s+)?(?P<end>\d\d:\d\d)\s+{_ZONE}\Z"
)
_MOMENT: Final = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d"
_ONCE: Final = re.compile(rf"(?P<start>{_MOMENT})\s*\.\.\s*(?P<end>{_MOMENT})\s+{_ZONE}\Z")
_TEXT_AT_MOST: Final = 200
_HOW: Final = (
    "Write it as Sat 22:00-06:00 Europe/Berlin, as Fri 22:00-Mon 05:00 Europe/Berlin, or, for one night, as "
    "2026-11-28T22:00 .. 2026-11-29T06:00 Europe/Berlin (docs/clusters.md)."
)


class Span(msgspec.Struct, frozen=True, order=True):
    """From a moment to another, which is no longer in it; both in UTC."""

    start: Moment
    end: Moment


class _Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is"):
    pass


class Weekly(_Window, frozen=True, tag="weekly"):
    """On these days of the week (0 is Monday), from minute `start` of the day to minute `end` of `days_on` days later.

    Minutes are of the clocks of the zone, an IANA name; minute 1440 is the midnight at the end.
    """

    days: tuple[int, ...]
    start: int
    end: int
    days_on: int
    zone: str


class Once(_Window, frozen=True, tag="once"):
    """One span. The zone, an IANA name, is that in which it was written."""

    span: Span
    zone: str


Window = Weekly | Once


def parse_window(text: str) -> Window:
    """A window from what a person writes. Raises RefusedError, also for a zone that is not known on this machine."""
    bounded = text.strip()[:_TEXT_AT_MOST]
    if found := _WEEKLY.match(bounded):
        return _weekly(found, bounded)
    if found := _ONCE.match(bounded):
        return _once(found, bounded)
    raise RefusedError(f"{_shown(text)} is no window.", advice=_HOW)


def zone_of(name: str) -> tzinfo:
    """A time zone. Raises RefusedError where it is unknown, and where this machine has no zones at all."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    try:
        ZoneInfo("Etc/UTC")
    except (ZoneInfoNotFoundError, OSError):
        raise RefusedError(
            "This machine has no time zones, so nobody can tell when a window opens.",
            advice="Install them: the package tzdata of the operating system, or pip install tzdata.",
        ) from None
    raise RefusedError(
        f"{_shown(name)} is no time zone.", advice="Take a name of the IANA database, such as Europe/Berlin or UTC."
    )


def open_span(windows: Iterable[Window], now: datetime) -> tuple[Span, ...]:
    """The span that is open at a moment, or else the next that opens; none when none opens any more.

    Windows that touch or overlap are one. A span of windows that never close goes on for two weeks at least.
    """
    spans = merged(span for window in windows for span in _spans(window, now))
    return tuple(span for span in spans if span.end > now)[:1]


def merged(spans: Iterable[Span]) -> Sequence[Span]:
    """The same time in as few spans as there can be, in their order."""
    whole: list[Span] = []
    for span in sorted(spans):
        if whole and span.start <= whole[-1].end:
            whole[-1] = Span(whole[-1].start, max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return whole


def _spans(window: Window, now: datetime) -> Iterator[Span]:
    """Those of a window that may matter at a moment: from two weeks before it to three weeks after it."""
    if isinstance(window, Once):
        yield window.span
        return
    zone = zone_of(window.zone)
    today = now.astimezone(zone).date()
    for ahead in range(-2 * _WEEK, 3 * _WEEK):
        day = today + timedelta(days=ahead)
        if day.weekday() in window.days:
            start, end = _instant(day, window.start, zone), _instant(_later(day, window.days_on), window.end, zone)
            if start < end:  # a window inside an hour that a clock leaves out is not there that day
                yield Span(start, end)


def _weekly(found: re.Match[str], text: str) -> Weekly:
    days = tuple(sorted({day for part in found["days"].split(",") for day in _days(part)}))
    start, end = _minute(found["start"], text), _minute(found["end"], text)
    if start == _MIDNIGHT:
        raise RefusedError(f"{_shown(text)} begins at 24:00.", advice="Write 00:00 of the next day.")
    on = 0 if start < end else 1
    if found["last"]:
        if len(days) > 1:
            raise RefusedError(f"{_shown(text)} begins on several days and ends on one.", advice=_HOW)
        on = (DAYS.index(found["last"]) - days[0]) % _WEEK or (0 if start < end else _WEEK)
    elif start == end:
        raise RefusedError(f"{_shown(text)} ends when it begins.", advice="For a whole day write 00:00-24:00.")
    zone_of(found["zone"])
    return Weekly(days, start, end, on, found["zone"])


def _once(found: re.Match[str], text: str) -> Once:
    zone = zone_of(found["zone"])
    start, end = (_written(found[key], zone, text) for key in ("start", "end"))
    if start >= end:
        raise RefusedError(f"{_shown(text)} ends before it begins.", advice=_HOW)
    return Once(Span(start, end), found["zone"])


def _days(part: str) -> Iterator[int]:
    """`Sat`, or `Fri-Mon`."""
    first, _, last = part.partition("-")
    begin = DAYS.index(first)
    for ahead in range((DAYS.index(last or first) - begin) % _WEEK + 1):
        yield (begin + ahead) % _WEEK


def _minute(text: str, whole: str) -> int:
    hours, minutes = map(int, text.split(":"))
    if minutes >= _HOUR or hours * _HOUR + minutes > _MIDNIGHT:
        raise RefusedError(f"{_shown(whole)} has a time that no clock shows: {text}.", advice=_HOW)
    return hours * _HOUR + minutes


def _written(text: str, zone: tzinfo, whole: str) -> datetime:
    try:
        local = datetime.fromisoformat(text)
        return _instant(local.date(), local.hour * _HOUR + local.minute, zone)
    except (ValueError, OverflowError):
        raise RefusedError(f"{_shown(whole)} has a day or a time that there is not: {text}.", advice=_HOW) from None


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _instant(day: date, minute: int, zone: tzinfo) -> datetime:
    """When the clocks of a zone first show a minute of a day, or jump over it; in UTC."""
    local = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - what a clock shows
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return first
    return _jump(second, first, zone)


def _jump(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """When the offset of a zone changes between two moments, to the second."""
    offset = before.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset
        low, high = (middle, high) if same else (low, middle)
    return before + timedelta(seconds=high)


def _shown(text: str) -> str:
    """What somebody wrote, as far as it fits on a line, with nothing in it that a terminal would obey."""
    return ascii(text[:80])
