"""`show haproxy client-auth PORT` (interfaces.md §8.1)."""

import re
from typing import Final

from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable

_COMMAND: Final = "show haproxy client-auth"
_SENTENCE: Final = re.compile(
    r"client authentication on the port (\d{1,5}) is currently set to (\w{1,20})", re.IGNORECASE
)
_STATES: Final = {"required": "required", "optional": "optional", "disable": "disabled", "disabled": "disabled"}


def read_client_authentication(text: str, port: int) -> str:
    """`required`, `optional` or `disabled`: whether a client has to show a certificate at a port.

    Raises UnreadableError and RefusedError.
    """
    lines = answer_lines(text, _COMMAND)
    found = _SENTENCE.search(" ".join(" ".join(lines).split()))
    state = _STATES.get(found[2].lower()) if found is not None and int(found[1]) == port else None
    if state is None:
        raise unreadable(_COMMAND, f"it does not say what port {port} is set to", first_told(lines))
    return state
