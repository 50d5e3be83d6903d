"""`file list`, `file view`, `file dump` and `file search` (interfaces.md §1.11)."""

import re
from typing import Final

import msgspec

from ringtrust.connect.platform.failures import answer_lines, first_told, lines_of, unreadable

_LIST: Final = "file list"
_SEARCH: Final = "file search"
_COUNT: Final = re.compile(r"dir count = (\d{1,9}), file count = (\d{1,9})\Z", re.IGNORECASE)
_DETAIL: Final = re.compile(r"(\d{1,2} [A-Z][a-z]{2},\d{4} \d{2}:\d{2}:\d{2})\s+(<dir>|[\d,]{1,20})\s+(\S.*)\Z")
_SIZE: Final = re.compile(r"\d{1,3}(?:,\d{3})*|\d{1,15}")
_DIRECTORY: Final = "<dir>"
_END_OF_FILE: Final = "end of the file reached"
_PATH: Final = re.compile(r"searching path:\s*(.*)\Z", re.IGNORECASE)
_SEARCHED: Final = re.compile(r"searching file:\s*(.*)\Z", re.IGNORECASE)
_COMPLETED: Final = "search completed"


class FileRow(msgspec.Struct, frozen=True):
    """A file or a folder: `size` in bytes, 0 for folders; `written` as printed, on the clock of the node."""

    name: str
    size: int
    written: str
    folder: bool


class FileMatch(msgspec.Struct, frozen=True):
    """A line that was found; `file` is empty where the node does not name it."""

    file: str
    line: str


def read_file_list(text: str) -> tuple[FileRow, ...]:
    """The rows of `file list … detail`; none only where the node counts none.

    Raises UnreadableError and RefusedError, also where the count differs.
    """
    lines = [line.strip() for line in answer_lines(text, _LIST) if line.strip()]
    counts = _COUNT.match(lines[-1]) if lines else None
    if counts is None:
        raise unreadable(_LIST, "it does not count its files", first_told(lines))
    found = tuple(_row(line) for line in lines[:-1])
    folders = sum(row.folder for row in found)
    if (folders, len(found) - folders) != (int(counts[1]), int(counts[2])):
        raise unreadable(_LIST, f"it shows {folders} folders and {len(found) - folders} files", lines[-1])
    return found


def _row(line: str) -> FileRow:
    found = _DETAIL.match(line)
    if found is None or not (found[2] == _DIRECTORY or _SIZE.fullmatch(found[2])):
        raise unreadable(_LIST, "this is no row of a file", line)
    folder = found[2] == _DIRECTORY
    return FileRow(found[3], 0 if folder else int(found[2].replace(",", "")), found[1], folder)


def read_file(text: str, command: str) -> str:
    """What `file view` or `file dump` shows: the text of the file. Raises UnreadableError and RefusedError.

    A file that ends with the words of a failure cannot be told from a failure.
    """
    lines = answer_lines(text, command)
    while lines and lines[-1].strip().lower() in {"", _END_OF_FILE}:
        lines.pop()
    return "\n".join(lines) + "\n" if lines else ""


def read_search(text: str) -> tuple[FileMatch, ...]:
    """The lines that `file search` found; none only where it says that it came to its end.

    Raises UnreadableError and RefusedError.
    """
    lines = [line for line in lines_of(text, _SEARCH) if line.strip()]
    ends = [place for place, line in enumerate(lines) if line.strip().lower().startswith(_COMPLETED)]
    if not ends:
        raise unreadable(_SEARCH, "it did not come to its end", first_told(answer_lines(text, _SEARCH)))
    found: list[FileMatch] = []
    file = ""
    for line in lines[: ends[-1]]:
        if (named := _SEARCHED.match(line.strip())) is not None:
            file = named[1].strip()
        elif _PATH.match(line.strip()) is None:
            found.append(FileMatch(file, line))
    return tuple(found)
