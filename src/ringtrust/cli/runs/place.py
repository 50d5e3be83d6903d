"""Where the journal is: said in one place, for whoever reads it and for whoever decides something."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import URL

from ringtrust.cli.runs.working import lives
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.store import called, is_there, place_of
from ringtrust.settings import JOURNAL, ClusterEntry, JournalSettings, database_password, find_file, read_file


def journal_place(config: Path | None, journal: Path | None) -> Path | URL:
    """The journal that was named, or else the one of ringtrust.toml. Raises RefusedError where there is no such file.

    Raises UnreadableError when nobody may look.
    """
    if journal is not None:
        return journal
    settings = read_file(find_file(config, os.environ))
    return place_by(settings.database, settings.folder)


def journal_of(entry: ClusterEntry) -> Path | URL:
    """The journal of a cluster. Raises RefusedError where nobody says the password of its database."""
    return place_by(entry.database, entry.folder)


def place_by(journal: JournalSettings, folder: Path) -> Path | URL:
    """Where ringtrust.toml says that the journal is. Raises RefusedError where nobody says the password."""
    if not journal.database:
        return folder / JOURNAL
    password = next(iter(database_password(journal)), None)
    return place_of(journal.database, password.reveal() if password is not None else "")


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
        found.lives = partial(lives, found)
        yield found
