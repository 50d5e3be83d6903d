"""Files of Cisco Tftp over UDP, as phones fetch them where HTTP fails (interfaces.md §8.1)."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import msgspec

from ringtrust.clock import SystemTimer, Timer
from ringtrust.cluster.doors import Door
from ringtrust.connect.ports import NotThere
from ringtrust.connect.tap import Ear
from ringtrust.connect.tftp.packets import UNKNOWN_TRANSFER, failure
from ringtrust.connect.tftp.transfer import Absent, Ended, Restart, Transfer
from ringtrust.connect.tls import unreachable
from ringtrust.errors import UnreadableError
from ringtrust.trust import names

PORT: Final = 69
SECONDS: Final = 60.0
_FILE_BYTES_AT_MOST: Final = 1024 * 1024
# How long the same packet is waited upon before it is sent again.
PAUSES: Final = (1.0, 2.0, 4.0, 8.0)
_PACKETS_AT_MOST: Final = 64
_UNDEFINED: Final = 0

Place = tuple[str, int]


class Heard(msgspec.Struct, frozen=True):
    """A packet and where it came from."""

    data: bytes
    source: Place


class Silence(msgspec.Struct, frozen=True):
    """Nothing came in time."""


class TftpClient:
    """Fetches files as a phone does: nobody proves who he is. Who signed them is what makes them good.

    `seconds` bounds a whole file, on the timer.
    """

    def __init__(
        self, *, port: int = PORT, seconds: float = SECONDS, timer: Timer | None = None, ear: Ear | None = None
    ) -> None:
        self._port = port
        self._ear = ear or Ear()
        self._seconds = seconds
        self._timer = timer or SystemTimer()

    async def fetch(self, node_address: str, name: str) -> bytes | NotThere:
        """The file of this name. Raises UnreadableError; so a node that is silent is none without the file.

        Raises RefusedError for a name that no packet can carry.
        """
        transfer = Transfer(name, _FILE_BYTES_AT_MOST)
        asked = transfer.begin()
        with self._ear.exchange(Door.TFTP.value, node_address, lambda: asked) as heard:
            found = await self._fetched(node_address, name, transfer)
            if isinstance(found, NotThere):
                heard.error = "It has no such file."
            else:
                heard.data = found
        return found

    async def _fetched(self, node_address: str, name: str, transfer: Transfer) -> bytes | NotThere:
        try:
            async with _line(node_address, self._port) as line:
                exchange = _Exchange(line, transfer, self._timer, self._seconds)
                found = await exchange.carry_out()
        except (OSError, UnicodeError) as error:
            raise unreachable(node_address, self._port, error) from error
        except UnreadableError as error:
            raise UnreadableError(
                f"{names.brief(node_address)}:{self._port} over TFTP, {names.quoted(name)}: {error.what}",
                advice=error.advice or "Check that Cisco Tftp runs on this node.",
            ) from error
        return NotThere(name) if isinstance(found, Absent) else found


class _Ear(asyncio.DatagramProtocol):
    """What has come and nobody has read yet is bounded; what comes on top of it is lost, as on any network."""

    def __init__(self) -> None:
        self._heard: asyncio.Queue[Heard] = asyncio.Queue(_PACKETS_AT_MOST)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Called by asyncio; an address of IPv6 has more parts."""
        if not self._heard.full():
            self._heard.put_nowait(Heard(data, (addr[0], addr[1])))

    async def hear(self, timer: Timer, seconds: float) -> Heard | Silence:
        """The next packet, or silence after so many seconds."""
        heard = asyncio.ensure_future(self._heard.get())
        over = asyncio.ensure_future(timer.sleep(seconds))
        try:
            await asyncio.wait({heard, over}, return_when=asyncio.FIRST_COMPLETED)
            return heard.result() if heard.done() else Silence()
        finally:
            heard.cancel()
            over.cancel()


class _Line(msgspec.Struct, frozen=True):
    """A socket: a way to a server, and an ear for whoever answers."""

    server: Place
    transport: asyncio.DatagramTransport
    ear: _Ear

    def send(self, packet: bytes, to: Place) -> None:
        """Sends a packet."""
        self.transport.sendto(packet, to)


@asynccontextmanager
async def _line(host: str, port: int) -> AsyncIterator[_Line]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    family, _, _, _, address = found[0]
    transport, ear = await loop.create_datagram_endpoint(_Ear, family=family)
    try:
        yield _Line((str(address[0]), port), transport, ear)
    finally:
        transport.close()


class _Exchange:
    """One transfer over one line. The server answers from a port of its own, and only that one is listened to."""

    def __init__(self, line: _Line, transfer: Transfer, timer: Timer, seconds: float) -> None:
        self._line = line
        self._transfer = transfer
        self._timer = timer
        self._start = timer.monotonic()
        self._deadline = self._start + seconds
        self._peer = line.server
        self._answered = False
        self._said = b""
        self._tries = 0

    async def carry_out(self) -> bytes | Absent:
        """The file. Raises UnreadableError."""
        self._say(self._transfer.begin())
        while True:
            heard = await self._hear()
            if isinstance(heard, Silence):
                self._again()
            elif self._is_it(heard.source):
                found = self._step(heard.data)
                if found is not None:
                    return found

    async def _hear(self) -> Heard | Silence:
        left = self._deadline - self._timer.monotonic()
        if left <= 0:
            raise self._too_late()
        return await self._line.ear.hear(self._timer, min(left, PAUSES[self._tries]))

    def _again(self) -> None:
        """The packet or its answer was lost."""
        self._tries += 1
        if self._tries == len(PAUSES):
            raise self._too_late()
        self._line.send(self._said, self._peer)

    def _is_it(self, source: Place) -> bool:
        """Whether a packet comes from the server; others are told so (RFC 1350 §4)."""
        if not self._answered and source[0] == self._line.server[0]:
            self._answered, self._peer = True, source
        if source != self._peer:
            self._line.send(failure(UNKNOWN_TRANSFER, "Unknown transfer"), source)
        return source == self._peer

    def _step(self, packet: bytes) -> bytes | Absent | None:
        try:
            step = self._transfer.received(packet)
        except UnreadableError:
            self._line.send(failure(_UNDEFINED, "Given up"), self._peer)
            raise
        match step:
            case Absent():
                return step
            case Ended():
                self._line.send(step.packet, self._peer)
                return step.data
            case Restart():
                self._answered, self._peer = False, self._line.server
        self._say(step.packet)
        return None

    def _say(self, packet: bytes) -> None:
        self._said, self._tries = packet, 0
        self._line.send(packet, self._peer)

    def _too_late(self) -> UnreadableError:
        seconds = self._timer.monotonic() - self._start
        return UnreadableError(
            f"it has not sent the whole file within {seconds:.0f} seconds.",
            advice="Check that Cisco Tftp runs on this node, and that a firewall lets UDP through.",
        )
