"""A door follows its service to the letter: what was let in before it closed is cut, and it opens again."""

import asyncio

import pytest

from ringtrust.lab.state.services import TOMCAT, State
from ringtrust.lab.wire.door import Door
from ringtrust.lab.wire.http import Request, Response, serve
from ringtrust.lab.wire.network import listen
from ringtrust.lab.wire.tls import phone_context
from tests.support.clients import curl_status
from tests.support.clusters import on_the_wire, small
from tests.support.live import live


async def _hello(_request: Request) -> Response:
    return Response(200, b"hello")


def _door() -> Door:
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    return Door("127.0.0.1", port, lambda reader, writer: serve(reader, writer, _hello))


async def _said(door: Door, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(door.address, door.port)
    writer.write(request)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return answer


@pytest.mark.parametrize("turns", range(6))
@live
async def test_a_door_that_is_closed_while_it_opens_can_be_opened_again(turns: int) -> None:
    door = _door()
    door.open()
    for _ in range(turns):
        await asyncio.sleep(0)
    door.close()
    with pytest.raises(ConnectionError):
        await asyncio.open_connection(door.address, door.port)
    door.open()
    assert b"hello" in await _said(door, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    door.close()
    await door.closed()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZZ", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n" + b"x" * 1_048_577, b"413"),
        (b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", b"405"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
    ],
    ids=["HEAD with a bad body", "too large", "CONNECT", "nonsense", "without a host"],
)
@live
async def test_what_is_wrong_with_a_request_is_answered(request_: bytes, status: bytes) -> None:
    door = _door()
    door.open()
    assert (await _said(door, request_)).startswith(b"HTTP/1.1 " + status)
    door.close()
    await door.closed()


@live
async def test_a_handshake_that_ends_after_the_service_was_stopped_leads_nowhere() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node = wire.cluster.publisher
        tomcat = node.services.find(TOMCAT)
        assert tomcat is not None
        reader, writer = await asyncio.open_connection(node.address, 8443)
        await curl_status("--insecure", f"https://{node.address}:8443/")  # by now the first connection was accepted
        node.services.stop(tomcat)
        assert await _answer_over_tls(reader, writer) == b""
        writer.close()


async def _answer_over_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """What comes back when the handshake is finished now; nothing when nobody is there any more."""
    try:
        await writer.start_tls(phone_context())
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        return await asyncio.wait_for(reader.read(), 20)
    except OSError:
        return b""


@live
async def test_a_service_whose_port_was_taken_meanwhile_does_not_come_up() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node = wire.cluster.publisher
        tomcat = node.services.find(TOMCAT)
        assert tomcat is not None
        node.services.stop(tomcat)
        with listen(node.address, 8443):
            node.services.start(tomcat)
            wire.time.advance(30)
            assert tomcat.state is State.STOPPED
            assert "Port 8443" in node.syslog[-1]
        node.services.start(tomcat)
        wire.time.advance(30)
        assert await curl_status("--insecure", f"https://{node.address}:8443/") == 200
