"""A recovery for people and for programs: what is seen, who comes back by what, and whom only a hand can help."""

import textwrap
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, Final

import msgspec

from ringtrust.plan.recover.hands import ByHand
from ringtrust.plan.recover.reached import Return
from ringtrust.plan.recover.recovery import Recovery
from ringtrust.plan.recover.weigh import Way
from ringtrust.report.plans import span
from ringtrust.report.spreadsheet import csv_text
from ringtrust.trust.names import counted, printable

FORMAT: Final = "ringtrust.recovery/1"
_COLUMNS: Final = (
    "name",
    "model",
    "description",
    "pool",
    "group",
    "sure",
    "why",
    "itl",
    "ctl",
    "reset",
    "note",
    "sources",
)
_WIDTH: Final = 110
_MINUTE: Final = 60
_ORDER: Final = (Return.BACK, Return.LATER, Return.NEXT, Return.RENEWAL, Return.PERHAPS, Return.NOT)
_TEXTS: Final = {
    Return.BACK: "hold the lists of now behind the first wave of the plan",
    Return.LATER: "are not there, and come back by themselves when they start anew",
    Return.NEXT: "come back by one more plan --recover, when this one is done",
    Return.RENEWAL: "come to the lists of now, and register when what has expired is renewed",
    Return.PERHAPS: "hold a list that nobody can see or knows: look at them when the plan is done",
    Return.NOT: "only a hand can help",
}
_STYLE: Final = """
body { font: 15px/1.45 sans-serif; max-width: 75em; margin: 2em auto; padding: 0 1em; color: #222; }
h1 { font-size: 1.4em; } h2 { font-size: 1.15em; margin-top: 2em; }
table { border-collapse: collapse; font-size: .9em; } tr { border-bottom: 1px solid #ccc; break-inside: avoid; }
td, th { padding: .25em .8em; text-align: left; vertical-align: top; } td.box { border: 1px solid #666; width: 1em; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } }
"""


def recovery_lines(found: Recovery) -> Iterator[str]:
    """For people; nothing in it that a terminal would obey."""
    yield from map(printable, _lines(found))


def _lines(found: Recovery) -> Iterator[str]:
    yield f"{found.cluster} (version {found.version}), as it was seen on {found.taken:%Y-%m-%d %H:%M} UTC."
    yield ""
    yield "What is seen"
    for sign in found.signs:
        yield from _wrapped(f"{sign.text}{f' [{sign.hazard}]' if sign.hazard else ''}", "  * ", "    ")
    if not found.signs:
        yield "  * Nothing is wrong with the servers, nor with what phones hold."
    yield ""
    yield f"{counted(len(found.found), 'phone')}, {found.well:,} registered with a list of now"
    for how in _ORDER:
        if count := found.count(how):
            yield f"  {count:>7,}  {_TEXTS[how]}"
    if found.plan:
        yield from _ranked(found)
    yield from _by_hand(found.by_hand)
    yield ""
    yield from _next(found)


def _ranked(found: Recovery) -> Iterator[str]:
    yield ""
    yield "Ways, the best first; the plan goes the first"
    for number, way in enumerate(found.ways, 1):
        yield from _wrapped(f"{number}. {way.means.name}: {_worth(way)}.", "  ", "     ")


def _worth(way: Way) -> str:
    sure, cost = way.reached.sure - way.reached.back, way.costs
    later = f", {sure:,} more later" if sure else ""
    perhaps = f", {way.reached.phones[Return.PERHAPS]:,} perhaps" if way.reached.phones.get(Return.PERHAPS) else ""
    lasts = f"{span(cost.least * _MINUTE)} to {span(cost.most * _MINUTE)}"
    return (
        f"{counted(way.reached.back, 'phone')} behind its first wave{later}{perhaps}; {counted(cost.waves, 'wave')}, "
        f"{counted(cost.restarts, 'restart')}, {lasts}"
    )


def _by_hand(rows: Iterable[ByHand]) -> Iterator[str]:
    for number, row in enumerate(rows):
        if number == 0:
            yield ""
            yield "By hand"
        where = ", ".join(filter(None, (row.description, row.pool)))
        yield from _wrapped(f"{row.name}, {row.model}, {where}: {row.why}", "  ", "    ")
        yield from _wrapped(f"keys: {_keys(row)}", "    ", "    ")


def _keys(row: ByHand) -> str:
    ctl = f"; for the CTL: {row.ctl}" if row.ctl and row.ctl != row.itl else ""
    reset = f"; or to factory settings: {row.reset}" if row.reset else ""
    note = f" ({row.note})" if row.note else ""
    return f"{row.itl}{ctl}{reset}{note} [{', '.join(row.sources)}]"


def _next(found: Recovery) -> Iterator[str]:
    """What to do."""
    if found.plan:
        yield "Next: carry the plan out, then call plan --recover again: it says who is left, and what helps them."
    elif found.by_hand:
        yield "Next: nothing is to be done at the servers. Help the phones above one by one."
    else:
        yield "Next: nothing is to be recovered."
    if found.wrong.expired:
        yield from _wrapped(
            "Certificates have expired: when every phone is back, renew them with `ringtrust plan --renew expiring`.",
            "Then: ",
            "      ",
        )


def _wrapped(text: str, first: str, more: str) -> Iterator[str]:
    yield from textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=more, break_on_hyphens=False)


def recovery_document(found: Recovery) -> dict[str, Any]:
    """For programs: all but the steps, which are those of the plan."""
    return {
        "format": FORMAT,
        "cluster": found.cluster,
        "version": found.version,
        "taken": msgspec.to_builtins(found.taken),
        "signs": msgspec.to_builtins(found.signs),
        "wrong": msgspec.to_builtins(found.wrong),
        "well": found.well,
        "phones": {name: how.name.lower() for name, how in found.found.items()},
        "ways": [_way(way) for way in found.ways],
        "by_hand": msgspec.to_builtins(found.by_hand),
        "plan": [plan.digest for plan in found.plan],
    }


def _way(way: Way) -> dict[str, Any]:
    counts = {how.name.lower(): count for how, count in way.reached.phones.items()}
    return {"name": way.means.name, "phones": counts, "costs": msgspec.to_builtins(way.costs)}


def by_hand_csv(rows: Iterable[ByHand]) -> str:
    """One row a phone."""
    return csv_text(_COLUMNS, (_cells(row) for row in rows))


def _cells(row: ByHand) -> list[str]:
    found = {name: getattr(row, name) for name in _COLUMNS}
    found |= {"sure": "yes" if row.sure else "perhaps", "sources": ", ".join(row.sources)}
    return [str(found[name]) for name in _COLUMNS]


def by_hand_page(found: Recovery) -> str:
    """A page to print and walk with: place by place, with a box to tick. No scripts, nothing fetched."""
    title = f"{found.cluster}: phones to be helped by hand"
    pools = dict.fromkeys(row.pool for row in found.by_hand)
    parts = [f"<h2>{_text(pool or 'Device pool not known')}</h2>{_table(found.by_hand, pool)}" for pool in pools]
    body = "".join(parts) or "<p>None.</p>"
    seen = f"{counted(len(found.by_hand), 'phone')}, as seen on {found.taken:%Y-%m-%d %H:%M} UTC."
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{_text(title)}</h1><p>{_text(seen)}</p>{body}</body></html>\n"
    )


def _table(rows: Iterable[ByHand], pool: str) -> str:
    head = "<tr><th></th><th>Phone</th><th>Model</th><th>Where</th><th>Why</th><th>Keys</th></tr>"
    return f"<table>{head}{''.join(_row(row) for row in rows if row.pool == pool)}</table>"


def _row(row: ByHand) -> str:
    cells = (row.name, row.model, row.description, row.why, _keys(row))
    return f'<tr><td class="box"></td>{"".join(f"<td>{_text(cell)}</td>" for cell in cells)}</tr>'


def _text(text: str) -> str:
    return escape(printable(text))
