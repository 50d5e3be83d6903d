"""Which release of CUCM runs: what differs between releases is decided by it (design.md §4.5)."""

import re
from typing import Final

import msgspec

from ringtrust.errors import UnreadableError

_VERSION: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})(?:\.[0-9]+)*(?:-[0-9]+)?\Z")


class Release(msgspec.Struct, frozen=True, order=True):
    """A release, by its first two numbers: 9.1, 12.5, 15.0. Releases have an order."""

    major: int
    minor: int

    @classmethod
    def of(cls, version: str) -> "Release":
        """The release of a version as nodes print it, 9.1.2.12901-3, or as people write it. Raises UnreadableError."""
        found = _VERSION.match(version.strip())
        if found is None:
            raise UnreadableError(
                f"{version!r} is no version of CUCM.",
                advice="A version looks like 12.5.1.14900-63.",
            )
        return cls(int(found[1]), int(found[2]))

    @property
    def name(self) -> str:
        """As people write it: 12.5."""
        return f"{self.major}.{self.minor}"
