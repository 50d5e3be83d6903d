"""Where a journal is kept in tests: in a file, and on a real PostgreSQL server."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL

from ringtrust.journal.journal import Journal
from tests.support import postgres


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | URL]:
    if request.param == "SQLite":
        yield tmp_path / "journal.db"
        return
    with postgres.place() as found:
        yield found


@pytest.fixture
def journal(place: Path | URL) -> Iterator[Journal]:
    with closing(Journal(place)) as made:
        yield made
