"""AXL: what a plan must read and do through it (interfaces.md §3)."""

import re
import sqlite3
from collections.abc import Callable
from typing import Final
from xml.sax.saxutils import escape

from ringtrust.errors import RefusedError
from ringtrust.lab.soap.envelope import FaultError, Operation, envelope, fault, not_served, tagged
from ringtrust.lab.state import parameters
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.database import QueryFailed
from ringtrust.lab.state.node import Node
from ringtrust.safe_xml import text

_NOT_FOUND: Final = 5007
_ENTERPRISE: Final = ("Enterprise Wide", "EnterpriseWideData")
_VERSION: Final = re.compile(r"http://www\.cisco\.com/AXL/API/([0-9]{1,2})\.([0-9]{1,2})\Z")
_ELEMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Axl:
    """AXL of one node."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self._cluster = cluster
        self._node = node
        self.operations: dict[str, Callable[[Operation], str]] = {
            "executeSQLQuery": self._query,
            "getCCMVersion": self._version,
            "listProcessNode": self._nodes,
            "getServiceParameter": self._parameter,
            "updateServiceParameter": self._set_parameter,
            "resetEnterpriseParameters": self._reset_all,
            "resetPhone": self._reset_phone,
        }

    def answer(self, operation: Operation) -> tuple[int, bytes]:
        """The HTTP status and the answer."""
        try:
            self._refuse_newer(operation)
            inner = self.operations.get(operation.name, not_served)(operation)
        except (FaultError, sqlite3.DataError) as failure:  # the second: a value that is too long for a database
            error = failure if isinstance(failure, FaultError) else FaultError(str(failure))
            detail = tagged("axlcode", str(error.code)) + tagged("axlmessage", error.message)
            detail += tagged("request", operation.name)
            return 500, fault(error.message, f"<axlError>{detail}</axlError>")
        name, space = f"ns:{operation.name}Response", escape(operation.namespace, {'"': "&quot;"})
        return 200, envelope(f'<{name} xmlns:ns="{space}"><return>{inner}</return></{name}>')

    def _refuse_newer(self, operation: Operation) -> None:
        """A server accepts its own schema and older ones (interfaces.md §3.1); how it words a refusal is [U]."""
        asked = _VERSION.search(operation.namespace)
        own = tuple(map(int, self._cluster.release.name.split(".")))
        if asked is None or (int(asked[1]), int(asked[2])) > own:
            raise FaultError(f"The AXL version of {operation.namespace or 'the request'} is not supported.")

    def _query(self, operation: Operation) -> str:
        found = self._node.replica.query(text(operation.parameters, "sql"))
        if isinstance(found, QueryFailed):
            raise FaultError(found.reason)
        names = [name if _ELEMENT.match(name) else f"column{place}" for place, name in enumerate(found.columns)]
        return "".join(f"<row>{''.join(map(_cell, names, row))}</row>" for row in found.rows)

    def _version(self, _operation: Operation) -> str:
        return f"<componentVersion>{tagged('version', self._cluster.release.version)}</componentVersion>"

    def _nodes(self, _operation: Operation) -> str:
        rows = self._node.replica.rows("select name, tknodeusage, pkid from processnode order by nodeid")
        return "".join(
            f'<processNode uuid="{{{pkid.upper()}}}">{tagged("name", name)}'
            f"{tagged('nodeUsage', 'Subscriber' if usage else 'Publisher')}"
            f"{tagged('processNodeRole', 'CUCM Voice/Video')}</processNode>"
            for name, usage, pkid in rows
        )

    def _parameter(self, operation: Operation) -> str:
        name = _enterprise_parameter(operation)
        if name not in parameters.INITIAL:
            raise FaultError(f"Item not valid: The specified {name} was not found", _NOT_FOUND)
        value = parameters.value(self._node.replica, name)
        inner = tagged("processNodeName", _ENTERPRISE[1]) + tagged("name", name) + tagged("service", _ENTERPRISE[0])
        return f"<serviceParameter>{inner}{tagged('value', value)}</serviceParameter>"

    def _set_parameter(self, operation: Operation) -> str:
        name = _enterprise_parameter(operation)
        if name not in parameters.INITIAL:
            raise FaultError(f"Item not valid: The specified {name} was not found", _NOT_FOUND)
        try:
            self._cluster.set_parameter(name, text(operation.parameters, "value"))
        except RefusedError as error:
            raise FaultError(error.what) from error
        return "true"

    def _reset_all(self, _operation: Operation) -> str:
        self._cluster.registrations.reset_all()
        return "true"

    def _reset_phone(self, operation: Operation) -> str:
        name = text(operation.parameters, "name").upper()
        if not self._node.replica.rows("select 1 from device where name = ?", name):
            raise FaultError(f"Item not valid: The specified {name} was not found", _NOT_FOUND)
        registration = self._cluster.registrations.find(name)
        if registration is not None:
            registration.notify("reset")
        return "true"


def _enterprise_parameter(operation: Operation) -> str:
    service = text(operation.parameters, "service")
    if service not in {"", _ENTERPRISE[0]}:
        raise FaultError(f"Item not valid: The specified {service} was not found", _NOT_FOUND)
    return text(operation.parameters, "name")


def _cell(name: str, value: str | None) -> str:
    """NULL is an empty element: how CUCM writes it is not certain (interfaces.md §3.4)."""
    return f"<{name}/>" if value is None else tagged(name, _NOT_IN_XML.sub("\ufffd", value))
