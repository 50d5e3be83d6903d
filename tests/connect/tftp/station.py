"""A server of TFTP that says what a test wants it to say, on real sockets, each transfer from a port of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from tests.connect.servers import HOST

Script = Callable[[bytes], Sequence[bytes]]


class Still:
    """A timer whose time stands still: nothing is ever too late."""

    seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, _seconds: float) -> None:
        await asyncio.Event().wait()


class Ticking(Still):
    """A timer whose time moves when a test says so: every tick ends one sleep."""

    def __init__(self) -> None:
        self._ticks: asyncio.Queue[None] = asyncio.Queue()

    def tick(self) -> None:
        self._ticks.put_nowait(None)

    async def sleep(self, seconds: float) -> None:
        await self._ticks.get()
        self.seconds += seconds


class Station(asyncio.DatagramProtocol):
    """Answers every packet with what its script says, from a second port. `heard` is all that it was sent."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.heard: list[bytes] = []
        self.on_main_port: list[bytes] = []
        self._other: asyncio.DatagramTransport | None = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.append(data)
        assert self._other is not None
        for answer in self._script(data):
            self._other.sendto(answer, addr)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        """Gives the port where it listens."""
        loop = asyncio.get_running_loop()
        main, _ = await loop.create_datagram_endpoint(lambda: _Main(self), local_addr=(HOST, 0))
        self._other, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(HOST, 0))
        try:
            yield main.get_extra_info("sockname")[1]
        finally:
            main.close()
            self._other.close()


class _Main(asyncio.DatagramProtocol):
    def __init__(self, station: Station) -> None:
        self._station = station

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._station.on_main_port.append(data)
        self._station.datagram_received(data, addr)


def block(number: int, data: bytes) -> bytes:
    return b"\0\x03" + number.to_bytes(2, "big") + data


def ack(number: int) -> bytes:
    return b"\0\x04" + number.to_bytes(2, "big")


def error(code: int, message: bytes = b"no") -> bytes:
    return b"\0\x05" + code.to_bytes(2, "big") + message + b"\0"


def agreed(**options: object) -> bytes:
    return b"\0\x06" + b"".join(f"{name}\0{value}\0".encode() for name, value in options.items())


def serving(data: bytes, size: int, first: bytes = b"") -> Script:
    """Serves one file in blocks of a size; `first` is what the request is answered with, nothing for block 1."""

    def script(packet: bytes) -> Sequence[bytes]:
        if packet[:2] == b"\0\x01" and first:
            return [first]
        if packet[:2] not in {b"\0\x01", b"\0\x04"}:
            return []
        done = int.from_bytes(packet[2:4], "big") if packet[:2] == b"\0\x04" else 0
        rest = data[done * size : (done + 1) * size]
        return [block(done + 1, rest)] if done * size <= len(data) else []

    return script
