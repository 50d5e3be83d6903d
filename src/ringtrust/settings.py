"""ringtrust.toml: which clusters there are, how to reach them, and where their passwords come from.

Passwords never stand in it: a command prints them, an environment variable holds them, or a person types them.
"""

import os
import re
import subprocess
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Final, NoReturn

import msgspec

from ringtrust.errors import RefusedError, UnreadableError

FILE: Final = "ringtrust.toml"
JOURNAL: Final = "journal.db"
KNOWN_HOSTS: Final = "known_hosts"
_COMMAND_SECONDS: Final = 60
_PASSWORD_BYTES_AT_MOST: Final = 4096
_USERS_FOLDER: Final = ".config/ringtrust"
_NAMES: Final = re.compile(r"[A-Za-z0-9_.:-]+\Z")
_SHA256: Final = r"^(?:[0-9A-Fa-f]{2}[\s:]?){31}[0-9A-Fa-f]{2}$"
_SECONDS_AT_MOST: Final = 3600


Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]


class Secret:
    """A password. It shows itself to nobody, and goes into no file; `reveal` is for the one line that sends it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The password."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not written down.")


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A user, and where the password comes from: a command that prints it, or the name of a variable."""

    user: str
    password_command: tuple[str, ...] = ()
    password_variable: str = ""


class ClusterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one cluster is reached. `platform` logs in to the CLI of every node, `application` to AXL and RISPort70.

    `legacy_tls` lets old servers speak TLS 1.0. `trusted_certificates` are SHA-256 of certificates that HTTPS may show
    beside those that the nodes themselves name over SSH. `known_hosts` holds host keys; it stands beside the file.
    `seconds` is how long a node may be silent. `phone_web_port` is 0 in a lab without phones.
    """

    publisher: str
    platform: Login
    application: Login
    ssh_port: Port = 22
    https_port: Port = 8443
    rest_port: Port = 443
    file_port: Port = 6970
    tvs_port: Port = 2445
    phone_web_port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 80
    legacy_tls: bool = False
    known_hosts: str = KNOWN_HOSTS
    trusted_certificates: tuple[Annotated[str, msgspec.Meta(pattern=_SHA256)], ...] = ()
    seconds: Annotated[float, msgspec.Meta(gt=0, le=_SECONDS_AT_MOST)] = 60.0


class ClusterEntry(msgspec.Struct, frozen=True):
    """A cluster of a file: its name, its settings, and the folder that the file is in."""

    name: str
    settings: ClusterSettings
    folder: Path

    @property
    def known_hosts(self) -> Path:
        """Where its host keys are."""
        return self.folder / self.settings.known_hosts

    @property
    def journal(self) -> Path:
        """Where it is written down what is done to it."""
        return self.folder / JOURNAL


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clusters: dict[str, ClusterSettings] = {}


def find_file(given: Path | None, environment: Mapping[str, str]) -> Path:
    """The file that was named, else $RINGTRUST_CONFIG, ./ringtrust.toml, ~/.config/ringtrust.

    Raises RefusedError when there is none, UnreadableError when nobody may look.
    """
    named = given or (Path(environment["RINGTRUST_CONFIG"]) if environment.get("RINGTRUST_CONFIG") else None)
    places = (named,) if named else (Path(FILE), Path(environment.get("HOME", "~"), _USERS_FOLDER) / FILE)
    for place in places:
        try:
            path = place / FILE if place.is_dir() else place
            if path.is_file():
                return path
        except OSError as error:
            raise UnreadableError(f"{place} cannot be read: {error.strerror}.", advice="Check your rights.") from error
    raise RefusedError(
        f"There is no {' and no '.join(map(str, places))}.",
        advice="Name the file: --config FILE. `ringtrust lab up` writes one; docs/clusters.md says what stands in it.",
    )


def state_folder(environment: Mapping[str, str]) -> Path:
    """Where the locks of a user's clusters are, whichever ringtrust.toml names them (XDG Base Directory).

    Raises RefusedError when nobody knows where his home is.
    """
    named = Path(environment.get("XDG_STATE_HOME", ""))
    if named.is_absolute():
        return named / "ringtrust"
    home = Path(environment.get("HOME", ""))
    if not home.is_absolute():
        raise RefusedError("HOME names no folder.", advice="Set HOME, or XDG_STATE_HOME to a folder of yours.")
    return home / ".local" / "state" / "ringtrust"


def read_cluster(name: str, path: Path) -> ClusterEntry:
    """The entry of one cluster. Raises RefusedError when there is none, UnreadableError when the file is damaged."""
    clusters = _read(path).clusters
    if name not in clusters:
        known = ", ".join(sorted(clusters)) or "none"
        raise RefusedError(f"{path} knows no cluster {name!r}.", advice=f"It knows: {known}.")
    found = clusters[name]
    if not _NAMES.match(found.publisher):
        raise RefusedError(f"{path}: {found.publisher!r} is no host.", advice="Write its address or its name.")
    return ClusterEntry(name, found, path.absolute().parent)


def _read(path: Path) -> _File:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}.", advice="Check your rights.") from error
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise UnreadableError(f"{path}: {error}.", advice="docs/clusters.md says what stands in it.") from error


def password(login: Login, ask: Callable[[str], Secret]) -> Secret:
    """The password of a login; `ask` asks a person. Raises RefusedError when there is none, or nobody to ask."""
    if login.password_command:
        return _usable(_printed(login.password_command), login.user)
    if login.password_variable:
        if login.password_variable not in os.environ:
            raise RefusedError(
                f"The variable {login.password_variable} is not set: it should hold the password of {login.user}.",
                advice="Set it, or name a password_command.",
            )
        return _usable(os.environ[login.password_variable], login.user)
    return ask(login.user)


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
