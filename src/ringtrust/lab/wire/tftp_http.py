"""Cisco Tftp of a node over HTTP 6970, and over HTTPS where the release does (interfaces.md §8.1)."""

from typing import Final

from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.counters import HTTP_NOT_FOUND, HTTP_REQUESTS
from ringtrust.lab.state.node import Node
from ringtrust.lab.wire.http import NOT_FOUND, Request, Response
from ringtrust.lab.wire.tftp_files import Absent, Elsewhere, Found, find

PORT: Final = 6970
CALLMANAGER_PORT: Final = 6971
TOMCAT_PORT: Final = 6972
"""It shows the certificate of Tomcat; every other secure port that of CallManager [U]."""


async def handle(request: Request, cluster: Cluster, node: Node) -> Response:
    """The file that is asked for."""
    if request.method not in {"GET", "HEAD"}:
        return Response(405)
    node.counted[HTTP_REQUESTS] += 1
    match find(cluster, node, request.path.removeprefix("/")):
        case Found(data=data):
            return Response(200, data, "*/*", (("Cache-Control", "no-store"),))
        case Absent():
            node.counted[HTTP_NOT_FOUND] += 1
            return NOT_FOUND
        case Elsewhere():
            return Response(503, b"<html><body><h1>503 Service Unavailable</h1></body></html>\n")
