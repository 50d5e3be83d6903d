"""RISPort70: which device is registered where, within what a node answers a minute (interfaces.md §5)."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
from lxml import etree

from ringtrust.clock import SystemTimer, Timer
from ringtrust.cluster.release import Release
from ringtrust.connect.pins import PinError
from ringtrust.connect.ports import DeviceSeen
from ringtrust.connect.soap.envelope import Door, Endpoint, FaultError, Operation, element
from ringtrust.connect.soap.limiter import Limiter, exceeded
from ringtrust.connect.web import LoginRefusedError, Server, Web
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.safe_xml import children, first, text

__all__ = ["NAMES_AT_MOST", "PORT", "Limiter", "RisClient", "Selection", "devices_seen", "read_selection"]

PORT: Final = 8443
_DOOR: Final = Door(
    "/realtimeservice2/services/RISService70", "the role Standard CCM Admin Users", "Cisco RIS Data Collector"
)
_NAMESPACE: Final = "http://schemas.cisco.com/ast/soap"
_OPERATION: Final = "selectCmDeviceExt"
_RESULT: Final = ("selectCmDeviceReturn", "SelectCmDeviceResult")
NAMES_AT_MOST: Final = 1000
_OLD_NAMES_AT_MOST: Final = 200
_LAST_OLD: Final = Release(9, 0)
# A device may be seen under several nodes. From which release on the answer is twice as large is in no source [U].
_MANY_AT_MOST: Final = 2000
_FIRST_MANY: Final = Release(15, 0)
_HALVES: Final = 3
"""How often a question is cut in two when its answer does not hold all that was found."""
_ANSWERED: Final = frozenset({"", "ok", "notfound"})
_UNKNOWN: Final = "Unknown"
_NUMBER: Final = re.compile(r"[0-9]{1,18}")


_Place = tuple[Endpoint, Limiter]


class Selection(msgspec.Struct, frozen=True):
    """An answer: the sightings, the nodes that did not answer, and how many devices were found in all."""

    sightings: tuple[DeviceSeen, ...]
    silent: tuple[str, ...]
    total: int

    @property
    def whole(self) -> bool:
        """Whether it holds all that was found."""
        return len(self.sightings) >= self.total


class RisClient:
    """RISPort70 of several nodes, each of which knows the whole cluster: they are asked in turn."""

    def __init__(self, web: Web, servers: Sequence[Server], release: Release, *, timer: Timer | None = None) -> None:
        if not servers:
            raise RefusedError("No node is named to be asked for registrations.")
        clock = timer or SystemTimer()
        self._doors = deque((Endpoint(web, server, _DOOR), Limiter(clock)) for server in servers)
        self._failed: set[Server] = set()
        self._names_at_most = _OLD_NAMES_AT_MOST if release <= _LAST_OLD else NAMES_AT_MOST
        self._devices_at_most = _MANY_AT_MOST if release >= _FIRST_MANY else self._names_at_most

    async def registrations(self, names: Sequence[str]) -> tuple[DeviceSeen, ...]:
        """What is known of these devices, in the order of their names here; one that nobody has seen is left out.

        Where a node did not answer the others, a device that is registered nowhere else is Unknown there.
        Raises UnreadableError, PinError and LoginRefusedError.
        """
        wanted = tuple(dict.fromkeys(name.strip().upper() for name in names if name.strip()))
        found: list[DeviceSeen] = []
        for begin in range(0, len(wanted), self._names_at_most):
            part = wanted[begin : begin + self._names_at_most]
            for asked, selection in await self._selections(part, _HALVES):
                found.extend(devices_seen(asked, selection))
        return tuple(found)

    async def _selections(self, names: tuple[str, ...], halves: int) -> list[tuple[tuple[str, ...], Selection]]:
        """The answer for these names; in halves where one does not hold all that was found."""
        selection = read_selection(await self._ask(self._operation(names)))
        if selection.whole or len(names) == 1:
            return [(names, selection)]
        if not halves:
            raise UnreadableError(f"RISPort70 found {selection.total} devices and gave {len(selection.sightings)}.")
        middle = len(names) // 2
        first_half = await self._selections(names[:middle], halves - 1)
        return first_half + await self._selections(names[middle:], halves - 1)

    def _operation(self, names: Iterable[str]) -> Operation:
        items = "".join(f"<ns:item>{element('ns:Item', name)}</ns:item>" for name in names)
        criteria = (
            ("MaxReturnedDevices", str(self._devices_at_most)),
            ("DeviceClass", "Any"),
            ("Model", "255"),
            ("Status", "Any"),
            ("NodeName", ""),
            ("SelectBy", "Name"),
        )
        inner = "".join(element(f"ns:{name}", value) for name, value in criteria)
        inner += f"<ns:SelectItems>{items}</ns:SelectItems>"
        inner += element("ns:Protocol", "Any") + element("ns:DownloadStatus", "Any")
        chosen = f"<ns:CmSelectionCriteria>{inner}</ns:CmSelectionCriteria>"
        return Operation(_OPERATION, _NAMESPACE, f"<ns:StateInfo></ns:StateInfo>{chosen}")

    async def _ask(self, operation: Operation) -> etree._Element:
        """Asks the node whose turn comes soonest; the next when it has answered too often, or not at all.

        Where others have taken the turns of this minute, the next minute is waited for, once.
        """
        failures: list[str] = []
        busy: list[_Place] = []
        for place in self._in_turn():
            found = await self._ask_at(place, operation)
            if not isinstance(found, UnreadableError):
                return found
            failures.append(found.what)
            busy += [place] if isinstance(found, FaultError) and exceeded(found.message) else []
        for place in busy:
            found = await self._ask_at(place, operation)
            if not isinstance(found, UnreadableError):
                return found
        raise UnreadableError(
            "No node tells who is registered: " + " ".join(failures),
            advice="Start Cisco RIS Data Collector and Cisco Tomcat on a node, or wait a minute.",
        )

    async def _ask_at(self, place: _Place, operation: Operation) -> etree._Element | UnreadableError:
        """The answer of one node, or why there is none. Raises PinError and LoginRefusedError."""
        endpoint, limiter = place
        await limiter.turn()
        try:
            answer = await endpoint.call(operation, _OPERATION)
        except (PinError, LoginRefusedError):
            raise
        except UnreadableError as error:
            if isinstance(error, FaultError) and exceeded(error.message):
                limiter.exhaust()
            self._failed.add(endpoint.server)
            return error
        self._failed.discard(endpoint.server)
        return answer

    def _in_turn(self) -> list[_Place]:
        """Nodes that failed the last time come last: each may take a whole time-out."""
        self._doors.rotate(-1)
        return sorted(self._doors, key=lambda door: (door[0].server in self._failed, door[1].free_at))


def devices_seen(names: Iterable[str], selection: Selection) -> Iterator[DeviceSeen]:
    """One sighting of each of these devices; Unknown where a node that might know better has not answered."""
    best: dict[str, DeviceSeen] = {}
    for sighting in selection.sightings:
        name = sighting.name.upper()
        if name not in best or _weight(sighting) > _weight(best[name]):
            best[name] = sighting
    for name in names:
        if name in best and (best[name].registered or not selection.silent):
            yield best[name]
        elif selection.silent:
            yield DeviceSeen(name, _UNKNOWN, selection.silent[0], "", "", "")


def _weight(sighting: DeviceSeen) -> tuple[bool, int]:
    """A device is seen under several nodes: where it is registered counts, else where it was last (§5)."""
    return sighting.registered, sighting.when


def read_selection(answer: etree._Element) -> Selection:
    """What an answer to selectCmDeviceExt holds. Raises UnreadableError."""
    result = first(answer, *_RESULT)
    if result is None:
        raise UnreadableError("RISPort70 answered without a result.")
    nodes = [item for each in children(result, "CmNodes") for item in children(each, "item")]
    total = text(result, "TotalDevicesFound")
    if not _NUMBER.fullmatch(total):
        raise UnreadableError("RISPort70 answered without the number of devices: what it holds may not be all.")
    sightings = tuple(_sighting(node, device) for node in nodes for device in _devices(node))
    silent = tuple(text(node, "Name") for node in nodes if text(node, "ReturnCode").lower() not in _ANSWERED)
    return Selection(sightings, silent, _number(total))


def _devices(node: etree._Element) -> Iterator[etree._Element]:
    for devices in children(node, "CmDevices"):
        yield from children(devices, "item")


def _sighting(node: etree._Element, device: etree._Element) -> DeviceSeen:
    return DeviceSeen(
        name=text(device, "Name"),
        status=text(device, "Status") or _UNKNOWN,
        node=text(node, "Name"),
        address=_address(device),
        model=text(device, "Model"),
        load=text(device, "ActiveLoadID"),
        when=_number(text(device, "TimeStamp")),
    )


def _address(device: etree._Element) -> str:
    """A list of addresses; one plain text in older releases."""
    for name in ("IPAddress", "IpAddress"):
        for place in children(device, name):
            found = [text(item, "IP") for item in children(place, "item")] or [text(place)]
            if known := next(filter(None, found), ""):
                return known
    return ""


def _number(digits: str) -> int:
    return int(digits) if _NUMBER.fullmatch(digits) else 0
