"""Servers that say what a test wants them to say, on real sockets, and remember every byte that they were sent."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from ringtrust.connect.pins import Pins, sha256_of
from ringtrust.connect.web import Login, Server, Web
from ringtrust.lab.certificates.pki import Identity
from ringtrust.lab.wire.tls import server_context
from tests.support.clusters import Wire
from tests.support.identities import identity

HOST = "127.0.0.1"
ENVELOPE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Seconds:
    """A timer that only sleep moves on."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@asynccontextmanager
async def listening(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on loopback. Gives its port."""
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await serve(reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()

    server = await asyncio.start_server(connected, HOST, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def nobody(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Listens, and never says a word."""
    await reader.read()
    await asyncio.Event().wait()


def tls_of(name: str, bits: int = 2048) -> tuple[ssl.SSLContext, bytes]:
    """The context of a server with an identity of its own, and its certificate (DER)."""
    key = identity(name) if bits == 2048 else identity(name, bits)
    return server_context(Identity(key.certificate, key.key)), key.certificate


def http(status: int, body: bytes = b"", *headers: str) -> bytes:
    """An HTTP answer, and then no more on this connection."""
    lines = (f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers)
    return "\r\n".join((*lines, "", "")).encode() + body


def soap(inner: str, status: int = 200, *headers: str) -> bytes:
    """An HTTP answer with a SOAP document around it."""
    return http(status, ENVELOPE.format(inner).encode(), *headers)


def soap_fault(message: str, code: str = "") -> bytes:
    """A fault; with an axlcode it is one of AXL."""
    detail = f"<axlError><axlcode>{code}</axlcode><axlmessage>{message}</axlmessage></axlError>" if code else ""
    inner = f"<faultcode>s:Server</faultcode><faultstring>{message}</faultstring><detail>{detail}</detail>"
    return soap(f"<s:Fault>{inner}</s:Fault>", 500)


class Canned:
    """Gives these answers, one a request, the last one again and again. `heard` is all that it was sent."""

    def __init__(self, *answers: bytes) -> None:
        self._answers: Sequence[bytes] = answers
        self.requests: list[bytes] = []
        self.heard = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection with one request."""
        request = bytearray()
        while not _whole(request):
            data = await reader.read(65_536)
            if not data:
                return
            request += data
            self.heard += data
        self.requests.append(bytes(request))
        writer.write(self._answers[min(len(self.requests), len(self._answers)) - 1])
        await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
            await reader.read()

    @asynccontextmanager
    async def plain(self) -> AsyncIterator[Server]:
        """Over plain HTTP."""
        async with listening(self.serve) as port:
            yield Server(HOST, port, tls=False)

    @asynccontextmanager
    async def over_tls(self, name: str = "pub") -> AsyncIterator[Server]:
        """Over TLS, with the identity of this name."""
        async with listening(self.serve, tls_of(name)[0]) as port:
            yield Server(HOST, port)


def _whole(request: bytearray) -> bool:
    head, end, body = bytes(request).partition(b"\r\n\r\n")
    if not end:
        return False
    sizes = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return len(body) >= int(sizes[0] if sizes else 0)


def pinned(server: Server, name: str = "pub") -> Pins:
    """Pins that allow this identity there."""
    return Pins().allowing(server.host, server.port, sha256_of(identity(name).certificate))


def lab_pins(wire: Wire, port: int = 8443, unit: str = "tomcat") -> Pins:
    """Pins that allow every node of a lab what it has loaded."""
    pins = Pins()
    for node in wire.cluster.nodes:
        pins = pins.allowing(node.address, port, sha256_of(node.loaded[unit].certificate))
    return pins


def lab_web(wire: Wire, *, secret: str | None = None) -> Web:
    """A client for the web services of a lab."""
    account = wire.lab.application
    login = Login(account.user, secret or account.password)
    return Web(lab_pins(wire), login=login, legacy=True, session=True)
