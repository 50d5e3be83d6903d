"""Findings as one HTML page: no scripts, nothing fetched, fit to be printed; with a time line of the certificates."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Final

import msgspec

from ringtrust.audit.review import Beside
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.report.beside import gone_text, heads, suppressed_text
from ringtrust.report.findings import NOTHING, Block, blocks, some, summary, title
from ringtrust.report.rule_pages import page_name
from ringtrust.trust.names import printable

_STYLE: Final = """
body { font: 15px/1.45 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; }
h1 { font-size: 1.4em; } h2 { font-size: 1.15em; margin-top: 2em; }
section { border-left: 6px solid #999; padding: .1em 1em; margin: 1em 0; break-inside: avoid; }
section.critical { border-color: #b00020; } section.major { border-color: #d9730d; }
section.minor { border-color: #c9a400; } section.unread { border-color: #6a3fb5; }
section.info { border-color: #4a7ab5; }
h3 { font-size: 1em; margin: .4em 0; } .sources, .evidence { color: #666; font-size: .85em; }
svg { width: 100%; height: auto; } svg text { font: 11px sans-serif; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } }
"""
_COLOURS: Final = ((0, "#b00020"), (30, "#d9730d"), (60, "#c9a400"))
_ALL_READ: Final = "<p>Everything that was asked could be read.</p>"
_FINE: Final = "#3d8b57"
_LEFT: Final = 230
_RIGHT: Final = 150
_LABEL: Final = 36
_BAR: Final = 600
_ROW: Final = 20
_STUB: Final = 4
_YEAR: Final = 365


class _Bar(msgspec.Struct, frozen=True, order=True):
    """A certificate on the time line: how many days are left, and whose it is."""

    days: int
    label: str
    date: str


def findings_page(findings: Sequence[Finding], snapshot: Snapshot, beside: Beside = NOTHING) -> str:
    """The page. Codes lead to their pages, by names relative to the root of the project."""
    states = beside.changes.states() if beside.changes is not None else {}
    read = [each for each in findings if each.severity is not Severity.UNREAD]
    unread = [each for each in findings if each.severity is Severity.UNREAD]
    parts = (
        f"<h1>{_text(title(snapshot))}</h1><p>{_text(summary(findings))}</p>{_paragraphs(heads(beside))}",
        f"<h2>How long certificates last</h2>{_time_line(sorted(_bars(snapshot)))}",
        f"<h2>Findings</h2>{_sections(read, states) or '<p>None.</p>'}",
        f"<h2>What could not be read</h2>{_sections(unread, states) or _ALL_READ}",
        *_beside(beside, states),
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(snapshot.cluster)}: findings</title><style>{_STYLE}</style></head>\n"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _text(foreign: str) -> str:
    """Text that a browser shows and never obeys."""
    return escape(printable(foreign))


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{_text(line)}</p>" for line in lines)


def _beside(beside: Beside, states: Mapping[Finding, str]) -> Iterator[str]:
    """What is gone, and what is suppressed with its reason."""
    if beside.changes is not None and beside.changes.gone:
        yield f"<h2>Gone</h2>{_list(_text(gone_text(each)) for each in beside.changes.gone.values())}"
    if beside.suppressed:
        items = (f"{_state(each.finding, states)}{_text(suppressed_text(each))}" for each in beside.suppressed)
        yield f"<h2>Suppressed</h2><p>They do not count for the exit status.</p>{_list(items)}"


def _state(finding: Finding, states: Mapping[Finding, str]) -> str:
    return f"[{states[finding]}] " if finding in states else ""


def _sections(findings: Sequence[Finding], states: Mapping[Finding, str]) -> str:
    return "".join(_section(block, states) for block in blocks(findings))


def _heading(finding: Finding) -> str:
    """What has a level has a row in the table, and a page."""
    code = _text(finding.code)
    if not finding.level:
        return f"{finding.severity.value.upper()} {code}"
    return f'{finding.severity.value.upper()} <a href="{page_name(code)}">{code}</a> ({_text(finding.level)})'


def _section(block: Block, states: Mapping[Finding, str]) -> str:
    first = block.first
    places = (
        f"{_state(each, states)}<b>{_text(each.where)}</b>: {_text(each.what)} "
        f'<span class="evidence">{_text("; ".join(some(each.evidence)))}</span>'
        for each in block.findings
    )
    return (
        f'<section class="{first.severity.value}"><h3>{_heading(first)}</h3>'
        f"{_list(places)}{_paragraph('Breaks:', _list(map(_text, first.breaks)))}"
        f"{_paragraph('Do: ' + _text(first.advice), '') if first.advice else ''}"
        f'<p class="sources">{_text(", ".join(block.sources))}</p></section>\n'
    )


def _list(items: Iterable[str]) -> str:
    found = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{found}</ul>" if found else ""


def _paragraph(head: str, rest: str) -> str:
    return f"<p>{head}</p>{rest}" if rest or not head.endswith(":") else ""


def _bars(snapshot: Snapshot) -> Iterator[_Bar]:
    for node in snapshot.nodes:
        for each in node.identities.value if isinstance(node.identities, Known) else ():
            if isinstance(each.certificate, Known):
                end = each.certificate.value.not_after
                days = (end - snapshot.taken).days
                yield _Bar(days, f"{each.unit} of {node.name}", f"{end:%Y-%m-%d}")


def _time_line(bars: Sequence[_Bar]) -> str:
    """A bar a certificate, from the scan until it expires; a stub for one that has. The scale is in whole years."""
    if not bars:
        return "<p>No identity certificate could be read.</p>"
    years = max(1, -(-bars[-1].days // _YEAR))
    height = _ROW * (len(bars) + 1)
    lines = "".join(map(_line, enumerate(bars), [years] * len(bars)))
    grid = "".join(_tick(year, years, height) for year in range(0, years + 1, max(1, years // 10)))
    return (
        f'<svg viewBox="0 0 {_LEFT + _BAR + _RIGHT} {height}" role="img" aria-label="Days until certificates expire">'
        f"{grid}{lines}</svg>"
    )


def _tick(year: int, years: int, height: int) -> str:
    x = _LEFT + _BAR * year // years
    label = "scan" if year == 0 else f"{year} y"
    return f'<path d="M{x} 0V{height - _ROW}" stroke="#ddd"/><text x="{x}" y="{height - 6}" fill="#666">{label}</text>'


def _line(numbered: tuple[int, _Bar], years: int) -> str:
    row, bar = numbered
    y = row * _ROW
    width = max(_STUB, _BAR * bar.days // (years * _YEAR))
    colour = next((colour for days, colour in _COLOURS if bar.days < days), _FINE)
    left = "expired" if bar.days < 0 else f"{bar.days:,} days"
    return (
        f'<text x="0" y="{y + 14}">{_text(_short(bar.label))}</text>'
        f'<rect x="{_LEFT}" y="{y + 4}" width="{width}" height="{_ROW - 8}" fill="{colour}">'
        f"<title>{_text(bar.label)}: {bar.date}</title></rect>"
        f'<text x="{_LEFT + width + 6}" y="{y + 14}">{bar.date}, {left}</text>'
    )


def _short(label: str) -> str:
    """What fits beside a bar; the whole name shows when one points at it."""
    return label if len(label) <= _LABEL else f"{label[:_LABEL]}…"
