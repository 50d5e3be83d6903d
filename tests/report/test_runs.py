"""Runs for people: a list, a timeline and a page; what nodes and persons have written is shown and not obeyed."""

import re
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ringtrust.change.decision import Decision
from ringtrust.change.outcome import Done, Failed, Passed, Refused, Unclear, Unknown
from ringtrust.change.timeline import (
    FORMAT,
    Became,
    Began,
    Brief,
    Decided,
    Ended,
    Event,
    Exchange,
    Judged,
    Meant,
    State,
    Stopped,
    Taken,
    Talked,
    Timeline,
    Title,
    Waited,
    Word,
)
from ringtrust.report.runs import exchange_lines, runs_lines, state, timeline_lines
from ringtrust.report.runs_page import timeline_page

NOW = datetime(2026, 6, 2, 20, tzinfo=UTC)
TAGS = frozenset(
    {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "b", "br", "ul", "li", "table", "tr", "th"}
    | {"td", "span", "svg", "path", "rect", "text"}
)
EVIL = '\x1b[2J</title><script>alert(1)</script>"\n'


def _at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def _told(text: str, *, minutes: float = 60) -> Timeline:
    """One of each, with a foreign text wherever there may be one."""
    brief = Brief(3, text, text, text, 2, 1, NOW, text, _at(60), State("stopped", text, text, 2), over=False)
    events: tuple[Event, ...] = (
        Taken(NOW, text, text),
        Began(NOW, text),
        Waited(_at(1), 1, text, 60.0),
        Decided(_at(2), Decision("override", text, _at(2), text, 1, text)),
        Judged(_at(3), 1, "before", text, text, Passed((text,)), 60.0),
        Meant(_at(4), text, 1, text, wave=True),
        Talked(_at(5), 1, 2, (text,), (text,)),
        Became(_at(6), 1, text, Done((text,)), 120.0, wave=True),
        Became(_at(6), 1, text, Refused((text,)), 0.0),
        Became(_at(6), 1, text, Unclear((text,)), 9999.0),
        Judged(_at(7), 2, "after", text, text, Failed((text,)), 60.0, text),
        Judged(_at(8), 2, "after", text, text, Unknown((text,)), 60.0),
        Judged(_at(8), 9, "after", text, text, Failed(), 60.0),
        Stopped(_at(9), 2, (text,)),
        Ended(_at(minutes), text),
    )
    return Timeline(FORMAT, brief, text, (Title(1, text), Title(2, text)), events, (text,))


@given(text=st.text(max_size=30) | st.just(EVIL), minutes=st.sampled_from([0, 60, 10**4, 10**6]))
def test_a_page_shows_foreign_text_and_never_obeys_it(text: str, minutes: float) -> None:
    page = timeline_page(_told(text, minutes=minutes))
    assert "<script" not in page
    parsed = etree.fromstring(page.split("\n", 1)[1].encode(), etree.HTMLParser(recover=False))
    assert {each.tag for each in parsed.iter()} <= TAGS
    assert not [name for each in parsed.iter() for name in each.attrib if name.startswith("on") or name == "href"]


@given(text=st.text(max_size=30) | st.just(EVIL))
def test_what_a_terminal_would_obey_is_escaped(text: str) -> None:
    told = _told(text)
    heard = Exchange(NOW, 1, text, text, text.encode(errors="replace"), b"\xff\x1b[2J\r\nok")
    for line in (*timeline_lines(told), *runs_lines([told.brief]), *exchange_lines(heard)):
        assert line.isprintable(), line


def test_an_exchange_is_read_as_it_was_typed() -> None:
    heard = Exchange(NOW, 4, "CLI", "pub", b"show itl\n", b"Length of ITL file: 5438\r\n\x1b[0m\xff\r\nadmin:")
    assert list(exchange_lines(heard)) == [
        "--- 2026-06-02 20:00:00 step 4, pub over CLI",
        "> show itl",
        "> ",
        "Length of ITL file: 5438",
        r"\x1b[0m\xff",
        "admin:",
    ]


def test_the_timeline_says_when_how_long_and_by_what_evidence() -> None:
    text = "\n".join(timeline_lines(_told("X")))
    for line in (
        "2026-06-02",
        "20:01:00    1  nothing is begun for 1 min: X",
        "20:02:00    1  X lets a gate pass (X of step 1): X",
        "20:03:00    1  ok after 1 min: X (X, before the step)",
        "20:04:00    1  WAVE begins: X",
        "20:06:00    1  done after 2 min: X",
        "20:07:00    2  FAILED after 1 min: X (X, after the step)",
        "X let it pass.",
        "20:09:00    2  STOPPED",
        "Due from what was renewed: X.",
    ):
        assert line in text


def test_a_new_day_is_said_once() -> None:
    lines = list(timeline_lines(_told("X", minutes=24 * 60)))
    assert lines.count("2026-06-02") == 1
    assert lines.count("2026-06-03") == 1


@pytest.mark.parametrize("word", get_args(Word))
def test_every_state_is_a_sentence(word: Word) -> None:
    said = state(State(word, "anna@laptop", "lunch", 4))
    assert re.fullmatch(r"[A-Z].*", said)
    assert state(State(word)) != ""


def test_what_is_on_the_chart_is_where_it_was() -> None:
    page = timeline_page(_told("X", minutes=10))
    x = [float(each) for each in re.findall(r'<rect x="([0-9.]+)"', page)]
    wide = [float(each) for each in re.findall(r'width="([0-9.]+)"', page)]
    assert len(x) == 7  # the gate of a step that the plan has not is none of them
    assert all(left >= 270 and left + width <= 270 + 700 + 3 for left, width in zip(x, wide, strict=True))
    assert x[0] == 270 + 700 * 0.1
