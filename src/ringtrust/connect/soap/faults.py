"""What a fault of AXL means: the request is wrong, its answer too large, or the server busy (interfaces.md §3.2)."""

import re
from typing import Final

from ringtrust.connect.patience import BusyError
from ringtrust.connect.soap.envelope import FaultError
from ringtrust.errors import RefusedError, UnreadableError

UNSAID: Final = -1
# In lower case.
_TOO_LARGE: Final = "query request too large"
_OVERLOADED: Final = ("maximum axl memory allocation consumed", "please retry")
_MATCHED: Final = re.compile(r"total rows matched: ([0-9]{1,9})", re.IGNORECASE)
_SUGGESTED: Final = re.compile(r"suggestive row fetch: less than ([0-9]{1,9})", re.IGNORECASE)


class TooLargeError(UnreadableError):
    """An answer of more than the 8 MB that AXL gives.

    `rows` is how many it would give at once, `matched` how many there are; UNSAID when it does not say.
    """

    def __init__(self, what: str, rows: int, matched: int = UNSAID, why: str = "") -> None:
        self.said = what
        self.rows = rows
        self.matched = matched
        super().__init__(
            f"{what} It cannot be asked in parts: {why}." if why else what,
            advice="Ask for fewer columns, or in parts: select skip 0 first 500 … order by pkid.",
        )

    def because(self, why: str) -> "TooLargeError":
        """The same, with the reason why it is not asked in parts."""
        return TooLargeError(self.said, self.rows, self.matched, why)


def meant(fault: FaultError) -> UnreadableError | RefusedError:
    """The error that a fault is."""
    said = fault.message.lower()
    if _TOO_LARGE in said:
        return TooLargeError(fault.what, _number(_SUGGESTED, fault.message), _number(_MATCHED, fault.message))
    if any(words in said for words in _OVERLOADED):
        return BusyError(fault.what, advice="Wait until other programs have ended their requests, then look again.")
    if not fault.code:
        return fault
    return RefusedError(fault.what, advice="Check the request, and that the AXL schema is not newer than the server.")


def _number(pattern: re.Pattern[str], message: str) -> int:
    found = pattern.search(message)
    return int(found[1]) if found else UNSAID
