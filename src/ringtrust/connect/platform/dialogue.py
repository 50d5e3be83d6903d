"""The dialogue with the platform CLI, without a socket: characters in, answers and keys to type out (interfaces.md §1).

An answer is what stands between the echo of a command and the next prompt. Pagers are paged through; a question is
handed up, because only the caller knows whether it may be answered.
"""

import re
from typing import Final, Literal

import msgspec
from msgspec import structs

from ringtrust.connect.platform.grammar import Pager, grammar
from ringtrust.connect.platform.questions import Question, question_in
from ringtrust.errors import UnreadableError
from ringtrust.trust.names import brief

_ESCAPE: Final = re.compile(r"\x1b(?:\[[0-9;?]*[@-~]|[()][A-Z0-9]|[=>])")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TAIL: Final = 600
_CHARACTERS_AT_MOST: Final = 32 * 1024 * 1024
_PAGER_TAIL: Final = 200
_SINCE_AT_MOST: Final = 64 * 1024  # more than the echo of any certificate
_END_OF_INPUT: Final = "\x04"
# Clients of others end a certificate with an empty line; where that is not enough, Ctrl-D ends any input [U].
_AFTER_PASTE: Final = "\n"


class Answered(msgspec.Struct, frozen=True):
    """The command has ended; this is what it showed, line ends as LF, without escapes and pagers."""

    text: str


class Asked(msgspec.Struct, frozen=True):
    """The CLI waits for an answer to this question."""

    question: Question


class Keys(msgspec.Struct, frozen=True):
    """Something to type, so that it goes on."""

    text: str


Event = Answered | Asked | Keys

Silence = Literal["nothing", "paste", "asked", "end"]
"""Nothing; that the node waits for a certificate; for an answer to what no grammar has; that it has the certificate,
and waits for its end.
"""


class _Pasting(msgspec.Struct, frozen=True):
    """A certificate that was pasted, by its lines; whether the node had not asked for it, and its end was typed."""

    lines: tuple[str, ...]
    unasked: bool
    ended: bool = False

    def wants_end(self, shown: str) -> bool:
        """Whether it has no end yet, and nothing but its echo was shown since."""
        return not self.ended and all(line.strip() in {*self.lines, ""} for line in shown.split("\n"))

    def is_taken(self, shown: str, *, at_prompt: bool) -> bool:
        """Whether all of it was echoed before what comes now; whoever asked for it, and is done, need not echo it.

        A terminal may echo what no command reads yet: a question after an unasked paste may have got a line of it.
        """
        echoed = [line.strip() for line in shown.split("\n")]
        if self.unasked:
            return at_prompt and self.lines[-1] in echoed
        return self.lines[-1] in echoed or (at_prompt and self.lines[0] not in echoed)


class Dialogue:
    """One session. `greeted` becomes true at the first prompt; then `say` gives what to type for a command.

    The prompt is `admin:` in every capture; the guide lets one think that it is the user's name (§1.2). So the first
    one is remembered, and no other text is taken for it.
    """

    def __init__(self) -> None:
        self.greeted = False
        self._prompt = _first_prompt()
        self._command = ""
        self._paste = ""
        self._pasting: _Pasting | None = None
        self._word = ""
        self._mark = self._size_at_mark = 0
        self._pieces: list[str] = []
        self._size = 0
        self._tail = ""
        self._echoed = False

    def say(self, command: str, paste: str = "") -> str:
        """What to type for a command. Whatever was shown before it, a second prompt too, is no part of its answer.

        `paste` is typed where the command wants a certificate: at its question for one, or else when it is `quiet`.
        """
        self._command = command
        self._paste = paste
        self._pasting = None
        self._word = ""
        self._forget()
        self._echoed = False
        return f"{command}\n"

    def answer(self, word: str) -> str:
        """What to type for an answer to a question; the question stays part of what was shown."""
        self._tail = ""
        self._word = word
        self._set_mark()
        return f"{word}\n"

    @property
    def silence_means(self) -> Silence:
        """What it means when the node says nothing for a while and shows no prompt; see `quiet`.

        A certificate goes unasked only to a node that has shown nothing but the echo of what was typed last: whatever
        else it has shown may be a question, in words that no grammar has.
        """
        waits = self._paste != "" or self._pasting is not None
        if not (self._echoed and waits) or self._size - self._size_at_mark > _SINCE_AT_MOST:
            return "nothing"
        shown = self._since_typed()
        if self._pasting is not None:
            return "end" if self._pasting.wants_end(shown) else "nothing"
        if shown.strip() and not shown.endswith("\n"):
            return "asked"
        return "paste" if shown.strip() == self._word else "nothing"

    def quiet(self) -> Keys | Asked | None:
        """The node has been silent for a while: what to type then, or what it asks, if anything."""
        match self.silence_means:
            case "paste":
                return self._typed_paste(unasked=True)
            case "asked":
                return Asked(Question(brief(self._since_typed().rpartition("\n")[2].strip()), ""))
            case "end":
                if self._pasting is not None:
                    self._pasting = structs.replace(self._pasting, ended=True)
                return Keys(_END_OF_INPUT)
            case "nothing":
                return None

    def _set_mark(self) -> None:
        self._mark, self._size_at_mark = len(self._pieces), self._size

    def _since_typed(self) -> str:
        """What was shown since something was typed last, its echo too."""
        return clean("".join(self._pieces[self._mark :]))

    def _typed_paste(self, *, unasked: bool = False) -> Keys:
        lines, self._paste = self._paste.strip("\n"), ""
        self._pasting = _Pasting(tuple(lines.split("\n")), unasked)
        self._tail = ""
        self._set_mark()
        return Keys(f"{lines}\n{_AFTER_PASTE}")

    def feed(self, text: str) -> Event | None:
        """What was shown now; what that means, or None while more has to come. Raises UnreadableError."""
        self._pieces.append(text)
        self._size += len(text)
        if self._size > _CHARACTERS_AT_MOST:
            raise UnreadableError(
                f"The answer to {self._command!r} does not end.", advice="Look at it by hand on the node."
            )
        self._tail = (self._tail + text)[-_TAIL:]
        return self._event()

    def _event(self) -> Event | None:
        tail = _ESCAPE.sub("", self._tail)
        if not self.greeted:
            return self._greeting(tail)
        if not self._seen_echo():
            return None
        if (key := _pager_key(tail[-_PAGER_TAIL:])) is not None:
            self._tail = ""
            return Keys(key)
        if self._prompt.search(tail) is not None:
            self._refuse_amid_paste(at_prompt=True)
            return Answered(self._taken())
        if (question := question_in(tail)) is not None:
            self._refuse_amid_paste(at_prompt=False)
            return Asked(question)
        return self._typed_paste() if self._paste and _wants_paste(tail) else None

    def _refuse_amid_paste(self, *, at_prompt: bool) -> None:
        """Raises UnreadableError where the rest of what was pasted goes to whoever asks now."""
        if self._pasting is None or self._pasting.is_taken(self._since_typed(), at_prompt=at_prompt):
            self._pasting = None
            return
        raise UnreadableError(
            f"{self._command!r}: the node went on to something else while the certificate was pasted, and nobody can "
            "tell what became of it.",
            advice="Look at its certificates before you try again.",
        )

    def _greeting(self, tail: str) -> Event | None:
        found = self._prompt.search(tail)
        if found is None:
            return None
        self.greeted = True
        self._prompt = re.compile(rf"(?:\A|[\r\n]){re.escape(found[1])}[ \t]*\Z")
        return Answered(self._taken())

    def _seen_echo(self) -> bool:
        """Whether the command has come back. A prompt before it belongs to what was there before."""
        if not self._echoed:
            shown = "".join(self._pieces)
            place = shown.find(self._command)
            end = shown.find("\n", place + len(self._command)) if place >= 0 else -1
            if end < 0:
                return False
            self._echoed = True
            self._forget()
            rest = shown[end + 1 :]
            self._pieces, self._size, self._tail = [rest], len(rest), ("\n" + rest)[-_TAIL:]
        return True

    def _taken(self) -> str:
        self._paste, self._pasting = "", None
        shown = "\n" + clean("".join(self._pieces))
        self._forget()
        found = self._prompt.search(shown)
        return shown[1 : found.start() + 1] if found else shown[1:]

    def _forget(self) -> None:
        self._pieces, self._size, self._tail = [], 0, ""
        self._set_mark()


def _first_prompt() -> re.Pattern[str]:
    """Any prompt at the begin of a line, with nothing behind it."""
    known = "|".join(each.pattern.pattern for each in grammar().prompts)
    return re.compile(rf"(?:\A|[\r\n])({known})[ \t]*\Z")


def _wants_paste(tail: str) -> bool:
    """Whether the last line that says something asks for a certificate."""
    line = tail.rstrip().rpartition("\n")[2]
    return any(each.pattern.search(line) for each in grammar().pastes)


def _pager_key(tail: str) -> str | None:
    """The key that a pager waits for; None where there is none."""
    for pager in grammar().pagers:
        if (found := pager.pattern.search(tail)) is not None:
            return pager.last_key if _at_end(pager, found) else pager.key
    return None


def _at_end(pager: Pager, found: "re.Match[str]") -> bool:
    return pager.last_key != "" and found[1] == found[2]


def clean(shown: str) -> str:
    """What a person would see: no escapes, no pager questions, no carriage returns, nothing that terminals obey."""
    text = _ESCAPE.sub("", shown)
    for pager in grammar().pagers:
        text = pager.pattern.sub("\n" if pager.last_key else "", text)
    text = re.sub(r"\r+\n", "\n", text).replace("\n\r", "\n")
    lines = (line.rpartition("\r")[2] for line in text.split("\n"))
    return _UNPRINTABLE.sub("", "\n".join(lines))
