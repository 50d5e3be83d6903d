"""One question to a TVS server over TLS, as a phone asks it, and whatever comes back."""

import asyncio

from ringtrust.lab.wire.tls import phone_context


async def ask_tvs(address: str, question: bytes, port: int = 2445) -> bytes:
    """All that the server says; empty when it hangs up."""
    reader, writer = await asyncio.open_connection(address, port, ssl=phone_context())
    try:
        writer.write(question)
        await writer.drain()
        return await asyncio.wait_for(reader.read(), 20)
    except ConnectionError:
        return b""
    finally:
        writer.close()
