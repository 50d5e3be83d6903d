"""Somebody sits between a phone and the cluster and flips one byte: of a list, of a file, of an answer of TVS."""

import asyncio
from collections.abc import Callable

import pytest

from ringtrust.lab.phone.phone import State
from ringtrust.lab.wire import tls
from ringtrust.lab.wire.network import listen
from ringtrust.lab.wire.tvs import read_frame
from tests.support.clusters import BOOT, Wire, on_the_wire, small
from tests.support.live import live

HERE = ("127.0.0.1", 0)
Change = Callable[[bytes], bytes]


def _flip_last(data: bytes) -> bytes:
    return data[:-1] + bytes((data[-1] ^ 1,)) if data else data


class Between:
    """A proxy for one port of one node; `change` is done to everything that the node says, taken together."""

    def __init__(self, wire: Wire, node: str, port: int, change: Change) -> None:
        self._node = wire.cluster.node(node)
        self._port = port
        self._change = change
        self._server: asyncio.Server | None = None
        self.passed = 0

    async def __aenter__(self) -> "Between":
        """Listens; TLS ends here, with the node's own key, so that only the content is changed."""
        context = tls.server_context(self._node.loaded["TVS"]) if self._port == 2445 else None
        self._server = await asyncio.start_server(self._serve, sock=listen(*HERE), ssl=context)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stops."""
        assert self._server is not None
        self._server.close()

    def route(self, address: str, port: int) -> tuple[str, int]:
        """The way through here for connections to the node's port."""
        if (address, port) != (self._node.address, self._port):
            return address, port
        assert self._server is not None
        return self._server.sockets[0].getsockname()[:2]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        secure = tls.phone_context() if self._port == 2445 else None
        there, forth = await asyncio.open_connection(self._node.address, self._port, ssl=secure)
        question = await read_frame(reader) if secure else await reader.readuntil(b"\r\n\r\n")
        forth.write(question)
        writer.write(self._change(await there.read()))
        self.passed += 1
        await writer.drain()
        forth.close()
        writer.close()


async def _reset_through(wire: Wire, between: Between) -> None:
    """The first phone boots again, with somebody in between."""
    desk = wire.lab.desks[0]
    desk.line.route = between.route
    registration = wire.cluster.registrations.find(desk.extension.device)
    assert registration is not None
    registration.notify("reset")
    await wire.lab.until(lambda: desk.line.phone.boots == 2)
    wire.time.advance(BOOT)
    await wire.lab.until(lambda: desk.line.phone.state is State.REGISTERED)


def _only(wanted: bytes, change: Change) -> Change:
    """Changes only answers that hold this."""
    return lambda data: change(data) if wanted in data else data


@pytest.mark.parametrize(
    ("holds", "message"),
    [(b"ITLFile.tlv", "Trust List update failed"), (b".cnf.xml.sgn", "File auth error")],
    ids=["a list", "a configuration file"],
)
@live
async def test_a_flipped_byte_of_what_tftp_serves_is_refused(holds: bytes, message: str) -> None:
    async with on_the_wire(small(phones=2)) as wire:
        await wire.all_registered()
        phone = wire.lab.desks[0].line.phone
        before = phone.itl
        async with Between(wire, "pub", 6970, _only(holds, _flip_last)) as between:
            await _reset_through(wire, between)
            assert between.passed == 3
        assert phone.itl is before
        assert any(said.startswith(message) for said in phone.messages)
        assert wire.lab.registered == 2


@live
async def test_the_same_through_somebody_who_changes_nothing_is_taken() -> None:
    async with on_the_wire(small(phones=2)) as wire:
        await wire.all_registered()
        phone = wire.lab.desks[0].line.phone
        async with Between(wire, "pub", 6970, lambda data: data) as between:
            await _reset_through(wire, between)
            assert between.passed == 3
        assert phone.status == "ITL installed"
        assert not any("auth error" in said for said in phone.messages)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda data: data, "Trust List updated"),
        (lambda data: data[:200] + bytes((data[200] ^ 1,)) + data[201:], "Trust List update failed"),
        (lambda data: data[:13] + b"\1" + data[14:], "Trust List update failed"),
        (lambda data: data[:-1], "Trust List update failed"),
    ],
    ids=["nothing", "a byte of the certificate", "the status", "the last byte is missing"],
)
@live
async def test_a_changed_answer_of_tvs_vouches_for_nothing(change: Change, status: str) -> None:
    async with on_the_wire(small(phones=1)) as wire:
        await wire.all_registered()
        desk = wire.lab.desks[0]
        [second] = [name for name in ("sub2",) if name != "sub1"]
        tvs = wire.cluster.node(second).services.find("Cisco Trust Verification Service")
        assert tvs is not None
        wire.cluster.node(second).services.stop(tvs)  # so that only the other one can vouch
        unit = wire.cluster.release.unit("CallManager")
        assert unit is not None
        wire.cluster.regenerate(wire.cluster.publisher, unit)
        async with Between(wire, "sub1", 2445, change) as between:
            desk.line.route = between.route
            wire.time.advance(1900)
            await wire.lab.until(lambda: desk.line.phone.boots > 1)
            wire.time.advance(BOOT)
            await wire.lab.until(lambda: desk.line.phone.state is State.REGISTERED)
            assert between.passed >= 1
        assert desk.line.phone.status == status


@live
async def test_a_server_with_another_certificate_is_not_asked() -> None:
    async with on_the_wire(small(phones=1)) as wire:
        await wire.all_registered()
        desk = wire.lab.desks[0]
        for unit in ("TVS", "CallManager"):
            found = wire.cluster.release.unit(unit)
            assert found is not None
            for node in wire.cluster.nodes:
                wire.cluster.regenerate(node, found)
        for node in wire.cluster.nodes:
            tvs = node.services.find("Cisco Trust Verification Service")
            assert tvs is not None
            node.services.restart(tvs)
        await wire.advance(1900)
        await wire.lab.until(lambda: desk.line.phone.boots > 1)
        wire.time.advance(BOOT)
        await wire.lab.until(lambda: desk.line.phone.state is State.REGISTERED)
        assert desk.line.phone.status == "Trust List update failed"
