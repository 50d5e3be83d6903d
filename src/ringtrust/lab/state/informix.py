"""Where the SQL of CUCM, which is Informix, and that of the lab, which is SQLite, differ: as far as queries go.

The sentences are those of Informix (errors -201, -206, -217). Which of them the CLI of CUCM prints is [U].
"""

import re
from typing import Final

_FIRST: Final = re.compile(r"\A(\s*select\s+)(?:skip\s+(\d{1,9})\s+)?(?:first|limit)\s+(\d{1,9})\s+", re.IGNORECASE)
_NO_TABLE: Final = re.compile(r"no such table: (.*)")
_NO_COLUMN: Final = re.compile(r"no such column: (?:.*\.)?(.*)")


def translated(query: str) -> str:
    """The query for SQLite: `select first 5 …` becomes `select … limit 5`."""
    found = _FIRST.match(query)
    if found is None:
        return query
    rest = query[found.end() :].rstrip().rstrip(";")
    return f"{found[1]}{rest} limit {found[3]} offset {found[2] or 0}"


def complaint(error: str) -> str:
    """What the database of CUCM says where SQLite says this."""
    if found := _NO_TABLE.match(error):
        return f"The specified table ({found[1].lower()}) is not in the database."
    if found := _NO_COLUMN.match(error):
        return f"Column ({found[1].lower()}) not found in any table in the query (or SLV is undefined)."
    if "not authorized" in error:
        return "No permission to change the database by this command."
    if "interrupted" in error or "too big" in error:
        return "The query was ended because it took too many resources."
    return "A syntax error has occurred."
