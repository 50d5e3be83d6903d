"""SOAP 1.1 envelopes: what was asked for, and what an answer looks like."""

from typing import Final, Protocol
from xml.sax.saxutils import escape

import msgspec
from lxml import etree

from ringtrust.errors import FormatError
from ringtrust.safe_xml import children, first, local_name, read_xml

_SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"


class Operation(msgspec.Struct, frozen=True):
    """What is asked for: the operation, its namespace, its parameters as they stand in the body, and the SOAPAction."""

    name: str
    namespace: str
    parameters: etree._Element
    action: str = ""


class FaultError(Exception):
    """The operation cannot be carried out: the code and the sentence of the fault."""

    def __init__(self, message: str, code: int = -1) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class Service(Protocol):
    """What answers the operations of one interface."""

    def answer(self, operation: Operation) -> tuple[int, bytes]:
        """The HTTP status and the answer."""


def not_served(operation: Operation) -> str:
    """Raises FaultError: how CUCM words it is not known [U]."""
    raise FaultError(f"The operation {operation.name} is not served.")


def read_operation(data: bytes, action: str = "") -> Operation:
    """The operation in a request, and the SOAPAction beside it, in quotes or not. Raises FormatError."""
    root = read_xml(data)
    body = first(root, "Body")
    found = [child for child in body if local_name(child)] if body is not None else []
    if local_name(root) != "Envelope" or len(found) != 1:
        raise FormatError("This is no SOAP request with one operation", 0)
    return Operation(local_name(found[0]), etree.QName(found[0]).namespace or "", found[0], action.strip().strip('"'))


def items(element: etree._Element | None, *path: str) -> list[str]:
    """The texts of all elements at the end of a path, however often each step of it stands there."""
    found = [element] if element is not None else []
    for name in path:
        found = [child for parent in found for child in children(parent, name)]
    return [(each.text or "").strip() for each in found]


def envelope(body: str) -> bytes:
    """An answer. `body` is XML already."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{_SOAP}">'
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    ).encode()


def fault(message: str, detail: str = "") -> bytes:
    """A fault. `detail` is XML already."""
    return envelope(
        "<soapenv:Fault><faultcode>soapenv:Server</faultcode>"
        f"<faultstring>{escape(message)}</faultstring><detail>{detail}</detail></soapenv:Fault>"
    )


def tagged(name: str, value: str) -> str:
    """An element with a text."""
    return f"<{name}>{escape(value)}</{name}>"
