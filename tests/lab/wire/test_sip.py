"""SIP messages: read as they come, however they are cut; nonsense is one typed error (RFC 3261 §7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.errors import FormatError
from ringtrust.lab.wire.sip import SipMessage, SipReader

REGISTER = SipMessage(
    "REGISTER sip:sub1 SIP/2.0",
    (("via", "SIP/2.0/TCP 127.0.0.1"), ("from", "<a>"), ("to", "<b>"), ("call-id", "1"), ("cseq", "1 REGISTER")),
)
NOTIFY = SipMessage("NOTIFY sip:a SIP/2.0", (("event", "service-control"),), b"action=reset\r\n\r\nmore")


def test_a_message_is_read_as_it_was_written() -> None:
    assert list(SipReader().feed(REGISTER.to_bytes() + NOTIFY.to_bytes())) == [REGISTER, NOTIFY]
    assert REGISTER.method == "REGISTER"
    assert REGISTER.status == 0
    assert REGISTER.header("nothing") == ""


def test_an_answer_belongs_to_its_question() -> None:
    answer = REGISTER.answer(404, "Not Found", ("expires", "120"))
    assert answer.first_line == "SIP/2.0 404 Not Found"
    assert answer.status == 404
    assert answer.method == ""
    assert answer.headers == (*REGISTER.headers, ("expires", "120"))


def test_short_names_of_headers_are_understood() -> None:
    data = b"NOTIFY sip:a SIP/2.0\r\ni: 7\r\nl: 2\r\n\r\nabrest"
    reader = SipReader()
    [message] = reader.feed(data)
    assert (message.header("call-id"), message.body) == ("7", b"ab")


@given(st.integers(1, 40), st.lists(st.sampled_from([REGISTER, NOTIFY]), max_size=5))
def test_it_does_not_matter_how_a_stream_is_cut(size: int, messages: list[SipMessage]) -> None:
    data = b"\r\n\r\n".join(message.to_bytes() for message in messages)
    reader = SipReader()
    found = [message for at in range(0, len(data), size) for message in reader.feed(data[at : at + size])]
    assert found == messages


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"SIP/2.0 200 OK\r\nno header\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
        b"NOTIFY sip:a SIP/2.0\r\ncontent-length: -1\r\n\r\n",
        b"NOTIFY sip:a SIP/2.0\r\ncontent-length: 999999\r\n\r\n",
        "NOTIFY sip:a SIP/2.0\r\ncontent-length: ٣\r\n\r\n".encode(),
        b"A" * 20_000,
    ],
    ids=["HTTP", "no header", "no text", "a negative length", "too long", "other digits", "endless"],
)
def test_nonsense_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        list(SipReader().feed(data))


@given(st.lists(st.binary(max_size=80), max_size=6))
def test_any_stream_is_read_or_refused(parts: list[bytes]) -> None:
    reader = SipReader()
    try:
        for part in parts:
            for message in reader.feed(part):
                assert message.method or message.status >= 0
    except FormatError:
        return
