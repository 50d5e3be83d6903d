"""A port that is open while its service runs; when it stops, connections are cut, and new ones are refused."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, Protocol

from ringtrust.lab.wire.network import listen

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_ACCEPTED_AT_ONCE: Final = 100
_CONNECTIONS_AT_MOST: Final = 8_000
SECONDS_AT_MOST: Final = 60.0
"""How long, on the wall clock, anybody is waited for."""


class Opening(Protocol):
    """What opens and closes with a service: a port for connections, or one for datagrams."""

    address: str
    port: int

    def open(self) -> None:
        """Answers from now on. Raises RefusedError."""

    def close(self) -> None:
        """Refuses and cuts from now on."""

    async def closed(self) -> None:
        """Waits until the last of what was going on has been cut."""


class Door:
    """One port. `tls` gives the context at the moment of opening: with the certificate that the service then loads."""

    def __init__(
        self, address: str, port: int, serve: Serve, *, tls: Callable[[], ssl.SSLContext] | None = None
    ) -> None:
        self.address = address
        self.port = port
        self._serve = serve
        self._tls = tls
        self._listening: socket.socket | None = None
        self._opening: asyncio.Task[None] | None = None
        self._server: asyncio.Server | None = None
        self._opened = 0
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def open(self) -> None:
        """Listens from now on; whoever comes before the server has started waits in line. Raises RefusedError."""
        if self._listening is None:
            self._listening = listen(self.address, self.port)
            self._opened += 1
            self._opening = asyncio.get_running_loop().create_task(self._start(self._listening))

    async def _start(self, listening: socket.socket) -> None:
        context = self._tls() if self._tls is not None else None
        connected = partial(self._connected, self._opened)
        self._server = await asyncio.start_server(connected, sock=listening, ssl=context, backlog=_ACCEPTED_AT_ONCE)

    def close(self) -> None:
        """Refuses and cuts from now on."""
        if self._opening is not None:
            self._opening.cancel()
        if self._server is not None:
            self._server.close()
        elif self._listening is not None:
            asyncio.get_running_loop().remove_reader(self._listening.fileno())  # it may have got so far
            self._listening.close()
        self._listening = self._opening = self._server = None
        for task, writer in tuple(self._connections.items()):
            writer.transport.abort()
            task.cancel()

    async def closed(self) -> None:
        """Waits until the last connection has been cut."""
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, opened: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """`opened` tells which opening it came through: a handshake may end after the door was closed."""
        if self._listening is None or opened != self._opened or len(self._connections) >= _CONNECTIONS_AT_MOST:
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self._connections[task] = writer
        try:
            await self._serve(reader, writer)
        except (OSError, EOFError, TimeoutError, asyncio.CancelledError):  # whoever was there has gone
            writer.transport.abort()
        finally:
            del self._connections[task]
            writer.close()
