"""`run sql`: a query of the node's own replica (interfaces.md §1.12)."""

from collections.abc import Iterator, Sequence

from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.state.database import QueryFailed, Rows


async def run(call: Call) -> None:
    """`run sql QUERY`."""
    found = call.node.replica.query(call.rest)
    if isinstance(found, QueryFailed):
        raise CommandFailedError(found.reason)
    await call.show(_table(found))


def _table(found: Rows) -> Iterator[str]:
    """Columns as wide as their widest value, one blank between them; what CUCM prints for NULL is NULL."""
    cells = [["NULL" if value is None else value for value in row] for row in found.rows]
    widths = [max(map(len, column)) for column in zip(found.columns, *cells, strict=True)]
    yield _line(found.columns, widths)
    yield " ".join("=" * width for width in widths)
    for row in cells:
        yield from _line(row, widths).split("\n")


def _line(values: Sequence[str], widths: Sequence[int]) -> str:
    return " ".join(value.ljust(width) for value, width in zip(values, widths, strict=True)).rstrip(" ")
