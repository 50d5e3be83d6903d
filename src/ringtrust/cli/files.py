"""Files that a verb reads and writes."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import click
import msgspec

from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.report.trustlists import Document

STDIN: Final = "-"
_READABLE_BYTES: Final = 256 * 1024 * 1024

Value = TypeVar("Value")


class Input(msgspec.Struct, frozen=True):
    """What was read: its name, its bytes, and when the file was written (None for standard input)."""

    name: str
    data: bytes
    modified: datetime | None

    def parsed(self, read: Callable[[bytes], Value]) -> Value:
        """The value that `read` makes of the bytes; its errors then name the file."""
        with _named(self.name):
            return read(self.data)


@contextmanager
def _named(name: str) -> Iterator[None]:
    try:
        yield
    except UnreadableError as error:
        raise UnreadableError(f"{name}: {error}", advice=error.advice) from error


def read_input(path: str) -> Input:
    """A file, or standard input for `-`. Raises UnreadableError."""
    if path == STDIN:
        return Input("standard input", _at_most(sys.stdin.buffer.read(_READABLE_BYTES + 1), "standard input"), None)
    try:
        with Path(path).open("rb") as file:
            data = file.read(_READABLE_BYTES + 1)
            written = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC).astimezone()
    except OSError as error:
        raise UnreadableError(
            f"{path} cannot be read: {error.strerror}.", advice="Check the name and your rights."
        ) from error
    return Input(path, _at_most(data, path), written)


def _at_most(data: bytes, name: str) -> bytes:
    if len(data) > _READABLE_BYTES:
        raise UnreadableError(
            f"{name} has more than {_READABLE_BYTES // 1024 // 1024} MiB, more than any file that a phone reads.",
            advice="Check that it is the file you meant.",
        )
    return data


def write_output(path: str, data: bytes, *, force: bool) -> None:
    """Writes a file whole or not at all. Raises RefusedError when it cannot, or when it exists without `force`."""
    target = Path(path)
    if target.exists() and not force:
        raise RefusedError(f"{path} exists already.", advice="Choose another name, or add --force to replace it.")
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            file.write(data)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(target)
    except OSError as error:
        raise RefusedError(
            f"{path} cannot be written: {error.strerror}.", advice="Check the folder and your rights."
        ) from error


def echo_json(document: Document) -> None:
    """One JSON document on standard output."""
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))
