"""Tables as CSV: for programs, and for spreadsheets, which take a cell for a formula where they can."""

import io
from collections.abc import Iterable, Sequence
from typing import Final

from ringtrust.trust.names import printable

_FORMULA: Final = ("=", "+", "-", "@")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table after RFC 4180. No cell is taken for a formula, and nothing in it is obeyed by a terminal."""
    import csv  # noqa: PLC0415 - slow to load, and asked for rarely

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_guarded(printable(cell)) for cell in row] for row in rows)
    return out.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell
