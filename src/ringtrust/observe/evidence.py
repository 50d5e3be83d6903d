"""By what it is known which lists a phone holds: a closed family, the best that there is for each phone (§6b).

First the database, which has what the phone said at its registration, for one question covers all; then the web page of
the phone. What a phone alarm says is what the database keeps; and that a phone obeys a changed setting is shown by no
door without changing one, so that neither stands here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.ports import PhonePage
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.held import pages
from ringtrust.observe.itl_status import CATALOG_SQL, Kept, Reported, kept_in, reports_in, reports_sql


class ByDatabase(msgspec.Struct, frozen=True, tag="database", tag_field="by"):
    """The database has it: what the phone said when it registered. `when` is None where that is not kept."""

    itl: str
    when: datetime | None


class ByPage(msgspec.Struct, frozen=True, tag="page", tag_field="by"):
    """The phone's own web page says so, now."""

    page: PhonePage


class Nothing(msgspec.Struct, frozen=True, tag="nothing", tag_field="by"):
    """Nobody tells, and why."""

    reason: str


Evidence = ByDatabase | ByPage | Nothing
_TEXTS: Final[Mapping[type[ByDatabase | ByPage], str]] = {
    ByDatabase: "what they said at their registration, as the database has it",
    ByPage: "their web pages",
}


def by_what(found: Iterable[Evidence]) -> str:
    """How many phones by which evidence, as a sentence; empty where there are none."""
    counts = Counter(map(type, found))
    parts = [f"of {counts[kind]:,} by {text}" for kind, text in _TEXTS.items() if counts[kind]]
    return f"That is known {', '.join(parts)}." if parts else ""


class ItlStatus:
    """The database's word on the ITL of each phone, as far as this cluster's has one. It is looked for once."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes
        self._kept: Kept | None = None
        self._absent = ""

    async def told(self, names: Sequence[str]) -> Mapping[str, Known[Reported] | Unread]:
        """What each of these phones said.

        Raises UnreadableError where the database does not answer or has no such table, RefusedError where nobody may
        ask it.
        """
        kept = await self._table()
        return reports_in(await self._eyes.about_phones(reports_sql(kept, names)))

    async def _table(self) -> Kept:
        if self._absent:
            raise UnreadableError(self._absent)
        if self._kept is None:
            rows = await self._eyes.about_phones(CATALOG_SQL)
            try:
                self._kept = kept_in(rows)
            except UnreadableError as error:
                self._absent = f"{error.what} {error.advice}"
                raise
        return self._kept


async def by_database(status: ItlStatus, names: Sequence[str]) -> dict[str, ByDatabase | Nothing]:
    """What the database knows of these phones; of those that are not there it knows nothing."""
    try:
        told = await status.told(names)
    except (UnreadableError, RefusedError) as error:
        return dict.fromkeys(names, Nothing(error.what))
    return {name: _by_database(told.get(name)) for name in names}


def _by_database(told: Known[Reported] | Unread | None) -> ByDatabase | Nothing:
    if told is None:
        return Nothing("The database does not tell of it.")
    return ByDatabase(told.value.itl, told.value.when) if isinstance(told, Known) else Nothing(told.reason)


async def by_pages(eyes: Eyes, addresses: Mapping[str, str]) -> dict[str, ByPage | Nothing]:
    """What each phone tells of itself. `addresses` gives one for each name."""
    told = await pages(eyes, addresses)
    return {
        name: ByPage(page.value) if isinstance(page, Known) else Nothing(page.reason) for name, page in told.items()
    }
