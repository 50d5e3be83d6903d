"""Cisco Control Center Services: what runs on a node, and start, stop, restart (interfaces.md §4)."""

import re
from typing import Final

from lxml import etree

from ringtrust.clock import SystemTimer, Timer
from ringtrust.cluster.node import Service
from ringtrust.connect.patience import patiently
from ringtrust.connect.ports import UNTOLD, Action, Controlled, Uptime
from ringtrust.connect.ports.services import NO_REASON, NO_REASONS
from ringtrust.connect.soap.envelope import Door, Endpoint, Operation, element
from ringtrust.connect.web import Server, Web
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.safe_xml import children, first, local_name, text
from ringtrust.trust import names

PORT: Final = 8443
_DOOR: Final = Door(
    "/controlcenterservice2/services/ControlCenterServices",
    "the role Standard CCM Admin Users",
    "Cisco Tomcat",
)
_NAMESPACE: Final = "http://schemas.cisco.com/ast/soap"
_STATUS: Final = "soapGetServiceStatus"
_CONTROL: Final = "soapDoControlServices"
# What `utils service list` says for the same (§1.10).
_DETAILS: Final = {**dict.fromkeys(NO_REASONS, ""), -1068: "Service Not Activated", -1069: "Commanded Out of Service"}
_ONLY_BY_CLI: Final = frozenset(
    {"cisco tomcat", "cisco ssosp tomcat", "cisco uds tomcat", "cisco axl tomcat", "cisco haproxy"}
)
_STATE: Final = re.compile(r"[A-Za-z][A-Za-z ]{0,30}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,9}")
_UNKNOWN: Final = "UNKNOWN"
_SINCE_AT_MOST: Final = 60


class ControlCenterClient:
    """Control Center of any node, asked itself: each knows its own services only."""

    def __init__(self, web: Web, *, port: int = PORT, timer: Timer | None = None) -> None:
        self._web = web
        self._port = port
        self._timer = timer or SystemTimer()

    async def services(self, address: str) -> tuple[Service, ...]:
        """The services of a node, in the words of `utils service list`; a busy node is waited for.

        Raises UnreadableError.
        """
        return tuple(each.service for each in await self.uptimes(address))

    async def uptimes(self, address: str) -> tuple[Uptime, ...]:
        """The same services, each with the time of its start; a busy node is waited for. Raises UnreadableError."""
        inner = "<ns:ServiceStatus></ns:ServiceStatus>"
        return read_uptimes(await patiently(self._timer, lambda: self._call(address, _STATUS, inner)))

    async def control(self, address: str, node_name: str, service: str, action: Action) -> Controlled:
        """Starts, stops or restarts a service: one attempt. `node_name` is that of the server table.

        Raises RefusedError for what only the CLI can do, UnreadableError when it is not known whether it happened.
        """
        if service.strip().lower() in _ONLY_BY_CLI:
            raise RefusedError(
                f"{names.brief(service)} carries Control Center itself.",
                advice=f"Use the CLI of the node: utils service {action.value.lower()} {names.brief(service)}",
            )
        asked = element("ns:NodeName", node_name) + element("ns:ControlType", action.value)
        asked += f"<ns:ServiceList>{element('ns:item', service)}</ns:ServiceList>"
        inner = f"<ns:ControlServiceRequest>{asked}</ns:ControlServiceRequest>"
        return read_controlled(await self._call(address, _CONTROL, inner), service)

    async def _call(self, address: str, name: str, inner: str) -> etree._Element:
        endpoint = Endpoint(self._web, Server(address, self._port), _DOOR)
        answer = await endpoint.call(Operation(name, _NAMESPACE, inner), name)
        returned = first(answer, f"{name}Return")
        if local_name(answer) != f"{name}Response" or returned is None:
            raise UnreadableError(f"{endpoint.server.text} answered something else than {name}Response.")
        return returned


def read_services(returned: etree._Element) -> tuple[Service, ...]:
    """The services of an answer. Raises UnreadableError; a service that is listed twice has to be listed alike."""
    return tuple(each.service for each in read_uptimes(returned))


def read_uptimes(returned: etree._Element) -> tuple[Uptime, ...]:
    """The services of an answer, each with the time of its start. Raises UnreadableError.

    A service that is listed twice has to be listed in one state; of two start times the first counts.
    """
    code = _code(returned)
    if code not in NO_REASONS:
        reason = _reason(returned, "ReasonString", code)
        raise UnreadableError(f"Control Center lists no service: {names.quoted(reason)}.")
    found: dict[str, Uptime] = {}
    for item in _items(returned):
        service = _service(item)
        if found.setdefault(service.name, _uptime(item, service)).service != service:
            raise UnreadableError(f"Control Center lists {names.quoted(service.name)} in two states.")
    if not found:
        raise UnreadableError("Control Center lists no service, and does not say why.")
    return tuple(found.values())


def read_controlled(returned: etree._Element, name: str) -> Controlled:
    """What an answer says of the service that was acted upon.

    Raises UnreadableError when it says nothing: then it is not known what happened.
    """
    for item in _items(returned):
        service = _service(item)
        if _same(service.name, name):
            code = _code(item)
            return Controlled(service, code, _reason(item, "ReasonCodeString", code))
    code = _code(returned)
    if code in NO_REASONS:
        raise UnreadableError(
            f"Control Center does not say what became of {names.brief(name)}.", advice="Look which services run there."
        )
    reason = _reason(returned, "ReasonString", code)
    return Controlled(Service(name, _UNKNOWN, reason), code, reason)


def _items(returned: etree._Element) -> list[etree._Element]:
    return [item for each in children(returned, "ServiceInfoList") for item in children(each, "item")]


def _service(item: etree._Element) -> Service:
    name, state = " ".join(text(item, "ServiceName").split()), text(item, "ServiceStatus")
    if not name or not _STATE.fullmatch(state):
        raise UnreadableError(f"Control Center shows {names.quoted(name)} in the state {names.quoted(state)}.")
    return Service(name, state.upper(), _reason(item, "ReasonCodeString", _code(item)))


def _uptime(item: etree._Element, service: Service) -> Uptime:
    """What is no start time, or no number of seconds, is none: the state of a service does not hang on it."""
    since, up = " ".join(text(item, "StartTime").split()), text(item, "UpTime")
    told = since if len(since) <= _SINCE_AT_MOST and since.isprintable() else ""
    return Uptime(service, told, int(up) if _NUMBER.fullmatch(up) and int(up) >= 0 else UNTOLD)


def _code(place: etree._Element) -> int:
    """The reason code. Raises UnreadableError; where there is none, there is no reason."""
    digits = text(place, "ReasonCode")
    if not digits:
        return NO_REASON
    if not _NUMBER.fullmatch(digits):
        raise UnreadableError(f"Control Center gives the reason code {names.quoted(digits)}.")
    return int(digits)


def _reason(place: etree._Element, called: str, code: int) -> str:
    """Why, in the words of the CLI where both doors know them."""
    said = " ".join(text(place, called).split())
    return _DETAILS.get(code, names.brief(said) or f"reason code {code}")


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).lower() == " ".join(other.split()).lower()
