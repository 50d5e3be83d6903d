"""A port of a node that hangs: connections are taken, and never a byte is said."""

import asyncio
from typing import Final

from ringtrust.lab.wire.network import listen

_CONNECTIONS_AT_MOST: Final = 1_000


class SilentPort:
    """Stands in for a door. Raises RefusedError when the port is taken."""

    def __init__(self, address: str, port: int) -> None:
        self._listening = listen(address, port)
        self._connections: set[asyncio.Transport] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Takes connections from now on."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Silent(self._connections), sock=self._listening)

    def close(self) -> None:
        """Cuts whoever waits for an answer, and gives the port back."""
        if self._server is not None:
            self._server.close()
        else:
            self._listening.close()
        for connection in tuple(self._connections):
            connection.abort()


class _Silent(asyncio.Protocol):
    def __init__(self, there: set[asyncio.Transport]) -> None:
        self._there = there
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - TCP
        if len(self._there) >= _CONNECTIONS_AT_MOST:
            transport.abort()
            return
        self._transport = transport
        self._there.add(transport)

    def eof_received(self) -> bool:
        return True

    def connection_lost(self, _: Exception | None) -> None:
        if self._transport is not None:
            self._there.discard(self._transport)
