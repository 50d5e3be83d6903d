"""A SELECT whose answer AXL does not give at once, in parts: select skip 0 first 500 … (interfaces.md §1.12, §3.2).

Parts fit together only where every row has its place. So the key of each table is put behind the order: `pkid`, which
the tables of CUCM have, or `enum`, which its type tables have.
"""

import re
from typing import Final

import msgspec

_SELECT: Final = re.compile(r"\s*select\s+", re.IGNORECASE)
_PART_ALREADY: Final = re.compile(r"(skip|first|limit)\b", re.IGNORECASE)
# The last one, and not inside of brackets.
_ORDER: Final = re.compile(r".*\border\s+by\b(?:[^()]|\([^()]*\))*\Z", re.IGNORECASE | re.DOTALL)
_FROM: Final = re.compile(r"\bfrom\b(.*?)(?:\bwhere\b|\border\s+by\b|$)", re.IGNORECASE | re.DOTALL)
_TABLE: Final = re.compile(r"(?:^|\bjoin\b)\s*([a-z_]\w*)(?:\s+(?:as\s+)?([a-z_]\w*))?", re.IGNORECASE)
# Strings stay as long as they were, so that places stay the same.
_STRING: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
# Comments, a second statement, half a string, and two SELECTs side by side.
_NOT_PLAIN: Final = re.compile(r"--|[{};'\"]|/\*|\bunion\b", re.IGNORECASE)
_MIXED: Final = re.compile(
    r"\b(?:select|distinct|unique|having|group\s+by)\b|\b(?:count|sum|min|max|avg)\s*\(", re.IGNORECASE
)
_NO_ALIAS: Final = frozenset({"inner", "left", "right", "full", "outer", "cross", "join", "on"})
_TYPE_TABLE, _SYSTEM_TABLE = "type", "sys"


class Divided(msgspec.Struct, frozen=True):
    """It can be asked for in parts. `rest` is what follows the word select."""

    rest: str

    def part(self, skipped: int, rows: int) -> str:
        """The SELECT of so many rows behind those that are skipped."""
        return f"select skip {skipped} first {rows} {self.rest}"


class Whole(msgspec.Struct, frozen=True):
    """It cannot; `why` is a clause."""

    why: str


def divided(sql: str) -> Divided | Whole:
    """How a SELECT is asked for in parts."""
    start = _SELECT.match(sql)
    rest = sql[start.end() :] if start is not None else ""
    bare = _STRING.sub(lambda found: "x" * len(found[0]), rest)
    if not rest or _NOT_PLAIN.search(bare):
        return Whole("it is not one plain SELECT")
    if _PART_ALREADY.match(bare):
        return Whole("it asks for a part itself")
    keys = "" if _MIXED.search(bare) else _keys(bare)
    if _ORDER.match(bare):
        return Divided(f"{rest.rstrip()}, {keys}" if keys else rest)
    if not keys:
        return Whole("it has no order, and its rows have no key that could give one")
    return Divided(f"{rest.rstrip()} order by {keys}")


def _keys(bare: str) -> str:
    """The keys of all tables of a SELECT; empty where one is not known."""
    found = _FROM.search(bare)
    if found is None or "," in found[1] or "(" in found[1]:
        return ""
    tables = [(table[1], table[2] or "") for table in _TABLE.finditer(found[1].strip())]
    keys = [_key(name, alias) for name, alias in tables]
    return ", ".join(keys) if all(keys) else ""


def _key(table: str, alias: str) -> str:
    called = table if not alias or alias.lower() in _NO_ALIAS else alias
    lowered = table.lower()
    if lowered.startswith(_SYSTEM_TABLE):
        return ""
    return f"{called}.{'enum' if lowered.startswith(_TYPE_TABLE) else 'pkid'}"
