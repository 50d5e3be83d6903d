"""Addresses and ports: labs stand side by side, and whoever is in the way of a port is named."""

import asyncio
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrust.clock import StoppedClock
from ringtrust.errors import RefusedError
from ringtrust.lab.labtime import SteppedTime
from ringtrust.lab.process.lab import Lab
from ringtrust.lab.wire.door import Door
from ringtrust.lab.wire.http import Request, Response, serve
from ringtrust.lab.wire.network import Network, listen, may_listen
from tests.support.clusters import START, on_the_wire, small
from tests.support.live import live


def test_every_lab_has_a_network_of_its_own_until_it_gives_it_back() -> None:
    first, second = Network.claim(3), Network.claim(500)
    try:
        assert first.node(0) != second.node(0)
        addresses = [second.node(place) for place in range(9)] + [second.phone(place) for place in range(500)]
        assert len(set(addresses)) == len(addresses)
        assert all(address.startswith("127.") for address in addresses)
        assert not {first.node(0), first.phone(0), first.phone(2)} & set(addresses)
    finally:
        first.release()
        second.release()
    third = Network.claim(3)
    third.release()
    assert third.node(0) == first.node(0)


def test_a_cluster_of_many_nodes_has_no_address_twice() -> None:
    network = Network.claim(500, nodes=21)
    try:
        addresses = [network.node(place) for place in range(21)] + [network.phone(place) for place in range(500)]
        assert len(set(addresses)) == len(addresses)
        assert not [address for address in addresses if not may_listen(address, 2222)]  # nor where it marks its place
    finally:
        network.release()


@live
async def test_more_phones_than_there_are_addresses_are_refused_before_anything_is_made() -> None:
    with pytest.raises(RefusedError, match="at most 3,840 phones, each at an address of its own; 3,841 were asked for"):
        await Lab.start(small(phones=3841), SteppedTime(START), StoppedClock(START), speed=0)


def test_a_port_that_is_taken_names_the_process_in_the_way() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert not may_listen("127.0.0.1", port)
        with pytest.raises(RefusedError, match=rf"Port {port} of 127\.0\.0\.1 is taken by process {os.getpid()} \("):
            listen("127.0.0.1", port)
    assert may_listen("127.0.0.1", port)


def test_a_block_in_which_somebody_has_a_port_is_passed_over() -> None:
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    first = Network.claim(1, (port,))
    first.release()
    with listen(first.node(0), port):
        second = Network.claim(1, (port,))
        second.release()
    assert second.node(0) != first.node(0)


def test_the_process_that_is_named_is_the_one_at_this_address() -> None:
    with listen("127.0.0.1", 0) as mine:
        port = mine.getsockname()[1]
        listens = f"s = socket.socket(); s.bind(('127.0.0.2', {port})); s.listen()"
        words = [sys.executable, "-c", f"import socket; {listens}; print(1, flush=True); input()"]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            assert other.stdout.readline()
            with pytest.raises(RefusedError, match=f"process {other.pid} "):
                listen("127.0.0.2", port)
            other.communicate(b"\n")


def test_an_address_of_somebody_else_is_refused_with_a_reason() -> None:
    with pytest.raises(RefusedError, match=r"Port 1 of 192\.0\.2\.1 cannot be opened"):
        listen("192.0.2.1", 1)


@live
async def test_two_labs_run_side_by_side() -> None:
    async with on_the_wire(small(phones=1)) as one, on_the_wire(small("campus-12.5", phones=1)) as other:
        await one.all_registered()
        await other.all_registered()
        assert one.cluster.publisher.address != other.cluster.publisher.address


@live
async def test_with_real_ports_ssh_is_on_22_too_and_whoever_is_there_is_named() -> None:
    everywhere = "0.0.0.0"  # noqa: S104 - as a server that is in the way would have it
    if not may_listen(everywhere, 22):
        pytest.skip("not checked: port 22 is taken, or this user may not open it")
    named = rf"Port 22 of 127\.[0-9.]+ is taken by process {os.getpid()} "
    with listen(everywhere, 22), pytest.raises(RefusedError, match=named):
        await Lab.start(small(phones=0), SteppedTime(START), StoppedClock(START), speed=0, real_ports=True)
    lab = await Lab.start(small(phones=0), SteppedTime(START), StoppedClock(START), speed=0, real_ports=True)
    try:
        assert lab.ssh_ports == (2222, 22)
        reader, writer = await asyncio.open_connection(lab.cluster.publisher.address, 22)
        assert (await reader.readline()).startswith(b"SSH-2.0-")
        writer.close()
    finally:
        await lab.stop()


async def _echo(request: Request) -> Response:
    return Response(200, request.body)


@settings(max_examples=40)
@given(st.binary(max_size=200) | st.from_regex(rb"(GET|POST) /[a-z%]{0,9} HTTP/1\.[01]\r\nHost: [a-z]{0,3}\r\n"))
def test_any_bytes_at_an_http_port_get_an_answer_or_none_and_hurt_nobody(noise: bytes) -> None:
    async def _speak() -> None:
        with listen("127.0.0.1", 0) as free:
            port = free.getsockname()[1]
        door = Door("127.0.0.1", port, lambda reader, writer: serve(reader, writer, _echo))
        door.open()
        await asyncio.sleep(0)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(noise)
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), 20)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
        writer.close()
        door.close()
        await door.closed()
        await asyncio.sleep(0)

    asyncio.run(_speak())
