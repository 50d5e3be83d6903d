"""Files over UDP: whole, absent or unreadable, whoever else talks on the line (interfaces.md §8.1)."""

import asyncio
from collections.abc import Sequence

import pytest

from ringtrust.connect.ports import NotThere
from ringtrust.connect.tftp.client import PAUSES, TftpClient
from ringtrust.errors import RefusedError, UnreadableError
from tests.connect.servers import HOST
from tests.connect.tftp.station import Script, Station, Still, Ticking, ack, agreed, block, error, serving
from tests.support.live import live

REQUEST = b"\0\x01ITLFile.tlv\0octet\0blksize\x001428\0tsize\x000\0"
FILE = bytes(range(256)) * 12


async def _fetch(script: Script, timer: Still | None = None, packets: int = 0) -> tuple[bytes | NotThere, Station]:
    """The file, and the server when it has been sent so many packets."""
    station = Station(script)
    async with station.open() as port:
        found = await TftpClient(port=port, timer=timer or Still()).fetch(HOST, "ITLFile.tlv")
        while len(station.heard) < packets:
            await asyncio.sleep(0)
    return found, station


@pytest.mark.parametrize(
    ("data", "blocks"),
    [(b"", 1), (b"x", 1), (FILE, 3), (FILE[:1427], 1), (FILE[:1428], 2), (FILE[:2856], 3)],
    ids=["empty", "one", "several", "under", "even", "even twice"],
)
@live
async def test_a_file_is_fetched_whole_with_the_options_that_the_server_takes(data: bytes, blocks: int) -> None:
    found, station = await _fetch(serving(data, 1428, agreed(blksize=1428, tsize=len(data))), packets=blocks + 2)
    assert found == data
    assert station.heard == [REQUEST, *(ack(number) for number in range(blocks + 1))]
    assert station.on_main_port == [REQUEST]


@live
async def test_a_server_that_knows_no_options_sends_blocks_of_512() -> None:
    found, station = await _fetch(serving(FILE, 512), packets=8)
    assert found == FILE
    assert station.heard == [REQUEST, *(ack(number) for number in range(1, 8))]


@live
async def test_a_server_that_wants_no_options_is_asked_without() -> None:
    plain = b"\0\x01ITLFile.tlv\0octet\0"

    def script(packet: bytes) -> Sequence[bytes]:
        return [error(8)] if packet == REQUEST else serving(b"x", 512)(packet)

    found, station = await _fetch(script, packets=3)
    assert found == b"x"
    assert station.heard == [REQUEST, plain, ack(1)]
    assert station.on_main_port == [REQUEST, plain]


@live
async def test_a_file_that_is_absent_is_not_there_and_any_other_error_is_unreadable() -> None:
    assert (await _fetch(lambda _: [error(1)]))[0] == NotThere("ITLFile.tlv")
    for code in (0, 2, 3, 8, 99):
        with pytest.raises(UnreadableError, match=rf'TFTP, "ITLFile.tlv": it refuses with error {code}: "\\x1b no"'):
            await _fetch(lambda _, code=code: [error(code, b"\x1b no")])


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (agreed(blksize=7), "blocks of 7"),
        (agreed(blksize=9000), "blocks of 9000"),
        (agreed(blksize="many"), 'the value "many"'),
        (agreed(tsize=1024 * 1024 + 1), "more than 1,048,576 bytes"),
        (agreed(tsize="1" * 50), "the value"),
        (agreed(timeout=1), "nobody asked for"),
        (b"\0\x06blksize\x008\0blksize\x009\0", "stands twice"),
        (b"\0\x06blksize\0", "no pairs"),
        (b"\0\x06blksize\x008", "do not end"),
        (block(2, b"x"), "begins with block 2"),
        (block(1, b"x" * 513), "513 bytes in blocks of 512"),
        (b"\0\x04\0\0", "kind 4"),
        (b"\0", "too short"),
    ],
)
@live
async def test_what_is_no_tftp_is_given_up_and_the_server_told(first: bytes, said: str) -> None:
    station = Station(lambda packet: [first] if packet == REQUEST else [])
    async with station.open() as port:
        with pytest.raises(UnreadableError, match=said):
            await TftpClient(port=port, timer=Still()).fetch(HOST, "ITLFile.tlv")
        while len(station.heard) < 2:
            await asyncio.sleep(0)
    assert station.heard == [REQUEST, error(0, b"Given up")]


@live
async def test_a_file_that_is_shorter_than_announced_is_none() -> None:
    with pytest.raises(UnreadableError, match="announced 9 bytes and sent 3072"):
        await _fetch(serving(FILE, 1428, agreed(blksize=1428, tsize=9)))


@live
async def test_a_file_without_an_end_is_refused_while_it_comes() -> None:
    def script(packet: bytes) -> Sequence[bytes]:
        number = int.from_bytes(packet[2:4], "big") if packet[:2] == b"\0\x04" else 0
        return [block(number + 1, b"x" * 512)]

    with pytest.raises(UnreadableError, match="more than 1,048,576 bytes"):
        await _fetch(script)


@live
async def test_numbers_of_blocks_begin_again() -> None:
    data, size = b"12345678" * 65_600, 8
    station_blocks = iter(range(1, len(data) // size + 2))

    def script(packet: bytes) -> Sequence[bytes]:
        if packet[:2] == b"\0\x01":
            return [agreed(blksize=size)]
        number = next(station_blocks)
        return [block(number % 65_536, data[(number - 1) * size : number * size])]

    assert (await _fetch(script))[0] == data


@live
async def test_what_is_lost_is_said_again_and_the_file_stays_the_same() -> None:
    timer = Ticking()
    lost = {REQUEST, ack(0), ack(1)}
    serve = serving(FILE, 1428, agreed(blksize=1428))

    def script(packet: bytes) -> Sequence[bytes]:
        if packet in lost:
            lost.remove(packet)
            if packet != ack(3):
                timer.tick()
            return []
        return serve(packet)

    found, station = await _fetch(script, timer, packets=8)
    assert found == FILE
    assert station.heard == [REQUEST] * 2 + [ack(0)] * 2 + [ack(1)] * 2 + [ack(2), ack(3)]
    assert station.on_main_port == [REQUEST] * 2


@live
async def test_what_comes_twice_counts_once() -> None:
    serve = serving(FILE, 1428, agreed(blksize=1428))

    def script(packet: bytes) -> Sequence[bytes]:
        return [answer for answer in serve(packet) for _ in range(2)] if packet != ack(2) else serve(packet)

    assert (await _fetch(script))[0] == FILE


@live
async def test_a_node_that_says_nothing_is_asked_a_few_times_and_is_not_one_without_the_file() -> None:
    timer = Ticking()

    def script(packet: bytes) -> Sequence[bytes]:
        timer.tick()
        return []

    station = Station(script)
    async with station.open() as port:
        with pytest.raises(UnreadableError, match="has not sent the whole file within 15 seconds") as error:
            await TftpClient(port=port, timer=timer).fetch(HOST, "ITLFile.tlv")
    assert "firewall" in error.value.advice
    assert station.heard == [REQUEST] * len(PAUSES)
    assert timer.seconds == sum(PAUSES)


@live
async def test_a_node_that_drips_is_not_listened_to_without_end() -> None:
    timer = Ticking()

    def script(packet: bytes) -> Sequence[bytes]:
        timer.seconds += 1
        return serving(FILE * 300, 512)(packet)

    with pytest.raises(UnreadableError, match="within 60 seconds"):
        await _fetch(script, timer)


@live
async def test_somebody_else_is_not_listened_to_and_told_so() -> None:
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[bytes] = asyncio.Queue()

    class Stranger(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _addr: tuple[str, int]) -> None:
            told.put_nowait(data)

    elsewhere, _ = await loop.create_datagram_endpoint(Stranger, local_addr=("127.0.0.9", 0))
    other_port, _ = await loop.create_datagram_endpoint(Stranger, local_addr=(HOST, 0))

    class Crowd(Station):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            elsewhere.sendto(block(1, b"evil"), addr)
            if data == ack(1):
                other_port.sendto(block(2, b"evil"), addr)
            super().datagram_received(data, addr)

    station = Crowd(serving(FILE, 512))
    try:
        async with station.open() as port:
            assert await TftpClient(port=port, timer=Still()).fetch(HOST, "ITLFile.tlv") == FILE
            assert await told.get() == error(5, b"Unknown transfer")
    finally:
        elsewhere.close()
        other_port.close()


@pytest.mark.parametrize("name", ["", "a\0b", "a\r\nb", "\x1b"])
@live
async def test_a_name_that_no_packet_carries_is_refused(name: str) -> None:
    with pytest.raises(RefusedError):
        await TftpClient(timer=Still()).fetch(HOST, name)


@pytest.mark.parametrize("host", ["", "a b", "\0", "ü" * 300, "["])
@live
async def test_a_host_that_is_none_is_unreadable(host: str) -> None:
    with pytest.raises(UnreadableError):
        await TftpClient(timer=Ticking(), seconds=0).fetch(host, "ITLFile.tlv")
