"""Registration over SIP on real sockets: who is let in, how a reset reaches a phone, what a closed port does."""

import asyncio

from ringtrust.lab.phone.phone import State
from ringtrust.lab.state.services import CALLMANAGER
from ringtrust.lab.wire.sip import SipMessage, SipReader
from tests.support.clusters import BOOT, Wire, on_the_wire, small
from tests.support.live import live

HEADERS = (
    ("via", "SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1"),
    ("from", "<sip:x@y>;tag=1"),
    ("to", "<sip:x@y>"),
    ("call-id", "1@127.0.0.1"),
    ("cseq", "1 REGISTER"),
)


class _Peer:
    """A plain TCP client that speaks SIP."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._messages = SipReader()

    @classmethod
    async def dial(cls, wire: Wire, node: str = "sub1") -> "_Peer":
        return cls(*await asyncio.open_connection(wire.cluster.node(node).address, 5060))

    def says(self, method: str, *headers: tuple[str, str]) -> None:
        self.writer.write(SipMessage(f"{method} sip:sub1 SIP/2.0", (*HEADERS, *headers)).to_bytes())

    async def hears(self) -> SipMessage | None:
        while data := await asyncio.wait_for(self._reader.read(65536), 20):
            for message in self._messages.feed(data):
                return message
        return None


def _contact(device: str) -> tuple[str, str]:
    return "contact", f'<sip:a@127.0.0.1>;+u.sip!devicename.ccm.cisco.com="{device}"'


@live
async def test_a_phone_of_the_database_is_let_in_and_told_to_reset() -> None:
    async with on_the_wire(small(phones=1)) as wire:
        device = wire.lab.desks[0].extension.device
        peer = await _Peer.dial(wire)
        peer.says("REGISTER", _contact(device))
        accepted = await peer.hears()
        assert accepted is not None
        assert accepted.status == 200
        assert accepted.header("call-id") == "1@127.0.0.1"
        registration = wire.cluster.registrations.find(device)
        assert registration is not None
        assert (registration.node, registration.address) == ("sub1", "127.0.0.1")
        seen = "select lastknownipaddress, lastknownucm from registrationdynamic"
        assert wire.cluster.publisher.replica.rows(seen) == [("127.0.0.1", "sub1")]
        registration.notify("reset")
        notice = await peer.hears()
        assert notice is not None
        assert notice.method == "NOTIFY"
        assert notice.header("event") == "service-control"
        assert notice.body == b"action=reset\r\n"
        peer.writer.close()
        while wire.cluster.registrations.find(device):
            await asyncio.sleep(0)
        assert wire.cluster.registrations.departures[device].node == "sub1"


@live
async def test_a_line_that_registers_another_phone_is_no_longer_that_of_the_first() -> None:
    async with on_the_wire(small(phones=2)) as wire:
        first, second = (desk.extension.device for desk in wire.lab.desks)
        peer = await _Peer.dial(wire)
        for device in (first, second):
            peer.says("REGISTER", _contact(device))
            assert await peer.hears()
        assert wire.cluster.registrations.find(first) is None
        assert wire.cluster.registrations.find(second) is not None
        peer.writer.close()


@live
async def test_strangers_and_other_requests_get_their_answer_and_nonsense_none() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        for method, headers, status in (
            ("REGISTER", (_contact("SEP000000000000"),), 404),
            ("REGISTER", (), 404),
            ("OPTIONS", (), 200),
            ("REFER", (), 202),
            ("INVITE", (), 405),
        ):
            peer = await _Peer.dial(wire)
            peer.says(method, *headers)
            answer = await peer.hears()
            assert answer is not None
            assert answer.status == status
            peer.writer.close()
        peer = await _Peer.dial(wire)
        peer.writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert await peer.hears() is None
        peer.writer.close()
        assert len(wire.cluster.registrations) == 0


@live
async def test_a_phone_registers_with_the_next_member_when_its_port_closes_and_takes_no_new_list() -> None:
    async with on_the_wire(small(phones=2)) as wire:
        await wire.all_registered()
        service = wire.cluster.node("sub1").services.find(CALLMANAGER)
        assert service is not None
        wire.cluster.node("sub1").services.stop(service)
        await wire.lab.until(lambda: {each.node for each in wire.cluster.registrations} == {"sub2"})
        await wire.lab.until(lambda: wire.lab.registered == 2)
        assert [desk.line.phone.boots for desk in wire.lab.desks] == [1, 1]


@live
async def test_a_phone_without_power_is_gone_at_once_and_comes_back() -> None:
    async with on_the_wire(small(phones=2)) as wire:
        await wire.all_registered()
        desk = wire.lab.desks[0]
        wire.lab.power_off(desk)
        while wire.cluster.registrations.find(desk.extension.device):
            await asyncio.sleep(0)
        assert desk.line.phone.state is State.OFF
        wire.lab.power_on(desk)
        wire.time.advance(BOOT)
        await wire.lab.until(lambda: wire.lab.registered == 2)
