"""PerfMon: counters of any node, asked of any node (interfaces.md §6).

[U] The sentences of its faults, but for that of the rate; that an object is there while its service runs.
"""

import uuid
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from ringtrust.lab.soap.envelope import FaultError, Operation, envelope, fault, items, not_served, tagged
from ringtrust.lab.soap.wsdl import INTERFACES, NAMESPACE, document
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.counters import TFTP_COUNTERS
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import CALLMANAGER, TFTP
from ringtrust.safe_xml import text

PATH: Final = "/perfmonservice2/services/PerfmonService"
_REQUESTS_A_MINUTE: Final = 80
_MINUTE: Final = timedelta(minutes=1)
_TOO_MANY: Final = (
    "Exceeded allowed rate for Perfmon information. Current allowed rate for perfmon information is "
    f"{_REQUESTS_A_MINUTE} requests per minute.PerfmonService"
)
_SESSIONS_AT_MOST: Final = 100
_COUNTERS_AT_MOST: Final = 1_000
_TABLES: Final = 754  # those that `utils dbreplication runtimestate` counts
_GOOD, _SETUP_FAILED = 2, 4
_CALLS: Final = ("CallsActive", "CallsAttempted", "CallsCompleted", "CallsInProgress")
REPLICATION: Final = "Number of Replicates Created and State of Replication"

Values = Mapping[str, int]


class Counter(NamedTuple):
    r"""A counter, as `\\host\object(instance)\name` names it."""

    host: str
    object: str
    instance: str
    name: str

    @classmethod
    def read(cls, path: str) -> "Counter":
        """Raises FaultError."""
        host, *rest = path.removeprefix("\\\\").split("\\")
        if not path.startswith("\\\\") or len(rest) != len(("object", "name")):
            raise FaultError(f"The counter {path} is not valid.")
        title, _, instance = rest[0].partition("(")
        return cls(host, title, instance.removesuffix(")"), rest[1])

    def __str__(self) -> str:
        instance = f"({self.instance})" if self.instance else ""
        return f"\\\\{self.host}\\{self.object}{instance}\\{self.name}"


class PerfMon:
    """PerfMon of one node."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self._cluster = cluster
        self._node = node
        self._asked: deque[datetime] = deque(maxlen=_REQUESTS_A_MINUTE)
        self._sessions: OrderedDict[str, dict[Counter, None]] = OrderedDict()
        self.operations: dict[str, Callable[[Operation], str]] = {
            "perfmonCollectCounterData": self._collect,
            "perfmonListCounter": self._counters,
            "perfmonListInstance": self._instances,
            "perfmonQueryCounterDescription": self._describe,
            "perfmonOpenSession": self._open,
            "perfmonAddCounter": self._add,
            "perfmonRemoveCounter": self._remove,
            "perfmonCollectSessionData": self._collect_session,
            "perfmonCloseSession": self._close,
        }

    @staticmethod
    def description(address: str) -> bytes:
        """Its WSDL. `address`: the URL that it is asked at."""
        return document(INTERFACES[PATH], address)

    def answer(self, operation: Operation) -> tuple[int, bytes]:
        """The HTTP status and the answer."""
        try:
            self._refuse_if_too_many()
            if operation.name not in self.operations:
                self._cluster.unknown.note("perfmon", operation.name)
                not_served(operation)
            inner = self.operations[operation.name](operation)
        except FaultError as error:
            return 500, fault(error.message)
        return 200, envelope(f'<{operation.name}Response xmlns="{NAMESPACE}">{inner}</{operation.name}Response>')

    def _refuse_if_too_many(self) -> None:
        """The limit is one of the server, in minutes of the wall clock."""
        now = self._cluster.wall.now()
        if len(self._asked) == _REQUESTS_A_MINUTE and now - self._asked[0] < _MINUTE:
            raise FaultError(_TOO_MANY)
        self._asked.append(now)

    def _collect(self, operation: Operation) -> str:
        host, title = text(operation.parameters, "Host"), text(operation.parameters, "Object")
        found = self._object(host, title)
        rows = (
            (Counter(host, title, instance, name), value)
            for instance, values in found.items()
            for name, value in values.items()
        )
        return "".join(_row(operation.name, counter, value) for counter, value in rows)

    def _counters(self, operation: Operation) -> str:
        node = self._host(text(operation.parameters, "Host"))
        return "".join(_listed(operation.name, title, found) for title, found in self._objects(node))

    def _instances(self, operation: Operation) -> str:
        found = self._object(text(operation.parameters, "Host"), text(operation.parameters, "Object"))
        return "".join(f"<{operation.name}Return>{tagged('Name', each)}</{operation.name}Return>" for each in found)

    def _describe(self, operation: Operation) -> str:
        counter = Counter.read(text(operation.parameters, "Counter"))
        self._value(counter)
        return tagged(f"{operation.name}Return", f"{counter.name} of {counter.object}")

    def _open(self, operation: Operation) -> str:
        handle = str(uuid.uuid4())
        self._sessions[handle] = {}
        if len(self._sessions) > _SESSIONS_AT_MOST:
            self._sessions.popitem(last=False)
        return tagged(f"{operation.name}Return", handle)

    def _add(self, operation: Operation) -> str:
        session, named = self._session(operation), _named(operation)
        for counter in named:
            self._value(counter)
        if len(session) + len(named) > _COUNTERS_AT_MOST:
            raise FaultError(f"A session has at most {_COUNTERS_AT_MOST} counters.")
        session.update(dict.fromkeys(named))
        return ""

    def _remove(self, operation: Operation) -> str:
        session = self._session(operation)
        for counter in _named(operation):
            session.pop(counter, None)
        return ""

    def _collect_session(self, operation: Operation) -> str:
        return "".join(_row(operation.name, counter, self._seen(counter)) for counter in self._session(operation))

    def _close(self, operation: Operation) -> str:
        self._session(operation)
        del self._sessions[text(operation.parameters, "SessionHandle")]
        return ""

    def _session(self, operation: Operation) -> dict[Counter, None]:
        found = self._sessions.get(text(operation.parameters, "SessionHandle"))
        if found is None:
            raise FaultError("The session handle is not valid.")
        return found

    def _value(self, counter: Counter) -> int:
        """Raises FaultError where there is no such counter."""
        values = self._object(counter.host, counter.object).get(counter.instance, {})
        if counter.name not in values:
            raise FaultError(f"The counter {counter} does not exist.")
        return values[counter.name]

    def _seen(self, counter: Counter) -> int | None:
        """What a session shows of a counter; None while the service is away that counts it."""
        try:
            return self._value(counter)
        except FaultError:
            return None

    def _host(self, name: str) -> Node:
        wanted = name.lower()
        for node in self._cluster.nodes:
            if wanted in {node.name.lower(), node.fqdn.lower(), node.address}:
                return node
        raise FaultError(f"The host {name} is not valid.")

    def _object(self, host: str, title: str) -> Mapping[str, Values]:
        found = dict(self._objects(self._host(host))).get(title)
        if found is None:
            raise FaultError(f"The object {title} does not exist.")
        return found

    def _objects(self, node: Node) -> Iterator[tuple[str, Mapping[str, Values]]]:
        """Every object of a node: its instances, `""` where it has none, and their counters."""
        if node.services.running(CALLMANAGER):
            phones = sum(registration.node == node.name for registration in self._cluster.registrations)
            registered = {"RegisteredHardwarePhones": phones, "RegisteredOtherStationDevices": 0}
            yield CALLMANAGER, {"": {**dict.fromkeys(_CALLS, 0), **registered}}
        if node.services.running(TFTP):
            yield "Cisco TFTP", {"": {name: node.counted[name] for name in TFTP_COUNTERS}}
        state = _SETUP_FAILED if self._cluster.database.broken(node.name) else _GOOD
        yield REPLICATION, {"ReplicateCount": {"Number of Replicates Created": _TABLES, "Replicate_State": state}}


def _named(operation: Operation) -> list[Counter]:
    paths = items(operation.parameters, "ArrayOfCounter", "Counter", "Name")
    if len(paths) > _COUNTERS_AT_MOST:
        raise FaultError(f"A session has at most {_COUNTERS_AT_MOST} counters.")
    return [Counter.read(path) for path in paths]


def _row(operation: str, counter: Counter, value: int | None) -> str:
    """Status 1 is good, and 2 that there is no value now [U]."""
    status = "1" if value is not None else "2"
    inner = tagged("Name", str(counter)) + tagged("Value", str(value or 0)) + tagged("CStatus", status)
    return f"<{operation}Return>{inner}</{operation}Return>"


def _listed(operation: str, title: str, found: Mapping[str, Values]) -> str:
    names = {name: None for values in found.values() for name in values}
    counters = "".join(f"<item>{tagged('Name', name)}</item>" for name in names)
    several = tagged("MultiInstance", str("" not in found).lower())
    head = tagged("Name", title) + several
    return f"<{operation}Return>{head}<ArrayOfCounter>{counters}</ArrayOfCounter></{operation}Return>"
