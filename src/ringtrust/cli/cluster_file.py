"""ringtrust.toml, written: one entry put in or taken out, everything else left as it stands, to the letter."""

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.settings import FILE, ClusterSettings, Login, find_file, read_settings

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+\Z")
_HEADER: Final = re.compile(r"\s*\[(?!\[)[^\n]*\]\s*(?:#[^\n]*)?\s*\Z")
_BY_HAND: Final = "Edit the file by hand: docs/clusters.md says what stands in it."
_PLAIN_KEYS: Final = (
    *("ssh_port", "https_port", "rest_port", "file_port", "tftp_port", "tvs_port", "phone_web_port", "seconds"),
)
_HEAD: Final = "# The clusters that ringtrust knows: docs/clusters.md. No password stands in here.\n"


def place_of(given: Path | None, environment: Mapping[str, str]) -> Path:
    """The file to write: the one that verbs would read, else the one that was named, else here.

    Raises UnreadableError when nobody may look.
    """
    try:
        return find_file(given, environment).resolve()
    except RefusedError:
        named = given or Path(environment.get("RINGTRUST_CONFIG") or FILE)
        return (named / FILE if named.is_dir() or named.suffix != ".toml" else named).resolve()


def text_at(path: Path) -> str:
    """What stands in it; nothing where there is none. Raises UnreadableError."""
    try:
        return path.read_bytes().decode() if path.exists() else ""
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableError(f"{path} cannot be read: {reason}.", advice="Check your rights.") from error


def refuse_unless_name(name: str) -> None:
    """Raises RefusedError for what is no name of a cluster."""
    if not _NAME.match(name):
        raise RefusedError(f"{name!r} is no name for a cluster.", advice="Take letters, digits, and . _ - inside.")


def with_entry(text: str, name: str, settings: ClusterSettings, where: str, *, force: bool) -> str:
    """The text with this entry at its end. Raises RefusedError when it is there already and not to be replaced."""
    before = read_settings(text, where)
    if name in before:
        if not force:
            raise RefusedError(f"{where} has a cluster {name!r} already.", advice="Add --force to replace its entry.")
        text = without_entry(text, name, where)
    start = text or _HEAD
    block = "\n".join(_entry(name, settings))
    after = f"{start}{'' if start.endswith(chr(10)) else chr(10)}\n{block}\n"
    return _as_wanted(after, {**before, name: settings}, where)


def without_entry(text: str, name: str, where: str) -> str:
    """The text without this entry; comments around its tables stay. Raises RefusedError, UnreadableError."""
    before = read_settings(text, where)
    if name not in before:
        known = ", ".join(sorted(before)) or "none"
        raise RefusedError(f"{where} knows no cluster {name!r}.", advice=f"It knows: {known}.")
    lines = text.splitlines(keepends=True)
    gone = {place for begin, end in _tables_of(lines, name) for place in range(begin, end)}
    after = "".join(line for place, line in enumerate(lines) if place not in gone)
    return _as_wanted(after, {key: value for key, value in before.items() if key != name}, where)


def _as_wanted(text: str, wanted: Mapping[str, ClusterSettings], where: str) -> str:
    """The text, when it says what it should. Raises RefusedError: a file in another style is not spoilt."""
    try:
        right = read_settings(text, where) == wanted
    except UnreadableError:
        right = False
    if not right:
        raise RefusedError(f"{where} is written in a style that is left alone here. Nothing was done.", advice=_BY_HAND)
    return text


def _tables_of(lines: list[str], name: str) -> Iterator[tuple[int, int]]:
    """From where to where the tables of an entry go, each without the comments and blanks at its end."""
    headers = [place for place, line in enumerate(lines) if _HEADER.match(line)]
    for begin, end in zip(headers, [*headers[1:], len(lines)], strict=False):
        if _is_of(lines[begin], name):
            last = end
            while last > begin + 1 and lines[last - 1].strip()[:1] in {"", "#"}:
                last -= 1
            yield begin, last


def _is_of(header: str, name: str) -> bool:
    try:
        clusters = tomllib.loads(header).get("clusters", {})
    except ValueError:
        return False
    return isinstance(clusters, dict) and name in clusters


def _entry(name: str, settings: ClusterSettings) -> Iterator[str]:
    """The lines of an entry: what is not as it would be without them."""
    table = f"clusters.{name if _BARE.match(name) else _quoted(name)}"
    yield f"[{table}]"
    yield f"publisher = {_quoted(settings.publisher)}"
    plain = ClusterSettings(publisher=settings.publisher, platform=settings.platform, application=settings.application)
    for key in _PLAIN_KEYS:
        if getattr(settings, key) != getattr(plain, key):
            yield f"{key} = {getattr(settings, key)}"
    if settings.legacy_tls:
        yield "legacy_tls = true"
    if settings.trusted_certificates:
        yield f"trusted_certificates = {_quoted(list(settings.trusted_certificates))}"
    if settings.doors:
        yield f"doors = {_quoted([door.value for door in settings.doors])}"
    for side, login in (("platform", settings.platform), ("application", settings.application)):
        if login.given:
            yield from ("", f"[{table}.{side}]", *_login(login))


def _login(login: Login) -> Iterator[str]:
    yield f"user = {_quoted(login.user)}"
    if login.password_command:
        yield f"password_command = {_quoted(list(login.password_command))}"
    for key, value in (("variable", login.password_variable), ("keyring", login.password_keyring)):
        if value:
            yield f"password_{key} = {_quoted(value)}"


def _quoted(value: str | list[str]) -> str:
    """In quotes, as TOML has them. Raises RefusedError for characters that no name has."""
    for text in [value] if isinstance(value, str) else value:
        if not text.isprintable():
            raise RefusedError(
                f"{text!r} holds characters that cannot be written down.", advice="See where it comes from."
            )
    return json.dumps(value, ensure_ascii=False)


def write_whole(path: Path, text: str) -> None:
    """Writes the file whole or not at all, for its owner only (0600). Raises RingtrustError."""
    temporary = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{FILE}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise RingtrustError(
            f"{path} cannot be written: {error.strerror}.", advice="Check the disk and your rights."
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
