"""Maintenance windows: what a person writes, and when they are open, on nights on which clocks change too."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ringtrust.change import window
from ringtrust.change.window import DAYS, Once, Span, Weekly, merged, open_span, parse_window, zone_of
from ringtrust.errors import RefusedError

BERLIN, HOWE, NEW_YORK = "Europe/Berlin", "Australia/Lord_Howe", "America/New_York"
ZONES = (BERLIN, NEW_YORK, HOWE, "UTC", "Asia/Kolkata", "Pacific/Apia")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # in Berlin, at 01:00 UTC


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def opens(text: str, now: datetime) -> Span:
    (found,) = open_span([parse_window(text)], now)
    return found


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Sat 22:00-06:00 Europe/Berlin", Weekly((5,), 1320, 360, 1, BERLIN)),
        ("  Sat  22:00 - 06:00  Europe/Berlin ", Weekly((5,), 1320, 360, 1, BERLIN)),
        ("Mon-Fri 21:00-04:30 UTC", Weekly((0, 1, 2, 3, 4), 1260, 270, 1, "UTC")),
        ("Sat-Mon,Wed 00:00-24:00 UTC", Weekly((0, 2, 5, 6), 0, 1440, 0, "UTC")),
        ("Sun 01:00-05:00 UTC", Weekly((6,), 60, 300, 0, "UTC")),
        ("Fri 22:00-Mon 05:00 UTC", Weekly((4,), 1320, 300, 3, "UTC")),
        ("Sat 22:00-Sun 06:00 UTC", Weekly((5,), 1320, 360, 1, "UTC")),
        ("Sat 01:00-Sat 05:00 UTC", Weekly((5,), 60, 300, 0, "UTC")),
        ("Sat 05:00-Sat 01:00 UTC", Weekly((5,), 300, 60, 7, "UTC")),
        (
            "2026-11-28T22:00 .. 2026-11-29T06:00 Europe/Berlin",
            Once(Span(at("2026-11-28T21:00"), at("2026-11-29T05:00")), BERLIN),
        ),
        (
            "2026-11-28 22:00..2026-11-29 06:00 UTC",
            Once(Span(at("2026-11-28T22:00"), at("2026-11-29T06:00")), "UTC"),
        ),
    ],
)
def test_what_a_person_writes_is_a_window(text: str, meant: window.Window) -> None:
    assert parse_window(text) == meant


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'' is no window"),
        ("tonight", "is no window"),
        ("Sat 22:00-06:00", "is no window"),
        ("Sa 22:00-06:00 UTC", "is no window"),
        ("Sat 22-06 UTC", "is no window"),
        ("Sat 22:00-06:00 UTC; rm -rf", "is no window"),
        ("Sat 22:00-06:00 UTC\nSun 22:00-06:00 UTC", "is no window"),
        ("Sat 22:00-25:00 UTC", "has a time that no clock shows: 25:00"),
        ("Sat 22:60-23:00 UTC", "has a time that no clock shows: 22:60"),
        ("Sat 24:00-06:00 UTC", "begins at 24:00"),
        ("Sat 22:00-22:00 UTC", "ends when it begins"),
        ("Sat,Sun 22:00-Mon 06:00 UTC", "begins on several days and ends on one"),
        ("Sat 22:00-06:00 Europe/Atlantis", "'Europe/Atlantis' is no time zone"),
        ("Sat 22:00-06:00 Europe", "'Europe' is no time zone"),
        ("Sat 22:00-06:00 etc/../passwd", "is no window"),
        ("2026-11-29T06:00 .. 2026-11-28T22:00 UTC", "ends before it begins"),
        ("2026-02-30T06:00 .. 2026-11-28T22:00 UTC", "a day or a time that there is not: 2026-02-30T06:00"),
        ("2026-02-20T06:00 .. 2026-11-28T25:00 UTC", "a day or a time that there is not: 2026-11-28T25:00"),
        ("0001-01-01T00:00 .. 0001-01-01T01:00 Asia/Kolkata", "a day or a time that there is not"),
        ("\x1b[2J", "'\\\\x1b\\[2J' is no window"),
    ],
)
def test_what_is_no_window_is_refused_with_how_to_write_one(text: str, sentence: str) -> None:
    with pytest.raises(RefusedError, match=sentence) as caught:
        parse_window(text)
    assert caught.value.advice
    assert caught.value.what.isprintable()


WRITTEN = st.text(max_size=80) | st.from_regex(window._WEEKLY, fullmatch=True) | st.from_regex(window._ONCE)


@given(WRITTEN)
def test_whatever_somebody_writes_is_a_window_or_a_sentence(text: str) -> None:
    try:
        found = parse_window(text)
    except RefusedError as refused:
        assert refused.what.isprintable()
    else:
        assert isinstance(found, Weekly | Once)
        assert all(span.start < span.end for span in open_span([found], at("2026-06-01T12:00")))


def test_without_a_zone_database_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing(ZoneInfo):
        def __new__(cls, key: str) -> "Missing":
            raise window.ZoneInfoNotFoundError(key)

    monkeypatch.setattr(window, "ZoneInfo", Missing)
    with pytest.raises(RefusedError, match="This machine has no time zones") as caught:
        zone_of(BERLIN)
    assert "tzdata" in caught.value.advice


# When they are open.


def test_a_weekly_window_is_open_from_its_evening_to_its_morning() -> None:
    text = "Sat 22:00-06:00 Europe/Berlin"
    night = Span(at("2026-11-28T21:00"), at("2026-11-29T05:00"))
    for now in ("2026-11-25T12:00", "2026-11-28T20:59", "2026-11-28T21:00", "2026-11-29T04:59"):
        assert opens(text, at(now)) == night
    assert opens(text, at("2026-11-29T05:00")).start == at("2026-12-05T21:00")


def test_windows_that_touch_are_one_and_a_night_that_is_over_is_none() -> None:
    both = [parse_window(text) for text in ("Sat 22:00-24:00 UTC", "Sun 00:00-06:00 UTC")]
    assert open_span(both, at("2026-11-28T23:00")) == (Span(at("2026-11-28T22:00"), at("2026-11-29T06:00")),)
    once = parse_window("2026-11-28T22:00 .. 2026-11-29T06:00 UTC")
    assert open_span([once], at("2026-11-29T05:59"))
    assert open_span([once], at("2026-11-29T06:00")) == ()
    assert open_span([once, *both], at("2026-11-29T06:00"))[0].start == at("2026-12-05T22:00")
    assert open_span([], at("2026-11-29T06:00")) == ()
    always = parse_window("Mon-Sun 00:00-24:00 UTC")
    (span,) = open_span([always], at("2026-11-28T23:00"))
    assert span.end - at("2026-11-28T23:00") > timedelta(days=14)


@pytest.mark.parametrize(
    ("text", "night", "start", "end"),
    [
        ("Sat 22:00-06:00 Europe/Berlin", SPRING, "2026-03-28T21:00", "2026-03-29T04:00"),  # seven hours
        ("Sat 22:00-06:00 Europe/Berlin", AUTUMN, "2026-10-24T20:00", "2026-10-25T05:00"),  # nine hours
        ("Sat 22:00-02:30 Europe/Berlin", SPRING, "2026-03-28T21:00", "2026-03-29T01:00"),  # it ends with the jump
        ("Sun 02:30-06:00 Europe/Berlin", SPRING, "2026-03-29T01:00", "2026-03-29T04:00"),  # it begins with the jump
        ("Sat 22:00-02:30 Europe/Berlin", AUTUMN, "2026-10-24T20:00", "2026-10-25T00:30"),  # when it comes first
        ("Sun 02:30-06:00 Europe/Berlin", AUTUMN, "2026-10-25T00:30", "2026-10-25T05:00"),
        ("Sun 02:15-02:45 Europe/Berlin", AUTUMN, "2026-10-25T00:15", "2026-10-25T00:45"),
    ],
)
def test_on_the_nights_on_which_clocks_change(text: str, night: date, start: str, end: str) -> None:
    evening = datetime.combine(night - timedelta(days=1), time(12), UTC)
    assert opens(text, evening) == Span(at(start), at(end))


def test_a_window_that_a_clock_jumps_over_is_not_there_that_night() -> None:
    found = opens("Sun 02:10-02:50 Europe/Berlin", datetime.combine(SPRING, time(0), UTC))
    assert found.start == at("2026-04-05T02:10", BERLIN)


MINUTES = st.integers(0, 1439)
NIGHTS = st.sampled_from(
    [date(2026, 3, 8), date(2026, 11, 1), SPRING, AUTUMN, date(2026, 4, 5), date(2026, 10, 4), date(2011, 12, 30)]
)


@given(st.sampled_from(ZONES), NIGHTS, MINUTES, MINUTES, st.integers(-26 * 60, 26 * 60))
@example(BERLIN, SPRING, 22 * 60, 2 * 60 + 30, 3 * 60)
@example(HOWE, date(2026, 4, 5), 60, 110, 90)
def test_a_window_is_open_when_the_clock_on_the_wall_says_so(
    zone: str, night: date, start: int, end: int, minute: int
) -> None:
    """At every minute whose time comes once, whatever clocks do around it."""
    if start == end:
        return
    days = ",".join(DAYS)
    found = parse_window(f"{days} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02} {zone}")
    now = datetime.combine(night, time(0), UTC) + timedelta(minutes=minute)
    wall = now.astimezone(ZoneInfo(zone))
    (span,) = open_span([found], now)
    repeated = _comes_twice(now, zone) or any(_near_a_fold(now, zone, each) for each in (start, end))
    shown = wall.hour * 60 + wall.minute
    inside = start <= shown < end if start < end else shown >= start or shown < end
    if not repeated:
        assert (span.start <= now < span.end) == inside


def _comes_twice(now: datetime, zone: str) -> bool:
    wall = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    both = {wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    return len(both) > 1


def _near_a_fold(now: datetime, zone: str, minute: int) -> bool:
    """Whether a border of the window comes twice on the days around: it counts the first time, and the wall twice."""
    today = now.astimezone(ZoneInfo(zone)).date()
    borders = (datetime.combine(today + timedelta(days=day), time(minute // 60, minute % 60)) for day in (-1, 0, 1))
    return any(
        border.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
        < border.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
        for border in borders
    )


TIMES = st.integers(0, 5_000_000).map(lambda minutes: at("2025-01-01T00:00") + timedelta(minutes=minutes))


@given(st.sampled_from(ZONES), st.integers(0, 6), MINUTES, MINUTES, TIMES)
def test_there_is_always_a_next_one_and_it_is_as_long_as_it_says_but_for_an_hour(
    zone: str, day: int, start: int, end: int, now: datetime
) -> None:
    if start == end:
        return
    found = Weekly((day,), start, end, 0 if start < end else 1, zone)
    (span,) = open_span([found], now)
    assert span.end > now
    assert span.start - now <= timedelta(days=15)
    long = timedelta(minutes=(end - start) % 1440)
    assert abs((span.end - span.start) - long) <= timedelta(hours=1)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 9)), max_size=9))
def test_merged_spans_cover_the_same_time_and_never_touch(pairs: list[tuple[int, int]]) -> None:
    zero = at("2026-01-01T00:00")
    minutes = [(start, start + length) for start, length in pairs]
    spans = [Span(zero + timedelta(minutes=start), zero + timedelta(minutes=end)) for start, end in minutes]
    found = merged(spans)
    for minute in range(120):
        now = zero + timedelta(minutes=minute)
        assert any(each.start <= now < each.end for each in found) == any(a <= minute < b for a, b in minutes)
    assert all(one.end < other.start for one, other in pairwise(found))
