"""A run as one HTML page: no scripts, nothing fetched, fit to be printed; with its steps over time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Final

import msgspec

from ringtrust.change.outcome import Done, Outcome, Passed, Refused, Unclear, Unknown, Verdict
from ringtrust.change.timeline import Became, Decided, Event, Judged, Stopped, Taken, Timeline, Waited
from ringtrust.report.runs import decision_line, lines_of, state, step_of
from ringtrust.trust.names import counted, printable

_STYLE: Final = """
body { font: 15px/1.45 sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em; color: #222; }
h1 { font-size: 1.4em; } h2 { font-size: 1.15em; margin-top: 2em; }
p.well, p.ill { border-left: 6px solid #3d8b57; padding-left: 1em; } p.ill { border-color: #d9730d; }
table { border-collapse: collapse; font-size: .9em; width: 100%; }
td, th { padding: .15em .8em; text-align: left; vertical-align: top; }
td.number { text-align: right; } tr { border-bottom: 1px solid #eee; break-inside: avoid; }
td.when { white-space: nowrap; } .evidence { color: #666; font-size: .9em; }
svg { width: 100%; height: auto; } svg text { font: 11px sans-serif; fill: #444; }
.key span { display: inline-block; width: .9em; height: .9em; margin: 0 .3em 0 1em; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } }
"""
_ACT: Final = "#4a7ab5"
_WAVE: Final = "#1f4e8c"
_PASSED: Final = "#3d8b57"
_FAILED: Final = "#b00020"
_UNKNOWN: Final = "#6a3fb5"
_HELD: Final = "#c9a400"
_PERSON: Final = "#d9730d"
_KEY: Final = (
    ("act", _ACT),
    ("wave", _WAVE),
    ("a gate that passed", _PASSED),
    ("one that did not, or a stop", _FAILED),
    ("unclear", _UNKNOWN),
    ("held", _HELD),
    ("decided by a person", _PERSON),
)
_LINES: Final[Mapping[type[Event], str]] = {Stopped: _FAILED, Decided: _PERSON, Taken: "#999"}
_WELL: Final = frozenset({"finished", "at work"})
_LEFT: Final = 270
_WIDTH: Final = 700
_RIGHT: Final = 30
_ROW: Final = 20
_TOP: Final = 18
_LABEL: Final = 40
_NARROWEST: Final = 1.5
_TICKS: Final = (1, 5, 15, 30, 60, 120, 360, 720, 1440, 10080, 43200)  # minutes
_TICKS_AT_MOST: Final = 10
_ROWS_AT_MOST: Final = 5000


class _Scale(msgspec.Struct, frozen=True):
    """Where a moment is on the chart."""

    begin: datetime
    seconds: float

    def x(self, at: datetime) -> float:
        """In the units of the picture."""
        return _LEFT + _WIDTH * (at - self.begin).total_seconds() / self.seconds


def timeline_page(found: Timeline) -> str:
    """The page."""
    brief = found.brief
    title = f"Run {brief.id}: {brief.goal} on {brief.name}"
    done = f"{brief.done} of {counted(brief.steps, 'step')} done. {state(brief.state)}"
    due = f"<br>Due from what was renewed: {_text('; '.join(found.due))}." if found.due else ""
    parts = (
        f"<h1>{_text(title)}</h1>",
        f'<p class="{"well" if brief.state.word in _WELL else "ill"}"><b>{_text(done)}</b>{due}</p>',
        (
            f"<p>Begun {brief.began:%Y-%m-%d %H:%M} UTC by {_text(brief.by)}; last sign {brief.last:%Y-%m-%d %H:%M} "
            f"UTC. The journal knows the cluster as {_text(brief.cluster)}. Plan {_text(found.digest)}.</p>"
        ),
        f"<h2>The steps over time</h2>{_key()}{_chart(found)}",
        _section("What people decided", _decisions(found.events)),
        f"<h2>One thing after the other</h2><p>Times are UTC.</p>{_table(found.events)}",
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _text(foreign: str) -> str:
    """Text that a browser shows and never obeys."""
    return escape(printable(foreign))


def _section(title: str, body: str) -> str:
    return f"<h2>{title}</h2>{body}" if body else ""


def _decisions(events: Sequence[Event]) -> str:
    told = [each for each in events if isinstance(each, Decided)]
    items = "".join(f"<li>{each.at:%Y-%m-%d %H:%M:%S}: {_text(decision_line(each.decision))}</li>" for each in told)
    return f"<ul>{items}</ul>" if items else ""


def _table(events: Sequence[Event]) -> str:
    rows = "".join(map(_row, events[:_ROWS_AT_MOST]))
    more = len(events) - _ROWS_AT_MOST
    rest = f"<p>And {more:,} more: ringtrust runs show.</p>" if more > 0 else ""
    return f"<table><tr><th>when</th><th>step</th><th>what</th></tr>\n{rows}</table>{rest}"


def _row(event: Event) -> str:
    first, *rest = lines_of(event)
    below = f'<br><span class="evidence">{"<br>".join(map(_text, rest))}</span>' if rest else ""
    return (
        f'<tr><td class="when">{event.at:%Y-%m-%d %H:%M:%S}</td><td class="number">{step_of(event) or ""}</td>'
        f"<td>{_text(first)}{below}</td></tr>\n"
    )


def _key() -> str:
    shown = "".join(f'<span style="background:{colour}"></span>{word}' for word, colour in _KEY)
    return f'<p class="key">{shown}</p>'


def _chart(found: Timeline) -> str:
    """A row a step; what belongs to none is a line across all of them."""
    if not found.events:
        return ""
    begin, end = min(each.at for each in found.events), max(each.at for each in found.events)
    scale = _Scale(begin, max((end - begin).total_seconds(), 1.0))
    rows = {each.number: place for place, each in enumerate(found.steps)}
    height = _TOP + _ROW * len(rows)
    labels = "".join(_label(rows[each.number], each.number, each.title) for each in found.steps)
    return (
        f'<svg viewBox="0 0 {_LEFT + _WIDTH + _RIGHT} {height + 24}" role="img" aria-label="Steps over time">'
        f"{''.join(_grid(scale, end, height))}{labels}"
        f"{''.join(_mark(each, scale, rows, height) for each in found.events)}</svg>"
    )


def _label(row: int, number: int, title: str) -> str:
    short = title if len(title) <= _LABEL else f"{title[:_LABEL]}…"
    y = _TOP + row * _ROW + 13
    return f'<text x="0" y="{y}">{number} {_text(short)}<title>{_text(title)}</title></text>'


def _grid(scale: _Scale, end: datetime, height: int) -> Iterator[str]:
    """Lines at full minutes, hours or days, as many as can be read."""
    minutes = next((each for each in _TICKS if scale.seconds / 60 / each <= _TICKS_AT_MOST), 0)
    pace = minutes * 60 or max(int(scale.seconds / _TICKS_AT_MOST), 1)
    first = int(scale.begin.timestamp()) // pace * pace + pace
    at = scale.begin + timedelta(seconds=first - scale.begin.timestamp())
    form = "%H:%M" if pace < 12 * 3600 else "%Y-%m-%d"
    while at <= end:
        x = scale.x(at)
        yield f'<path d="M{x:.1f} {_TOP}V{height}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{height + 16}" text-anchor="middle">{at.strftime(form)}</text>'
        at += timedelta(seconds=pace)


def _mark(event: Event, scale: _Scale, rows: dict[int, int], height: int) -> str:
    match event:
        case Became(outcome=outcome, seconds=seconds, wave=wave):
            return _bar(event, seconds, _outcome(outcome, wave=wave), scale, rows)
        case Judged(verdict=verdict, seconds=seconds, by=by):
            return _bar(event, seconds, _PERSON if by else _verdict(verdict), scale, rows)
        case Waited(seconds=seconds):
            until = event.at + timedelta(seconds=seconds)
            return _bar(msgspec.structs.replace(event, at=until), seconds, _HELD, scale, rows)
        case Stopped() | Decided() | Taken():
            return _across(event, _LINES[type(event)], scale, height)
        case _:
            return ""


def _bar(event: Event, seconds: float, colour: str, scale: _Scale, rows: dict[int, int]) -> str:
    """What ended at its moment, and lasted so long."""
    row = rows.get(step_of(event))
    if row is None:
        return ""
    end = scale.x(event.at)
    wide = max(_WIDTH * seconds / scale.seconds, _NARROWEST)
    x = max(end - wide, float(_LEFT))
    return (
        f'<rect x="{x:.1f}" y="{_TOP + row * _ROW + 3}" width="{min(wide, end - x + _NARROWEST):.1f}" '
        f'height="{_ROW - 6}" fill="{colour}"><title>{_hint(event)}</title></rect>'
    )


def _across(event: Event, colour: str, scale: _Scale, height: int) -> str:
    x = scale.x(event.at)
    return (
        f'<path d="M{x:.1f} 4V{height}" stroke="{colour}" stroke-dasharray="3 3"/>'
        f'<path d="M{x - 5:.1f} 4h10l-5 9z" fill="{colour}"><title>{_hint(event)}</title></path>'
    )


def _hint(event: Event) -> str:
    return _text(_first(lines_of(event)))


def _first(lines: Iterable[str]) -> str:
    return next(iter(lines), "")


def _outcome(outcome: Outcome, *, wave: bool) -> str:
    match outcome:
        case Done():
            return _WAVE if wave else _ACT
        case Refused():
            return _FAILED
        case Unclear():
            return _UNKNOWN


def _verdict(verdict: Verdict) -> str:
    if isinstance(verdict, Passed):
        return _PASSED
    return _UNKNOWN if isinstance(verdict, Unknown) else _FAILED
