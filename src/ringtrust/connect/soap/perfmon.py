"""PerfMon: the counters of a node, within what it answers a minute (interfaces.md §6)."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from ringtrust.clock import SystemTimer, Timer
from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.connect.ports import Counter
from ringtrust.connect.soap.envelope import Door, Endpoint, FaultError, Operation, element
from ringtrust.connect.soap.limiter import PERFMON_REQUESTS, Limiter, exceeded
from ringtrust.connect.web import Server, Web
from ringtrust.errors import UnreadableError
from ringtrust.safe_xml import first, local_name, text
from ringtrust.trust import names

PORT: Final = 8443
_DOOR: Final = Door(
    "/perfmonservice2/services/PerfmonService", "the role Standard CCM Admin Users", "Cisco AMC Service"
)
_NAMESPACE: Final = "http://schemas.cisco.com/ast/soap"
_OPERATION: Final = "perfmonCollectCounterData"
_COUNTERS_AT_MOST: Final = 100_000
# \\host\object\counter, and \\host\object(instance)\counter
_NAME: Final = re.compile(r"\\\\[^\\]+\\([^\\(]+)(?:\((.*)\))?\\([^\\]+)", re.DOTALL)
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}")
_GOOD: Final = frozenset({"", "0", "1"})


class PerfClient:
    """PerfMon of any node. Each answers so often a minute; where others used that up, the next minute is waited for."""

    def __init__(self, web: Web, *, port: int = PORT, timer: Timer | None = None) -> None:
        self._web = web
        self._port = port
        self._timer = timer or SystemTimer()
        self._limiters: dict[str, Limiter] = {}

    async def counters(self, address: str, object_name: str) -> tuple[Counter, ...]:
        """The counters of an object, such as Cisco CallManager. Raises UnreadableError, also for an unknown one."""
        limiter = self._limiters.setdefault(address, Limiter(self._timer, PERFMON_REQUESTS))
        try:
            answer = await self._call(address, object_name, limiter)
        except FaultError as error:
            if not exceeded(error.message):
                raise
            limiter.exhaust()
            answer = await self._call(address, object_name, limiter)
        return read_counters(answer, object_name)

    async def _call(self, address: str, object_name: str, limiter: Limiter) -> etree._Element:
        await limiter.turn()
        endpoint = Endpoint(self._web, Server(address, self._port), _DOOR)
        inner = element("ns:Host", address) + element("ns:Object", object_name)
        return await endpoint.call(Operation(_OPERATION, _NAMESPACE, inner), _OPERATION)


def read_counters(answer: etree._Element, object_name: str) -> tuple[Counter, ...]:
    """The counters of an answer; an object without instances has none. Raises UnreadableError."""
    if local_name(answer) != f"{_OPERATION}Response":
        raise UnreadableError(f"PerfMon answered something else than {_OPERATION}Response.")
    return tuple(_counter(place, object_name) for place in _places(answer))


def _places(answer: etree._Element) -> Iterator[etree._Element]:
    """Releases put them into the answer itself, or into a list in it."""
    for number, place in enumerate(place for place in answer.iter() if first(place, "Name") is not None):
        if number == _COUNTERS_AT_MOST:
            raise UnreadableError(f"PerfMon gives more than {_COUNTERS_AT_MOST:,} counters.")
        yield place


def _counter(place: etree._Element, object_name: str) -> Counter:
    full = text(place, "Name")
    found = _NAME.fullmatch(full)
    if found is None or found[1].strip().lower() != object_name.strip().lower():
        raise UnreadableError(f"PerfMon gives {names.quoted(full)} when asked for {names.brief(object_name)}.")
    return Counter(found[2] or "", found[3], _value(place))


def _value(place: etree._Element) -> Fact[int]:
    value, status = text(place, "Value"), text(place, "CStatus")
    if status not in _GOOD:
        return Unread(f"PerfMon gives the status {names.quoted(status)}.")
    return Known(int(value)) if _NUMBER.fullmatch(value) else Unread(f"PerfMon gives {names.quoted(value)}, no number.")
