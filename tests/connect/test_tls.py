"""Which certificate a TLS port shows: looked at, and nothing said."""

import asyncio
import ssl
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.connect.tls import CertificateProbe, plain_certificate
from ringtrust.errors import UnreadableError
from ringtrust.lab.wire.network import listen
from tests.connect.servers import HOST, Canned, http, listening, nobody, tls_of
from tests.support.clusters import on_the_wire, small
from tests.support.live import live


@pytest.mark.parametrize("name", ["campus-9.1", "campus-12.5"])
@live
async def test_every_tls_port_of_a_node_shows_what_its_service_has_loaded(name: str) -> None:
    async with on_the_wire(small(name, phones=0)) as wire:
        for node in wire.cluster.nodes:
            for port, unit in ((8443, "tomcat"), (2445, "TVS")):
                assert await CertificateProbe().shown(node.address, port) == node.loaded[unit].certificate


@live
async def test_nothing_is_sent_over_the_connection() -> None:
    canned = Canned(http(200))
    async with canned.over_tls() as server:
        assert await CertificateProbe().shown(server.host, server.port) == tls_of("pub")[1]
    assert canned.heard == b""


@pytest.mark.parametrize("bits", [1024, 2048])
@live
async def test_an_old_server_is_looked_at_too(bits: int) -> None:
    context, certificate = tls_of("pub", bits)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context.maximum_version = ssl.TLSVersion.TLSv1
    async with listening(nobody, context) as port:
        assert await CertificateProbe().shown(HOST, port) == certificate


@pytest.mark.parametrize("highest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@live
async def test_a_port_that_wants_a_client_certificate_shows_its_own_all_the_same(highest: ssl.TLSVersion) -> None:
    context, certificate = tls_of("pub")
    context.maximum_version = highest
    context.verify_mode = ssl.CERT_REQUIRED
    async with listening(nobody, context) as port:
        assert await CertificateProbe().shown(HOST, port) == certificate


@live
async def test_a_closed_port_is_unreadable() -> None:
    with listen(HOST, 0) as free:
        port = free.getsockname()[1]
    with pytest.raises(UnreadableError, match="cannot be reached: connection refused"):
        await CertificateProbe().shown(HOST, port)


@live
async def test_a_port_that_says_nothing_is_unreadable() -> None:
    async with listening(nobody) as port:
        with pytest.raises(UnreadableError, match=r"has not answered within 0\.05 seconds"):
            await CertificateProbe(seconds=0.05).shown(HOST, port)


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"\x16\x03\x01\xff\xff" + b"\0" * 400_000])
@live
async def test_a_port_that_speaks_something_else_is_unreadable(said: bytes) -> None:
    async def speaks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(said)
        writer.write_eof()
        await reader.read()

    async with listening(speaks) as port:
        with pytest.raises(UnreadableError, match="does not speak TLS"):
            await CertificateProbe().shown(HOST, port)


def _record(kind: int, body: bytes) -> bytes:
    return bytes((kind, 3, 3)) + len(body).to_bytes(2, "big") + body


def _message(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body


def test_a_certificate_in_the_clear_is_found_however_the_records_are_cut() -> None:
    der = tls_of("pub")[1]
    listed = len(der).to_bytes(3, "big") + der
    said = _message(2, b"hello") + _message(11, len(listed).to_bytes(3, "big") + listed) + _message(14, b"")
    for size in (1, 7, 100, 16_000):
        records = b"".join(_record(22, said[at : at + size]) for at in range(0, len(said), size))
        assert plain_certificate(records + _record(21, b"\2\x28")) == der
        assert plain_certificate(records[:-200]) in {b"", der}
    assert plain_certificate(_record(20, b"\1") + _record(22, said)) == b""


@given(st.binary(max_size=300))
def test_any_bytes_may_be_heard(heard: bytes) -> None:
    assert isinstance(plain_certificate(heard), bytes)
    assert isinstance(plain_certificate(b"\x16\x03\x03\x00\xff\x0b\x00\x00" + heard), bytes)
