"""A port that is open while its service runs; when it stops, connections are cut, and new ones are refused."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Final

from ringtrust.lab.wire.network import BACKLOG, listen

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

SECONDS_AT_MOST: Final = 60.0
"""How long, on the wall clock, anybody is waited for."""


class Door:
    """One port. `tls` gives the context at the moment of opening: with the certificate that the service then loads."""

    def __init__(
        self, address: str, port: int, serve: Serve, *, tls: Callable[[], ssl.SSLContext] | None = None
    ) -> None:
        self.address = address
        self.port = port
        self._serve = serve
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._opening: asyncio.Task[None] | None = None
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def open(self) -> None:
        """Listens from now on. Raises RefusedError."""
        if self._opening is None:
            self._opening = asyncio.get_running_loop().create_task(self._start(listen(self.address, self.port)))

    async def _start(self, listening: socket.socket) -> None:
        try:
            context = self._tls() if self._tls is not None else None
            self._server = await asyncio.start_server(self._connected, sock=listening, ssl=context, backlog=BACKLOG)
        except asyncio.CancelledError:
            listening.close()
            raise

    def close(self) -> None:
        """Refuses and cuts from now on."""
        if self._server is not None:
            self._server.close()
        elif self._opening is not None:
            self._opening.cancel()
        self._server = self._opening = None
        for task, writer in tuple(self._connections.items()):
            writer.transport.abort()
            task.cancel()

    async def closed(self) -> None:
        """Waits until the last connection has been cut."""
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
