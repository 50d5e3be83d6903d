"""Cisco Tomcat of a node on HTTPS 8443: AXL and RISPort70, for the application user."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import Final

import msgspec

from ringtrust.errors import FormatError
from ringtrust.lab.soap.axl import Axl
from ringtrust.lab.soap.envelope import Service, fault, read_operation
from ringtrust.lab.soap.ris import Ris
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.wire.http import NOT_FOUND, Request, Response

PORT: Final = 8443
_AXL: Final = "/axl"
_RIS: Final = "/realtimeservice2/services/RISService70"
_XML: Final = "text/xml;charset=UTF-8"
_DENIED: Final = Response(
    401,
    b"<html><head><title>Error 401</title></head><body>HTTP Status 401 - This request requires HTTP authentication"
    b"</body></html>\n",
    headers=(("WWW-Authenticate", 'Basic realm="Cisco Web Services Realm"'),),
)


class User(msgspec.Struct, frozen=True):
    """Who may use the web services."""

    name: str
    password: str


class WebApps:
    """The web applications of a node."""

    def __init__(self, cluster: Cluster, node: Node, user: User) -> None:
        self._node = node
        self._user = user
        self._services: Mapping[str, Service] = {_AXL: Axl(cluster, node), _RIS: Ris(cluster, node)}

    async def handle(self, request: Request) -> Response:
        """A page for people, or a service for programs with a password."""
        path = request.path.rstrip("/")
        if request.method == "GET" and not path:
            return Response(200, f"<html><head><title>{self._node.name}</title></head></html>\n".encode())
        if path not in self._services:
            return NOT_FOUND
        if not self._allowed(request):
            return _DENIED
        if request.method == "GET":
            return Response(200, b"<html><body>Cisco CallManager: AXL Web Service</body></html>\n")  # [U]
        return self._call(path, request.body)

    def _call(self, path: str, body: bytes) -> Response:
        try:
            status, answer = self._services[path].answer(read_operation(body))
        except FormatError as error:
            return Response(500, fault(str(error)), _XML)
        return Response(status, answer, _XML)

    def _allowed(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        right = f"{self._user.name}:{self._user.password}".encode()
        try:
            return scheme.lower() == "basic" and hmac.compare_digest(base64.b64decode(given, validate=True), right)
        except (binascii.Error, ValueError):
            return False
