"""RISPort70: which phone is registered where (interfaces.md §5)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from ringtrust.lab.soap.envelope import FaultError, Operation, envelope, fault, items, not_served, tagged
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.safe_xml import first, text

_NAMESPACE: Final = "http://schemas.cisco.com/ast/soap"
_MOST: Final = 1000
_REASON: Final = {"Registered": "0", "UnRegistered": "8"}
_MODEL, _PRODUCT = "684", "598"


class Seen(msgspec.Struct, frozen=True):
    """A phone on a node: since when, or until when it was there."""

    device: str
    description: str
    status: str
    node: str
    address: str
    when: datetime


class Ris:
    """RISPort70 of any node: all of them know the whole cluster."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self._cluster = cluster
        self._node = node

    def answer(self, operation: Operation) -> tuple[int, bytes]:
        """The HTTP status and the answer."""
        try:
            known = operation.name in {"selectCmDevice", "selectCmDeviceExt"}
            return 200, envelope(self._select(operation) if known else not_served(operation))
        except FaultError as error:
            return 500, fault(error.message)

    def _select(self, operation: Operation) -> str:
        criteria = first(operation.parameters, "CmSelectionCriteria")
        most = text(criteria, "MaxReturnedDevices")
        count = min(int(most), _MOST) if most.isascii() and most.isdecimal() else _MOST
        wanted = items(criteria, "SelectItems", "item", "Item") or ["*"]
        status, node = text(criteria, "Status") or "Any", text(criteria, "NodeName")
        found = [
            seen
            for seen in self._seen()
            if status in {"Any", seen.status} and node in {"", seen.node} and _named(seen.device, wanted)
        ]
        return self._result(operation.name, found[:count], len(found))

    def _seen(self) -> Iterator[Seen]:
        """Every phone that is registered, and every other one that was, in the order of the database."""
        registrations = self._cluster.registrations
        for device, description in self._node.replica.rows("select name, description from device order by name"):
            here, gone = registrations.find(device), registrations.departures.get(device)
            if here is not None:
                yield Seen(device, description, "Registered", here.node, here.address, here.since)
            elif gone is not None:
                yield Seen(device, description, "UnRegistered", gone.node, gone.address, gone.when)

    def _result(self, name: str, found: Sequence[Seen], total: int) -> str:
        nodes = "".join(self._node_item(node, found) for node in self._cluster.nodes)
        result = f"{tagged('TotalDevicesFound', str(total))}<CmNodes>{nodes}</CmNodes>"
        return (
            f'<ns1:{name}Response xmlns:ns1="{_NAMESPACE}"><ns1:{name.removesuffix("Ext")}Return>'
            f"<SelectCmDeviceResult>{result}</SelectCmDeviceResult>"
            f"{tagged('StateInfo', self._state(found))}"
            f"</ns1:{name.removesuffix('Ext')}Return></ns1:{name}Response>"
        )

    def _node_item(self, node: Node, found: Sequence[Seen]) -> str:
        here = [seen for seen in found if seen.node == node.name]
        code = tagged("ReturnCode", "Ok" if here else "NotFound")
        devices = "".join(map(_device, here))
        about = code + tagged("Name", node.name) + tagged("NoChange", "false")
        return f"<item>{about}<CmDevices>{devices}</CmDevices></item>"

    def _state(self, found: Sequence[Seen]) -> str:
        rows = "".join(
            f'<Node Name="{node.name}" SubsystemStartTime="0" StateId="{len(found)}" '
            f'TotalItemsFound="{sum(seen.node == node.name for seen in found)}" '
            f'TotalItemsReturned="{sum(seen.node == node.name for seen in found)}"/>'
            for node in self._cluster.nodes
        )
        return f'<StateInfo ClusterWide="1">{rows}</StateInfo>'


def _named(device: str, wanted: Sequence[str]) -> bool:
    """By name; a star stands for anything, and so does an empty name."""
    return any(fnmatchcase(device.upper(), name.upper() or "*") for name in wanted)


def _device(seen: Seen) -> str:
    fields = (
        ("Name", seen.device),
        ("DeviceClass", "Phone"),
        ("Model", _MODEL),
        ("Product", _PRODUCT),
        ("Httpd", "Yes"),
        ("Status", seen.status),
        ("StatusReason", _REASON[seen.status]),
        ("Description", seen.description),
        ("TimeStamp", str(int(seen.when.timestamp()))),
        ("Protocol", "SIP"),
        ("NumOfLines", "1"),
    )
    address = f"<item>{tagged('IP', seen.address)}{tagged('IPAddrType', 'ipv4')}{tagged('Attribute', 'Unknown')}</item>"
    inner = "".join(tagged(name, value) for name, value in fields)
    return f"<item>{inner}<IPAddress>{address}</IPAddress></item>"
