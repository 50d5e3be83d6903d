"""RISPort70: which phone is registered where (interfaces.md §5)."""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from ringtrust.lab.soap.envelope import FaultError, Operation, envelope, fault, items, not_served, tagged
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.safe_xml import first, text

_NAMESPACE: Final = "http://schemas.cisco.com/ast/soap"
_MOST: Final = 1000
_REQUESTS_A_MINUTE: Final = 15
_MINUTE: Final = timedelta(minutes=1)
_TOO_MANY: Final = (
    "AxisFault: Exceeded allowed rate for Reatime information. Current allowed rate for realtime information is "
    f"{_REQUESTS_A_MINUTE} requests per minute."
)
_REGISTERED, _UNREGISTERED = "Registered", "UnRegistered"
_REASON: Final = {_REGISTERED: "0", _UNREGISTERED: "8"}
_EXTENDED: Final = "selectCmDeviceExt"
_OPERATIONS: Final = frozenset({"selectCmDevice", _EXTENDED})


class Seen(msgspec.Struct, frozen=True):
    """A phone on a node: since when, or until when it was there."""

    device: str
    description: str
    status: str
    node: str
    address: str
    when: datetime


class Ris:
    """RISPort70 of any node: all of them know the whole cluster, and each answers so many times a minute."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self._cluster = cluster
        self._node = node
        self._asked: deque[datetime] = deque(maxlen=_REQUESTS_A_MINUTE)

    def answer(self, operation: Operation) -> tuple[int, bytes]:
        """The HTTP status and the answer."""
        try:
            self._refuse_if_too_many()
            known = operation.name in _OPERATIONS
            return 200, envelope(self._select(operation) if known else not_served(operation))
        except FaultError as error:
            return 500, fault(error.message)

    def _refuse_if_too_many(self) -> None:
        """The limit is one of the server, in minutes of the wall clock."""
        now = self._cluster.wall.now()
        if len(self._asked) == _REQUESTS_A_MINUTE and now - self._asked[0] < _MINUTE:
            raise FaultError(_TOO_MANY)
        self._asked.append(now)

    def _select(self, operation: Operation) -> str:
        criteria = first(operation.parameters, "CmSelectionCriteria")
        most = text(criteria, "MaxReturnedDevices")
        count = min(int(most), _MOST) if most.isascii() and most.isdecimal() else _MOST
        wanted = items(criteria, "SelectItems", "item", "Item")
        status, node = text(criteria, "Status") or "Any", text(criteria, "NodeName")
        if len(wanted) > _MOST:
            raise FaultError(f"More than {_MOST} devices were named.")  # [U]
        stars = operation.name != _EXTENDED
        found = [
            seen
            for seen in self._seen()
            if status in {"Any", seen.status} and node in {"", seen.node} and _named(seen.device, wanted, stars=stars)
        ]
        return self._result(operation.name, found[:count], len(found))

    def _seen(self) -> Iterator[Seen]:
        """Every phone that is registered, and every other one that was, in the order of the database."""
        registrations = self._cluster.registrations
        for device, description in self._node.replica.rows("select name, description from device order by name"):
            here, gone = registrations.find(device), registrations.departures.get(device)
            if here is not None:
                yield Seen(device, description, _REGISTERED, here.node, here.address, here.since)
            elif gone is not None:
                yield Seen(device, description, _UNREGISTERED, gone.node, gone.address, gone.when)

    def _result(self, name: str, found: Sequence[Seen], total: int) -> str:
        nodes = "".join(self._node_item(node, found) for node in self._cluster.nodes)
        result = f"{tagged('TotalDevicesFound', str(total))}<CmNodes>{nodes}</CmNodes>"
        returned = f"ns1:{name.removesuffix('Ext')}Return"
        return (
            f'<ns1:{name}Response xmlns:ns1="{_NAMESPACE}"><{returned}>'
            f"<SelectCmDeviceResult>{result}</SelectCmDeviceResult>{tagged('StateInfo', self._state(found))}"
            f"</{returned}></ns1:{name}Response>"
        )

    def _node_item(self, node: Node, found: Sequence[Seen]) -> str:
        here = [seen for seen in found if seen.node == node.name]
        code = tagged("ReturnCode", "Ok" if here else "NotFound")
        devices = "".join(_device(seen, self._cluster.topology.phones.load) for seen in here)
        about = code + tagged("Name", node.name) + tagged("NoChange", "false")
        return f"<item>{about}<CmDevices>{devices}</CmDevices></item>"

    def _state(self, found: Sequence[Seen]) -> str:
        rows = "".join(
            self._node_state(node, sum(seen.node == node.name for seen in found)) for node in self._cluster.nodes
        )
        return f'<StateInfo ClusterWide="1">{rows}</StateInfo>'

    @staticmethod
    def _node_state(node: Node, count: int) -> str:
        counted = f'TotalItemsFound="{count}" TotalItemsReturned="{count}"'
        return f'<Node Name="{node.name}" SubsystemStartTime="0" StateId="{count}" {counted}/>'


def _node_state(node: Node, found: Sequence[Seen]) -> str:
    count = sum(seen.node == node.name for seen in found)
    counted = f'TotalItemsFound="{count}" TotalItemsReturned="{count}"'
    return f'<Node Name="{node.name}" SubsystemStartTime="0" StateId="{count}" {counted}/>'


def _named(device: str, wanted: Sequence[str], *, stars: bool) -> bool:
    """By name; nothing named, or an empty name, means all [U]. selectCmDevice alone takes a star for anything."""
    if not any(wanted):
        return True
    return any(fnmatchcase(device, name.upper()) if stars else device == name.upper() for name in wanted)


def _device(seen: Seen, load: str) -> str:
    fields = (
        ("Name", seen.device),
        ("DirNumber", ""),
        ("DeviceClass", "Phone"),
        ("Model", "684"),
        ("Product", "598"),
        ("BoxProduct", "0"),
        ("Httpd", "Yes"),
        ("RegistrationAttempts", "1"),
        ("IsCtiControllable", "true"),
        ("LoginUserId", ""),
        ("Status", seen.status),
        ("StatusReason", _REASON[seen.status]),
        ("PerfMonObject", "2"),
        ("DChannel", "0"),
        ("Description", seen.description),
        ("H323Trunk", ""),
        ("TimeStamp", str(int(seen.when.timestamp()))),
        ("Protocol", "SIP"),
        ("NumOfLines", "1"),
        ("LinesStatus", ""),
        ("ActiveLoadID", load),
        ("InactiveLoadID", ""),
        ("DownloadStatus", "Unknown"),
        ("DownloadFailureReason", ""),
        ("DownloadServer", ""),
    )
    address = f"<item>{tagged('IP', seen.address)}{tagged('IPAddrType', 'ipv4')}{tagged('Attribute', 'Unknown')}</item>"
    inner = "".join(tagged(name, value) for name, value in fields)
    return f"<item>{inner}<IPAddress>{address}</IPAddress></item>"
