"""Whatever bytes arrive: a value, or one FormatError with an offset inside the data; no hang, no flood."""

import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.errors import FormatError
from ringtrust.report.trustlists import list_document, list_lines, table_lines
from ringtrust.trust import header, lists
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.choices import ITEMS_AT_MOST, LIST_BYTES_AT_MOST, RECORDS_AT_MOST
from ringtrust.trust.diff import compare
from ringtrust.trust.lists import TrustList, read_list
from ringtrust.trust.record import build_record
from ringtrust.trust.remarks import remarks
from ringtrust.trust.roles import Role
from ringtrust.trust.show import show
from ringtrust.trust.signature import Holds
from ringtrust.trust.signed import read_signed
from ringtrust.trust.signer import who_signed
from ringtrust.trust.succession import succession
from ringtrust.trust.tlv import Layout, encode
from ringtrust.trust.tvs import Message, QueryRequest, QueryResponse, VerifyRequest, VerifyResponse, read_message
from tests.support.corpus import cases
from tests.support.hostile import read_or_refuse, spoilt
from tests.support.identities import NOW, ec_certificate, identity, itl

SEEDS = [case.data for case in cases("list", "signed", "tvs")]


def _look_at_everything(found: TrustList) -> None:
    """All that a list is asked for; none of it may trip over what a hostile file holds."""
    known = itl()
    verdict = found.verdict()
    assert next(show(found)).startswith("The checksum value")
    for line in (*show(found), *list_lines(found, verdict), *table_lines(found, verdict), *remarks(found, NOW)):
        assert line.isprintable()
    for other in (known, found):
        compare(other, found)
        assert succession(other, found, known).sentence.isprintable()
    list_document(found, verdict, NOW)
    assert who_signed(found, verdict).sentence.isprintable()
    assert all(record.title and record.ip_text is not None for record in found.records)


@given(st.binary(max_size=600))
def test_random_bytes(data: bytes) -> None:
    for read in (read_list, read_signed, read_message):
        read_or_refuse(read, data)


@given(spoilt(SEEDS))
def test_spoilt_files_of_the_corpus(data: bytes) -> None:
    read_or_refuse(read_message, data)
    read_or_refuse(read_signed, data)
    found = read_or_refuse(read_list, data)
    if found is not None:
        assert found.data == data
        _look_at_everything(found)


@given(st.data())
def test_spoilt_real_lists_never_hold_unless_they_are_unchanged(data: st.DataObject) -> None:
    good = itl()
    changed = data.draw(spoilt([good.data]))
    found = read_or_refuse(read_list, changed)
    if found is not None:
        _look_at_everything(found)
        assert found.data == good.data or not isinstance(found.verdict(), Holds)


@given(spoilt([itl().data, *[case.data for case in cases("list")]]))
def test_a_list_is_read_alike_whether_its_layouts_were_seen_before_or_not(data: bytes) -> None:
    """Shapes are a shortcut and nothing else: the same value, or the same error at the same place."""
    seen = _outcome(data)
    header.SHAPES.forget()
    lists.SHAPES.forget()
    assert _outcome(data) == seen
    assert _outcome(data) == seen
    assert isinstance(itl().verdict(), Holds)


@st.composite
def _one_head_changed(draw: st.DrawFn) -> bytes:
    """A good list in which one byte of a tag, a length, a size of a block or a pad has another value."""
    good = itl()
    blocks = [(0, good.header.layout), *_record_places(good)]
    begin, layout = draw(st.sampled_from(blocks))
    place = draw(st.integers(0, len(layout.tags) - 1))
    heads = [begin + layout.head(place) + byte for byte in range(3)]
    at = draw(st.sampled_from([*heads, 8, 9, begin + 3, begin + 4, good.header.length - 1]))
    data = bytearray(good.data)
    data[at] = draw(st.integers(0, 255))
    return bytes(data)


def _record_places(found: TrustList) -> Iterator[tuple[int, Layout]]:
    begin = found.header.length
    for record in found.records:
        yield begin, record.layout
        begin += record.layout.size


@given(_one_head_changed())
def test_a_list_that_differs_in_one_head_does_not_fit_the_shape_of_the_other(data: bytes) -> None:
    assert isinstance(itl().verdict(), Holds)
    read_list(itl().data)
    seen = _outcome(data)
    header.SHAPES.forget()
    lists.SHAPES.forget()
    assert _outcome(data) == seen
    assert data == itl().data or seen != _outcome(itl().data)


def _outcome(data: bytes) -> object:
    try:
        found = read_list(data)
    except FormatError as error:
        return error.reason, error.offset
    return found.header, [(each.layout, each.raw) for each in found.records]


_SESSION = st.integers(0, 2**32 - 1)
_DEVICE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
_ROLES = st.lists(st.integers(0, 255), max_size=8).map(tuple)
_TTL = st.integers(0, 2**32 - 1)
_LETTERS = st.characters(codec="ascii", categories=["L", "N"])
_NAME = st.text(_LETTERS, min_size=1).map(lambda name: f"CN={name}".encode() + b"\0")


@given(
    st.one_of(
        st.builds(VerifyRequest.make, _SESSION, _DEVICE, st.binary(max_size=2000)),
        st.builds(VerifyResponse.make, _SESSION, _ROLES, _TTL),
        st.builds(VerifyResponse.unknown, _SESSION),
        st.builds(QueryRequest.make, _SESSION, _DEVICE, _NAME, _NAME, st.binary(max_size=20)),
        st.builds(QueryResponse.make, _SESSION, st.binary(max_size=2000), _ROLES, _TTL),
        st.builds(QueryResponse.unknown, _SESSION),
    )
)
def test_every_tvs_message_that_is_made_is_read_back_as_it_was(message: Message) -> None:
    assert read_message(message.to_bytes()) == message


def _flood_of_records() -> bytes:
    """The most records that are read, each as small as a record can be."""
    good = itl()
    smallest = encode(1, (10).to_bytes(2, "big")) + encode(4, b"\0\x15")
    return good.header.raw + smallest * RECORDS_AT_MOST


def _flood_of_items() -> bytes:
    """Records full of empty unknown items."""
    good = itl()
    items = encode(4, b"\0\x15") + encode(77, b"") * (ITEMS_AT_MOST - 2)
    record = encode(1, (len(items) + 5).to_bytes(2, "big")) + items
    return good.header.raw + record * RECORDS_AT_MOST


def _flood_of_layouts() -> bytes:
    """Records of which no two have the same layout."""
    bodies = [
        encode(4, b"\0\x15") + b"".join(encode(77, bytes(number // 60)) for _ in range(number % 60))
        for number in range(RECORDS_AT_MOST)
    ]
    return itl().header.raw + b"".join(encode(1, (len(body) + 5).to_bytes(2, "big")) + body for body in bodies)


def _flood_of_bytes() -> bytes:
    return itl().header.raw + bytes(LIST_BYTES_AT_MOST)


def _flood_of_padding() -> bytes:
    good = bytearray(itl().header.raw)
    good[8:10] = b"\xff\xff"
    return bytes(good) + b"\x0d" * (0xFFFF - len(good))


FLOODS = [_flood_of_records, _flood_of_items, _flood_of_layouts, _flood_of_bytes, _flood_of_padding, lambda: itl().data]


@pytest.mark.parametrize("flood", FLOODS)
def test_reading_takes_at_most_a_few_times_the_input_in_memory(flood: Callable[[], bytes]) -> None:
    data = flood()
    header.SHAPES.forget()
    lists.SHAPES.forget()
    tracemalloc.start()
    try:
        read_or_refuse(read_list, data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * len(data) + 128 * 1024


@given(spoilt([identity("pub").certificate, ec_certificate("pub-EC")]))
def test_spoilt_certificates(data: bytes) -> None:
    facts = read_or_refuse(CertificateFacts.of, data)
    if facts is not None:
        assert build_record(Role.TVS, data).certificate == data


def test_a_list_with_spoilt_certificates_is_read_and_remarked_upon() -> None:
    found = itl()
    record = found.records[4]
    changed = read_list(found.data.replace(record.certificate, b"\x31" + record.certificate[1:]))
    assert [remark for remark in remarks(changed, NOW) if "no certificate" in remark]
    _look_at_everything(changed)
