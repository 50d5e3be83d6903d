"""What phones said of their ITL when they registered, as the database keeps it: what "ITL File Status" goes by (SG15).

From 14 on a SIP phone tells the hash of its ITL at every registration, in the alarm DeviceTLInfo; CUCM keeps it with
the time, and forgets it when the phone unregisters (SG15, RN14; 12.5 too by some sources). So what stands there is what
the phone itself said since it came back. Whether it matches is worked out here, by the lists that are served.

[U] No document names the table. It is looked for in the catalog of the database, by what it has to hold: a key of
devices, and one hash. Where none is found, or more than one, nobody is taken at a word that may be another's.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.release import Release
from ringtrust.errors import UnreadableError
from ringtrust.observe.rows import Row, cells
from ringtrust.trust.names import quoted

FIRST_WITH_ITL_STATUS: Final = Release(14, 0)
"""RN14. A gate asks the catalog on any release: some sources have it on 12.5, and a wave is worth the question."""
CATALOG_SQL: Final = (
    "select t.tabname as tabname, c.colname as colname from systables as t inner join syscolumns as c "
    "on c.tabid = t.tabid where t.tabname like '%hash%' or t.tabname like '%itl%' or t.tabname like '%trustlist%'"
)
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,127}\Z")
_DEVICE_KEY: Final = "fkdevice"
_ABOUT: Final = ("itl", "trust")
_TIMES: Final = ("datetimestamp", "timestamp", "lastupdated")
_NAMED_AT_MOST: Final = 200
_DEVICE: Final = re.compile(r"[A-Za-z0-9_.-]{1,128}\Z")
# As phones write it: bytes with blanks between; and what they say where they hold none (trust-formats.md §6.7).
_BETWEEN: Final = re.compile(r"[\s:.-]")
_HASH: Final = re.compile(r"(?:[0-9A-F]{32}|[0-9A-F]{40})\Z")
_NONE: Final = frozenset({"", "NOTINSTALLED", "NA", "N/A", "NULL"})
_SECONDS: Final = re.compile(r"[0-9]{1,10}\Z")


class Kept(msgspec.Struct, frozen=True):
    """The table that keeps it, and its columns; `when` is empty where it keeps no time."""

    table: str
    digest: str
    when: str = ""


class Reported(msgspec.Struct, frozen=True):
    """What a phone said at its registration: the hash of its ITL, empty where it held none, and when."""

    itl: str
    when: datetime | None = None


def kept_in(rows: Iterable[Row]) -> Kept:
    """The table. Raises UnreadableError where there is none of that kind, or more than one."""
    columns: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        table, column = cells(row, "tabname", "colname")
        columns[table.strip().lower()].append(column.strip().lower())
    found = [kept for table, names in sorted(columns.items()) if (kept := _kept(table, names)) is not None]
    if len(found) != 1:
        told = f"{len(found)} tables that may: {', '.join(each.table for each in found)}" if found else "no table"
        raise UnreadableError(
            f"The database has {told} that tells which ITL each phone holds.",
            advice="From 14 on CUCM knows it of SIP phones: Device > Phone, ITL File Status. Before, only phones tell.",
        )
    return found[0]


def _kept(table: str, columns: Sequence[str]) -> Kept | None:
    digests = [name for name in columns if "hash" in name and "ctl" not in name]
    about = any(word in f"{table} {' '.join(digests)}" for word in _ABOUT)
    if _DEVICE_KEY not in columns or len(digests) != 1 or not about:
        return None
    when = next((name for name in _TIMES if name in columns), "")
    fits = all(map(_NAME.match, (table, digests[0])))
    return Kept(table, digests[0], when) if fits else None


def reports_sql(kept: Kept, names: Sequence[str] = ()) -> str:
    """What the phones of these names said; or all, where there are none, or too many to name."""
    when = f", h.{kept.when} as told" if kept.when else ""
    query = (  # the names come from the database itself, and are letters, digits and underscores
        f"select d.name as name, h.{kept.digest} as digest{when} from {kept.table} as h "  # noqa: S608
        "inner join device as d on d.pkid = h.fkdevice"
    )
    if not names or len(names) > _NAMED_AT_MOST or not all(map(_DEVICE.match, names)):
        return query
    return f"{query} where d.name in ({', '.join(map(_in_quotes, names))})"


def _in_quotes(name: str) -> str:
    return f"'{name}'"


def reports_in(rows: Iterable[Row]) -> Mapping[str, Known[Reported] | Unread]:
    """By the name of each phone; of two rows the later counts. Raises UnreadableError for other columns."""
    found: dict[str, Known[Reported] | Unread] = {}
    for row in rows:
        name, digest = cells(row, "name", "digest")
        told = _report(digest, row.get("told", ""))
        if name not in found or _later(told, found[name]):
            found[name] = told
    return found


def _report(digest: str, told: str) -> Known[Reported] | Unread:
    plain = _BETWEEN.sub("", digest).upper()
    when = datetime.fromtimestamp(int(told), UTC) if _SECONDS.match(told.strip()) else None
    if plain in _NONE:
        return Known(Reported("", when))
    if not _HASH.match(plain):
        return Unread(f"The database has {quoted(digest)} for the hash of its ITL.")
    return Known(Reported(plain, when))


def _later(new: Known[Reported] | Unread, old: Known[Reported] | Unread) -> bool:
    """What cannot be read is never outdone: nobody knows which of the two holds."""
    if not isinstance(new, Known) or not isinstance(old, Known):
        return not isinstance(new, Known)
    return (new.value.when or _NEVER) >= (old.value.when or _NEVER)


_NEVER: Final = datetime.fromtimestamp(0, UTC)
