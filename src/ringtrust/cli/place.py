"""Where the journal is: beside ringtrust.toml, or on the server that it names."""

from pathlib import Path

from sqlalchemy import URL

from ringtrust.cli.keys import ask_for
from ringtrust.journal.store import place_of
from ringtrust.settings import JOURNAL, JournalSettings, database_password
