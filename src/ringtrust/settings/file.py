"""ringtrust.toml itself: where it is, who may write it, and what stands in it."""

import os
import shlex
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.settings.cluster import ClusterEntry, ClusterSettings, refuse_unless_host
from ringtrust.settings.fleet import FleetSettings
from ringtrust.settings.journal import JournalSettings, has_password

FILE: Final = "ringtrust.toml"
_USERS_FOLDER: Final = ".config/ringtrust"
_ROOT: Final = 0
_PAGE: Final = "docs/clusters.md says what stands in it."
_DATABASE: Final = "journal.database"
_IN_CLEAR: Final = frozenset({"password", "passwd", "passphrase", "secret"})


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clusters: dict[str, ClusterSettings] = {}
    journal: JournalSettings = JournalSettings()
    fleet: FleetSettings = FleetSettings()


class Settings(msgspec.Struct, frozen=True):
    """A whole ringtrust.toml: its clusters in their order, where their journal is, and how many are done at once."""

    clusters: tuple[ClusterEntry, ...]
    fleet: FleetSettings
    database: JournalSettings
    folder: Path


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


def read_cluster(name: str, path: Path) -> ClusterEntry:
    """The entry of one cluster. Raises RefusedError when there is none, UnreadableError when the file is damaged.

    Raises RefusedError, too, for a file that somebody else may write.
    """
    found = {entry.name: entry for entry in read_clusters(path)}
    if name not in found:
        known = ", ".join(sorted(found)) or "none"
        raise RefusedError(f"{path} knows no cluster {name!r}.", advice=f"It knows: {known}.")
    refuse_unless_host(found[name].settings.publisher, str(path))
    return found[name]


def read_clusters(path: Path) -> tuple[ClusterEntry, ...]:
    """All entries of a file, in its order. Raises as `read_cluster` does."""
    return read_file(path).clusters


def read_file(path: Path) -> Settings:
    """All that stands in a file. Raises as `read_cluster` does."""
    file, folder = _read(path), path.absolute().parent
    entries = (ClusterEntry(name, found, folder, file.journal) for name, found in file.clusters.items())
    return Settings(tuple(entries), file.fleet, file.journal, folder)


def read_settings(text: str, where: str) -> Mapping[str, ClusterSettings]:
    """The clusters in the text of a file. Raises UnreadableError; no password of the text gets into its sentence."""
    return _parsed(text, where).clusters


def _parsed(text: str, where: str) -> _File:
    try:
        tree = tomllib.loads(text)
        clear = next(_in_clear(tree), "")
        if clear:
            raise UnreadableError(
                f"{where}: a password stands in clear in it, at {clear}.",
                advice="Take it out and change it. Name a password_command, password_variable or password_keyring "
                "instead (docs/clusters.md).",
            )
        return msgspec.convert(tree, _File)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise UnreadableError(f"{where}: {error}.", advice=_PAGE) from error


def _in_clear(tree: object, place: str = "") -> Iterator[str]:
    """Where a password itself stands."""
    for key, value in tree.items() if isinstance(tree, dict) else ():
        here = f"{place}.{key}" if place else str(key)
        if isinstance(value, dict):
            yield from _in_clear(value, here)
        elif str(key).lower() in _IN_CLEAR or (here == _DATABASE and has_password(str(value))):
            yield here


def _read(path: Path) -> _File:
    try:
        with path.open(encoding="utf-8") as file:
            _refuse_unless_own(path, os.fstat(file.fileno()))
            text = file.read()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}.", advice="Check your rights.") from error
    except ValueError as error:
        raise UnreadableError(f"{path}: {error}.", advice=_PAGE) from error
    return _parsed(text, str(path))


def _refuse_unless_own(path: Path, status: os.stat_result) -> None:
    """Raises RefusedError for a file that somebody else may write: it says which programs are run.

    A group that may write is refused too: nobody can see here who is in it.
    """
    if status.st_uid not in {os.geteuid(), _ROOT}:
        raise RefusedError(
            f"{path} belongs to somebody else, and what it says would be run here.",
            advice="Copy it to a place of yours and look through it, or name your own: --config FILE.",
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise RefusedError(
            f"{path} may be written by others, and what it says is run here.",
            advice=f"Look through it, then: chmod go-w {shlex.quote(str(path))}",
        )
