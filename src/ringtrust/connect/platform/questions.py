"""The questions at which the CLI waits for a word (interfaces.md §1.4): how they end, and the word for yes."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

_LINE_AT_MOST: Final = 300

# The end of a line at which the CLI waits, and the word that means yes there.
_ENDINGS: Final[Sequence[tuple[re.Pattern[str], str]]] = (
    (re.compile(r"\(yes\s*\|\s*no\)\s*\?\s*\Z", re.IGNORECASE), "yes"),
    (re.compile(r"Enter \(yes/no\)\s*\?\s*\Z", re.IGNORECASE), "yes"),
    (re.compile(r"\(y/n\)[\s:?]*\Z", re.IGNORECASE), "y"),
    (re.compile(r"\[y/n\]\s*\?\s*\Z", re.IGNORECASE), "y"),
    (re.compile(r'Enter "y" followed by return to continue\s*:\s*\Z', re.IGNORECASE), "y"),
)


class Question(msgspec.Struct, frozen=True):
    """A question, as its line reads, and the word that means yes."""

    text: str
    yes: str


def question_in(tail: str) -> Question | None:
    """The question that the end of what was shown asks; None when it asks none."""
    line = tail.rsplit("\n", 1)[-1][-_LINE_AT_MOST:]
    for ending, yes in _ENDINGS:
        if ending.search(line):
            return Question(line.strip(), yes)
    return None
