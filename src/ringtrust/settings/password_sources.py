"""Where passwords come from: a command, a variable, the keyring of the operating system, or a person."""

import importlib
import os
import subprocess
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.settings.cluster import ClusterSettings
from ringtrust.settings.journal import JournalSettings
from ringtrust.settings.logins import APPLICATION, PLATFORM, Login, Secret

_COMMAND_SECONDS: Final = 60
_PASSWORD_BYTES_AT_MOST: Final = 4096
KEYRING_EXTRA: Final = "ringtrust[keyring]"
_OPENS: Final = {PLATFORM: "the CLI of the nodes", APPLICATION: "AXL and its like"}


def passwords(settings: ClusterSettings, ask: Callable[[str], Secret]) -> Mapping[str, Secret]:
    """The password of every login of a cluster, by its place (see `place_for`).

    What is written down is looked up once, however often it is named. What a person types is asked for at each place:
    the same user may have one password at the CLI, and another at AXL. Raises RefusedError when there is one missing,
    or nobody to ask.
    """
    logins = settings.logins()
    kept = {login: password(login, ask) for login in dict.fromkeys(logins.values()) if login.written}
    return {place: kept[login] if login in kept else ask(_whom(login, place)) for place, login in logins.items()}


def _whom(login: Login, place: str) -> str:
    """Whose password is asked for, and what it opens."""
    return f"{login.user} ({place}: {_OPENS.get(place, 'the CLI of this node')})"


def database_password(journal: JournalSettings) -> tuple[Secret, ...]:
    """The password of the journal's database; none where libpq is to find one. Raises RefusedError."""
    return (password(journal.login, _never_asked),) if journal.login.written else ()


def _never_asked(user: str) -> Secret:
    """Workers on other machines have nobody to ask: libpq looks for what no source is named for."""
    raise RefusedError(f"Nobody says where the password of {user} comes from.", advice="Name a password_command.")


def password(login: Login, ask: Callable[[str], Secret]) -> Secret:
    """The password of a login; `ask` asks a person. Raises RefusedError when there is none, or nobody to ask."""
    if login.password_command:
        return _usable(_printed(login.password_command), login.user)
    if login.password_variable:
        if login.password_variable not in os.environ:
            raise RefusedError(
                f"The variable {login.password_variable} is not set: it should hold the password of {login.user}.",
                advice="Set it, or name a password_command or a password_keyring.",
            )
        return _usable(os.environ[login.password_variable], login.user)
    if login.password_keyring:
        return _usable(_kept(login.password_keyring, login.user), login.user)
    return ask(login.user)


def _kept(service: str, user: str) -> str:
    """What the keyring of the operating system holds. The library is an extra, and loaded only here."""
    try:
        keyring, errors = importlib.import_module("keyring"), importlib.import_module("keyring.errors")
    except ImportError:
        raise RefusedError(
            f"The password of {user} is in a keyring, and nothing is installed that could read one.",
            advice=f"Install it: pip install '{KEYRING_EXTRA}'. Or name a password_command.",
        ) from None
    try:
        found = keyring.get_password(service, user)
    except (errors.KeyringError, OSError) as error:
        raise _shut(errors, error, service, user) from None
    if found is None:
        raise RefusedError(
            f"The keyring has no password of {user} for {service!r}.", advice=f"Store it: keyring set {service} {user}"
        )
    return str(found)


def _shut(errors: ModuleType, error: Exception, service: str, user: str) -> RefusedError:
    """Why a keyring does not open: what it says itself is for its makers."""
    if isinstance(error, errors.NoKeyringError):
        why, advice = "there is none on this system", "Name a password_command or a password_variable."
    elif isinstance(error, errors.KeyringLocked):
        why, advice = "it is locked", f"Unlock it, and see whether this prints it: keyring get {service} {user}"
    else:
        why, advice = "it does not open", f"See what this says: keyring get {service} {user}"
    return RefusedError(f"The password of {user} cannot be had from the keyring: {why}.", advice=advice)


def _usable(text: str, user: str) -> Secret:
    """Raises RefusedError for what no node would take: wrong passwords lock accounts."""
    if not text:
        raise RefusedError(f"The password of {user} is empty.", advice="See where it should come from.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise RefusedError(f"The password of {user} is no text in UTF-8.", advice="Store it in UTF-8.")
    return Secret(text)


def _printed(command: tuple[str, ...]) -> str:
    """The first line that a command prints. Neither it nor the command's errors ever reach a message."""
    name = command[0]
    line, trouble = _first_line(command)
    if trouble:
        raise RefusedError(f"password_command {name} {trouble}.", advice="Run it by hand and see what it says.")
    if len(line) > _PASSWORD_BYTES_AT_MOST:
        raise RefusedError(f"password_command {name} printed too much.", advice="Its first line is the password.")
    if not line:
        raise RefusedError(f"password_command {name} printed nothing.", advice="Its first line is the password.")
    return line.decode(errors="surrogateescape")


def _first_line(command: tuple[str, ...]) -> tuple[bytes, str]:
    """The line, and what went wrong. The library's own errors hold what was printed, and end here."""
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_COMMAND_SECONDS)  # noqa: S603 - what the user asked for
    except (OSError, ValueError) as error:
        return b"", f"cannot be run: {error.strerror if isinstance(error, OSError) else error}"
    except subprocess.TimeoutExpired:
        return b"", f"did not end within {_COMMAND_SECONDS:g} seconds"
    if done.returncode != 0:
        return b"", f"ended without a password, with status {done.returncode}"
    return done.stdout.split(b"\n", 1)[0].rstrip(b"\r"), ""
