"""ringtrust.toml, written: one entry put in or taken out, everything else left as it stands, to the letter."""

import errno
import fcntl
import os
import re
import stat
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ringtrust.cli.cluster.entry import entry_lines
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.settings import FILE, ClusterSettings, find_file, read_settings

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_HEADER: Final = re.compile(r"\s*\[(?!\[)[^\n]*\]\s*(?:#[^\n]*)?\s*\Z")
_BY_HAND: Final = "Edit the file by hand: docs/clusters.md says what stands in it."
_TURNS: Final = 200
_TURN_SECONDS: Final = 0.05
_NO_LOCKS: Final = frozenset({errno.EBADF, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS})
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
    block = "\n".join(entry_lines(name, settings))
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


def put_in(path: Path, name: str, settings: ClusterSettings, before: ClusterSettings | None) -> None:
    """Puts the entry into the file as it is now; `before` is the one to replace, as it was when this began.

    Raises RefusedError when the entry was written by somebody else meanwhile, RingtrustError when it cannot be done.
    """
    with only_writer(path):
        text = text_at(path)
        if read_settings(text, str(path)).get(name) != before:
            raise RefusedError(
                f"Somebody has changed the entry {name!r} of {path} meanwhile. It stays as it is now.",
                advice="Look at it, then do this again.",
            )
        write_whole(path, with_entry(text, name, settings, str(path), force=before is not None))


def take_out(path: Path, name: str) -> None:
    """Takes the entry out of the file as it is now. Raises as put_in does."""
    with only_writer(path):
        write_whole(path, without_entry(text_at(path), name, str(path)))


@contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Nobody else writes the file between reading and writing. Raises RefusedError, RingtrustError.

    The folder is locked: the file itself is replaced, and a file for the lock would lie about for ever.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _unwritten(path, error) from error
    try:
        _lock(folder, path)
        yield
    finally:
        os.close(folder)


def _lock(folder: int, path: Path) -> None:
    for _ in range(_TURNS):
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_TURN_SECONDS)
        except OSError as error:
            if error.errno in _NO_LOCKS:  # network file systems lock no folder; what was read is compared all the same
                return
            raise _unwritten(path, error) from error
        else:
            return
    raise RefusedError(f"Another process writes {path}, and does not come to an end.", advice="See what it waits for.")


def write_whole(path: Path, text: str) -> None:
    """Writes the file whole or not at all: a new one for its owner only (0600), one that is there as it was.

    Raises RingtrustError.
    """
    temporary = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{FILE}.", delete=False) as file:
            temporary = Path(file.name)
            _as_before(path, file.fileno())
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise _unwritten(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _as_before(path: Path, descriptor: int) -> None:
    """Gives a file the owner, group and mode of the one whose place it takes. Raises OSError, RingtrustError."""
    if not path.exists():
        return
    before, now = path.stat(), os.fstat(descriptor)
    try:
        if (before.st_uid, before.st_gid) != (now.st_uid, now.st_gid):
            os.fchown(descriptor, before.st_uid, before.st_gid)
    except PermissionError as error:
        raise RingtrustError(
            f"{path} cannot be written: it is of another user or group, and would be yours afterwards.",
            advice="Let its owner do it.",
        ) from error
    os.fchmod(descriptor, stat.S_IMODE(before.st_mode))


def _unwritten(path: Path, error: OSError) -> RingtrustError:
    return RingtrustError(f"{path} cannot be written: {error.strerror}.", advice="Check the disk and your rights.")
