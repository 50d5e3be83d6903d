"""Where the journal is: said in one place, for whoever reads it and for whoever decides something."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL

from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.store import called, is_there
from ringtrust.settings import JOURNAL, find_file


def journal_place(config: Path | None, journal: Path | None) -> Path | URL:
    """The journal that was named, or else the one of ringtrust.toml. Raises RefusedError where there is no such file.

    Raises UnreadableError when nobody may look.
    """
    return journal or find_file(config, os.environ).absolute().parent / JOURNAL


@contextmanager
def opened_journal(config: Path | None, journal: Path | None) -> Iterator[Journal]:
    """The journal, for as long as it is looked at. A journal is not made by looking.

    Raises RefusedError when there is none, RingtrustError when it cannot be read.
    """
    with opened_at(journal_place(config, journal)) as found:
        yield found


@contextmanager
def opened_at(place: Path | URL) -> Iterator[Journal]:
    """The same of a place. Raises as `opened_journal`."""
    if not is_there(place):
        raise RefusedError(
            f"There is no journal {called(place)}.", advice="Name it with --journal, or its folder with --config."
        )
    with closing(Journal(place)) as found:
        yield found
