"""Cisco Tftp of a node on UDP: who asks at the port gets an answer from another one, as RFC 1350 wants it."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import Final

from ringtrust.errors import FormatError
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.counters import NOT_FOUND, PROCESSED, REQUESTS
from ringtrust.lab.state.node import Node
from ringtrust.lab.wire import tftp
from ringtrust.lab.wire.network import bind_datagrams
from ringtrust.lab.wire.tftp_files import Elsewhere, Found, find

REAL_PORT, PORT = 69, 6969
_TRANSFERS_AT_MOST: Final = 500

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
        self._socket: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._transport: asyncio.BaseTransport | None = None
        self._transfers: dict[Peer, _Conversation] = {}

    def open(self) -> None:
        """Answers from now on; whoever asks before the server has started is answered then. Raises RefusedError."""
        if self._socket is None:
            self._socket = bind_datagrams(self.address, self.port)
            self._begin(self._listen(self._socket))

    def close(self) -> None:
        """Answers nobody any more, and breaks off what is under way."""
        if self._transport is None and self._socket is not None:
            self._socket.close()
        for task in self._tasks:
            task.cancel()
        for conversation in tuple(self._transfers.values()):
            conversation.end()
        if self._transport is not None:
            self._transport.close()
        self._socket = self._transport = None

    async def closed(self) -> None:
        """Waits until nothing is under way."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(self, bound: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Port(self._asked), sock=bound)
        if self._socket is bound:
            self._transport = transport
        else:
            transport.close()

    def _asked(self, answer: Callable[[bytes], None], datagram: bytes, peer: Peer) -> None:
        """A request that comes twice has its answer on the way; and nobody gets more than there is room for."""
        if peer in self._transfers or len(self._transfers) >= _TRANSFERS_AT_MOST:
            return
        found = self._server.asked(datagram)
        if isinstance(found, tftp.Transfer):
            self._transfers[peer] = conversation = _Conversation(found, peer, lambda: self._transfers.pop(peer, None))
            self._begin(self._send(conversation))
        elif found is not None:
            answer(found)

    async def _send(self, conversation: "_Conversation") -> None:
        try:
            loop = asyncio.get_running_loop()
            await loop.create_datagram_endpoint(lambda: conversation, local_addr=(self.address, 0))
        except OSError:
            conversation.end()


class _Port(asyncio.DatagramProtocol):
    """The port at which files are asked for."""

    def __init__(self, asked: Callable[[Callable[[bytes], None], bytes, Peer], None]) -> None:
        self._asked = asked
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)  # noqa: S101 - a datagram endpoint has no other
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        transport = self._transport
        if transport is not None:
            self._asked(lambda answer: transport.sendto(answer, addr), data, addr)


class _Conversation(asyncio.DatagramProtocol):
    """One file on its way, from a port of its own."""

    def __init__(self, transfer: tftp.Transfer, peer: Peer, ended: Callable[[], object]) -> None:
        self._transfer = transfer
        self._peer = peer
        self._ended = ended
        self._transport: asyncio.DatagramTransport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)  # noqa: S101 - a datagram endpoint has no other
        self._transport = transport
        if self._over:
            transport.close()
        else:
            self._say(self._transfer.begin())

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        if self._transport is None or self._over:
            return
        if addr != self._peer:
            self._transport.sendto(tftp.error(tftp.Code.UNKNOWN_TRANSFER, "Unknown transfer ID"), addr)
            return
        self._say(self._transfer.received(data))

    def error_received(self, exc: Exception) -> None:  # noqa: ARG002 - asyncio tells what it was
        """The client's port is closed: it is gone."""
        self.end()

    def end(self) -> None:
        """Nothing more is sent."""
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.close()
        if not self._over:
            self._over = True
            self._ended()

    def _say(self, datagram: bytes | None) -> None:
        if datagram is not None and self._transport is not None:
            self._transport.sendto(datagram, self._peer)
            self._wait()
        if self._transfer.finished:
            self.end()

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._transfer.seconds, self._again)

    def _again(self) -> None:
        self._timer = None
        self._say(self._transfer.again())
