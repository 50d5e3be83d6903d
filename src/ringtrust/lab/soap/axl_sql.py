"""AXL: SQL (interfaces.md §3.4)."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from ringtrust.lab.soap import axl_objects
from ringtrust.lab.soap.envelope import FaultError, Operation, tagged
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.database import QueryFailed, Row, TooMuch
from ringtrust.lab.state.node import Node
from ringtrust.safe_xml import text

_ELEMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")


class Sql:
    """The operations of one node: it reads its own database, and every change is written on the publisher."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self._cluster = cluster
        self._node = node

    def operations(self) -> dict[str, Callable[[Operation], str]]:
        """All of them, by their names."""
        return {"executeSQLQuery": self._query, "executeSQLUpdate": self._update}

    def _query(self, operation: Operation) -> str:
        sql = text(operation.parameters, "sql")
        found = self._node.replica.written(sql, _row, axl_objects.CHARACTERS_AT_MOST)
        if isinstance(found, QueryFailed):
            raise FaultError(found.reason)
        if isinstance(found, TooMuch):
            raise axl_objects.too_large(found.total, found.fitting)
        return "".join(found.rows)

    def _update(self, operation: Operation) -> str:
        done = self._cluster.database.update(text(operation.parameters, "sql"))
        if isinstance(done, QueryFailed):
            raise FaultError(done.reason)
        return tagged("rowsUpdated", str(done.rows))


def _row(columns: Sequence[str], row: Row) -> str:
    names = (name if _ELEMENT.match(name) else f"column{place}" for place, name in enumerate(columns))
    return f"<row>{''.join(map(_cell, names, row))}</row>"


def _cell(name: str, value: str | None) -> str:
    """NULL is an empty element: how CUCM writes it is not certain (interfaces.md §3.4)."""
    return f"<{name}/>" if value is None else tagged(name, axl_objects.printable(value))
