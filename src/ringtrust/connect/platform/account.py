"""`show myself`: what the account that has logged in may do (CLI guide 15, chapter on `show`)."""

import re
from typing import Final

import msgspec

from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable

_COMMAND: Final = "show myself"
_LEVEL: Final = re.compile(r"privilege level\s{0,20}:\s{0,20}([0-9])\s*\Z", re.IGNORECASE)
_NAME: Final = re.compile(r"account name\s{0,20}:\s{0,20}(\S{1,255})\s*\Z", re.IGNORECASE)
WRITES: Final = 1
"""The lowest privilege level that may change something: 0 reads, 4 is the one of the installation (§1.1)."""


class Account(msgspec.Struct, frozen=True):
    """Who has logged in, with which privilege level."""

    name: str
    level: int

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.level >= WRITES


def read_account(text: str) -> Account:
    """The account. Raises UnreadableError, and RefusedError where the release does not know the command."""
    lines = [line.strip() for line in answer_lines(text, _COMMAND)]
    levels = [found[1] for line in lines if (found := _LEVEL.match(line))]
    names = [found[1] for line in lines if (found := _NAME.match(line))]
    if len(levels) != 1:
        raise unreadable(_COMMAND, "it does not say which privilege level", first_told(lines))
    return Account(names[0] if names else "", int(levels[0]))
