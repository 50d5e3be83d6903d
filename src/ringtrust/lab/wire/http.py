"""HTTP/1.1 on top of h11: small servers with one handler each, and the one request that a phone makes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote

import h11
import msgspec

from ringtrust.lab.wire.door import SECONDS_AT_MOST

_CHUNK: Final = 65_536
_BODY_AT_MOST: Final = 1024 * 1024
_ANSWER_AT_MOST: Final = 4 * 1024 * 1024


class Request(msgspec.Struct, frozen=True):
    """A request: the path decoded and without its query, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class Response(msgspec.Struct, frozen=True):
    """An answer."""

    status: int
    body: bytes = b""
    content_type: str = "text/html;charset=UTF-8"
    headers: tuple[tuple[str, str], ...] = ()


Handler = Callable[[Request], Awaitable[Response]]

NOT_FOUND: Final = Response(404, b"<html><body><h1>404 Not Found</h1></body></html>\n")


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler) -> None:
    """One connection, request by request. Raises OSError, EOFError and TimeoutError when the other side is gone."""
    connection = h11.Connection(h11.SERVER)
    while await _exchange(connection, reader, writer, handler):
        connection.start_next_cycle()


async def _exchange(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler
) -> bool:
    """One request and its answer. Gives whether another may follow."""
    with_body = True
    try:
        head = await _event(connection, reader)
        if not isinstance(head, h11.Request):
            return False
        with_body = head.method != b"HEAD"
        if head.method == b"CONNECT":
            answer = Response(405)
        else:
            answer = await handler(_request(head, await _body(connection, reader)))
    except h11.RemoteProtocolError as error:
        if connection.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return False
        answer = Response(error.error_status_hint, b"Bad Request\n")
    await _answer(connection, writer, answer, with_body=with_body)
    return connection.our_state is h11.DONE and connection.their_state is h11.DONE


async def _body(connection: h11.Connection, reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while isinstance(part := await _event(connection, reader), h11.Data):
        body += part.data
        if len(body) > _BODY_AT_MOST:
            raise h11.RemoteProtocolError("too large", error_status_hint=413)
    return bytes(body)


def _request(head: h11.Request, body: bytes) -> Request:
    path, _, query = head.target.decode("latin-1").partition("?")
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
    return Request(head.method.decode("latin-1"), unquote(path), query, headers, body)


async def _event(connection: h11.Connection, reader: asyncio.StreamReader) -> object:
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await asyncio.wait_for(reader.read(_CHUNK), SECONDS_AT_MOST))
    return event


async def _answer(
    connection: h11.Connection, writer: asyncio.StreamWriter, response: Response, *, with_body: bool
) -> None:
    headers = [
        ("Content-Length", str(len(response.body))),
        ("Content-Type", response.content_type),
        *response.headers,
    ]
    reason = HTTPStatus(response.status).phrase.encode()
    parts: list[h11.Event] = [h11.Response(status_code=response.status, headers=headers, reason=reason)]
    if with_body:
        parts.append(h11.Data(data=response.body))
    for event in (*parts, h11.EndOfMessage()):
        writer.write(connection.send(event) or b"")
    await writer.drain()


async def get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, path: str) -> Response:
    """One GET. Raises OSError, EOFError when the answer is none."""
    connection = h11.Connection(h11.CLIENT)
    wanted = h11.Request(method="GET", target=path, headers=[("Host", host), ("Connection", "close")])
    writer.write((connection.send(wanted) or b"") + (connection.send(h11.EndOfMessage()) or b""))
    await writer.drain()
    try:
        return await _response(connection, reader)
    except h11.RemoteProtocolError as error:
        raise EOFError(str(error)) from error


async def _response(connection: h11.Connection, reader: asyncio.StreamReader) -> Response:
    head = await _event(connection, reader)
    if not isinstance(head, h11.Response):
        raise EOFError("no answer")  # noqa: TRY004 - the other side has gone
    body = bytearray()
    while isinstance(part := await _event(connection, reader), h11.Data):
        body += part.data
        if len(body) > _ANSWER_AT_MOST:
            raise EOFError("too long an answer")
    return Response(head.status_code, bytes(body))
