"""`show cert default-ca-list`: the Cisco CA certificates that were there from installation on (interfaces.md §1.6).

Its cells are wrapped over lines; how they are drawn no source shows to the letter [U]. So a row begins with a name in
quotes, and what stands in the lines below belongs to it.
"""

import re
from typing import Final

import msgspec

from ringtrust.cluster.names import TRUST_SUFFIX
from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable

_COMMAND: Final = "show cert default-ca-list"
_QUOTES: Final = '"\u201c\u201d'
_NAME: Final = re.compile(rf"\s*[|]?\s*[{_QUOTES}]([^{_QUOTES}]{{1,200}})[{_QUOTES}]")
_OPEN: Final = re.compile(rf"\s*[|]?\s*[{_QUOTES}]([^{_QUOTES}]{{1,200}})$")
_WORD: Final = re.compile(r"[A-Za-z][\w-]{0,60}")
_ROWS_AT_MOST: Final = 200


class DefaultCa(msgspec.Struct, frozen=True):
    """A Cisco CA certificate: its common name, and the trust stores that it is for."""

    name: str
    stores: tuple[str, ...]


def read_default_cas(text: str) -> tuple[DefaultCa, ...]:
    """The rows, in their order. Raises UnreadableError and RefusedError, also where a row names no store."""
    lines = answer_lines(text, _COMMAND)
    rows: list[tuple[str, list[str]]] = []
    for line in _joined(lines):
        found = _NAME.match(line)
        if found is not None:
            rows.append((" ".join(found[1].split()), []))
        if rows:
            rows[-1][1].extend(_stores(line[found.end() :] if found is not None else line))
    if not rows or len(rows) > _ROWS_AT_MOST:
        raise unreadable(_COMMAND, "it shows no names in quotes", first_told(lines))
    bare = next((name for name, stores in rows if not stores), "")
    if bare:
        raise unreadable(_COMMAND, "this certificate has no trust store", bare)
    return tuple(DefaultCa(name, tuple(dict.fromkeys(stores))) for name, stores in rows)


def _joined(lines: list[str]) -> list[str]:
    """A name may itself be wrapped: its line is open until the next one closes the quotes."""
    made: list[str] = []
    for line in lines:
        if made and _OPEN.match(made[-1]) is not None and len(made[-1]) < 200:  # noqa: PLR2004 - as long as names are
            made[-1] = f"{made[-1].rstrip()} {line.strip()}"
        elif line.strip():
            made.append(line.rstrip())
    return made


def _stores(cells: str) -> list[str]:
    return [word for word in _WORD.findall(cells) if word.lower().endswith(TRUST_SUFFIX)]
