"""The doors of a node: which port belongs to which service, and with which certificate it opens."""

import ssl
from collections.abc import Iterator
from functools import partial
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.lab.state import alarms
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import CALLMANAGER, TFTP, TOMCAT, TVS
from ringtrust.lab.wire import callmanager, http, tftp_http, tls, tomcat, tvs
from ringtrust.lab.wire.door import Door

PORTS: Final = (tftp_http.PORT, tvs.PORT, tomcat.PORT, callmanager.PORT)


def node_doors(cluster: Cluster, node: Node, user: tomcat.User) -> dict[str, Door]:
    """A door for every service with a port that is activated on the node; from now on they follow their services."""
    doors = {name: door for name, door in _doors(cluster, node, user) if node.services.running(name)}
    node.services.started.append(partial(_open, node, doors))
    node.services.stopped.append(partial(_close, doors))
    for door in doors.values():
        door.open()
    return doors


def _open(node: Node, doors: dict[str, Door], service: str) -> None:
    """A service whose port somebody has taken meanwhile does not come up, as in a real node; the syslog says why."""
    if service not in doors:
        return
    try:
        doors[service].open()
    except RefusedError as error:
        alarms.service_failed(node, service, error.what)
        node.services.fail(service)


def _close(doors: dict[str, Door], service: str) -> None:
    if service in doors:
        doors[service].close()


def _doors(cluster: Cluster, node: Node, user: tomcat.User) -> Iterator[tuple[str, Door]]:
    files = partial(http.serve, handler=partial(tftp_http.handle, cluster=cluster, node=node))
    yield TFTP, Door(node.address, tftp_http.PORT, files)
    vouch = partial(tvs.serve, node=node)
    yield TVS, Door(node.address, tvs.PORT, vouch, tls=partial(_loaded, node, "TVS"))
    web = partial(http.serve, handler=tomcat.WebApps(cluster, node, user).handle)
    yield TOMCAT, Door(node.address, tomcat.PORT, web, tls=partial(_loaded, node, "tomcat"))
    yield CALLMANAGER, Door(node.address, callmanager.PORT, partial(callmanager.serve, cluster=cluster, node=node))


def _loaded(node: Node, unit: str) -> ssl.SSLContext:
    """With the identity that the service has loaded, which need not be the one on disk."""
    return tls.server_context(node.loaded[unit])
