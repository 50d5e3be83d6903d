"""The questions at which the CLI waits for a word (interfaces.md §1.4), and what an act answers to which of them."""

from collections.abc import Mapping
from typing import Final

import msgspec

from ringtrust.connect.platform.grammar import Asking, grammar
from ringtrust.errors import RefusedError

_LINE_AT_MOST: Final = 300


class Question(msgspec.Struct, frozen=True):
    """A question, as its line reads, and the words that mean yes and no; empty where it wants another word."""

    text: str
    yes: str
    no: str = ""


class Reply(msgspec.Struct, frozen=True):
    """What an act answers to a question of the grammar: yes, no, or a word of its own. Once."""

    asking: Asking
    answer: bool | str

    def to(self, question: Question) -> str:
        """What to type; empty when another question is meant, or when this is no answer to it."""
        if not self.asking.in_line(question.text.lower()):
            return ""
        if isinstance(self.answer, str):
            return "" if question.yes else self.answer
        return question.yes if self.answer else question.no


class Script(msgspec.Struct, frozen=True):
    """Everything that an act says after its command: replies to the questions that it expects, and what it pastes.

    A question that it does not expect is never answered.
    """

    replies: tuple[Reply, ...] = ()
    paste: str = ""


NOTHING: Final = Script()
"""For whoever expects no question."""


def script_for(name: str, answers: Mapping[str, bool | str], paste: str = "") -> Script:
    """The script of an act of the grammar, with an answer to each question that it may ask (by the question's name).

    Raises RefusedError for an answer that is no single word line.
    """
    asked = grammar().command(name).asks
    for answer in answers.values():
        if isinstance(answer, str) and (not answer.strip() or not answer.isprintable()):
            raise RefusedError(f"{answer!r} is no answer that can be typed. Nothing was sent.")
    return Script(tuple(Reply(grammar().question(each), answers[each]) for each in asked), paste)


def question_in(tail: str) -> Question | None:
    """The question that the end of what was shown asks; None when it asks none."""
    line = tail.rsplit("\n", 1)[-1][-_LINE_AT_MOST:]
    for ending in grammar().endings:
        if ending.pattern.search(line):
            return Question(line.strip(), ending.yes, ending.no)
    return None
