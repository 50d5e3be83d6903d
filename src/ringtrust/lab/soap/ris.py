"""RISPort70: which phone is registered where (interfaces.md §5)."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from ringtrust.lab.soap import ris_answer
from ringtrust.lab.soap.envelope import FaultError, Operation, envelope, fault, not_served
from ringtrust.lab.soap.ris_answer import NO_SUCH_NODE, NOT_FOUND, OK, SILENT, NodeAnswer, NodeState
from ringtrust.lab.soap.ris_seen import Seen, sightings, wanted
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import COLLECTOR
from ringtrust.safe_xml import first, text

_MOST, _MOST_NEWER = 1000, 2000
_FIRST_NEWER: Final = 14  # the release that gives more at once is not told [U]
_REQUESTS_A_MINUTE: Final = 15
_MINUTE: Final = timedelta(minutes=1)
_TOO_MANY: Final = (
    "AxisFault: Exceeded allowed rate for Reatime information. Current allowed rate for realtime information is "
    f"{_REQUESTS_A_MINUTE} requests per minute."
)
_OLDER: Final = "selectCmDevice"


class Ris:
    """RISPort70 of any node: all of them know the whole cluster, and each answers so many times a minute."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self._cluster = cluster
        self._node = node
        self._asked: deque[datetime] = deque(maxlen=_REQUESTS_A_MINUTE)
        newer = int(cluster.release.name.partition(".")[0]) >= _FIRST_NEWER
        self._most = _MOST_NEWER if newer else _MOST
        self.operations: dict[str, Callable[[Operation], str]] = {
            _OLDER: self._devices,
            "selectCmDeviceExt": self._devices,
            "selectCtiItem": self._applications,
        }

    @staticmethod
    def description(address: str) -> bytes:
        """Its WSDL, which it gives to whoever asks for `?wsdl` (ciscoris). `address`: the URL that it is asked at."""
        written = (files("ringtrust.lab.soap") / "ris.wsdl").read_text(encoding="utf-8")
        return written.replace("{address}", escape(address, {'"': "&quot;"})).encode()

    def answer(self, operation: Operation) -> tuple[int, bytes]:
        """The HTTP status and the answer."""
        try:
            self._refuse_if_too_many()
            if operation.name not in self.operations:
                self._cluster.unknown.note("ris", operation.name)
            return 200, envelope(self.operations.get(operation.name, not_served)(operation))
        except FaultError as error:
            return 500, fault(error.message)

    def _refuse_if_too_many(self) -> None:
        """The limit is one of the server, in minutes of the wall clock."""
        now = self._cluster.wall.now()
        if len(self._asked) == _REQUESTS_A_MINUTE and now - self._asked[0] < _MINUTE:
            raise FaultError(_TOO_MANY)
        self._asked.append(now)

    def _devices(self, operation: Operation) -> str:
        criteria = first(operation.parameters, "CmSelectionCriteria")
        answering = {name: state for name, state in self._states() if text(criteria, "NodeName") in {"", name}}
        through = wanted(criteria, stars=operation.name == _OLDER)
        found = [seen for seen in sightings(self._cluster, self._node) if seen.node in answering and through(seen)]
        echoed = ris_answer.read_state_info(text(operation.parameters, "StateInfo"))
        same = {name for name, state in answering.items() if echoed.get(name) == state}
        given = [seen for seen in found if seen.node not in same][: self._count(criteria)]
        nodes = self._nodes(text(criteria, "NodeName"), answering, found, given, same)
        load = self._cluster.topology.phones.load
        return ris_answer.devices_answer(operation.name, len(found), nodes, load)

    def _states(self) -> Iterator[tuple[str, NodeState]]:
        """The nodes that answer: where the collector does not run, nobody tells anything."""
        for node in self._cluster.nodes:
            if node.services.running(COLLECTOR):
                collector = node.services.find(COLLECTOR)
                started = int(collector.since.timestamp()) if collector is not None else 0
                yield node.name, NodeState(str(started), str(self._cluster.registrations.changes[node.name]))

    def _count(self, criteria: etree._Element | None) -> int:
        most = text(criteria, "MaxReturnedDevices")
        return min(int(most[:9]), self._most) if most.isascii() and most.isdecimal() else self._most

    def _nodes(
        self,
        asked: str,
        answering: Mapping[str, NodeState],
        found: list[Seen],
        given: list[Seen],
        same: set[str],
    ) -> Iterator[NodeAnswer]:
        counts = Counter(seen.node for seen in found)
        names = [node.name for node in self._cluster.nodes]
        for name in [asked] if asked else names:
            state = answering.get(name)
            if state is None:
                yield NodeAnswer(name, SILENT if name in names else NO_SUCH_NODE, NodeState("", ""))
                continue
            devices = [seen for seen in given if seen.node == name]
            code = OK if devices or name in same else NOT_FOUND
            yield NodeAnswer(name, code, state, counts[name], devices, name in same)

    def _applications(self, operation: Operation) -> str:
        """No application opens devices or lines of the lab."""
        return ris_answer.applications_answer(operation.name, (node.name for node in self._cluster.nodes))
