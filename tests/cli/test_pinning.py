"""Host keys are pinned as they were shown: whoever answers next, in the place of the node, gains nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ringtrust.cli.pinning import Pinning, pin_hosts
from ringtrust.cli.reach import pin_unknown
from ringtrust.connect.wire import Reach
from ringtrust.errors import UnreadableError
from ringtrust.settings import ClusterEntry, ClusterSettings, Login, Secret
from tests.connect.servers import listening
from tests.support.live import live
from tests.support.scripted_cli import HOST, PASSWORD, USER, ScriptedCli, host_key


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """All that comes goes on, until the end."""
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def first_then(first: int, then: int) -> AsyncIterator[int]:
    """A port behind which one server takes the first connection, and another one all that follow."""
    ports = [first]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(HOST, ports.pop() if ports else then)
        try:
            await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))
        finally:
            inner_writer.transport.abort()

    async with listening(serve) as port:
        yield port


@live
async def test_the_key_that_was_shown_is_the_one_that_is_pinned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ScriptedCli(keys=[host_key("other")])
    async with ScriptedCli().listening() as node, other.listening(), first_then(node.port, other.port) as port:
        entry = ClusterEntry("x", ClusterSettings(HOST, Login(USER), ssh_port=port), tmp_path)
        await pin_hosts(entry, [HOST], Pinning.YES)
        assert f"has the host key {host_key().get_fingerprint()}." in capsys.readouterr().err
        shown = host_key().export_public_key().decode().strip()
        assert entry.known_hosts.read_text() == f"[{HOST}]:{port} {shown}\n"


@live
async def test_a_scan_that_pins_is_not_led_on_to_somebody_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ScriptedCli(keys=[host_key("other")])
    async with ScriptedCli().listening() as node, other.listening(), first_then(node.port, other.port) as port:
        entry = ClusterEntry("x", ClusterSettings(HOST, Login(USER), ssh_port=port), tmp_path)
        async with Reach(entry, Secret(PASSWORD), Secret("")) as reach:
            with pytest.raises(UnreadableError, match="another host key"):
                await pin_unknown(entry, reach)
        assert host_key().get_fingerprint() in capsys.readouterr().err
        assert not other.asked_to_log_in
