"""`show cert default-ca-list`: the Cisco CA certificates that were there from installation on (interfaces.md §1.6).

A table of three columns, whose cells are wrapped over lines; names stand in quotes. How it is drawn no source shows to
the letter [U]: columns begin where their heads do, and a row where a name opens its quotes.
"""

import re
from typing import Final

import msgspec

from ringtrust.cluster.names import TRUST_SUFFIX
from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable

_COMMAND: Final = "show cert default-ca-list"
_NAMES, _STORES, _PURPOSE = "common name", "trust stores", "purpose"
_QUOTE: Final = '"'
_CURLY: Final = str.maketrans("\u201c\u201d", '""')
_WORD: Final = re.compile(r"[A-Za-z][\w-]{0,60}")
_CELL_AT_MOST: Final = 400


class DefaultCa(msgspec.Struct, frozen=True):
    """A Cisco CA certificate: its common name, and the trust stores that it is for."""

    name: str
    stores: tuple[str, ...]


def read_default_cas(text: str) -> tuple[DefaultCa, ...]:
    """The rows, in their order. Raises UnreadableError and RefusedError, also where a row names no store."""
    lines = [line.translate(_CURLY) for line in answer_lines(text, _COMMAND)]
    heads = [place for place, line in enumerate(lines) if _is_head(line.lower())]
    if len(heads) != 1:
        raise unreadable(_COMMAND, "it has no head with three columns", first_told(lines))
    head = lines[heads[0]].lower()
    at, behind = head.index(_STORES), head.index(_PURPOSE)
    table = _Table()
    for line in lines[heads[0] + 1 :]:
        if line.strip(" -=+|"):
            table.feed(line[:at].strip(" |"), line[at:behind])
    if not table.rows:
        raise unreadable(_COMMAND, "it shows no names in quotes", first_told(lines[heads[0] + 1 :]))
    return tuple(_row(name, stores) for name, stores in table.rows)


def _is_head(line: str) -> bool:
    places = [line.find(name) for name in (_NAMES, _STORES, _PURPOSE)]
    return places[0] >= 0 and places == sorted(set(places))


class _Table:
    """Names grow until their quotes close; stores belong to the row that was begun last."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, list[str]]] = []

    def feed(self, name: str, stores: str) -> None:
        if name.startswith(_QUOTE) and self._closed():
            self.rows.append((name, []))
        elif not self.rows or (name and self._closed()):
            raise unreadable(_COMMAND, "this is no row of a certificate", name or stores)
        elif name:
            self.rows[-1] = (f"{self.rows[-1][0]} {name}"[:_CELL_AT_MOST], self.rows[-1][1])
        self.rows[-1][1].extend(word for word in _WORD.findall(stores) if word.lower().endswith(TRUST_SUFFIX))

    def _closed(self) -> bool:
        return not self.rows or (self.rows[-1][0].endswith(_QUOTE) and len(self.rows[-1][0]) > 1)


def _row(quoted: str, stores: list[str]) -> DefaultCa:
    name = " ".join(quoted.strip(_QUOTE).split())
    if not quoted.endswith(_QUOTE) or not name or _QUOTE in name or not stores:
        raise unreadable(_COMMAND, "this certificate has no end of its name, or no trust store", quoted)
    return DefaultCa(name, tuple(dict.fromkeys(stores)))
