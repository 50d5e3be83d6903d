"""Syslog as a receiver of UDP sees it: a header of RFC 3164 and a number, from the address of the node."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.errors import RefusedError
from ringtrust.lab.topology import Topology, local_receiver
from tests.support.clusters import on_the_wire, small
from tests.support.live import live

DATAGRAM = re.compile(
    rb"<(\d+)>(\d+): (\S+): [A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d\.\d\d UTC :  %UC_([A-Z]+)-(\d)-([\w.]+): %\[.*\]:.*"
)
LOCAL7 = 23


@contextmanager
def _receiver() -> Iterator[tuple[socket.socket, Topology]]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(20)
        yield receiver, small(phones=0).with_syslog(f"127.0.0.1:{receiver.getsockname()[1]}")


@live
async def test_an_alarm_travels_from_the_address_of_its_node_with_facility_local7_and_its_severity() -> None:
    with _receiver() as (receiver, topology):
        async with on_the_wire(topology) as wire:
            unit = wire.cluster.release.unit("tomcat")
            assert unit is not None
            for number, name in ((1, "sub1"), (2, "sub1"), (1, "pub")):
                node = wire.cluster.node(name)
                wire.cluster.regenerate(node, unit)
                data, (address, _) = receiver.recvfrom(4096)
                found = DATAGRAM.fullmatch(data)
                assert found is not None, data
                assert address == node.address
                assert int(found[1]) == LOCAL7 * 8 + 2
                assert int(found[2]) == number
                assert found[3].decode() == node.fqdn
                assert (found[4], found[5], found[6]) == (b"CERT", b"2", b"TomcatCertRegen")
                assert node.syslog[-1].endswith(data.partition(b">")[2].decode())


@live
async def test_the_certificate_monitor_is_heard_when_its_day_has_come_and_not_before() -> None:
    with _receiver() as (receiver, topology):
        async with on_the_wire(topology) as wire:
            receiver.settimeout(0)
            await wire.advance(86_399)
            with pytest.raises(BlockingIOError):
                receiver.recv(4096)
            await wire.advance(1)
            assert b"Certificate expiration Notification" in receiver.recv(4096)


@live
async def test_a_receiver_that_is_not_there_disturbs_nobody() -> None:
    with _receiver() as (receiver, topology):
        receiver.close()
        async with on_the_wire(topology) as wire:
            await wire.advance(90_000)
            assert len(wire.cluster.publisher.syslog) > 0


@pytest.mark.parametrize(
    "text",
    ["", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "10.0.0.1:514", "localhost:514", "[::1]:514",
     "127.0.0.1:٥١٤", "127.0.0.1:-1", ":514", "128.0.0.1:514", "127.1:514"],
)  # fmt: skip
def test_a_receiver_is_on_this_machine_or_none(text: str) -> None:
    with pytest.raises(RefusedError, match="is no receiver of a lab"):
        local_receiver(text)


def test_a_topology_that_names_a_receiver_elsewhere_is_refused() -> None:
    assert local_receiver("127.9.8.7:5514") == ("127.9.8.7", 5514)
    with pytest.raises(RefusedError):
        small().with_syslog("192.0.2.1:514")


@given(st.one_of(st.text(), st.from_regex(r"[0-9.]{1,15}:[0-9]{0,7}")))
def test_whatever_is_named_as_a_receiver_is_on_this_machine_or_refused(text: str) -> None:
    try:
        host, port = local_receiver(text)
    except RefusedError as error:
        assert len(str(error)) < 600
    else:
        assert host.startswith("127.")
        assert 0 < port < 65_536
