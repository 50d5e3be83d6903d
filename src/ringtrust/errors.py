"""The few ways in which ringtrust says no.

::

    RingtrustError
    +-- UnreadableError     a source could not be read             exit status 3
    |   +-- FormatError     its bytes are not what they should be  exit status 3, with the offset
    +-- RefusedError        what was asked for cannot be done      exit status 2
    +-- HalfWayError        a change was begun and cannot go on    exit status 4

Each says what happened, where, and what to do about it.
"""

from typing import ClassVar, Final

INTERRUPTED: Final = 130
"""The exit status after Ctrl-C."""


class RingtrustError(Exception):
    """Something that the person in front of the screen has to know. `advice` is the next thing to do."""

    exit_status: ClassVar[int] = 3

    def __init__(self, what: str, *, advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


class UnreadableError(RingtrustError):
    """A source could not be read. It is never to be taken for an empty one (design.md §4.2)."""


class FormatError(UnreadableError):
    """Bytes that do not follow their format.

    `offset` counts bytes from the start of the file or message; `what` is a sentence without the offset.
    """

    def __init__(self, what: str, offset: int, *, advice: str = "") -> None:
        super().__init__(
            f"{what} (at byte {offset}).",
            advice=advice or "Check that it is the file you meant, and get it again, whole, from where it came.",
        )
        self.reason = what
        self.offset = offset

    def shifted(self, by: int) -> "FormatError":
        """The same error of a part that starts `by` bytes into the whole."""
        return FormatError(self.reason, self.offset + by, advice=self.advice)


class RefusedError(RingtrustError):
    """The request itself cannot be carried out; nothing was changed."""

    exit_status = 2


class HalfWayError(RingtrustError):
    """A change was begun and cannot go on; when it is called again, it goes on from where it stopped."""

    exit_status = 4
