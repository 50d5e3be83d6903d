"""TVS of a node on TCP 2445: one question a connection, as phones ask (trust-formats.md §4.1)."""

import asyncio

from ringtrust.errors import FormatError
from ringtrust.lab.state import vouching
from ringtrust.lab.state.node import Node
from ringtrust.lab.wire.door import SECONDS_AT_MOST
from ringtrust.trust.tvs import FRAME_HEAD, frame_size, read_message

PORT = 2445


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, node: Node) -> None:
    """Answers one question; hangs up on whatever is none."""
    try:
        answer = vouching.answer(node, read_message(await read_frame(reader)))
    except FormatError:
        return
    if answer is not None:
        writer.write(answer.to_bytes())
        await writer.drain()


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """The bytes of one message. Raises FormatError, EOFError, TimeoutError."""
    head = await asyncio.wait_for(reader.readexactly(FRAME_HEAD), SECONDS_AT_MOST)
    return head + await asyncio.wait_for(reader.readexactly(frame_size(head) - FRAME_HEAD), SECONDS_AT_MOST)
