"""Whoever speaks with one node: the terminal, and the grammar that says what may be typed at its release."""

import re
from collections.abc import Mapping
from typing import Final, Protocol, Self

from ringtrust.cluster.release import Release
from ringtrust.connect.platform.grammar import grammar
from ringtrust.connect.platform.questions import NOTHING, Script, script_for
from ringtrust.errors import RefusedError
from ringtrust.trust import names

# A unit or a file: one word, whatever listing, plan or certificate it comes from (§1.6).
_WORD: Final = re.compile(r"[\w./+=,@()~*-]{1,512}\Z", re.ASCII)
_PHRASE: Final = re.compile(r"[^\"\n\r]{1,512}\Z")
NO_ANSWERS: Final[Mapping[str, bool | str]] = {}


class Terminal(Protocol):
    """A session at the CLI, over SSH or in memory."""

    async def read(self, command: str) -> str:
        """What a command that changes nothing shows. Raises UnreadableError."""

    async def act(self, command: str, seconds: float, script: Script = NOTHING) -> str:
        """What a command that changes something shows; one attempt, and no question answered but as the script says."""


class Speaker:
    """Types the commands of the grammar. `release` is None where nobody has asked for it yet."""

    def __init__(self, terminal: Terminal, release: Release | None = None) -> None:
        self._terminal = terminal
        self._release = release

    def on(self, release: Release) -> Self:
        """The same node, of which the release is known: what it does not have is refused before anything is sent."""
        return type(self)(self._terminal, release)

    async def _read(self, name: str, *words: str) -> str:
        return await self._terminal.read(self._typed(name, *words))

    async def _act(
        self,
        name: str,
        *words: str,
        seconds: float,
        answers: Mapping[str, bool | str] = NO_ANSWERS,
        paste: str = "",
    ) -> str:
        """What the node says. `answers` has one for each question that the act may ask, by its name in the grammar."""
        return await self._terminal.act(self._typed(name, *words), seconds, script_for(name, answers, paste))

    def _typed(self, name: str, *words: str) -> str:
        """The command. Raises RefusedError where the release is known not to have it."""
        command = grammar().command(name)
        command.refuse_unless_in(self._release)
        return command.typed.format(*words)


def word(text: str) -> str:
    """The text, when it is one word. Raises RefusedError: a second word could mean something to the CLI."""
    if not _WORD.match(text):
        raise RefusedError(
            f"{names.quoted(text)} is no name of a certificate or a file. Nothing was sent.",
            advice="It is one word of letters, digits and a few signs. See where this one comes from.",
        )
    return text


def phrase(text: str) -> str:
    """The text, when it can stand in quotes. Raises RefusedError."""
    if not _PHRASE.match(text) or not text.isprintable():
        raise RefusedError(
            f"{names.quoted(text)} cannot stand in quotes at the CLI. Nothing was sent.",
            advice="Take the quotes and line ends out of it.",
        )
    return text
