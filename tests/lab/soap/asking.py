"""Asks AXL and RISPort70 of a cluster in memory, document by document."""

from xml.sax.saxutils import escape

from lxml import etree

from ringtrust.lab.soap.axl import Axl
from ringtrust.lab.soap.envelope import read_operation
from ringtrust.lab.soap.ris import Ris
from ringtrust.safe_xml import children, first, read_xml, text
from tests.support.clusters import Bench

AXL = "http://www.cisco.com/AXL/API/9.1"
AXL_14 = "http://www.cisco.com/AXL/API/14.0"
RIS = "http://schemas.cisco.com/ast/soap"


def request(name: str, inner: str = "", space: str = AXL) -> bytes:
    """A request in an envelope."""
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
        f'<soapenv:Body><ns:{name} xmlns:ns="{space}">{inner}</ns:{name}></soapenv:Body></soapenv:Envelope>'
    ).encode()


def axl(
    made: Bench, name: str, inner: str = "", node: str = "pub", *, space: str = "", action: str = ""
) -> tuple[int, etree._Element]:
    """The HTTP status, and what stands in the body of the answer."""
    own = f"http://www.cisco.com/AXL/API/{made.cluster.release.name}"
    operation = read_operation(request(name, inner, space or own), action)
    status, answer = Axl(made.cluster, made.cluster.node(node)).answer(operation)
    body = first(read_xml(answer), "Body")
    assert body is not None
    return status, body[0]


def returned(body: etree._Element) -> etree._Element:
    """The `return` of an answer."""
    found = first(body, "return")
    assert found is not None
    return found


def said(made: Bench, name: str, inner: str = "", node: str = "pub", *, space: str = "") -> str:
    """The `return` of an operation that has been carried out, as text."""
    status, body = axl(made, name, inner, node, space=space)
    assert status == 200, text(body, "faultstring")
    return text(returned(body))


def refused(made: Bench, name: str, inner: str = "", node: str = "pub", *, space: str = "") -> str:
    """The sentence of the fault of an operation that has been refused."""
    status, body = axl(made, name, inner, node, space=space)
    assert status == 500
    assert text(body, "detail", "axlError", "axlmessage") == text(body, "faultstring")
    assert text(body, "detail", "axlError", "request") == name
    return text(body, "faultstring")


def objects(made: Bench, name: str, inner: str = "", node: str = "pub", *, space: str = "") -> list[dict[str, str]]:
    """The objects of an answer: their elements by tag, and their UUID."""
    status, body = axl(made, name, inner, node, space=space)
    assert status == 200, text(body, "faultstring")
    found = [each for each in returned(body) if isinstance(each.tag, str)]
    return [{"uuid": str(each.get("uuid")), **{str(e.tag): e.text or "" for e in each}} for each in found]


def sql(made: Bench, query: str, node: str = "pub") -> list[dict[str, str]]:
    """The rows of a query."""
    status, body = axl(made, "executeSQLQuery", f"<sql>{escape(query)}</sql>", node)
    assert status == 200
    assert body.tag == f"{{http://www.cisco.com/AXL/API/{made.cluster.release.name}}}executeSQLQueryResponse"
    return [{cell.tag: cell.text or "" for cell in row} for row in children(returned(body), "row")]


def update(made: Bench, statement: str, node: str = "pub") -> tuple[int, str]:
    """The HTTP status of a change by SQL, and how many rows were changed or why none was."""
    status, body = axl(made, "executeSQLUpdate", f"<sql>{escape(statement)}</sql>", node)
    return status, text(body, "return", "rowsUpdated") or text(body, "faultstring")


def ris_answer(
    made: Bench, inner: str = "", name: str = "selectCmDeviceExt", *, node: str = "pub", state: str = ""
) -> etree._Element:
    """The `…Return` of an answer of RISPort70."""
    criteria = f"<StateInfo>{escape(state)}</StateInfo><CmSelectionCriteria>{inner}</CmSelectionCriteria>"
    operation = read_operation(request(name, criteria, RIS))
    status, answer = Ris(made.cluster, made.cluster.node(node)).answer(operation)
    assert status == 200
    found = first(read_xml(answer), "Body", f"{name}Response", "selectCmDeviceReturn")
    assert found is not None
    return found


def ris(
    made: Bench, inner: str = "", name: str = "selectCmDeviceExt", *, node: str = "pub"
) -> dict[str, list[etree._Element]]:
    """The devices of an answer, by node."""
    nodes = first(ris_answer(made, inner, name, node=node), "SelectCmDeviceResult", "CmNodes")
    assert nodes is not None
    return {text(item, "Name"): devices(item) for item in children(nodes, "item")}


def devices(node: etree._Element) -> list[etree._Element]:
    """The devices under a node."""
    found = first(node, "CmDevices")
    assert found is not None
    return children(found, "item")
