"""What a process is told, and what it answers."""

from pathlib import Path

import msgspec

from ringtrust.journal.store import place_of


class Job(msgspec.Struct, frozen=True):
    """A plan to be carried on. `journal` is a path or a URL, `entry` a pickled entry, `time` the socket of the clock.

    `passed` are the boundaries at which a process has died already; `at_gates`: what gates have shown counts, too.
    `answer` is where the answer goes.
    """

    journal: str
    entry: bytes
    passwords: tuple[str, str]
    plan: str
    time: str
    answer: str
    passed: frozenset[str]
    at_gates: bool

    def place(self) -> Path | object:
        """Where the journal is."""
        return place_of(self.journal) if "://" in self.journal else Path(self.journal)


class Answer(msgspec.Struct, frozen=True):
    """How a process ended: by a signal at a `boundary`, or with its `ending`."""

    status: int
    boundary: str = ""
    ending: str = ""
