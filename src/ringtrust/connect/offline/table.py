"""A table that somebody has saved as CSV: every row has a value for every column, or it is no table."""

import csv
import io
from pathlib import Path
from typing import NamedTuple

from ringtrust.connect.ports import Row
from ringtrust.errors import UnreadableError


class Saved(NamedTuple):
    """The columns, in lower case, and the rows; neither where there is nothing at all."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def table_in(path: Path, text: str) -> Saved:
    """The table of a file. Raises UnreadableError: a row that is cut short would hide what stood in it."""
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline="")) if line]
    except csv.Error as error:
        raise UnreadableError(f"{path} is no table: {error}.", advice="Save it again, as CSV.") from error
    columns = tuple(name.strip().lower() for name in lines[0]) if lines else ()
    odd = next((place for place, line in enumerate(lines, 1) if len(line) != len(columns)), 0)
    if odd:
        raise UnreadableError(
            f"{path}: row {odd} has another number of fields than there are columns.", advice="Save it again, as CSV."
        )
    return Saved(columns, tuple(dict(zip(columns, line, strict=True)) for line in lines[1:]))
