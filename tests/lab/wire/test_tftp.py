"""TFTP, datagram by datagram: what a client of RFC 1350 and 2347 to 2349 is promised, and what a stranger cannot do."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.errors import FormatError
from ringtrust.lab.wire.tftp import ReadRequest, Transfer, opcode, read_request
from ringtrust.lab.wire.tftp_door import TftpServer
from tests.support.clusters import bench, small

MADE = bench(small(phones=2), on=False)
ACK, DATA, ERROR, OACK = 4, 3, 5, 6


def rrq(name: str, mode: str = "octet", **options: object) -> bytes:
    fields = [name, mode, *(str(part) for pair in options.items() for part in pair)]
    return b"\0\1" + "".join(f"{field}\0" for field in fields).encode("latin-1")


def ack(block: int) -> bytes:
    return b"\0\4" + (block % 65_536).to_bytes(2, "big")


def read_all(transfer: Transfer) -> tuple[bytes, list[int]]:
    """The file as a client puts it together, and the numbers of its blocks."""
    got, numbers = b"", []
    datagram: bytes | None = transfer.begin()
    while datagram is not None:
        if opcode(datagram) == OACK:
            datagram = transfer.received(ack(0))
            continue
        assert opcode(datagram) == DATA
        number = int.from_bytes(datagram[2:4], "big")
        numbers.append(number)
        got += datagram[4:]
        datagram = transfer.received(ack(number))
    assert transfer.finished
    return got, numbers


@given(st.binary(max_size=3_000), st.integers(8, 1_500))
def test_every_file_arrives_whole_in_blocks_of_the_size_that_was_agreed(data: bytes, size: int) -> None:
    got, numbers = read_all(Transfer(data, {"blksize": str(size)}))
    assert got == data
    assert numbers == list(range(1, len(data) // size + 2))
    assert read_all(Transfer(data, {}))[0] == data


def test_block_numbers_begin_again_after_the_last_one() -> None:
    data = bytes(8 * 70_000)
    got, numbers = read_all(Transfer(data, {"blksize": "8"}))
    assert got == data
    assert numbers[65_534:65_537] == [65_535, 0, 1]


def test_options_that_are_understood_are_agreed_to_and_others_are_left_out() -> None:
    transfer = Transfer(b"x" * 1_000, {"blksize": "600", "tsize": "0", "timeout": "7", "windowsize": "4"})
    assert transfer.begin() == b"\0\6blksize\x00600\0timeout\x007\0tsize\x001000\0"
    assert transfer.seconds == 7.0
    for odd in ({"blksize": "7"}, {"blksize": "65465"}, {"blksize": "x"}, {"timeout": "0"}, {"timeout": "256"}):
        assert opcode(Transfer(b"x", odd).begin()) == DATA


def test_an_old_acknowledgment_is_not_answered_so_that_nothing_is_sent_twice_from_then_on() -> None:
    transfer = Transfer(b"x" * 2_000, {})
    transfer.begin()
    assert transfer.received(ack(1)) is not None
    assert transfer.received(ack(1)) is None
    assert transfer.received(ack(9)) is None
    assert transfer.received(ack(2)) is not None


def test_a_silent_client_gets_its_datagram_again_a_few_times_and_then_no_more() -> None:
    transfer = Transfer(b"x" * 600, {})
    first = transfer.begin()
    assert [transfer.again() for _ in range(4)] == [first] * 4
    assert transfer.again() is None
    assert transfer.finished
    assert transfer.received(ack(1)) is None


def test_an_error_of_the_client_ends_it_and_nonsense_is_an_error_of_the_server() -> None:
    transfer = Transfer(b"x", {})
    assert transfer.received(b"\0\5\0\0gone\0") is None
    assert transfer.finished
    for nonsense in (b"", b"\0", b"\0\4\0", b"\0\3\0\1data", b"\0\x63"):
        transfer = Transfer(b"x", {})
        answer = transfer.received(nonsense)
        assert answer is not None
        assert opcode(answer) == ERROR
        assert transfer.finished


def test_a_request_is_read_with_its_options() -> None:
    assert read_request(rrq("ITLFile.tlv", "OCTET", BLKSIZE=9)) == ReadRequest("ITLFile.tlv", "octet", {"blksize": "9"})


def _asked(datagram: bytes) -> tuple[int, int]:
    """The opcode and the code of what the server says at once."""
    answer = TftpServer(MADE.cluster, MADE.cluster.publisher).asked(datagram)
    if isinstance(answer, Transfer):
        return opcode(answer.begin()), 0
    assert answer is not None
    return opcode(answer), int.from_bytes(answer[2:4], "big")


@pytest.mark.parametrize(
    ("datagram", "code"),
    [
        (rrq("nothing"), 1),
        (rrq("CTLSEP000000000000.tlv"), 1),
        (rrq(""), 1),
        (rrq("../../etc/passwd"), 1),
        (rrq("ITLFile.tlv", "netascii"), 4),
        (rrq("ITLFile.tlv", "mail"), 4),
        (b"\0\2ITLFile.tlv\0octet\0", 2),
        (b"\0\1ITLFile.tlv", 4),
        (b"\0\1" + b"x" * 600 + b"\0octet\0", 4),
        (b"\0\4\0\1", 4),
        (b"", 4),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_code(datagram: bytes, code: int) -> None:
    assert _asked(datagram) == (ERROR, code)


def test_lists_and_files_of_phones_are_there_in_whichever_case() -> None:
    device = MADE.phones[0].traits.device
    for name in ("ITLFile.tlv", "/itlfile.TLV", f"ITL{device}.tlv", f"{device}.cnf.xml.sgn", "ConfigFileCacheList.txt"):
        assert _asked(rrq(name)) == (DATA, 0), name


def test_while_other_clusters_are_asked_there_is_no_answer_yet() -> None:
    made = bench(small(phones=0), on=False)
    server = TftpServer(made.cluster, made.cluster.publisher)
    made.cluster.looking_elsewhere.add("pub")
    assert server.asked(rrq("ITLFile.tlv")) is None
    made.cluster.looking_elsewhere.clear()
    assert isinstance(server.asked(rrq("ITLFile.tlv")), Transfer)


def test_an_error_is_never_answered_and_what_is_not_served_is_counted() -> None:
    made = bench(small(phones=0), on=False)
    server = TftpServer(made.cluster, made.cluster.publisher)
    assert server.asked(b"\0\5\0\0\0") is None
    server.asked(b"\0\2x\0octet\0")
    server.asked(rrq("x", "netascii"))
    server.asked(rrq("x"))
    assert [(interface, count) for interface, _, count in made.cluster.unknown] == [("tftp", 1), ("tftp", 1)]
    counted = made.cluster.publisher.counted
    assert (counted["Requests"], counted["RequestsNotFound"], counted["RequestsProcessed"]) == (1, 1, 0)


@given(st.binary(max_size=600) | st.binary(max_size=60).map(lambda rest: b"\0\1" + rest))
def test_any_datagram_is_a_request_or_refused(noise: bytes) -> None:
    with suppress(FormatError):
        read_request(noise)
    answer = TftpServer(MADE.cluster, MADE.cluster.publisher).asked(noise)
    assert answer is None or isinstance(answer, Transfer) or opcode(answer) == ERROR


@given(st.lists(st.binary(max_size=6) | st.integers(0, 4).map(ack), max_size=12))
def test_any_conversation_ends_or_waits_and_sends_no_more_than_the_file(said: list[bytes]) -> None:
    transfer = Transfer(b"x" * 1_000, {})
    for datagram in said:
        answer = transfer.received(datagram)
        assert answer is None or opcode(answer) in {DATA, ERROR}
        assert answer is None or len(answer) <= 516
