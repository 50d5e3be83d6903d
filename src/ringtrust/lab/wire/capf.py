"""CAPF of the publisher on TCP 3804 over TLS: one session a connection, and the server speaks first (trust-formats §5).

Every message goes out in one write: a phone stalls when head and body come apart.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from ringtrust.errors import FormatError
from ringtrust.lab.state.capf_office import new_session
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.wire.door import SECONDS_AT_MOST
from ringtrust.trust.capf_frame import FRAME_HEAD, Frames, frame_size

PORT: Final = 3804
_CHUNK: Final = 65_536


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cluster: Cluster) -> None:
    """A conversation with one phone, to its end; CAPF hears of it when the phone goes before."""
    session = new_session(cluster)
    try:
        writer.write(session.greeting())
        async for message in _messages(reader):
            answer = session.take(message)
            if answer:
                writer.write(answer)
                await writer.drain()
            if session.ended:
                return
    except FormatError:
        return
    finally:
        session.lost()


async def _messages(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """What the phone says, until it hangs up. Raises FormatError, OSError, TimeoutError."""
    frames = Frames()
    while data := await asyncio.wait_for(reader.read(_CHUNK), SECONDS_AT_MOST):
        for message in frames.feed(data):
            yield message


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """The bytes of one message. Raises FormatError, EOFError, OSError."""
    head = await reader.readexactly(FRAME_HEAD)
    return head + await reader.readexactly(frame_size(head) - FRAME_HEAD)
