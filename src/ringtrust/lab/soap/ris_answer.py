"""RISPort70: its answers, with the prefixes that clients look for (interfaces.md §5)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import msgspec
from lxml import etree

from ringtrust.errors import FormatError
from ringtrust.lab.soap.axl_objects import printable
from ringtrust.lab.soap.ris_seen import MODEL, REGISTERED, UNREGISTERED, Seen
from ringtrust.safe_xml import children, local_name, read_xml

NAMESPACE: Final = "http://schemas.cisco.com/ast/soap"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NIL: Final = ' xsi:nil="true"'
_REASON: Final = {REGISTERED: "0", UNREGISTERED: "8"}
OK, NOT_FOUND, SILENT, NO_SUCH_NODE = "Ok", "NotFound", "NodeNotResponding", "InvalidNodeName"


class NodeState(msgspec.Struct, frozen=True):
    """What a client echoes to be told only what is new: when the collector of a node started, and its state then."""

    started: str
    state: str


class NodeAnswer(msgspec.Struct, frozen=True):
    """What there is to say of a node."""

    name: str
    code: str
    state: NodeState
    found: int = 0
    devices: Sequence[Seen] = ()
    unchanged: bool = False


def tag(name: str, inner: str, attributes: str = "") -> str:
    """An element of the answer. `inner` is XML already."""
    return f"<ns1:{name}{attributes}>{inner}</ns1:{name}>"


def value(name: str, text: str) -> str:
    """An element with a text."""
    return tag(name, escape(printable(text)))


def devices_answer(operation: str, total: int, nodes: Iterable[NodeAnswer], load: str) -> str:
    """The answer of selectCmDevice and selectCmDeviceExt."""
    answers = tuple(nodes)
    found = tag("CmNodes", "".join(_node(each, load) for each in answers))
    result = tag("SelectCmDeviceResult", value("TotalDevicesFound", str(total)) + found)
    returned = tag("selectCmDeviceReturn", result + value("StateInfo", _state_info(answers)))
    return tag(f"{operation}Response", returned, f' xmlns:ns1="{NAMESPACE}" xmlns:xsi="{_XSI}"')


def applications_answer(operation: str, nodes: Iterable[str]) -> str:
    """The answer of selectCtiItem in a cluster that no application has opened anything in."""
    inner = "".join(
        tag(
            "item",
            value("ReturnCode", NOT_FOUND) + value("Name", name) + value("NoChange", "false") + tag("CtiItems", ""),
        )
        for name in nodes
    )
    result = tag("SelectCtiItemResult", value("TotalItemsFound", "0") + tag("CtiNodes", inner))
    returned = tag("selectCtiItemReturn", result + value("StateInfo", ""))
    return tag(f"{operation}Response", returned, f' xmlns:ns1="{NAMESPACE}"')


def _node(node: NodeAnswer, load: str) -> str:
    about = value("ReturnCode", node.code) + value("Name", node.name)
    about += value("NoChange", "true" if node.unchanged else "false")
    return tag("item", about + tag("CmDevices", "".join(_device(seen, load) for seen in node.devices)))


def _device(seen: Seen, load: str) -> str:
    lines = value("DirectoryNumber", seen.number) + value("Status", seen.status)
    address = value("IP", seen.address) + value("IPAddrType", "ipv4") + value("Attribute", "Unknown")
    return tag(
        "item",
        value("Name", seen.device)
        + value("DirNumber", f"{seen.number}-{seen.status}" if seen.number else "")
        + value("DeviceClass", "Phone")
        + value("Model", MODEL)
        + value("Product", "598")
        + value("BoxProduct", "0")
        + value("Httpd", "Yes")
        + value("RegistrationAttempts", "1")
        + value("IsCtiControllable", "true")
        + tag("LoginUserId", "", _NIL)
        + value("Status", seen.status)
        + value("StatusReason", _REASON[seen.status])
        + value("PerfMonObject", "2")
        + value("DChannel", "0")
        + value("Description", seen.description)
        + tag("H323Trunk", "", _NIL)
        + value("TimeStamp", str(int(seen.when.timestamp())))
        + value("Protocol", "SIP")
        + value("NumOfLines", "1")
        + tag("LinesStatus", tag("item", lines))
        + value("ActiveLoadID", load)
        + value("InactiveLoadID", "")
        + value("DownloadStatus", "Unknown")
        + value("DownloadFailureReason", "")
        + value("DownloadServer", "")
        + tag("IPAddress", tag("item", address)),
    )


def _state_info(nodes: Iterable[NodeAnswer]) -> str:
    rows = "".join(
        f'<Node Name={quoteattr(node.name)} SubsystemStartTime="{node.state.started}" StateId="{node.state.state}" '
        f'TotalItemsFound="{node.found}" TotalItemsReturned="{len(node.devices)}"/>'
        for node in nodes
        if node.code in {OK, NOT_FOUND}
    )
    return f'<StateInfo ClusterWide="1">{rows}</StateInfo>'


def read_state_info(given: str) -> Mapping[str, NodeState]:
    """What a client echoes, by node; nothing of a text that is none [U]."""
    if not given:
        return {}
    try:
        root = read_xml(given.encode(errors="replace"))
    except FormatError:
        return {}
    return dict(map(_echoed, children(root, "Node"))) if local_name(root) == "StateInfo" else {}


def _echoed(node: etree._Element) -> tuple[str, NodeState]:
    name, started, state = (str(node.get(each, "")) for each in ("Name", "SubsystemStartTime", "StateId"))
    return name, NodeState(started, state)
