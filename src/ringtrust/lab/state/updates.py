"""Changes by SQL from outside: which statement, of which tables and columns (interfaces.md §1.12, §3.4).

A change reaches the other nodes as the same statement. So it may use only what gives the same on every node.
Which tables CUCM lets anybody change is not known [U]. In the lab they are those that only settings and phones are
read from: certificates have commands of their own.
"""

import re
import sqlite3
from collections.abc import Mapping
from typing import Final

_UPDATE: Final = re.compile(r"\s*update\s+(\w+)\s+set\b(.*)", re.IGNORECASE | re.DOTALL)
_KEY: Final = frozenset({"pkid"})
# The tables that may be changed, each with the columns that may not: by these the lab knows what is what.
_CHANGEABLE: Final[Mapping[str, frozenset[str]]] = {
    "device": _KEY | {"name"},
    "devicepool": _KEY,
    "callmanagergroup": _KEY,
    "callmanagergroupmember": _KEY,
    "processconfig": _KEY | {"paramname"},
    "processnode": _KEY | {"name", "nodeid", "tknodeusage", "tkprocessnoderole"},
    "processnodeservice": _KEY,
    "registrationdynamic": _KEY,
}
_FUNCTIONS: Final = frozenset(
    {"abs", "coalesce", "length", "like", "lower", "ltrim", "nullif", "replace", "rtrim", "substr", "trim", "upper"}
)
_READING: Final = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}


def is_update(sql: str) -> bool:
    """Whether a statement wants to change rows."""
    return _UPDATE.match(sql) is not None


def statement(sql: str) -> str:
    """The UPDATE in the words of the lab. Raises ValueError for any other statement."""
    found = _UPDATE.match(sql)
    if found is None:
        raise ValueError("not authorized")
    return f"update {found[1].lower()} set{found[2]}"


def permitted(action: int, first: str | None, second: str | None, *_details: object) -> int:
    """What the database engine asks about every part of a statement."""
    if action == sqlite3.SQLITE_UPDATE:
        table, column = (first or "").lower(), (second or "").lower()
        allowed = table in _CHANGEABLE and column not in _CHANGEABLE[table]
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = (second or "").lower() in _FUNCTIONS
    else:
        allowed = action in _READING
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
