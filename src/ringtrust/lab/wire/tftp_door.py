"""Cisco Tftp of a node on UDP: who asks at the port gets an answer from another one, as RFC 1350 wants it."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from ringtrust.errors import FormatError, RefusedError
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.counters import NOT_FOUND, PROCESSED, REQUESTS
from ringtrust.lab.state.node import Node
from ringtrust.lab.wire import tftp
from ringtrust.lab.wire.network import bind_datagrams
from ringtrust.lab.wire.tftp_files import Elsewhere, Found, find

REAL_PORT, PORT = 69, 6969
_TRANSFERS_AT_MOST: Final = 500
_DATAGRAM: Final = 65_535

Peer = tuple[str, int]


class TftpServer:
    """What is said at the port itself, without a socket."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self._cluster = cluster
        self._node = node

    def asked(self, datagram: bytes) -> tftp.Transfer | bytes | None:
        """A file on its way, or an error, or nothing at all."""
        kind = tftp.opcode(datagram)
        if kind == tftp.Opcode.WRITE:
            self._cluster.unknown.note("tftp", "WRQ")
            return tftp.error(tftp.Code.ACCESS, "Access violation")
        try:
            request = tftp.read_request(datagram)
        except FormatError:
            return None if kind == tftp.Opcode.ERROR else tftp.error(tftp.Code.ILLEGAL, "Illegal TFTP operation")
        if request.mode != tftp.OCTET:
            self._cluster.unknown.note("tftp", "RRQ in another mode than octet")
            return tftp.error(tftp.Code.ILLEGAL, "Only octet mode is supported")
        return self._file(request)

    def _file(self, request: tftp.ReadRequest) -> tftp.Transfer | bytes | None:
        """While Cisco Tftp asks other clusters the client hears nothing, and asks again [U]."""
        counted = self._node.counted
        counted[REQUESTS] += 1
        found = find(self._cluster, self._node, request.name.removeprefix("/"))
        if isinstance(found, Found):
            counted[PROCESSED] += 1
            return tftp.Transfer(found.data, request.options)
        if isinstance(found, Elsewhere):
            return None
        counted[NOT_FOUND] += 1
        return tftp.error(tftp.Code.NOT_FOUND, "File not found")


class TftpDoor:
    """The port, while its service runs."""

    def __init__(self, address: str, port: int, server: TftpServer) -> None:
        self.address = address
        self.port = port
        self._server = server
        self._endpoint: _Endpoint | None = None
        self._transfers: dict[Peer, _Conversation] = {}

    def open(self) -> None:
        """Answers from now on. Raises RefusedError."""
        if self._endpoint is None:
            self._endpoint = _Endpoint(bind_datagrams(self.address, self.port), self._asked)

    def close(self) -> None:
        """Answers nobody any more, and breaks off what is under way."""
        for conversation in tuple(self._transfers.values()):
            conversation.end()
        if self._endpoint is not None:
            self._endpoint.close()
        self._endpoint = None

    async def closed(self) -> None:
        """There is nothing to wait for: what is closed is gone."""

    def _asked(self, datagram: bytes, peer: Peer) -> None:
        """A request that comes twice has its answer on the way; and nobody gets more than there is room for."""
        if self._endpoint is None or peer in self._transfers or len(self._transfers) >= _TRANSFERS_AT_MOST:
            return
        found = self._server.asked(datagram)
        if isinstance(found, tftp.Transfer):
            with suppress(RefusedError):  # no socket is free: the client asks again
                self._transfers[peer] = _Conversation(
                    found, peer, bind_datagrams(self.address, 0), lambda: self._transfers.pop(peer, None)
                )
        elif found is not None:
            self._endpoint.send(found, peer)


class _Endpoint:
    """A UDP socket in the event loop. Once closed it is gone, so that its port can be opened again at once."""

    def __init__(self, bound: socket.socket, received: Callable[[bytes, Peer], None]) -> None:
        self._socket = bound
        self._received = received
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(bound, self._readable)

    def _readable(self) -> None:
        try:
            datagram, peer = self._socket.recvfrom(_DATAGRAM)
        except OSError:
            return
        self._received(datagram, peer)

    def send(self, datagram: bytes, peer: Peer) -> None:
        """What cannot be sent now is as good as lost on its way: it will be sent again."""
        with suppress(OSError):
            self._socket.sendto(datagram, peer)

    def close(self) -> None:
        """Nothing is received any more."""
        self._loop.remove_reader(self._socket)
        self._socket.close()


class _Conversation:
    """One file on its way, from a port of its own."""

    def __init__(self, transfer: tftp.Transfer, peer: Peer, bound: socket.socket, ended: Callable[[], object]) -> None:
        self._transfer = transfer
        self._peer = peer
        self._ended = ended
        self._timer: asyncio.TimerHandle | None = None
        self._endpoint = _Endpoint(bound, self._received)
        self._say(transfer.begin())

    def _received(self, datagram: bytes, peer: Peer) -> None:
        if peer != self._peer:
            self._endpoint.send(tftp.error(tftp.Code.UNKNOWN_TRANSFER, "Unknown transfer ID"), peer)
            return
        self._say(self._transfer.received(datagram))

    def end(self) -> None:
        """Nothing more is sent."""
        if self._timer is not None:
            self._timer.cancel()
        self._endpoint.close()
        self._ended()

    def _say(self, datagram: bytes | None) -> None:
        if datagram is not None:
            self._endpoint.send(datagram, self._peer)
            self._wait()
        if self._transfer.finished:
            self.end()

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._transfer.seconds, self._again)

    def _again(self) -> None:
        self._say(self._transfer.again())
