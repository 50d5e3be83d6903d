"""The conversation with CAPF, message by message: recorded ones are read, and written from values byte for byte."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust import capf_views as views
from ringtrust.trust.capf import (
    AuthRequest,
    AuthResponse,
    FetchResponse,
    KeyGenerateRequest,
    KeyGenerateResponse,
    Message,
    StoreCertificateRequest,
    read_message,
)
from ringtrust.trust.capf_elements import AuthType, CertificateType, Curve, HeldCertificate, KeyType, Reason
from ringtrust.trust.capf_frame import FRAME_HEAD, Command, Element, Frame, Frames, frame_size, read_frame
from tests.support.shared import shared_bytes

DEVICE = "SEP001122334455"
STRING = "123456"
LSC = HeldCertificate(b"a certificate in DER")


@cache
def recorded(name: str) -> list[bytes]:
    """The messages of a recorded conversation."""
    return [bytes.fromhex(data) for _, data in _sessions()[name]]


def _sessions() -> dict[str, list[tuple[str, str]]]:
    sessions: dict[str, list[tuple[str, str]]] = json.loads(shared_bytes("sessions/capf-sessions.json"))
    return sessions


def test_every_recorded_message_is_read_and_written_back_the_same() -> None:
    messages = [bytes.fromhex(data) for spoken in _sessions().values() for _, data in spoken]
    assert len(messages) == 43
    for data in messages:
        message = read_message(data)
        assert not isinstance(message, views.Unknown)
        assert message.to_bytes() == data


def _key_request(read: KeyGenerateRequest) -> KeyGenerateRequest:
    if read.key_type == KeyType.EC:
        return KeyGenerateRequest.ec(read.session, Curve(read.curve))
    return KeyGenerateRequest.rsa(read.session, read.key_size)


# The same message, made from the values that were read.
REBUILT: dict[type, Callable[[Any], Message]] = {
    AuthRequest: lambda m: AuthRequest.make(m.session, m.auth_type, m.version),
    AuthResponse: lambda m: AuthResponse.make(m.session, m.device, m.authentication_string, m.evidence, m.version),
    KeyGenerateRequest: _key_request,
    views.InProgress: lambda m: views.InProgress.make(m.session),
    KeyGenerateResponse: lambda m: KeyGenerateResponse.make(m.session, m.public_key),
    StoreCertificateRequest: lambda m: StoreCertificateRequest.make(m.session, m.certificate),
    views.StoreCertificateResponse: lambda m: views.StoreCertificateResponse.make(m.session, m.reason),
    views.FetchRequest: lambda m: views.FetchRequest.make(m.session),
    FetchResponse: lambda m: FetchResponse.make(m.session, m.certificate),
    views.DeleteRequest: lambda m: views.DeleteRequest.make(m.session),
    views.DeleteResponse: lambda m: views.DeleteResponse.make(m.session, m.reason),
    views.EndSession: lambda m: views.EndSession.make(m.session, m.reason),
}


def test_every_recorded_message_is_made_from_its_values_byte_for_byte() -> None:
    for spoken in _sessions().values():
        for _, data in spoken:
            read = read_message(bytes.fromhex(data))
            assert REBUILT[type(read)](read).to_bytes().hex() == data


def test_an_install_of_an_rsa_lsc_by_authentication_string_says_what_the_notes_say() -> None:
    ask, answer, make, wait, key, store, stored, end = map(read_message, recorded("install-rsa2048-authstring"))
    assert isinstance(ask, AuthRequest)
    assert (ask.session, ask.version, ask.auth_type) == (1, 3, AuthType.NONE)
    assert isinstance(answer, AuthResponse)
    assert (answer.device, answer.authentication_string, answer.version) == (DEVICE, STRING, 3)
    assert answer.evidence is None
    assert isinstance(make, KeyGenerateRequest)
    assert (make.key_type, make.key_size) == (KeyType.RSA, 2048)
    assert isinstance(wait, views.InProgress)
    assert isinstance(key, KeyGenerateResponse)
    assert key.good
    assert len(key.public_key) == 294
    assert isinstance(store, StoreCertificateRequest)
    assert store.certificate_type == store.certificate.kind == CertificateType.LSC
    assert len(store.certificate.der) == 854
    assert isinstance(stored, views.StoreCertificateResponse)
    assert stored.good
    assert isinstance(end, views.EndSession)
    assert end.reason == Reason.UPDATE_CERTIFICATE


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no-pending-operation", Reason.NO_ACTION),
        ("wrong-authstring", Reason.INVALID_ELEMENT),
        ("unknown-device", Reason.UNKNOWN_DEVICE),
        ("fetch-nullstring", Reason.NO_ACTION),
        ("delete-nullstring", Reason.UPDATE_CERTIFICATE),
    ],
)
def test_a_session_ends_with_the_reason_that_was_recorded(name: str, reason: Reason) -> None:
    end = read_message(recorded(name)[-1])
    assert isinstance(end, views.EndSession)
    assert end.reason == reason


def test_unknown_elements_their_order_and_odd_values_survive() -> None:
    items = ((15, b"?"), (Element.DEVICE_NAME, b"SEP1"), (Element.VERSION, b"\xff"), (15, b""), (Element.REASON, b"\5"))
    data = Frame(Command.AUTH_RESPONSE, 7, items).to_bytes()
    read = read_message(data)
    assert isinstance(read, AuthResponse)
    assert (read.device, read.version, read.reason, read.authentication_string) == ("SEP1", 255, 5, "")
    assert read.to_bytes() == data


@pytest.mark.parametrize("command", [0, 5, 6, 7, 8, 24, 255])
def test_a_message_that_nobody_knows_is_kept_with_its_number(command: int) -> None:
    data = Frame(command, 7, ((99, b"x"),)).to_bytes()
    read = read_message(data)
    assert isinstance(read, views.Unknown)
    assert read.frame.command == command
    assert read.to_bytes() == data


SEEN_NOWHERE = [
    (views.RetryLater, 16),
    (views.StatusRequest, 18),
    (views.StatusResponse, 19),
    (views.AbortRequest, 20),
    (views.AbortResponse, 21),
    (views.SignRequest, 22),
    (views.SignResponse, 23),
]


@pytest.mark.parametrize(("kind", "command"), SEEN_NOWHERE)
def test_messages_whose_content_nobody_knows_are_told_by_their_kind(kind: type[views.RetryLater], command: int) -> None:
    data = Frame(command, 7, ((Element.REASON, b"\7"), (12, b"\0\5"))).to_bytes()
    read = read_message(data)
    assert type(read) is kind
    assert read.reason == Reason.INVALID_ELEMENT
    assert read.to_bytes() == data
    assert read_message(kind.make(7).to_bytes()) == kind.make(7)


def test_a_failed_key_has_a_reason_and_no_key() -> None:
    read = read_message(KeyGenerateResponse.failed(1, Reason.INVALID_ELEMENT).to_bytes())
    assert isinstance(read, KeyGenerateResponse)
    assert (read.good, read.reason, read.public_key) == (False, 7, b"")


def test_a_phone_without_an_lsc_has_none_to_hand_out() -> None:
    read = read_message(FetchResponse.failed(1, Reason.INVALID_ELEMENT).to_bytes())
    assert isinstance(read, FetchResponse)
    assert (read.good, read.certificate) == (False, None)


def test_a_server_that_knows_no_ec_means_rsa() -> None:
    read = read_message(Frame(Command.KEY_GENERATE_REQUEST, 1, ((Element.KEY_SIZE, b"\4\0"),)).to_bytes())
    assert isinstance(read, KeyGenerateRequest)
    assert (read.key_type, read.key_size) == (KeyType.RSA, 1024)


def test_the_authentication_string_is_never_printed() -> None:
    message = AuthResponse.make(1, DEVICE, "98765432")
    frame = message.frame
    for shown in (
        repr(message),
        str(message),
        f"{frame}",
        repr(frame),
        repr([message]),
        repr(read_frame(frame.to_bytes())),
    ):
        assert "98765432" not in shown
        assert b"98765432".hex() not in shown
    assert "(hidden)" in repr(message)
    with pytest.raises(RefusedError) as refused:
        AuthResponse.make(1, DEVICE, "98765432\n")
    assert "98765432" not in str(refused.value)


def test_a_stream_is_cut_into_messages_wherever_it_was_split() -> None:
    spoken = recorded("install-rsa2048-authstring")
    for size in (1, 7, 300, 10_000):
        stream, frames = b"".join(spoken), Frames()
        found = [each for at in range(0, len(stream), size) for each in frames.feed(stream[at : at + size])]
        assert found == spoken
        assert not frames.unfinished


def test_a_stream_that_is_no_capf_is_told_at_its_first_byte() -> None:
    frames = Frames()
    good = views.InProgress.make(1).to_bytes()
    found = frames.feed(good + b"\x16\x03\x01")
    assert next(found) == good
    with pytest.raises(FormatError, match="protocol byte is 22"):
        next(found)


def test_a_stream_that_ends_within_a_message_was_cut() -> None:
    frames = Frames()
    assert list(frames.feed(views.InProgress.make(1).to_bytes()[:-1])) == []
    assert frames.unfinished
    assert frame_size(b"") == FRAME_HEAD


@pytest.mark.parametrize(
    ("frame", "error", "offset"),
    [
        (Frame(1, 1), "has no tag 8", 8),
        (Frame(2, 1, ((13, b"a"), (13, b"b"))), "has more than one tag 13", 8),
        (Frame(1, 1, ((8, b""),)), "Tag 8 has 0 bytes where 1 are due", 8),
        (Frame(3, 1, ((17, b"\0"),)), "has no tag 10", 8),
        (Frame(3, 1, ((17, b"\1"), (10, b"\4\0"))), "has no tag 18", 8),
        (Frame(4, 1), "has no tag 1", 8),
        (Frame(9, 1, ((3, b"\1"), (4, b"\1\0\2\0\1"))), "Tag 4 has 5 bytes, too few for a certificate", 15),
        (Frame(9, 1, ((3, b"\1"), (4, b"\1\0\2\0\1x"))), "said to have 2 bytes with its type, but 3 stand", 16),
        (Frame(12, 1, ((1, b"\1"),)), "has no tag 4", 8),
        (Frame(15, 1), "has no tag 1", 8),
        (Frame(2, 1, ((13, b"a"), (4, LSC.to_bytes()), (20, b""))), "SHA2 signed data hold one proof", 43),
        (Frame(2, 1, ((13, b"a"), (4, LSC.to_bytes()), (16, b"\0\0\1x"))), "each once; not so 1", 43),
    ],
)
def test_a_message_that_lacks_what_it_is_for_is_refused(frame: Frame, error: str, offset: int) -> None:
    with pytest.raises(FormatError, match=error) as refused:
        read_message(frame.to_bytes())
    assert refused.value.offset == offset


def test_a_message_is_as_long_as_its_head_says() -> None:
    data = views.EndSession.make(1).to_bytes()
    for spoilt in (data[:-1], data + b"\0", data[:5]):
        with pytest.raises(FormatError):
            read_frame(spoilt)


@pytest.mark.parametrize(
    "make",
    [
        lambda: views.EndSession.make(2**32),
        lambda: views.EndSession.make(-1),
        lambda: views.EndSession.make(1, 256),
        lambda: AuthResponse.make(1, "SEP\0"),
        lambda: AuthResponse.make(1, "Größe"),
        lambda: AuthRequest.make(1, 256),
        lambda: KeyGenerateRequest.rsa(1, 65_536),
        lambda: Frame(256, 1),
        lambda: StoreCertificateRequest.make(1, HeldCertificate(bytes(65_531))),
        lambda: KeyGenerateResponse.make(1, bytes(65_535)).to_bytes(),
    ],
)
def test_what_a_message_cannot_hold_is_not_written(make: Callable[[], object]) -> None:
    with pytest.raises(RefusedError):
        make()
