"""Files that a verb reads and writes."""

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

import msgspec

from ringtrust.errors import FormatError, RefusedError, RingtrustError, UnreadableError

STDIN: Final = "-"
_READABLE_BYTES: Final = 256 * 1024 * 1024

Value = TypeVar("Value")


class Input(msgspec.Struct, frozen=True):
    """What was read: its name, its bytes, and when the file was written (None where nobody knows)."""

    name: str
    data: bytes
    modified: datetime | None

    def parsed(self, read: Callable[[bytes], Value]) -> Value:
        """The value that `read` makes of the bytes; its errors then name the file."""
        with naming(self.name):
            return read(self.data)


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Puts the name of a file before what is wrong with its content."""
    try:
        yield
    except FormatError as error:
        raise UnreadableError(f"{name}: {error}", advice=error.advice) from error


def read_input(path: str) -> Input:
    """A file, or standard input for `-`. Raises UnreadableError."""
    try:
        if path == STDIN:
            return Input("standard input", _at_most(standard_input().read(_READABLE_BYTES + 1), path), None)
        with Path(path).open("rb") as file:
            data = file.read(_READABLE_BYTES + 1)
            return Input(path, _at_most(data, path), _written(file.fileno()))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableError(f"{path} cannot be read: {reason}.", advice="Check the name and your rights.") from error


def read_text(path: str) -> str:
    """A text file in UTF-8, or standard input for `-`. Raises UnreadableError, RefusedError."""
    return text_of(read_input(path))


def text_of(given: Input) -> str:
    """What was read, as text. Raises RefusedError for bytes that are not UTF-8."""
    try:
        return given.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(
            f"{given.name} is no text: byte {error.start} is not UTF-8.", advice="Save it as UTF-8 text."
        ) from error


def standard_input() -> BinaryIO:
    """The bytes that are sent in. Raises UnreadableError when nobody sends any."""
    if sys.stdin is None:
        raise UnreadableError("Standard input is closed.", advice="Name a file, or send it in.")
    return sys.stdin.buffer


def _at_most(data: bytes, name: str) -> bytes:
    if len(data) > _READABLE_BYTES:
        raise UnreadableError(
            f"{name} has more than {_READABLE_BYTES // 1024 // 1024} MiB, more than any file that a phone reads.",
            advice="Check that it is the file you meant.",
        )
    return data


def _written(descriptor: int) -> datetime | None:
    """When an open file was written, in the zone of this machine; None for dates that no calendar has."""
    try:
        return datetime.fromtimestamp(os.fstat(descriptor).st_mtime, UTC).astimezone()
    except (OverflowError, ValueError, OSError):
        return None


def refuse_standard_input_twice(paths: Sequence[str]) -> None:
    """Raises RefusedError when standard input is to be read more than once."""
    if list(paths).count(STDIN) > 1:
        raise RefusedError("Standard input can be read once only.", advice="Name files for all but one.")


def writable(path: str, *, force: bool, inputs: Sequence[str] = ()) -> Path:
    """Where to write. Raises RefusedError unless it is free, or a file to be replaced that is none of the inputs."""
    if path in {"", STDIN}:
        raise RefusedError(
            "The name of the file to write is missing.", advice="Give it a name; - stands for input only."
        )
    try:
        target = Path(path).resolve()
        if target.exists():
            _refuse_unless_replaceable(path, target, force=force, inputs=inputs)
        elif not target.parent.is_dir():
            raise RefusedError(f"There is no folder {target.parent}.", advice="Make it first, or choose another name.")
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RefusedError(
            f"{path} cannot be written: {reason}.", advice="Check the folder and your rights."
        ) from error
    return target


def _refuse_unless_replaceable(path: str, target: Path, *, force: bool, inputs: Sequence[str]) -> None:
    if not target.is_file():
        raise RefusedError(f"{path} is there already and is no file.", advice="Choose another name.")
    if any(each != STDIN and Path(each).exists() and target.samefile(each) for each in inputs):
        raise RefusedError(f"{path} is one of the files to read.", advice="Choose another name.")
    if not force:
        raise RefusedError(f"{path} exists already.", advice="Choose another name, or add --force to replace it.")


def write_output(target: Path, data: bytes | Iterable[bytes], *, force: bool, private: bool = False) -> None:
    """Writes a file whole or not at all; one that is `private` for its user alone.

    Raises RefusedError when it is there by now, RingtrustError when it cannot be written, and what `data` raises.
    """
    import tempfile  # noqa: PLC0415 - slow to load, and quick verbs rarely write

    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name[:100]}.", delete=False) as file:
            temporary = Path(file.name)
            file.writelines((data,) if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), stat.S_IRUSR | stat.S_IWUSR if private else _mode(target))
        if force:
            temporary.replace(target)
        else:
            target.hardlink_to(temporary)
    except FileExistsError as error:
        raise RefusedError(
            f"{target} exists already.", advice="Choose another name, or add --force to replace it."
        ) from error
    except OSError as error:
        raise RingtrustError(
            f"{target} cannot be written: {error.strerror}.", advice="Check the disk and your rights."
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _mode(target: Path) -> int:
    """The mode of the file that is replaced, or that of any new file."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
