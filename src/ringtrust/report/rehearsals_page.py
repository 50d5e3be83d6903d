"""A rehearsal as one HTML page: no scripts, nothing fetched, fit to be printed; with the phones over time."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from ringtrust.change.rehearsal import Mustered, Rehearsal, Sample
from ringtrust.report.plans import span
from ringtrust.report.rehearsals import clock, took, verdict
from ringtrust.trust.names import counted, printable

_STYLE: Final = """
body { font: 15px/1.45 sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em; color: #222; }
h1 { font-size: 1.4em; } h2 { font-size: 1.15em; margin-top: 2em; }
p.well, p.ill { border-left: 6px solid #3d8b57; padding-left: 1em; } p.ill { border-color: #b00020; }
table { border-collapse: collapse; font-size: .9em; }
td, th { padding: .15em .8em; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; } tr { border-bottom: 1px solid #eee; break-inside: avoid; }
svg { width: 100%; height: auto; } svg text { font: 11px sans-serif; fill: #666; }
.key span { display: inline-block; width: .9em; height: .9em; margin: 0 .3em 0 1em; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } }
"""
_COLOURS: Final = (
    ("registered", "#cfe3d6"),
    ("booting", "#4a7ab5"),
    ("loading", "#c9a400"),
    ("refused", "#b00020"),
    ("off", "#999999"),
)
_LEFT: Final = 60
_WIDTH: Final = 1000
_HEIGHT: Final = 220
_BELOW: Final = 24
_HOUR: Final = 3600
_TICKS: Final = 12


def rehearsal_page(found: Rehearsal) -> str:
    """The page."""
    parts = (
        f"<h1>Rehearsal: {_text(found.cluster)}, {_text(found.goal)}</h1>",
        f'<p class="{"well" if found.well else "ill"}"><b>{_text(verdict(found))}</b><br>{_text(took(found))}</p>',
        _list(found.differences),
        f"<h2>The phones over the time of the twin</h2>{_key()}{_chart(found)}",
        _section("What went wrong on request", _list(found.faults)),
        _section("Where apply stopped", _stops(found)),
        _section("The phones in the end", _muster(found)),
        _section("What took how long", _steps(found)),
        _section("When phones were not registered", _waves(found)),
        f"<p>Plan {_text(found.plan)}, rehearsed on {found.made:%Y-%m-%d %H:%M} UTC.</p>",
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(found.cluster)}: rehearsal</title><style>{_STYLE}</style></head>\n"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _text(foreign: str) -> str:
    """Text that a browser shows and never obeys."""
    return escape(printable(foreign))


def _list(items: Iterable[str]) -> str:
    found = "".join(f"<li>{_text(item)}</li>" for item in items)
    return f"<ul>{found}</ul>" if found else ""


def _section(title: str, body: str) -> str:
    return f"<h2>{title}</h2>{body}" if body else ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str | int]]) -> str:
    """Numbers stand to the right."""
    if not rows:
        return ""
    numbers = [isinstance(value, int) for value in rows[0]]
    head = "".join(_cell("th", text, number) for text, number in zip(heads, numbers, strict=True))
    body = "".join(
        f"<tr>{''.join(_cell('td', value, number) for value, number in zip(row, numbers, strict=True))}</tr>\n"
        for row in rows
    )
    return f"<table><tr>{head}</tr>\n{body}</table>"


def _cell(kind: str, value: str | int, number: bool) -> str:  # noqa: FBT001 - of one column
    shown = f"{value:,}" if isinstance(value, int) else _text(value)
    return f"<{kind}{' class=number' if number else ''}>{shown}</{kind}>"


def _stops(found: Rehearsal) -> str:
    rows = [(clock(each.at), each.step, each.why, f"somebody {each.done}") for each in found.stops]
    return _table(("when", "step", "why", "what was done"), rows)


def _muster(found: Rehearsal) -> str:
    heads = ("phones of", "in all", "registered", "hold a list of now", "only by a restore", "stranded")
    rows: list[tuple[str | int, ...]] = [(each.name, *_counts(each)) for each in found.muster]
    return _table((*heads, "cannot register", "LSCs", "of the CAPF of now"), rows)


def _counts(each: Mustered) -> tuple[int, ...]:
    lists = (each.phones, each.registered, each.current, each.by_restore, each.stranded)
    return (*lists, each.barred, each.lscs, each.new_lscs)


def _steps(found: Rehearsal) -> str:
    rows = [
        (each.number, each.title, clock(each.at), span(round(each.seconds)), each.acts, each.told)
        for each in found.steps
    ]
    return _table(("step", "what", "when", "how long", "acts", "what came of it"), rows)


def _waves(found: Rehearsal) -> str:
    rows = [(clock(each.at), span(round(each.seconds)), each.step, each.phones) for each in found.waves]
    return _table(("when", "how long", "in step", "phones at most"), rows)


def _key() -> str:
    shown = "".join(f'<span style="background:{colour}"></span>{state}' for state, colour in _COLOURS)
    return f'<p class="key">{shown}</p>'


def _chart(found: Rehearsal) -> str:
    """Phones by what they do, one upon the other; a wave is narrow where a night is long."""
    end, phones = max(found.seconds, 1.0), max(found.phones, 1)
    areas = "".join(_area(found.samples, place, end, phones) for place in range(len(_COLOURS)))
    marks = "".join(_tick(hour, end) for hour in _hours(end))
    return (
        f'<svg viewBox="0 0 {_LEFT + _WIDTH + 10} {_HEIGHT + _BELOW}" role="img" aria-label="Phones by state">'
        f'{areas}{marks}<text x="0" y="12">{counted(phones, "phone")}</text></svg>'
    )


def _area(samples: Sequence[Sample], place: int, end: float, phones: int) -> str:
    """What is in one state, above those in the states before it. So it is until the next sample."""
    state, colour = _COLOURS[place]
    rectangles = []
    for number, sample in enumerate(samples):
        count = int(getattr(sample.phones, state))
        until = samples[number + 1].at if number + 1 < len(samples) else end
        if count and until > sample.at:
            below = sum(int(getattr(sample.phones, other)) for other, _ in _COLOURS[:place])
            rectangles.append(_rectangle(sample.at / end, until / end, below / phones, count / phones))
    return f'<path fill="{colour}" d="{"".join(rectangles)}"><title>{state}</title></path>' if rectangles else ""


def _rectangle(begin: float, until: float, below: float, height: float) -> str:
    x, y = _LEFT + begin * _WIDTH, _HEIGHT * (1 - below)
    return f"M{x:.2f} {y:.1f}h{max((until - begin) * _WIDTH, 0.4):.2f}v{-height * _HEIGHT:.1f}H{x:.2f}z"


def _hours(end: float) -> range:
    hours = int(end // _HOUR)
    return range(0, hours + 1, max(1, -(-hours // _TICKS)))


def _tick(hour: int, end: float) -> str:
    x = _LEFT + hour * _HOUR / end * _WIDTH
    return f'<path d="M{x:.1f} {_HEIGHT}v5" stroke="#999"/><text x="{x:.1f}" y="{_HEIGHT + 18}">{hour} h</text>'
