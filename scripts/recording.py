"""Writes docs/demo.svg: a demo, line by line as it was told. `make recording` runs it for real; a test compares.

An image of its own, without script and without a font from elsewhere; who wants no motion sees all of it at once.
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from ringtrust.catalog.load import load_catalog
from ringtrust.demo.nights import CARELESS, PLANNED, tell_story

PHONES = 200
TARGET = Path(__file__).resolve().parents[1] / "docs/demo.svg"
COMMAND = "$ make demo"
_LINE, _COLUMN, _MARGIN = 19, 8.0, 20
_PAUSE = 0.45
_STYLE = """
    .paper { fill: #10151c; }
    text { font: 13.3px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #c9d4e0; white-space: pre; }
    .typed { fill: #7fd1b9; } .told { fill: #ffffff; font-weight: bold; } .no { fill: #ff8f84; } .yes { fill: #8fd694; }
    .line { opacity: 0; animation: told 0.15s linear forwards; }
    @keyframes told { to { opacity: 1; } }
    @media (prefers-reduced-motion: reduce) { .line { opacity: 1; animation: none; } }
"""


def picture(told: Iterable[str]) -> str:
    """The SVG of these lines."""
    lines = [COMMAND, *told]
    width = round(max(map(len, lines)) * _COLUMN) + 2 * _MARGIN
    height = len(lines) * _LINE + 2 * _MARGIN
    texts = "\n".join(_text(number, line) for number, line in enumerate(lines) if line)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="make demo">\n'
        f"  <style>{_STYLE}  </style>\n"
        f'  <rect class="paper" width="{width}" height="{height}" rx="8"/>\n{texts}\n</svg>\n'
    )


def _text(number: int, line: str) -> str:
    y = _MARGIN + (number + 1) * _LINE - 6
    delay = f"animation-delay: {number * _PAUSE:.2f}s"
    return f'  <text x="{_MARGIN}" y="{y}" class="line {_colour(line)}" style="{delay}">{escape(line)}</text>'


def _colour(line: str) -> str:
    if line.startswith("$"):
        return "typed"
    if line.startswith(CARELESS) or "refused their list" in line:
        return "no"
    if line.startswith(PLANNED) or "as they should be" in line:
        return "yes"
    return "" if line.startswith("  ") else "told"


def told() -> list[str]:
    """A demo of now, line by line."""
    lines: list[str] = []
    asyncio.run(tell_story(load_catalog(), lines.append, phones=PHONES))
    return lines


if __name__ == "__main__":
    TARGET.write_text(picture(told()))
