"""What a fault of AXL means: the request is wrong, its answer too large, or the server busy (interfaces.md §3.2)."""

import re
from typing import Final

from ringtrust.connect.soap.envelope import BusyError, FaultError
from ringtrust.errors import RefusedError, UnreadableError

# In lower case.
_TOO_LARGE: Final = "query request too large"
_OVERLOADED: Final = ("maximum axl memory allocation consumed", "please retry")
_SUGGESTED: Final = re.compile(r"suggestive row fetch: less than ([0-9]{1,9})", re.IGNORECASE)


class TooLargeError(UnreadableError):
    """An answer of more than the 8 MB that AXL gives. `rows` is how many it would give at once; 0 when not said."""

    def __init__(self, what: str, rows: int, why: str = "") -> None:
        self.said = what
        self.rows = rows
        super().__init__(
            f"{what} It cannot be asked in parts: {why}." if why else what,
            advice="Ask for fewer columns, or in parts: select skip 0 first 500 … order by pkid.",
        )

    def because(self, why: str) -> "TooLargeError":
        """The same, with the reason why it is not asked in parts."""
        return TooLargeError(self.said, self.rows, why)


def meant(fault: FaultError) -> UnreadableError | RefusedError:
    """The error that a fault is."""
    said = fault.message.lower()
    if _TOO_LARGE in said:
        suggested = _SUGGESTED.search(fault.message)
        return TooLargeError(fault.what, int(suggested[1]) if suggested else 0)
    if any(words in said for words in _OVERLOADED):
        return BusyError(fault.what, advice="Wait until other programs have ended their requests, then look again.")
    if not fault.code:
        return fault
    return RefusedError(fault.what, advice="Check the request, and that the AXL schema is not newer than the server.")
