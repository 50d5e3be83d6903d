"""`help COMMAND`, `?` and TAB at the prompt (CLI guide 15, About CLI).

How single commands explain themselves is [U].
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.registry import Command, behind, find

_STAR: Final = "*"


def explained(commands: Sequence[Command], words: Sequence[str]) -> str:
    """The long help about a command, or what there is behind the words."""
    found = find({each.words: each for each in commands}, words)
    if found is None:
        listed = "\n".join(behind(commands, words))
        return f"{listed}\n" if listed else f"{texts.UNKNOWN_COMMAND}\n"
    return texts.HELP.format(last=found.words[-1], syntax=_syntax(found), level=found.level)


def _syntax(found: Command) -> str:
    return f"{found.name} {found.syntax}".rstrip()


class Helper:
    """What the terminal asks when `?` or TAB is typed at the prompt. `commands` are those of the release."""

    def __init__(self, commands: Callable[[], Iterable[Command]]) -> None:
        self._commands = commands

    def syntax(self, typed: str) -> str:
        """What is shown for `?`: the syntax of a command, or, as for TAB, what may follow (CLI guide 15)."""
        commands = tuple(self._commands())
        found = find({each.words: each for each in commands}, typed.split())
        if found is not None:
            return f"Syntax:\n{_syntax(found)}\n"
        return "".join(f"{word}\n" for word in behind(commands, typed.split()))

    def completed(self, typed: str) -> tuple[str, str]:
        """For TAB: what is to be added to the line, and what is to be listed where nothing can be added."""
        words = typed.split()
        whole = bool(words) and not typed[-1].isspace()
        before = words[:-1] if whole else words
        begun = words[-1] if whole else ""
        candidates = [word for word in behind(tuple(self._commands()), before) if word.startswith(begun)]
        added = _shared([word.removesuffix(_STAR) for word in candidates])[len(begun) :]
        if len(candidates) == 1 and whole:
            added += " "
        return (added, "") if added else ("", "".join(f"{word}\n" for word in self._following(typed, candidates)))

    def _following(self, typed: str, candidates: list[str]) -> Iterator[str]:
        """A command that is typed to its end lists what is behind it, others what it may become."""
        further = list(behind(tuple(self._commands()), typed.split()))
        yield from further or candidates


def _shared(words: list[str]) -> str:
    """The beginning that all words have."""
    if not words:
        return ""
    first, last = min(words), max(words)
    same = next((place for place, letter in enumerate(first) if last[place] != letter), len(first))
    return first[:same]
