"""The answer of `run sql` (interfaces.md §1.12): columns as wide as their line of `=` says, one blank between them."""

from typing import Final

import msgspec

from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable
from ringtrust.errors import FormatError

_COMMAND: Final = "run sql"
_COLUMNS_AT_MOST: Final = 512
_PEM: Final = "-----BEGIN"
_ASK_AXL: Final = "Ask for this over AXL, or without columns whose values run over several lines, as certificates do."


class Table(msgspec.Struct, frozen=True):
    """Rows of text. NULL is the word NULL, which a text may be too; booleans are t and f."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> tuple[str, ...]:
        """The values of one column. Raises FormatError when there is none of this name."""
        if name not in self.columns:
            raise FormatError("The answer of `run sql` lacks a column that was asked for", 0, advice=_ASK_AXL)
        place = self.columns.index(name)
        return tuple(row[place] for row in self.rows)


def read_table(text: str) -> Table:
    """The table; one with a head and no row is empty indeed. Raises UnreadableError, FormatError and RefusedError."""
    body = _without_empty_ends(answer_lines(text, _COMMAND))
    if len(body) < 2 or not _is_underline(body[1]):  # noqa: PLR2004 - the names, and the line under them
        raise unreadable(_COMMAND, "it has no line of = under its first line", first_told(body))
    starts = _starts(body[1])
    columns = _columns(body[0], starts)
    offset = text.find(body[1]) + len(body[1])
    return Table(columns, tuple(_rows(body[2:], starts, offset)))


def _without_empty_ends(lines: list[str]) -> list[str]:
    told = [place for place, line in enumerate(lines) if line]
    return lines[told[0] : told[-1] + 1] if told else []


def _is_underline(line: str) -> bool:
    return line.startswith("=") and not line.replace("=", "").strip(" ") and "  " not in line


def _starts(underline: str) -> list[int]:
    starts, place = [], 0
    for group in underline.split(" "):
        starts.append(place)
        place += len(group) + 1
    if len(starts) > _COLUMNS_AT_MOST:
        raise unreadable(_COMMAND, f"it has {len(starts)} columns")
    return starts


def _columns(head: str, starts: list[int]) -> tuple[str, ...]:
    """The names, in lower case. They hold no blanks, so that they are found too where the line of = is shorter."""
    columns = head.lower().split()
    if len(columns) != len(starts):
        raise unreadable(_COMMAND, "it has another number of names than of columns", head)
    return tuple(columns)


def _rows(lines: list[str], starts: list[int], offset: int) -> list[tuple[str, ...]]:
    rows = []
    for line in lines:
        if not line or _PEM in line or not _fits(line, starts):
            raise FormatError(
                "A value of the table runs over the end of its line or its column", offset, advice=_ASK_AXL
            )
        ends = [*(start - 1 for start in starts[1:]), None]
        rows.append(tuple(line[start:end].rstrip() for start, end in zip(starts, ends, strict=True)))
        offset += len(line) + 1
    return rows


def _fits(line: str, starts: list[int]) -> bool:
    """Whether a blank stands before each column. The last may be wider than its line of =, where nothing follows."""
    return all(line[start - 1 : start] in {"", " "} for start in starts[1:])
