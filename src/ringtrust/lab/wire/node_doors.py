"""The doors of a node: which port belongs to which service, and with which certificate it opens."""

import ssl
from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from ringtrust.errors import RefusedError
from ringtrust.lab.state import alarms
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import CALLMANAGER, CAPF, TFTP, TOMCAT, TVS
from ringtrust.lab.wire import callmanager, capf, http, tftp_door, tftp_http, tls, tomcat, tvs
from ringtrust.lab.wire.accounts import Accounts
from ringtrust.lab.wire.door import Door, Opening
from ringtrust.lab.wire.network import may_listen, may_take_datagrams

PORTS: Final = (
    tftp_http.PORT,
    tftp_http.CALLMANAGER_PORT,
    tftp_http.TOMCAT_PORT,
    tvs.PORT,
    tomcat.PORT,
    callmanager.PORT,
    callmanager.SECURE_PORT,
    capf.PORT,
)
# [U] Whose certificates a client may show: at 6972 what the node trusts for the web, elsewhere for call control.
_CLIENTS: Final = ("CallManager-trust", "CAPF-trust")
_WEB_CLIENTS: Final = ("tomcat-trust",)
_ASKS: Final = {"disable": ssl.CERT_NONE, "optional": ssl.CERT_OPTIONAL, "required": ssl.CERT_REQUIRED}
"""By the words of `utils haproxy set … client-auth`. Releases without HAProxy are at its default, optional [U]."""


class _Guarded(NamedTuple):
    """A door, what it is called, and the services that must all run for it."""

    name: str
    services: tuple[str, ...]
    door: Opening


class _Doors:
    """All doors that a node could have; `there` are those whose services have run."""

    def __init__(self, node: Node, doors: tuple[_Guarded, ...]) -> None:
        self._node = node
        self._doors = doors
        self.there: dict[str, Opening] = {}

    def open_all(self) -> None:
        """From now on they follow their services. Raises RefusedError."""
        self._node.services.started.append(self._started)
        self._node.services.stopped.append(self._stopped)
        for guarded in self._doors:
            self._open(guarded)

    def _open(self, guarded: _Guarded) -> None:
        if all(map(self._node.services.running, guarded.services)):
            self.there[guarded.name] = guarded.door
            guarded.door.open()

    def _started(self, service: str) -> None:
        """A service whose port somebody has taken meanwhile does not come up, as in a real node; the syslog tells."""
        try:
            for guarded in self._doors:
                if service in guarded.services:
                    self._open(guarded)
        except RefusedError as error:
            alarms.service_failed(self._node, service, error.what)
            self._node.services.fail(service)

    def _stopped(self, service: str) -> None:
        for guarded in self._doors:
            if service in guarded.services:
                guarded.door.close()


def node_doors(cluster: Cluster, node: Node, accounts: Accounts, *, real_ports: bool = False) -> dict[str, Opening]:
    """A door for every service with a port that is activated on the node; from now on they follow their services.

    The first door of a service has the service's name. With `real_ports` it has to be those of a real node, too:
    without, they are opened where this process may. Raises RefusedError.
    """
    doors = _Doors(node, tuple(_guarded(cluster, node, accounts, real_ports=real_ports)))
    doors.open_all()
    return doors.there


def _guarded(cluster: Cluster, node: Node, accounts: Accounts, *, real_ports: bool) -> Iterator[_Guarded]:
    yield from _files(cluster, node, real_ports=real_ports)
    vouch = partial(tvs.serve, node=node)
    yield _Guarded(TVS, (TVS,), Door(node.address, tvs.PORT, vouch, tls=partial(_loaded, node, "TVS")))
    web = partial(http.serve, handler=tomcat.WebApps(cluster, node, accounts).handle)
    https = partial(Door, node.address, serve=web, tls=partial(_loaded, node, "tomcat"))
    yield _Guarded(TOMCAT, (TOMCAT,), https(tomcat.PORT))
    if real_ports or may_listen(node.address, tomcat.REAL_PORT):
        yield _Guarded(f"{TOMCAT} {tomcat.REAL_PORT}", (TOMCAT,), https(tomcat.REAL_PORT))
    register = partial(callmanager.serve, cluster=cluster, node=node)
    yield _Guarded(CALLMANAGER, (CALLMANAGER,), Door(node.address, callmanager.PORT, register))
    secure = partial(callmanager.serve_secure, cluster=cluster, node=node)
    door = Door(node.address, callmanager.SECURE_PORT, secure, tls=_ForPhones(node).context)
    yield _Guarded(f"{CALLMANAGER} {callmanager.SECURE_PORT}", (CALLMANAGER,), door)
    if node.publisher:
        enrol = partial(capf.serve, cluster=cluster)
        yield _Guarded(CAPF, (CAPF,), Door(node.address, capf.PORT, enrol, tls=partial(_loaded, node, "CAPF")))


def _files(cluster: Cluster, node: Node, *, real_ports: bool) -> Iterator[_Guarded]:
    """The same files over HTTP, over HTTPS where the release does, and over UDP."""
    serve = partial(http.serve, handler=partial(tftp_http.handle, cluster=cluster, node=node))
    yield _Guarded(TFTP, (TFTP,), Door(node.address, tftp_http.PORT, serve))
    front = node.release.web.front
    for port in node.release.web.secure_files:
        door = Door(node.address, port, serve, tls=partial(_for_files, node, port))
        yield _Guarded(f"{TFTP} {port}", (TFTP, front) if front else (TFTP,), door)
    server = tftp_door.TftpServer(cluster, node)
    ports = [tftp_door.PORT]
    if real_ports or may_take_datagrams(node.address, tftp_door.REAL_PORT):
        ports.append(tftp_door.REAL_PORT)
    for port in ports:
        yield _Guarded(f"{TFTP} {port}", (TFTP,), tftp_door.TftpDoor(node.address, port, server))


class _ForPhones:
    """Cisco CallManager over TLS: it takes phones of the issuers that it knows, and new ones at once."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._serving: ssl.SSLContext | None = None
        node.trusted.append(self._trusted)

    def context(self) -> ssl.SSLContext:
        """As Cisco CallManager has it when it has started."""
        self._serving = tls.callmanager_context(self._node.loaded["CallManager"], self._node.callers())
        return self._serving

    def _trusted(self, store: str, certificate: bytes) -> None:
        if store == "CallManager-trust" and self._serving is not None:
            tls.believe(self._serving, certificate)


def _loaded(node: Node, unit: str) -> ssl.SSLContext:
    """With the identity that the service has loaded, which need not be the one on disk."""
    return tls.server_context(node.loaded[unit])


def _for_files(node: Node, port: int) -> ssl.SSLContext:
    """With what is on disk when the port opens: Cisco Tftp and what is in front of it load it when they start."""
    unit, stores = ("tomcat", _WEB_CLIENTS) if port == tftp_http.TOMCAT_PORT else ("CallManager", _CLIENTS)
    clients = [certificate for store in stores for certificate in node.trusts.get(store, {}).values()]
    return tls.server_context(node.identities[unit], clients, _ASKS[node.platform.haproxy[port]])
