"""TFTP without a socket: any packets are read, or end in one typed error, within bounds (RFC 1350)."""

from hypothesis import given
from hypothesis import strategies as st

from ringtrust.connect.tftp.packets import Agreed, Block, Failure, read_packet
from ringtrust.connect.tftp.transfer import Absent, Ended, Transfer
from ringtrust.errors import FormatError, UnreadableError
from tests.connect.tftp.station import ack, agreed, block, error

AT_MOST = 4000
PACKETS = (
    st.binary(max_size=40)
    | st.builds(block, st.integers(0, 4), st.sampled_from([0, 1, 8, 512, 1428]).map(bytes))
    | st.builds(error, st.integers(0, 9), st.binary(max_size=9))
    | st.builds(
        lambda size, total: agreed(blksize=size, tsize=total),
        st.sampled_from([8, 512, 1428, 0]),
        st.integers(-1, 5000),
    )
)


@given(st.lists(PACKETS, max_size=12))
def test_any_packets_end_in_a_file_or_in_one_typed_error(packets: list[bytes]) -> None:
    transfer = Transfer("ITLFile.tlv", AT_MOST)
    assert transfer.begin().startswith(b"\0\x01ITLFile.tlv\0octet\0")
    for packet in packets:
        try:
            step = transfer.received(packet)
        except UnreadableError as failed:
            assert str(failed).isprintable()
            return
        if isinstance(step, Ended):
            assert len(step.data) <= AT_MOST
            return
        if isinstance(step, Absent):
            return


@given(st.binary(max_size=80))
def test_any_bytes_are_a_packet_or_a_format_error(data: bytes) -> None:
    try:
        packet = read_packet(data)
    except FormatError as failed:
        assert 0 <= failed.offset <= len(data)
        return
    assert isinstance(packet, Block | Failure | Agreed)


@given(st.binary(max_size=9000), st.sampled_from([8, 100, 512, 1428]), st.data())
def test_a_file_comes_whole_whatever_is_repeated(data: bytes, size: int, draw: st.DataObject) -> None:
    transfer = Transfer("a", 10_000)
    transfer.begin()
    sent = [agreed(blksize=size, tsize=len(data))]
    sent += [block(number + 1, data[at : at + size]) for number, at in enumerate(range(0, len(data) + 1, size))]
    for number, packet in enumerate(sent):
        step = transfer.received(packet)
        assert step.packet == ack(number)  # type: ignore[union-attr]
        if number + 1 < len(sent) and draw.draw(st.booleans()):
            assert transfer.received(packet).packet == ack(number)  # type: ignore[union-attr]
    assert isinstance(step, Ended)
    assert step.data == data
