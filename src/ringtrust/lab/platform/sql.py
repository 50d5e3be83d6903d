"""`run sql`: a query of the node's own replica, or an update on the publisher (interfaces.md §1.12)."""

from collections.abc import Iterator, Sequence
from typing import Final

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.state import updates
from ringtrust.lab.state.database import QueryFailed, Rows


async def run(call: Call) -> None:
    """`run sql STATEMENT`: whoever has privilege 0 may only read (CLI guide 15)."""
    if updates.is_update(call.rest) and call.session.level > 0:
        _update(call)
        return
    found = call.node.replica.query(call.rest)
    if isinstance(found, QueryFailed):
        raise CommandFailedError(found.reason)
    await call.show(_table(found))


def _update(call: Call) -> None:
    """Only the publisher writes. What CUCM prints on success is [U]."""
    call.need_publisher()
    done = call.cluster.database.update(call.rest)
    if isinstance(done, QueryFailed):
        raise CommandFailedError(done.reason)
    call.say(texts.ROWS_UPDATED.format(count=done.rows))


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


COMMANDS: Final[tuple[Command, ...]] = (command("run sql", run, 1, syntax="sql_statement"),)
