"""Where the journal is: a SQLite file beside ringtrust.toml, or a PostgreSQL database that several machines share."""

from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from ringtrust.settings.logins import Login

_SCHEME: Final = "postgresql"
_SECRET: Final = frozenset({"password", "sslpassword", "oauth_client_secret"})
"""What libpq takes in a URL and is a secret (PostgreSQL, libpq, parameter key words)."""


class JournalSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`database` is the URL of a PostgreSQL database, without a password; empty for the SQLite file beside.

    The password comes from where the rest says, the first that is named; where none is, libpq looks where it always
    does: PGPASSWORD, a password file, a service, or none because the socket knows who comes.
    """

    database: str = ""
    password_command: tuple[str, ...] = ()
    password_variable: str = ""
    password_keyring: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError for what is no URL of a database; nothing of it gets into the sentence."""
        if self.database:
            _refuse_unless_database(self.database)
        elif self.login.written:
            raise ValueError("there is a password for a database, and no database")
        if self.password_keyring and not self.login.given:
            raise ValueError(
                "database names no user, and a keyring has its passwords by user: postgresql://USER@HOST/…"
            )

    @property
    def login(self) -> Login:
        """Who logs in to the database, and where the password comes from."""
        user = unquote(urlsplit(self.database).netloc.rpartition("@")[0])
        return Login(user, self.password_command, self.password_variable, self.password_keyring)


def has_password(database: str) -> bool:
    """Whether a password stands in clear in what should be the URL of a database, or may.

    One with a / or a ? in it ends the host too early, so all that stands before the last @ counts.
    """
    if "password=" in database.replace(" ", "").lower() or ":" in database.partition("://")[2].rpartition("@")[0]:
        return True
    return any(
        key.strip().lower() in _SECRET for key, _ in parse_qsl(database.partition("?")[2], keep_blank_values=True)
    )


def _refuse_unless_database(database: str) -> None:
    """Raises ValueError for what is no URL of a PostgreSQL database, and for a password in it."""
    if has_password(database):
        raise ValueError("a password stands in clear in database")
    if not database.startswith(f"{_SCHEME}://"):
        raise ValueError("database is no URL of PostgreSQL: postgresql://USER@HOST/NAME; without it SQLite is used")
    if "#" in database or " " in database or not database.isprintable():
        raise ValueError("database holds characters that no URL has: write %23 for #, and %20 for a blank")
    try:
        name = urlsplit(database).path.strip("/")
    except ValueError:
        raise ValueError("database has a host that is none") from None  # what Python says may hold all of it
    if not name:
        raise ValueError("database does not say which one: its name stands at the end, postgresql://USER@HOST/NAME")
