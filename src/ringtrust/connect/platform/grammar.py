"""The grammar of the platform CLI, as data: grammar.toml, read once and then handed out (interfaces.md §1)."""

import re
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec
import tomli

from ringtrust.catalog.row import Ranged, Row
from ringtrust.cluster.release import Release
from ringtrust.errors import FormatError, RefusedError

_FILE: Final = Path(__file__).with_name("grammar.toml")
_ADVICE: Final = "The grammar comes with ringtrust: install ringtrust again."


class Cited(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row with its sources; `uncertain` where none shows it to the letter."""

    uncertain: bool = False


class Pattern(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A prompt, or where something is to be pasted."""

    pattern: re.Pattern[str]


class Pager(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where output waits for a key; `last_key` ends it, once the two numbers in the pattern are equal."""

    pattern: re.Pattern[str]
    key: str
    last_key: str = ""


class Ending(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a line ends at which the CLI waits for a word; `yes` is empty where it wants another one."""

    pattern: re.Pattern[str]
    yes: str = ""
    no: str = ""


class Asking(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question: one of `words`, in lower case, stands in its line, or a `vague` one and none of `unless`."""

    name: str
    words: tuple[str, ...]
    vague: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def in_line(self, line: str) -> bool:
        """Whether a line, in lower case, asks this."""
        if any(word in line for word in self.words):
            return True
        return any(word in line for word in self.vague) and not any(word in line for word in self.unless)


class Failure(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a command says no: a phrase, in lower case, that is one of the last lines, or begins or ends it."""

    kind: Literal["interrupted", "unknown", "parameters", "failed"]
    phrase: str
    at: Literal["begin", "end", "whole"]

    def in_line(self, line: str) -> bool:
        """Whether a line, in lower case, says so."""
        match self.at:
            case "begin":
                return line.startswith(self.phrase)
            case "end":
                return line.endswith(self.phrase)
            case "whole":
                return line == self.phrase


class Command(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A command of the releases that it covers: what is typed, `{}` for each word that is given.

    `asks` are the questions that it may ask, `success` what an act says when it is done (S130), in lower case.
    """

    name: str
    typed: str
    asks: tuple[str, ...] = ()
    pastes: bool = False
    success: tuple[str, ...] = ()
    uncertain: bool = False

    @property
    def shown(self) -> str:
        """In a sentence: without what is filled in."""
        return self.typed.replace('"{}"', "…").replace("{}", "…")

    def refuse_unless_in(self, release: Release | None) -> None:
        """Raises RefusedError where it is known that the release has no such command; None is one that nobody knows."""
        if release is not None and not self.covers(release):
            end = f"it came with {self.since}" if release < Release.of(self.since) else f"it went with {self.before}"
            raise RefusedError(
                f"CUCM {release.name} has no `{self.shown}`: {end}. Nothing was sent.",
                advice="Do this another way on this release.",
            )


class Grammar(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All that is known about how the CLI speaks."""

    prompts: tuple[Pattern, ...]
    pagers: tuple[Pager, ...]
    endings: tuple[Ending, ...]
    pastes: tuple[Pattern, ...]
    questions: tuple[Asking, ...]
    failures: tuple[Failure, ...]
    commands: tuple[Command, ...]

    def command(self, name: str) -> Command:
        """The command of this name. Raises KeyError: names are those of the code, never of a person."""
        found = next((each for each in self.commands if each.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def question(self, name: str) -> Asking:
        """The question of this name. Raises KeyError, as `command` does."""
        found = next((each for each in self.questions if each.name == name), None)
        if found is None:
            raise KeyError(name)
        return found


@cache
def grammar() -> Grammar:
    """The grammar that is part of ringtrust; read when it is first needed. Raises FormatError when it is damaged."""
    return read_grammar(_FILE.read_bytes())


def read_grammar(data: bytes) -> Grammar:
    """A grammar from the bytes of its file. Raises FormatError."""
    try:
        return msgspec.convert(tomli.loads(data.decode()), Grammar, dec_hook=_pattern)
    except (tomli.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise FormatError(f"The grammar of the platform CLI is damaged: {error}", 0, advice=_ADVICE) from error


def _pattern(kind: object, value: object) -> object:
    """A pattern, compiled; its errors become those of msgspec."""
    if kind != re.Pattern[str] or not isinstance(value, str):
        raise TypeError(f"{value!r} is no pattern.")
    try:
        return re.compile(value, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{value!r} is no pattern: {error}.") from error
