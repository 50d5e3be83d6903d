"""Whatever bytes arrive as CAPF or as an encrypted file: a value, or one FormatError inside the data; no flood."""

import tracemalloc
from typing import get_args

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.errors import FormatError
from ringtrust.report.trustlists import signed_document, signed_lines
from ringtrust.trust import capf, capf_views
from ringtrust.trust.capf import AuthResponse, KeyGenerateResponse, Message, read_message
from ringtrust.trust.capf_elements import Curve, Evidence, HashedProof, HeldCertificate, SudiData
from ringtrust.trust.capf_frame import FRAME_HEAD, Frame, Frames, read_frame
from ringtrust.trust.capf_proof import NotProved, Proved, evidence, judge, phone_key, spki
from ringtrust.trust.certificates import public_key_of
from ringtrust.trust.choices import ITEMS_AT_MOST
from ringtrust.trust.encrypted import NotOpened, Opened, WrongKey, build_encrypted, open_encrypted, seal
from ringtrust.trust.encryption_block import read_encryption
from ringtrust.trust.signed import read_signed
from ringtrust.trust.tlv import encode
from tests.support.hostile import read_or_refuse, spoilt
from tests.support.identities import TIMESTAMP, ec_certificate, identity

_EC = public_key_of(ec_certificate("lsc-EC"))
assert isinstance(_EC, EllipticCurvePublicKey)
EC_KEY = spki(_EC)
DEVICE = "SEP001122334455"
LSC = HeldCertificate(identity("lsc").certificate)
SHOWN = AuthResponse.make(7, DEVICE, "", evidence(7, DEVICE, LSC, identity("lsc").key, identity("mic")))
CLEAR = b"<device><sshPassword>secret</sshPassword></device>\n"
ENCRYPTED = build_encrypted(
    "a.cnf.xml.enc.sgn", seal(CLEAR, identity("lsc").key.public_key()), identity("pub"), timestamp=TIMESTAMP
)

_SESSION = st.integers(0, 2**32 - 1)
_BYTE = st.integers(0, 255)
_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
_CERTIFICATE = st.builds(HeldCertificate, st.binary(min_size=1, max_size=2000), _BYTE)
_SUDI = st.builds(SudiData, st.binary(max_size=900), st.binary(max_size=300), st.binary(max_size=300))
_EVIDENCE = st.builds(
    Evidence,
    _CERTIFICATE,
    st.binary(max_size=300),
    st.one_of(st.none(), st.builds(HashedProof, st.binary(max_size=300), _BYTE)),
    st.one_of(st.none(), _SUDI),
)
_ANSWER = st.builds(AuthResponse.make, _SESSION, _TEXT, _TEXT, st.one_of(st.none(), _EVIDENCE), _BYTE)
MESSAGES: st.SearchStrategy[Message] = st.one_of(
    _ANSWER,
    st.builds(capf.AuthRequest.make, _SESSION, _BYTE, _BYTE),
    st.builds(capf.KeyGenerateRequest.rsa, _SESSION, st.integers(0, 65_535)),
    st.builds(capf.KeyGenerateRequest.ec, _SESSION, st.sampled_from(Curve)),
    st.builds(KeyGenerateResponse.make, _SESSION, st.binary(min_size=1, max_size=600)),
    st.builds(KeyGenerateResponse.failed, _SESSION, _BYTE),
    st.builds(capf.StoreCertificateRequest.make, _SESSION, _CERTIFICATE),
    st.builds(capf_views.StoreCertificateResponse.make, _SESSION, _BYTE),
    st.builds(capf.FetchResponse.make, _SESSION, _CERTIFICATE),
    st.builds(capf_views.EndSession.make, _SESSION, _BYTE),
    st.builds(capf_views.InProgress.make, _SESSION),
)
SEEDS = [
    SHOWN.to_bytes(),
    KeyGenerateResponse.make(7, spki(identity("lsc").key.public_key())).to_bytes(),
    capf.StoreCertificateRequest.make(7, LSC).to_bytes(),
    capf.KeyGenerateRequest.ec(7, Curve.SECP384R1).to_bytes(),
    capf_views.EndSession.make(7).to_bytes(),
]


def _ask_everything(message: Message) -> None:
    """All that a message is asked for; none of it may trip over what a hostile one holds."""
    assert repr(message)
    for name in dir(type(message)):
        if isinstance(getattr(type(message), name), property):
            getattr(message, name)
    if isinstance(message, AuthResponse):
        assert isinstance(judge(message), Proved | NotProved)
    if isinstance(message, KeyGenerateResponse):
        read_or_refuse(phone_key, message.public_key)


@given(MESSAGES)
def test_every_capf_message_that_is_made_is_read_back_as_it_was(message: Message) -> None:
    assert read_message(message.to_bytes()) == message


@given(_ANSWER)
def test_what_a_phone_shows_is_read_back_as_it_was(message: AuthResponse) -> None:
    again = read_message(message.to_bytes())
    assert isinstance(again, AuthResponse)
    assert again.evidence == message.evidence
    assert (again.device, again.authentication_string) == (message.device, message.authentication_string)


@given(_SESSION, st.integers(0, 255), st.lists(st.tuples(_BYTE, st.binary(max_size=40)), max_size=12))
def test_a_frame_of_any_elements_is_read_back_or_refused(
    session: int, command: int, items: list[tuple[int, bytes]]
) -> None:
    data = Frame(command, session, tuple(items)).to_bytes()
    found = read_or_refuse(read_message, data)
    if found is not None:
        assert found.to_bytes() == data
        _ask_everything(found)


@given(st.binary(max_size=600))
def test_random_bytes(data: bytes) -> None:
    for read in (read_message, HeldCertificate.read, SudiData.read, HashedProof.read, phone_key):
        read_or_refuse(read, data)
    read_or_refuse(read_message, b"\x55" + data)


@given(spoilt(SEEDS))
def test_spoilt_capf_messages(data: bytes) -> None:
    found = read_or_refuse(read_message, data)
    if found is not None:
        assert found.to_bytes() == data
        _ask_everything(found)


@given(st.sampled_from((4, 6, 13, 16, 20)), st.integers(0, 2000), st.integers(1, 255))
def test_an_answer_that_was_changed_in_what_is_signed_proves_nothing(tag: int, place: int, change: int) -> None:
    """The name, the certificate behind its type, or a proof: one byte is enough."""
    value = bytearray(SHOWN.frame.value(tag))
    begin = {4: 5, 16: 3, 20: 3}.get(tag, 0)
    value[begin + place % (len(value) - begin)] ^= change
    items = tuple((each, bytes(value) if each == tag else old) for each, old in SHOWN.frame.items)
    found = read_or_refuse(read_message, Frame(2, 7, items).to_bytes())
    if found is not None:
        assert isinstance(found, AuthResponse)
        assert isinstance(judge(found), NotProved)


@given(st.lists(st.sampled_from(SEEDS), max_size=4), st.lists(st.integers(1, 700), max_size=12), st.binary(max_size=9))
def test_a_stream_gives_the_same_messages_however_it_is_split(
    spoken: list[bytes], cuts: list[int], rest: bytes
) -> None:
    stream, frames = b"".join(spoken) + rest, Frames()
    found: list[bytes] = []
    position = 0
    try:
        for size in (*cuts, len(stream)):
            found += frames.feed(stream[position : position + size])
            position += size
    except FormatError:
        assert rest
    assert found == spoken or (found[: len(spoken)] == spoken and rest)


def test_a_stream_of_a_thousand_messages_holds_one_at_a_time() -> None:
    frames, message = Frames(), Frame(99, 1, ((1, b"\0"), (2, bytes(60_000)))).to_bytes()
    tracemalloc.start()
    try:
        count = sum(1 for _ in range(1000) for _ in frames.feed(message))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 1000
    assert peak < 5 * len(message)


def test_a_message_full_of_tiny_elements_is_refused() -> None:
    body = encode(77, b"") * (ITEMS_AT_MOST + 1)
    with pytest.raises(FormatError, match="More than"):
        read_frame(b"\x55\x0f\0\0\0\1" + len(body).to_bytes(2, "big") + body)
    assert len(Frame(99, 1, ((2, bytes(0xFFFF - 3)),)).to_bytes()) == FRAME_HEAD + 0xFFFF


@given(spoilt([HashedProof(b"proof").to_bytes(), SudiData(b"a", b"b", b"c").to_bytes(), LSC.to_bytes()]))
def test_spoilt_elements(data: bytes) -> None:
    for read in (HeldCertificate.read, SudiData.read, HashedProof.read):
        read_or_refuse(read, data)


@given(spoilt([spki(identity("lsc").key.public_key()), EC_KEY]))
def test_spoilt_public_keys(data: bytes) -> None:
    read_or_refuse(phone_key, data)


@given(spoilt([ENCRYPTED.data]))
def test_spoilt_encrypted_files(data: bytes) -> None:
    found = read_or_refuse(read_signed, data)
    if found is None:
        return
    for line in signed_lines(found):
        assert line.isprintable()
    signed_document(found, None)
    block = read_or_refuse(lambda _: read_encryption(found.header), data)
    outcome = read_or_refuse(lambda _: open_encrypted(found, identity("lsc").key), data)
    if isinstance(outcome, Opened):
        assert outcome.clear == CLEAR
    assert block is not None or outcome is None


@given(st.integers(0, len(ENCRYPTED.body) - 1), st.integers(1, 255))
def test_a_body_that_was_changed_in_one_place_opens_to_nothing_but_the_truth(place: int, change: int) -> None:
    data = bytearray(ENCRYPTED.data)
    data[ENCRYPTED.header.length + place] ^= change
    outcome = open_encrypted(read_signed(bytes(data)), identity("lsc").key)
    # Of the last block the filler alone may change, which nobody's digest covers but that of the signature.
    assert outcome == Opened(CLEAR) or isinstance(outcome, NotOpened | WrongKey)


def test_every_message_has_a_kind_of_its_own() -> None:
    assert len(get_args(Message)) == 20
