"""Cisco Tftp of a node over HTTP 6970 (trust-formats.md §1.8)."""

from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.files import served
from ringtrust.lab.state.node import Node
from ringtrust.lab.wire.http import NOT_FOUND, Request, Response

PORT = 6970


async def handle(request: Request, cluster: Cluster, node: Node) -> Response:
    """The file that is asked for."""
    if request.method not in {"GET", "HEAD"}:
        return Response(405)
    data = served(cluster, node, request.path.removeprefix("/"))
    if data is None:
        return NOT_FOUND
    return Response(200, data, "*/*", (("Cache-Control", "no-store"),))
