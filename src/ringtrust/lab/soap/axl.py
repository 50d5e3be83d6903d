"""AXL: administration (interfaces.md §3). What it changes, it changes in the one state of the cluster."""

import re
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Final
from xml.sax.saxutils import escape

from ringtrust.lab.soap import axl_objects
from ringtrust.lab.soap.axl_changes import Changes
from ringtrust.lab.soap.axl_kinds import KINDS, PROCESS_NODE, Kind, Schema
from ringtrust.lab.soap.axl_resets import SINCE, Resets
from ringtrust.lab.soap.axl_sql import Sql
from ringtrust.lab.soap.envelope import FaultError, Operation, envelope, fault, not_served, tagged
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.safe_xml import text

_NAMESPACE: Final = re.compile(r"http://www\.cisco\.com/AXL/API/([0-9]{1,2})\.([0-9]{1,2})\Z")
_ACTION: Final = re.compile(r"CUCM:DB ver=([0-9]{1,2})\.([0-9]{1,2})\b")
_BUSY: Final = "Maximum AXL Memory Allocation Consumed. Please retry once requests in progress have completed"
_ENTERPRISE: Final = "EnterpriseWideData"


class Axl:
    """AXL of one node."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self._cluster = cluster
        self._node = node
        changes, sql = Changes(cluster).operations(), Sql(cluster, node).operations()
        self._changing = frozenset({*changes, "executeSQLUpdate"})
        self.operations: dict[str, Callable[[Operation], str]] = {
            "getCCMVersion": self._version,
            **sql,
            **changes,
            **Resets(cluster, node).operations(),
            **{f"list{_title(kind)}": partial(self._list, kind) for kind in KINDS},
            **{f"get{_title(kind)}": partial(self._get, kind) for kind in KINDS},
        }

    def answer(self, operation: Operation) -> tuple[int, bytes]:
        """The HTTP status and the answer."""
        if operation.name in self._changing and self._cluster.overload.queue_is_full():
            return 503, b""
        try:
            inner = self._carried_out(operation)
        except (FaultError, sqlite3.DataError) as failure:  # the second: a value that is too long for a database
            error = failure if isinstance(failure, FaultError) else FaultError(str(failure))
            detail = tagged("axlcode", str(error.code)) + tagged("axlmessage", error.message)
            detail += tagged("request", operation.name)
            return 500, fault(error.message, f"<axlError>{detail}</axlError>")
        name, space = f"ns:{operation.name}Response", escape(operation.namespace, {'"': "&quot;"})
        return 200, envelope(f'<{name} xmlns:ns="{space}"><return>{inner}</return></{name}>')

    def _carried_out(self, operation: Operation) -> str:
        if self._cluster.overload.turns_away():
            raise FaultError(_BUSY)
        self._refuse_newer(operation)
        if operation.name not in self.operations or _schema(operation) < SINCE.get(operation.name, (0, 0)):
            self._cluster.unknown.note("axl", operation.name)
            return not_served(operation)
        return self.operations[operation.name](operation)

    def _refuse_newer(self, operation: Operation) -> None:
        """A server accepts its own schema and older ones (interfaces.md §3.1); how it words a refusal is [U].

        The version stands in the namespace and, unless that is a bare operation, in the SOAPAction.
        """
        own = _version(self._cluster.release.name)
        action = _ACTION.match(operation.action)
        for found in (_NAMESPACE.match(operation.namespace), *((action,) if action else ())):
            if found is None or (int(found[1]), int(found[2])) > own:
                raise FaultError(f"The AXL version of {operation.namespace or 'the request'} is not supported.")

    def _version(self, operation: Operation) -> str:
        name = text(operation.parameters, "processNodeName")
        if name:
            axl_objects.keyed(self._node.replica, PROCESS_NODE, name)
        if name.lower() == _ENTERPRISE.lower():
            raise axl_objects.not_found(name)
        return f"<componentVersion>{tagged('version', self._cluster.release.version)}</componentVersion>"

    def _list(self, kind: Kind, operation: Operation) -> str:
        return axl_objects.listed(self._node.replica, kind, operation, _schema(operation))

    def _get(self, kind: Kind, operation: Operation) -> str:
        return axl_objects.got(self._node.replica, kind, operation, _schema(operation))


def _title(kind: Kind) -> str:
    return kind.element[0].upper() + kind.element[1:]


def _version(release: str) -> Schema:
    major, minor = release.split(".")
    return int(major), int(minor)


def _schema(operation: Operation) -> Schema:
    """The schema that the client speaks: it is told nothing that this does not have."""
    found = _NAMESPACE.match(operation.namespace)
    return (int(found[1]), int(found[2])) if found else (0, 0)
