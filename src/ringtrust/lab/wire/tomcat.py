"""Cisco Tomcat of a node on HTTPS 8443 and 443: services for application users, and REST for platform users."""

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol, runtime_checkable
from urllib.parse import parse_qsl

from ringtrust.errors import FormatError
from ringtrust.lab.rest import paths
from ringtrust.lab.rest.certmgr import Asked, CertificateRest
from ringtrust.lab.soap import control_center, perfmon
from ringtrust.lab.soap.axl import Axl
from ringtrust.lab.soap.envelope import Service, fault, read_operation
from ringtrust.lab.soap.ris import Ris
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import TOMCAT
from ringtrust.lab.wire.accounts import AXL, SERVICEABILITY, Accounts, shown
from ringtrust.lab.wire.http import NOT_FOUND, Request, Response
from ringtrust.lab.wire.sessions import Gate

PORT: Final = 8443
REAL_PORT: Final = 443
_XML: Final = "text/xml;charset=UTF-8"
_JSON: Final = "application/json"
_FIELDS_AT_MOST: Final = 50
_NO_PLATFORM_USER: Final = Response(
    401,
    b'{"message":"Unauthorized"}',
    _JSON,
    (("WWW-Authenticate", f'Basic realm="{paths.REALM}"'),),
)


@runtime_checkable
class Described(Protocol):
    """A service with a WSDL, which it gives to whoever asks for `?wsdl`."""

    def description(self, address: str) -> bytes:
        """Its WSDL. `address`: the URL that it is asked at."""


class WebService(NamedTuple):
    """A service, and the right that it wants."""

    service: Service
    right: str


class WebApps:
    """The web applications of a node."""

    def __init__(self, cluster: Cluster, node: Node, accounts: Accounts) -> None:
        self._cluster = cluster
        self._node = node
        self._accounts = accounts
        self._gate = Gate(accounts.application, cluster.time)
        self._rest = CertificateRest(cluster, node)
        self.services: Mapping[str, WebService] = {
            "/axl": WebService(Axl(cluster, node), AXL),
            "/realtimeservice2/services/RISService70": WebService(Ris(cluster, node), SERVICEABILITY),
            control_center.PATH: WebService(control_center.ControlCenter(cluster, node), SERVICEABILITY),
            control_center.EXTENDED_PATH: WebService(control_center.ControlCenterEx(cluster, node), SERVICEABILITY),
            perfmon.PATH: WebService(perfmon.PerfMon(cluster, node), SERVICEABILITY),
        }
        node.services.stopped.append(self._stopped)

    def _stopped(self, service: str) -> None:
        if service == TOMCAT:
            self._gate.forget()

    async def handle(self, request: Request) -> Response:
        """A page for people, or a service for programs with a password."""
        path = request.path.rstrip("/")
        if request.method == "GET" and not path:
            return Response(200, f"<html><head><title>{self._node.name}</title></head></html>\n".encode())
        if request.path.startswith(paths.BASE):
            return self._over_rest(request) if self._node.release.web.certificate_rest else NOT_FOUND
        if path in self.services:
            return self._over_soap(request, path)
        self._cluster.unknown.note("http", f"{request.method} {path}")
        return NOT_FOUND

    def _over_rest(self, request: Request) -> Response:
        given = shown(request)
        level = self._accounts.platform(*given) if given is not None else None
        if level is None:
            return _NO_PLATFORM_USER
        try:
            query = dict(parse_qsl(request.query, max_num_fields=_FIELDS_AT_MOST))
        except ValueError:
            return Response(400, b'{"message":"Bad Request"}', _JSON)
        path = request.path.removeprefix(paths.BASE).rstrip("/")
        asked = Asked(request.method, path, query, request.body, may_write=level > 0)
        answer = self._rest.answer(asked)
        return Response(answer.status, answer.to_bytes(), _JSON)

    def _over_soap(self, request: Request, path: str) -> Response:
        service, right = self.services[path]
        admitted = self._gate.admit(request, f"/{path.split('/')[1]}", right)
        if isinstance(admitted, Response):
            return admitted
        if request.method == "GET":
            return self._page(path, request.query, admitted.headers)
        if request.method != "POST":
            return Response(405, headers=admitted.headers)
        try:
            status, answer = service.answer(read_operation(request.body, request.headers.get("soapaction", "")))
        except FormatError as error:
            return Response(500, fault(str(error)), _XML, admitted.headers)
        return Response(status, answer, _XML, admitted.headers)

    def _page(self, path: str, query: str, headers: tuple[tuple[str, str], ...]) -> Response:
        service = self.services[path].service
        if query.lower() == "wsdl" and isinstance(service, Described):
            return Response(200, service.description(f"https://{self._node.address}:{PORT}{path}"), _XML, headers)
        page = "Cisco CallManager: AXL Web Service" if path == "/axl" else path.rpartition("/")[2]  # [U]
        return Response(200, f"<html><body>{page}</body></html>\n".encode(), headers=headers)
