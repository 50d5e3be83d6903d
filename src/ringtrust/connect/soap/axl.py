"""AXL: the database by SQL, nodes, enterprise parameters, and resets of phones (interfaces.md §3)."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from lxml import etree

from ringtrust.clock import SystemTimer, Timer
from ringtrust.cluster.release import Release
from ringtrust.connect.patience import patiently
from ringtrust.connect.ports import ListedNode, Row
from ringtrust.connect.soap.envelope import (
    Door,
    Endpoint,
    FaultError,
    Operation,
    SessionEndedError,
    element,
)
from ringtrust.connect.soap.faults import UNSAID, TooLargeError, meant
from ringtrust.connect.soap.parts import Divided, Whole, divided
from ringtrust.connect.web import LoginRefusedError, Server, Web
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.safe_xml import children, first, local_name, text
from ringtrust.trust import names

__all__ = ["PORT", "AxlClient", "TooLargeError", "read_nodes", "read_rows"]

PORT: Final = 8443
_DOOR: Final = Door("/axl/", "the role Standard AXL API Access", "Cisco AXL Web Service")
_ENTERPRISE_NODE: Final = "EnterpriseWideData"
_ENTERPRISE_SERVICE: Final = "Enterprise Wide"
_ROWS_AT_MOST: Final = 1_000_000
_ROWS_AT_ONCE: Final = 1000
_TIMES: Final = 3
_FIRST_WITH_ALL: Final = Release(12, 0)
_FIRST_WITH_GROUPS: Final = Release(10, 0)
_GROUPS: Final = "select pkid, name from callmanagergroup order by pkid"
_PHONES: Final = "select pkid, name from device where tkclass = 1 order by pkid"
_FIRST_WITH_APPLY: Final = Release(10, 0)
_PATIENCE_OF_CAPF: Final = timedelta(days=10)
"""What the page of a phone proposes for "operation completes by": after that CAPF gives up."""
_UPDATE: Final = re.compile(r"\s*update\s+[a-z_]", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
# IM and Presence nodes stand in the server table of CUCM from here on [U].
_FIRST_WITH_ROLES: Final = Release(10, 0)


class AxlClient:
    """AXL of one node, as the schema of `release` has it: a server takes its own and older ones (§3.1).

    Make its Web with `session=True`, so that one login is enough. Questions wait out a busy server; acts are sent once.
    """

    def __init__(self, web: Web, server: Server, release: Release, *, timer: Timer | None = None) -> None:
        self._endpoint = Endpoint(web, server, _DOOR)
        self._release = release
        self._timer = timer or SystemTimer()

    async def query(self, sql: str) -> tuple[Row, ...]:
        """The rows of a SELECT; in parts where one answer cannot hold them and every row has its place.

        Raises RefusedError when the query is wrong, TooLargeError, UnreadableError.
        """
        try:
            return await self._rows(sql)
        except TooLargeError as error:
            found = divided(sql)
            if isinstance(found, Whole):
                raise error.because(found.why) from error
            size = _ROWS_AT_ONCE if error.rows == UNSAID else error.rows
            matched = error.matched
        return await self._all_parts(found, size, matched)

    async def _all_parts(self, divided: Divided, size: int, matched: int) -> tuple[Row, ...]:
        """All rows that were matched. Where rows come or go in between, one could be missed: then all is read again."""
        for _ in range(_TIMES):
            rows = await self._in_parts(divided, size)
            if matched in {UNSAID, len(rows)}:
                return rows
            matched = len(rows)
        raise UnreadableError(
            f"{self._endpoint.server.text} gives another number of rows each time.",
            advice="Look again when nobody changes the database.",
        )

    async def _in_parts(self, divided: Divided, size: int) -> tuple[Row, ...]:
        """Less than a suggested number of rows at a time, until a part is not full."""
        rows: list[Row] = []
        size = max(1, size // 2)
        while len(rows) < _ROWS_AT_MOST:
            try:
                part = await self._rows(divided.part(len(rows), size))
            except TooLargeError as error:
                if size == 1:
                    raise error.because("one row alone is too much") from error
                size = max(1, size // 2)
                continue
            rows.extend(part)
            if len(part) < size:
                return tuple(rows)
        raise UnreadableError(f"{self._endpoint.server.text} gives rows without an end.")

    async def _rows(self, sql: str) -> tuple[Row, ...]:
        return read_rows(await self._read("executeSQLQuery", element("sql", sql)))

    async def parameter(self, name: str) -> str:
        """The value of an enterprise parameter. Raises RefusedError when there is none, UnreadableError."""
        answer = await self._read("getServiceParameter", _parameter(name))
        found = first(answer, "return", "serviceParameter", "value")
        if found is None:
            raise UnreadableError(f"AXL did not give the enterprise parameter {names.brief(name)}.")
        return text(found)

    async def version(self, node_name: str = "") -> str:
        """The version of a node of the server table; of the one asked without a name.

        Raises RefusedError for a name that is none, UnreadableError.
        """
        answer = await self._read("getCCMVersion", element("processNodeName", node_name) if node_name else "")
        found = text(answer, "return", "componentVersion", "version")
        if not found:
            raise UnreadableError("AXL did not give the version.")
        return found

    async def nodes(self) -> tuple[ListedNode, ...]:
        """The nodes of the server table, without the one that stands for all. Raises UnreadableError."""
        tags = ["name", "nodeUsage"] + (["processNodeRole"] if self._release >= _FIRST_WITH_ROLES else [])
        returned = "".join(f"<{tag}/>" for tag in tags)
        inner = f"<searchCriteria><name>%</name></searchCriteria><returnedTags>{returned}</returnedTags>"
        return read_nodes(await self._read("listProcessNode", inner))

    async def update(self, sql: str) -> int:
        """Carries out an UPDATE once, and gives the number of rows that it changed.

        Raises RefusedError for anything else and for a wrong one; UnreadableError when it is not known what happened.
        """
        if not _UPDATE.match(sql):
            raise RefusedError("Only an UPDATE is carried out.", advice="A SELECT is a query.")
        found = text(await self._call("executeSQLUpdate", element("sql", sql)), "return", "rowsUpdated")
        if not _NUMBER.fullmatch(found):
            raise UnreadableError("AXL did not say how many rows it has changed.", advice="Look at the rows.")
        return int(found)

    async def apply_phone(self, name: str) -> None:
        """Applies the configuration of a device, once. Raises RefusedError when there is none, UnreadableError.

        Schemas have it from 10.0 on.
        """
        await self._call("applyPhone", element("name", name))

    async def reset_phone(self, name: str) -> None:
        """Resets a device, once. Raises RefusedError when there is none, UnreadableError."""
        await self._call("doDeviceReset", _hard_reset(name))

    async def set_parameter(self, name: str, value: str) -> None:
        """Sets an enterprise parameter, once. Raises RefusedError when there is none, UnreadableError."""
        await self._call("updateServiceParameter", _parameter(name) + element("value", value))

    async def reset_all_phones(self) -> None:
        """Resets every phone once; no parameter is changed (§3.3; AXL schemas 8.5 to 12.5).

        From 12.0 on all at once, from 10.0 on by CM group, before that one phone after the other. A part that fails
        does not keep the rest from being reset. Raises UnreadableError when it is not known whether all were: look at
        the registrations then. Raises RefusedError when none was.
        """
        if self._release >= _FIRST_WITH_ALL:
            await self._call("resetEnterpriseParameters", "")
            return
        by_group = self._release >= _FIRST_WITH_GROUPS
        names_of = await self.query(_GROUPS if by_group else _PHONES)
        found = [row.get("name", "") for row in names_of]
        if by_group:
            await self._each("resets", "resetCallManagerGroup", partial(element, "name"), found)
        else:
            await self._each("resets", "doDeviceReset", _hard_reset, found)

    async def reset_phones(self, names: Sequence[str]) -> None:
        """Resets each of these devices once, one after the other, and no other (§3.3). Every schema has it.

        One that fails does not keep the others from it. Raises RefusedError when none was told, UnreadableError when
        not all were, or nobody knows.
        """
        await self._each("resets", "doDeviceReset", _hard_reset, names)

    async def set_lsc_operation(self, names: Sequence[str], operation: str, authentication: str) -> int:
        """Sets what CAPF is to do with each of these devices, and until when: ten days from now (S173; §3.3).

        By `updatePhone`, as the page of a phone does: the server itself then calls the operation pending. One device
        that fails does not keep the others from it. Raises RefusedError when it was set for none, UnreadableError when
        not for all, or nobody knows.
        """
        until = f"{self._timer.now() + _PATIENCE_OF_CAPF:%Y:%m:%d:%H:%M}"
        wanted = element("certificateOperation", operation) + element("authenticationMode", authentication)
        wanted += element("upgradeFinishTime", until)
        await self._each("certificate operations", "updatePhone", lambda name: element("name", name) + wanted, names)
        return len(names)

    async def apply_phones(self, names: Sequence[str]) -> None:
        """Applies the configuration of each of these devices once (S174); before 10.0, which has no such, a restart.

        Raises as `set_lsc_operation` does.
        """
        if self._release >= _FIRST_WITH_APPLY:
            await self._each("applied configurations", "applyPhone", partial(element, "name"), names)
        else:
            await self._each("restarts", "doDeviceReset", _restart, names)

    async def _each(self, what: str, operation: str, inner: Callable[[str], str], found: Sequence[str]) -> None:
        """A server that is busy has not done it, and is asked again; nothing else is."""
        failures: list[UnreadableError | RefusedError] = []
        for name in found:
            try:
                await patiently(self._timer, partial(self._call, operation, inner(name)))
            except LoginRefusedError:
                raise
            except (UnreadableError, RefusedError) as error:
                failures.append(error)
        if failures and len(failures) == len(found):
            raise failures[0]
        if failures:
            raise UnreadableError(
                f"{len(failures)} of {len(found)} {what} failed: {failures[0].what}", advice=failures[0].advice
            )

    async def _read(self, name: str, inner: str) -> etree._Element:
        """The answer to a question. Where the session has ended, it is asked once more with a new login (§3.1)."""
        try:
            return await patiently(self._timer, lambda: self._call(name, inner))
        except SessionEndedError:
            self._endpoint.web.forget_sessions()
        return await patiently(self._timer, lambda: self._call(name, inner))

    async def _call(self, name: str, inner: str) -> etree._Element:
        namespace = f"http://www.cisco.com/AXL/API/{self._release.name}"
        action = f"CUCM:DB ver={self._release.name} {name}"
        try:
            answer = await self._endpoint.call(Operation(name, namespace, inner), action)
        except FaultError as error:
            raise meant(error) from error
        if local_name(answer) != f"{name}Response":
            raise UnreadableError(f"{self._endpoint.server.text} answered something else than {name}Response.")
        return answer


def _hard_reset(name: str) -> str:
    """What `doDeviceReset`, which every schema has, wants for a device."""
    return element("deviceName", name) + element("isHardReset", "true")


def _restart(name: str) -> str:
    """The same for a restart, which reads lists and configuration anew and loads no firmware."""
    return element("deviceName", name) + element("isHardReset", "false")


def _parameter(name: str) -> str:
    """Which enterprise parameter is meant."""
    inner = element("processNodeName", _ENTERPRISE_NODE) + element("name", name)
    return inner + element("service", _ENTERPRISE_SERVICE)


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


def read_nodes(answer: etree._Element) -> tuple[ListedNode, ...]:
    """The nodes of an answer to listProcessNode. Raises UnreadableError when it has none: there is a publisher."""
    returned = first(answer, "return")
    found = children(returned, "processNode") if returned is not None else []
    nodes = tuple(
        ListedNode(text(each, "name"), text(each, "nodeUsage"), text(each, "processNodeRole")) for each in found
    )
    if not all(node.name for node in nodes):
        raise UnreadableError("AXL lists a node without a name.")
    listed = tuple(node for node in nodes if node.name.lower() != _ENTERPRISE_NODE.lower())
    if not listed:
        raise UnreadableError("AXL lists no node.")
    return listed
