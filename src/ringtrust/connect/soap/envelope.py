"""SOAP 1.1 as a client speaks it: an operation in, the answer's element out; whatever else comes is a typed error."""

import re
from typing import Final
from xml.sax.saxutils import escape

import msgspec
from lxml import etree

from ringtrust.connect.patience import BusyError
from ringtrust.connect.web import Account, Answer, LoginRefusedError, NoRightError, Server, Web
from ringtrust.errors import FormatError, RefusedError, UnreadableError
from ringtrust.safe_xml import first, local_name, read_xml, text
from ringtrust.trust import names

_SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OK, _FAULT = 200, 500


class FaultError(UnreadableError):
    """The server answered with a fault: its message, and the axlcode where it has one."""

    def __init__(self, server: Server, message: str, code: str = "") -> None:
        numbered = f" ({names.brief(code)})" if code else ""
        super().__init__(f"{server.text} says: {names.quoted(message)}{numbered}.")
        self.message = message
        self.code = code


class SessionEndedError(UnreadableError):
    """The server has ended the session after half an hour (interfaces.md §3.1), and did nothing."""


class Operation(msgspec.Struct, frozen=True):
    """What is asked for. `inner` is XML already: see element."""

    name: str
    namespace: str
    inner: str

    def to_bytes(self) -> bytes:
        """The document."""
        called = f'<ns:{self.name} xmlns:ns="{self.namespace}">{self.inner}</ns:{self.name}>'
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{_SOAP}">'
            f"<soapenv:Header/><soapenv:Body>{called}</soapenv:Body></soapenv:Envelope>"
        ).encode()


class Door(msgspec.Struct, frozen=True):
    """A web service: its path, which right a user needs there, and which service has to be activated."""

    path: str
    right: str
    service: str


ANY_DOOR: Final = Door("/", "a role for it", "the web service")


class Endpoint(msgspec.Struct, frozen=True):
    """Where an interface is. Raises RefusedError when `web` would bring the login of the platform."""

    web: Web
    server: Server
    door: Door

    def __post_init__(self) -> None:
        self.web.for_account(Account.APPLICATION)

    async def call(self, operation: Operation, action: str) -> etree._Element:
        """The element of the answer. Raises FaultError, LoginRefusedError, BusyError and UnreadableError."""
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}
        answer = await self.web.post(self.server, self.door.path, operation.to_bytes(), headers)
        return read_answer(self.server, answer, self.door)


def element(name: str, value: str) -> str:
    """An element with a text. Raises RefusedError for characters that XML does not have."""
    if _NOT_IN_XML.search(value):
        raise RefusedError(f"{names.quoted(value)} holds characters that XML cannot carry.")
    return f"<{name}>{escape(value)}</{name}>"


def read_answer(server: Server, answer: Answer, door: Door = ANY_DOOR) -> etree._Element:
    """The element in the body of an answer. Raises FaultError, LoginRefusedError, BusyError and UnreadableError."""
    if answer.status not in {_OK, _FAULT}:
        raise _refused(server, answer, door)
    try:
        root = read_xml(answer.body)
    except FormatError as error:
        raise UnreadableError(
            f"{server.text} answered with something that is no whole SOAP document: {error.reason}.",
            advice=f"Look again; if it stays so, check that {door.service} is activated on this node.",
        ) from error
    return _in_body(server, root, faulty=answer.status == _FAULT)


def _in_body(server: Server, root: etree._Element, *, faulty: bool) -> etree._Element:
    body = first(root, "Body")
    found = [child for child in body if local_name(child)] if body is not None else []
    if len(found) != 1 or local_name(root) != "Envelope":
        raise UnreadableError(f"{server.text} answered with XML that is no SOAP.")
    if local_name(found[0]) == "Fault":
        raise _fault(server, found[0])
    if faulty:
        raise UnreadableError(f"{server.text} says that it failed, and not why.")
    return found[0]


def _fault(server: Server, found: etree._Element) -> FaultError:
    axl = first(found, "detail", "axlError")
    message = text(axl, "axlmessage") or text(found, "faultstring") or "no reason"
    return FaultError(server, message, text(axl, "axlcode"))


def _refused(server: Server, answer: Answer, door: Door) -> UnreadableError:
    match answer.status:
        case 401:
            return LoginRefusedError(
                f"{server.text} does not take the user or the password.",
                advice="Check the application user, not the platform's. It is not tried again, because that could lock "
                "the account.",
            )
        case 403:
            return NoRightError(
                f"{server.text} does not let this user in.", advice=f"The application user needs {door.right}."
            )
        case 404 if answer.in_session:
            return SessionEndedError(f"{server.text} has ended the session.", advice="Look again: that is a new login.")
        case 404:
            return UnreadableError(
                f"{server.text} has no such web service.",
                advice=f"Activate {door.service} on this node, or look again.",
            )
        case 503:
            return BusyError(
                f"{server.text} is busy: its queue is full.", advice="Wait some seconds, then look whether it was done."
            )
        case _:
            return UnreadableError(f"{server.text} answered with the HTTP status {answer.status}.")
