"""The conversation with TVS, message by message."""

from collections.abc import Callable

import pytest

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.choices import TVS_ISSUER_TAG, TVS_SERIAL_TAG
from ringtrust.trust.tvs import (
    FRAME_HEAD,
    Frame,
    Message,
    QueryRequest,
    QueryResponse,
    VerifyRequest,
    VerifyResponse,
    frame_size,
    read_message,
)

DEVICE = "CP-8861-SEPB000B4BA0AEE"
ISSUER, SERIAL = b"CN=stormin-WIN2012-CA\0", bytes.fromhex("2400000017")


def test_a_query_carries_what_the_header_of_the_unknown_list_says() -> None:
    query = QueryRequest.make(1001, DEVICE, b"CN=pub\0", ISSUER, SERIAL)
    read = read_message(query.to_bytes())
    assert isinstance(read, QueryRequest)
    assert (read.device, read.subject, read.issuer, read.serial) == (DEVICE, b"CN=pub\0", ISSUER, SERIAL)


def test_issuer_and_serial_are_told_apart_whichever_of_the_two_tags_they_use() -> None:
    made = QueryRequest.make(1001, DEVICE, b"CN=pub\0", ISSUER, SERIAL)
    swapped = {TVS_ISSUER_TAG: SERIAL, TVS_SERIAL_TAG: ISSUER}
    items = tuple((tag, swapped.get(tag, value)) for tag, value in made.frame.items)
    data = Frame(3, 1001, items).to_bytes()
    read = read_message(data)
    assert isinstance(read, QueryRequest)
    assert (read.issuer, read.serial) == (ISSUER, SERIAL)
    assert read.to_bytes() == data


def test_what_cucm_leaves_in_the_reserved_byte_is_kept_and_means_nothing() -> None:
    data = bytearray(VerifyResponse.make(1001, (0, 2)).to_bytes())
    data[3] = 0xF7
    read = read_message(bytes(data))
    assert isinstance(read, VerifyResponse)
    assert read.good
    assert read.to_bytes() == data


@pytest.mark.parametrize("status", [1, 2, 255])
def test_any_status_but_zero_is_a_no(status: int) -> None:
    read = read_message(Frame(4, 7, ((7, bytes((status,))),)).to_bytes())
    assert isinstance(read, QueryResponse)
    assert not read.good
    assert read.roles == ()
    assert read.certificates == ()


def test_a_stream_tells_how_much_of_the_message_is_still_to_come() -> None:
    data = QueryResponse.make(1001, bytes(1451), (0, 3)).to_bytes()
    assert len(data) == 1480
    assert [frame_size(data[:length]) for length in (0, 1, 9)] == [FRAME_HEAD] * 3
    assert frame_size(data[:FRAME_HEAD]) == len(data)
    with pytest.raises(FormatError, match="protocol byte"):
        frame_size(b"\x16")


def test_a_message_that_a_length_cannot_say_is_not_written() -> None:
    with pytest.raises(RefusedError):
        QueryResponse.make(1, bytes(65_535), (0,)).to_bytes()
    with pytest.raises(RefusedError):
        QueryResponse.make(1, bytes(65_536), (0,)).to_bytes()


def test_the_bytes_on_the_wire_are_those_of_the_notes() -> None:
    """trust-formats.md §4.2 and §4.3, item by item."""
    query = QueryRequest.make(0x3E9, DEVICE, b"CN=a\0", ISSUER, SERIAL).to_bytes()
    assert query.hex(" ") == " ".join(
        (
            "57 01 03 00 00 00 03 e9",
            (len(query) - 10).to_bytes(2, "big").hex(" "),
            "01 00 18 01",
            DEVICE.encode().hex(" "),
            "03 00 05 43 4e 3d 61 00",
            f"04 00 16 {ISSUER.hex(' ')}",
            f"05 00 05 {SERIAL.hex(' ')}",
        )
    )
    verify = VerifyRequest.make(1, "CP-8861", b"certificate").to_bytes()
    assert verify[10:] == b"\x01\x00\x08\x01CP-8861" + b"\x02\x00\x0bcertificate"
    assert verify[2] == 1
    good = VerifyResponse.make(0x3E9, (0, 3)).to_bytes()
    assert good.hex(" ") == "57 01 02 00 00 00 03 e9 00 10 07 00 01 00 08 00 02 00 03 09 00 04 00 01 51 80"
    assert VerifyResponse.unknown(1).to_bytes().hex(" ") == "57 01 02 00 00 00 00 01 00 04 07 00 01 01"
    found = QueryResponse.make(1, b"certificate", (2,), ttl=1).to_bytes()
    assert found[10:] == b"\7\0\1\0" + b"\2\0\x0bcertificate" + b"\x08\0\1\2" + b"\x09\0\4\0\0\0\1"
    assert QueryResponse.unknown(2).to_bytes().hex(" ") == "57 01 04 00 00 00 00 02 00 04 07 00 01 01"


@pytest.mark.parametrize(
    "make",
    [
        lambda: VerifyRequest.make(2**32, DEVICE, b""),
        lambda: VerifyRequest.make(-1, DEVICE, b""),
        lambda: VerifyRequest.make(1, "CP-8861\0", b""),
        lambda: VerifyRequest.make(1, "Größe", b""),
        lambda: VerifyResponse.make(1, (256,)),
        lambda: QueryResponse.make(1, b"", (0,), ttl=2**32),
    ],
)
def test_what_the_fields_of_a_message_cannot_hold_is_not_written(make: Callable[[], Message]) -> None:
    with pytest.raises(RefusedError):
        make()
