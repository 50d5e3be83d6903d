"""The commands of the platform CLI as declared: their words, who may run them, and which releases have them."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from ringtrust.lab.platform.call import Call

Handler = Callable[[Call], Awaitable[None]]
Name = tuple[str, ...]


class Command(msgspec.Struct, frozen=True):
    """One command. `least` is how many words must stand behind its own, `syntax` what these are.

    `level` is the privilege that it takes (0, 1 or 4; CLI guide 15), `since` and `until` are the first and the last
    release that have it; empty for all.
    """

    words: Name
    run: Handler
    least: int = 0
    level: int = 0
    syntax: str = ""
    since: str = ""
    until: str = ""

    @property
    def name(self) -> str:
        """Its words, as they are typed."""
        return " ".join(self.words)

    def known_in(self, release: str) -> bool:
        """Whether a release, as 12.5, has it."""
        here = _number(release)
        return (not self.since or here >= _number(self.since)) and (not self.until or here <= _number(self.until))


def _number(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))


def command(name: str, run: Handler, least: int = 0, *, level: int = 0, syntax: str = "", since: str = "") -> Command:
    """Declares a command of this name."""
    return Command(tuple(name.split()), run, least, level, syntax, since)


def registered(families: Iterable[Sequence[Command]]) -> dict[Name, Command]:
    """All commands by their words. Raises ValueError when two have the same."""
    found: dict[Name, Command] = {}
    for each in (each for family in families for each in family):
        if each.words in found:
            raise ValueError(each.name)
        found[each.words] = each
    return found


def find(commands: Mapping[Name, Command], words: Sequence[str]) -> Command | None:
    """The command that a line begins with, the longest first: `show cert list own` is not `show cert`."""
    lengths = range(len(words), 0, -1)
    return next((commands[tuple(words[:count])] for count in lengths if tuple(words[:count]) in commands), None)


def behind(commands: Iterable[Command], words: Sequence[str]) -> Iterator[str]:
    """The words that may follow, once each and in order; a star at those that have others behind them."""
    there = len(words)
    follow: dict[str, bool] = {}
    for each in commands:
        if each.words[:there] == tuple(words) and len(each.words) > there:
            word = each.words[there]
            follow[word] = follow.get(word, False) or len(each.words) > there + 1
    yield from (f"{word}*" if more else word for word, more in sorted(follow.items()))
