"""The two pagers: one for long answers of `show`, one for `file view` (interfaces.md §1.3)."""

from collections.abc import Sequence
from typing import Final

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.terminal import Terminal

_ERASE_QUESTION: Final = "\r\x1b[K"
_VIEW_ROWS: Final = 20
_QUIT: Final = "q"


async def show(terminal: Terminal, lines: Sequence[str], *, paged: bool) -> None:
    """The lines; if they are paged and more than the terminal has rows, a page at a time."""
    budget = max(1, terminal.rows - 1) if paged and len(lines) >= terminal.rows else len(lines)
    for place, line in enumerate(lines):
        if budget == 0:
            budget = await _more(terminal)
            if budget == 0:
                return
        terminal.say(line)
        await terminal.drain()
        budget -= 1
        if place == len(lines) - 1:
            return


async def _more(terminal: Terminal) -> int:
    """How many lines more: one for Enter, a page for a blank, none for q; other keys do nothing."""
    terminal.write(texts.PAGE_QUESTION)
    answers = {"\r": 1, "\n": 1, " ": max(1, terminal.rows - 1), _QUIT: 0}
    key = await terminal.key()
    while key not in answers:
        key = await terminal.key()
    terminal.write(_ERASE_QUESTION)
    return answers[key]


async def view(terminal: Terminal, lines: Sequence[str]) -> None:
    """A file, twenty lines at a time, forward and back."""
    first = 0
    while True:
        page = lines[first : first + _VIEW_ROWS]
        for line in page:
            terminal.say(line)
        last = first + len(page)
        if last >= len(lines):
            terminal.say(texts.END_OF_FILE)
        terminal.write(texts.VIEW_QUESTION.format(first=first + 1 if page else 0, last=last, total=len(lines)))
        step = await _option(terminal)
        terminal.say()
        if step == _QUIT:
            return
        first = _turned(first, step, len(lines))


async def _option(terminal: Terminal) -> str:
    key = await terminal.key()
    while key not in {_QUIT, "n", "p", "b", "e"}:
        key = await terminal.key()
    terminal.write(key)
    return key


def _turned(first: int, step: str, total: int) -> int:
    last_page = max(0, (total - 1) // _VIEW_ROWS * _VIEW_ROWS)
    wanted = {"n": first + _VIEW_ROWS, "p": first - _VIEW_ROWS, "b": 0, "e": last_page}[step]
    return min(max(0, wanted), last_page)
