"""`show csr list own` and `show csr own` (interfaces.md §1.8)."""

import re
from typing import Final

from ringtrust.connect.platform.certificates import Listed
from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable

_LIST: Final = "show csr list own"
_SHOW: Final = "show csr own"
_NONE: Final = "no certificate sign request available"
_SUFFIX: Final = ".csr"
# The CLI guide of 15 shows a title that no standard has; RFC 7468 has CERTIFICATE REQUEST, old ones put NEW before it.
_BEGIN: Final = re.compile(r"-----BEGIN (?:NEW )?CERTIFICATE (?:SIGN )?REQUEST-----")
_END: Final = re.compile(r"-----END (?:NEW )?CERTIFICATE (?:SIGN )?REQUEST-----")
_TITLE: Final = "CERTIFICATE REQUEST"


def read_csr_listing(text: str) -> tuple[Listed, ...]:
    """The requests that wait for a certificate; none only where the node says so.

    Raises UnreadableError and RefusedError.
    """
    lines = [line.strip() for line in answer_lines(text, _LIST) if line.strip()]
    if len(lines) == 1 and lines[0].lower().startswith(_NONE):
        return ()
    if not lines:
        raise unreadable(_LIST, "it lists no request, and does not say that there is none")
    return tuple(_listed(line) for line in lines)


def _listed(line: str) -> Listed:
    path, _, description = line.partition(":")
    folder, slash, file = path.strip().partition("/")
    good = slash and folder and not any(c.isspace() or c == "/" for c in folder + file)
    if not good or not file.lower().endswith(_SUFFIX):
        raise unreadable(_LIST, "this is no row of a request", line)
    return Listed(folder, file, description.strip())


def read_csr(text: str) -> str:
    """The request as PEM, under the title of RFC 7468. Raises UnreadableError and RefusedError."""
    lines = answer_lines(text, _SHOW)
    whole = "\n".join(lines)
    begins, ends = list(_BEGIN.finditer(whole)), list(_END.finditer(whole))
    if not begins and not ends:
        raise unreadable(_SHOW, "it has no PEM", first_told(lines))
    if len(begins) != 1 or len(ends) != 1 or ends[0].start() < begins[0].end():
        raise unreadable(_SHOW, "its PEM is cut short, or there is more than one request")
    body = whole[begins[0].end() : ends[0].start()].split()
    return "\n".join([f"-----BEGIN {_TITLE}-----", *body, f"-----END {_TITLE}-----", ""])
