"""SIP messages, as far as registration goes: bytes in, messages out (RFC 3261 §7, §18.3); and a stream of them."""

import asyncio
import re
from collections import deque
from collections.abc import Iterator
from typing import Final

import msgspec

from ringtrust.errors import FormatError

_OK: Final = 200
_CHUNK: Final = 65_536
_HEAD_AT_MOST: Final = 16_384
_BODY_AT_MOST: Final = 65_536
_HEAD_END: Final = b"\r\n\r\n"
_VERSION: Final = "SIP/2.0"
_STATUS: Final = re.compile(r"SIP/2\.0 ([0-9]{3})(?: |\Z)")
_LENGTH: Final = "content-length"
_SIZE: Final = re.compile(r"[0-9]{1,9}")
_COMPACT: Final = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": _LENGTH}


class SipMessage(msgspec.Struct, frozen=True):
    """A request or a response: its first line, its headers with names in lower case, its body."""

    first_line: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    @property
    def method(self) -> str:
        """`REGISTER`, `NOTIFY`; empty for a response."""
        return "" if self.first_line.startswith(f"{_VERSION} ") else self.first_line.partition(" ")[0]

    @property
    def status(self) -> int:
        """200, 404; 0 for a request."""
        found = _STATUS.match(self.first_line)
        return int(found[1]) if found else 0

    @property
    def ok(self) -> bool:
        """Whether it is the answer 200."""
        return self.status == _OK

    def header(self, name: str) -> str:
        """The first header of this name; empty when there is none."""
        return next((value for each, value in self.headers if each == name), "")

    def to_bytes(self) -> bytes:
        """The bytes on the wire."""
        lines = [self.first_line, *(f"{_written(name)}: {value}" for name, value in self.headers)]
        lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode() + _HEAD_END + self.body

    def answer(self, status: int, reason: str, *more: tuple[str, str]) -> "SipMessage":
        """A response to this request."""
        kept = tuple((name, value) for name, value in self.headers if name in {"via", "from", "to", "call-id", "cseq"})
        return SipMessage(f"{_VERSION} {status} {reason}", (*kept, *more))


def _written(name: str) -> str:
    return {"call-id": "Call-ID", "cseq": "CSeq"}.get(name, name.title())


class SipReader:
    """Cuts a stream into messages."""

    def __init__(self) -> None:
        self._data = b""

    def feed(self, data: bytes) -> Iterator[SipMessage]:
        """The messages that are complete by now. Raises FormatError for what cannot be SIP."""
        self._data += data
        while (message := self._next()) is not None:
            yield message

    def _next(self) -> SipMessage | None:
        self._data = self._data.lstrip(b"\r\n")  # keep-alives
        head, found, _ = self._data.partition(_HEAD_END)
        if len(head) > _HEAD_AT_MOST:
            raise FormatError("The head of a SIP message is too long", _HEAD_AT_MOST)
        if not found:
            return None
        first_line, headers = _head(head)
        size = _body_size(headers)
        start = len(head) + len(_HEAD_END)
        if len(self._data) < start + size:
            return None
        body, self._data = self._data[start : start + size], self._data[start + size :]
        return SipMessage(first_line, tuple(pair for pair in headers if pair[0] != _LENGTH), body)


class SipStream:
    """Messages over one connection. What came together with an answer is not lost."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._messages = SipReader()
        self._unread: deque[SipMessage] = deque()

    @property
    def own_port(self) -> int:
        """The port at this end."""
        return int(self._writer.get_extra_info("sockname")[1])

    def send(self, message: SipMessage) -> None:
        """Sends a message."""
        self._writer.write(message.to_bytes())

    async def drain(self) -> None:
        """Waits until the other side takes more. Raises OSError."""
        await self._writer.drain()

    async def receive(self) -> SipMessage | None:
        """The next message; None when the other side has hung up. Raises FormatError, OSError."""
        while not self._unread:
            data = await self._reader.read(_CHUNK)
            if not data:
                return None
            self._unread.extend(self._messages.feed(data))
        return self._unread.popleft()

    async def answer(self) -> SipMessage | None:
        """The next response; requests that come before it are received later. Raises FormatError, OSError."""
        before: list[SipMessage] = []
        while (message := await self.receive()) is not None and not message.status:
            before.append(message)
        self._unread.extendleft(reversed(before))
        return message

    def abort(self) -> None:
        """Cuts the connection."""
        self._writer.transport.abort()


def _head(head: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    try:
        first_line, *lines = head.decode().split("\r\n")
    except UnicodeDecodeError as error:
        raise FormatError("The head of a SIP message is no text", error.start) from None
    if not (first_line.startswith(f"{_VERSION} ") or first_line.endswith(f" {_VERSION}")):
        raise FormatError("This is no SIP message", 0)
    return first_line, tuple(map(_header, lines))


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise FormatError("A line in the head of a SIP message is no header", 0)
    lower = name.strip().lower()
    return _COMPACT.get(lower, lower), value.strip()


def _body_size(headers: tuple[tuple[str, str], ...]) -> int:
    said = next((value for name, value in headers if name == _LENGTH), "0")
    if not _SIZE.fullmatch(said) or int(said) > _BODY_AT_MOST:
        raise FormatError("The body of a SIP message is too long, or its length is no number", 0)
    return int(said)
