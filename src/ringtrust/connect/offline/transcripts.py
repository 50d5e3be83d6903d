"""What a terminal showed, cut into commands and answers: a log of PuTTY or of ssh, or a file for each command.

The prompt is `admin:` in every capture, and may be another name (interfaces.md §1.2): a line that begins with a name, a
colon and the first word of a command tells which it is.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from ringtrust.connect.platform.dialogue import clean

_FIRST_WORDS: Final = r"(?:show|run|utils|file|set|quit|exit)\b"
_TYPED: Final = re.compile(rf"^([\w.-]{{1,64}}:)[ \t]*({_FIRST_WORDS}[^\n]*)$", re.MULTILINE)
_SQL: Final = "run sql "
_READING: Final = ("show ", _SQL, "utils ", "file ")
_BLANKS: Final = re.compile(r"\s+")
_BACKSPACES: Final = re.compile(r"[^\x08\n]\x08 ?\x08?")


class Shown(msgspec.Struct, frozen=True):
    """A command, and what it showed."""

    command: str
    answer: str


def plain(command: str) -> str:
    """A command as two that mean the same compare: blanks once. A terminal may have broken a long query anywhere."""
    once = _BLANKS.sub(" ", command.strip())
    return _BLANKS.sub("", once) if once.lower().startswith(_SQL) else once


def query_key(sql: str) -> str:
    """A query as `plain` has the command for it."""
    return plain(f"{_SQL}{sql}").lower()


def transcripts(text: str) -> Iterator[Shown]:
    """The commands of a log that change nothing, in their order, each with what stands up to the next prompt."""
    shown = clean(_BACKSPACES.sub("", text))
    found = list(_TYPED.finditer(shown))
    for place, typed in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else len(shown)
        if typed[2].startswith(_READING):
            yield Shown(plain(typed[2]), _before_prompt(shown[typed.end() + 1 : end], typed[1]))


def _before_prompt(answer: str, prompt: str) -> str:
    """Without the empty prompt at which nothing, or nothing that counts, was typed."""
    lines = answer.split("\n")
    ends = [place for place, line in enumerate(lines) if line.strip() == prompt]
    return "\n".join(lines[: ends[0]] if ends else lines)
