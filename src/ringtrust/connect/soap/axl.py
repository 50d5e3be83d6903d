"""AXL: the database by SQL, enterprise parameters, and the reset of all phones (interfaces.md §3)."""

import re
from typing import Final

from lxml import etree

from ringtrust.cluster.release import Release
from ringtrust.connect.ports import Row
from ringtrust.connect.soap.envelope import Endpoint, FaultError, Operation, element
from ringtrust.connect.web import Server, Web
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.safe_xml import children, first, local_name, text

PORT: Final = 8443
_PATH: Final = "/axl/"
_ENTERPRISE_NODE: Final = "EnterpriseWideData"
_ENTERPRISE_SERVICE: Final = "Enterprise Wide"
# Faults that speak of the server and not of the request (interfaces.md §3.2), in lower case.
_TOO_LARGE: Final = "query request too large"
_OVERLOADED: Final = ("maximum axl memory allocation consumed", "please retry")
_ROWS_AT_MOST: Final = 1_000_000
_SUGGESTED: Final = re.compile(r"suggestive row fetch: less than ([0-9]{1,9})", re.IGNORECASE)
_ORDERED_SELECT: Final = re.compile(
    r"\s*select\s+(?!skip\b|first\b|limit\b)(.*\border\s+by\b.*)", re.IGNORECASE | re.DOTALL
)


class TooLargeError(UnreadableError):
    """An answer of more than the 8 MB that AXL gives. `rows` is how many it would give at once; 0 when not said."""

    def __init__(self, what: str, rows: int) -> None:
        super().__init__(what, advice="Ask for fewer columns, or in parts: select skip 0 first 500 … order by pkid.")
        self.rows = rows


class AxlClient:
    """AXL of one node, as the schema of `release` has it: a server takes its own and older ones (§3.1).

    Make its Web with `session=True`, so that one login is enough.
    """

    def __init__(self, web: Web, server: Server, release: Release) -> None:
        self._endpoint = Endpoint(web, server, _PATH)
        self._version = release.name

    async def version(self, node_name: str = "") -> str:
        """The version of a node, as it prints it; of the one asked without a name. Raises UnreadableError."""
        answer = await self._call("getCCMVersion", element("processNodeName", node_name) if node_name else "")
        found = first(answer, "return", "componentVersion", "version")
        if found is None:
            raise UnreadableError("AXL did not give a version.")
        return text(found)

    async def query(self, sql: str) -> tuple[Row, ...]:
        """The rows of a SELECT; in parts where one answer cannot hold them and the SELECT has an order.

        Raises RefusedError when the query is wrong, UnreadableError.
        """
        try:
            return read_rows(await self._call("executeSQLQuery", element("sql", sql)))
        except TooLargeError as error:
            ordered = _ORDERED_SELECT.fullmatch(sql)
            if ordered is None or error.rows == 0:
                raise
            size = error.rows
        return await self._in_parts(ordered[1], size)

    async def _in_parts(self, rest: str, size: int) -> tuple[Row, ...]:
        """Less than a suggested number of rows at a time, until a part is not full."""
        rows: list[Row] = []
        size = max(1, size // 2)
        while len(rows) < _ROWS_AT_MOST:
            asked = element("sql", f"select skip {len(rows)} first {size} {rest}")
            part = read_rows(await self._call("executeSQLQuery", asked))
            rows.extend(part)
            if len(part) < size:
                return tuple(rows)
        raise UnreadableError(f"{self._endpoint.server.text} gives rows without an end.")

    async def parameter(self, name: str) -> str:
        """The value of an enterprise parameter. Raises RefusedError when there is none, UnreadableError."""
        inner = element("processNodeName", _ENTERPRISE_NODE) + element("name", name)
        answer = await self._call("getServiceParameter", inner + element("service", _ENTERPRISE_SERVICE))
        found = first(answer, "return", "serviceParameter", "value")
        if found is None:
            raise UnreadableError(f"AXL did not give the enterprise parameter {name}.")
        return text(found)

    async def reset_all_phones(self) -> None:
        """Resets every device once: `resetEnterpriseParameters`, which changes no parameter (§3.3).

        Raises UnreadableError when it is not known whether that happened: look at the registrations then.
        """
        await self._call("resetEnterpriseParameters", "")

    async def _call(self, name: str, inner: str) -> etree._Element:
        namespace = f"http://www.cisco.com/AXL/API/{self._version}"
        action = f"CUCM:DB ver={self._version} {name}"
        try:
            answer = await self._endpoint.call(Operation(name, namespace, inner), action)
        except FaultError as error:
            raise _meant(error) from error
        if local_name(answer) != f"{name}Response":
            raise UnreadableError(f"{self._endpoint.server.text} answered something else than {name}Response.")
        return answer


def read_rows(answer: etree._Element) -> tuple[Row, ...]:
    """The rows of an answer to executeSQLQuery. NULL, be it an empty element or xsi:nil, is the empty string.

    Raises UnreadableError when the answer has no place for rows: that is not an answer without rows.
    """
    returned = first(answer, "return")
    if returned is None:
        raise UnreadableError("AXL answered a query without saying what it found.")
    return tuple(
        {local_name(cell).lower(): cell.text or "" for cell in row if local_name(cell)}
        for row in children(returned, "row")
    )


def _meant(fault: FaultError) -> UnreadableError | RefusedError:
    """What a fault means: the request is wrong, too large, or the server is not up to it just now."""
    said = fault.message.lower()
    if _TOO_LARGE in said:
        suggested = _SUGGESTED.search(fault.message)
        return TooLargeError(fault.what, int(suggested[1]) if suggested else 0)
    if not fault.code or any(words in said for words in _OVERLOADED):
        return fault
    return RefusedError(fault.what, advice="Check the request, and that the AXL schema is not newer than the server.")
