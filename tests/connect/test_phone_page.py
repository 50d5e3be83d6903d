"""Which list a phone holds, from its web page, however the model writes it (interfaces.md §8.2)."""

import asyncio
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.phone_page import PhonePageClient, read_lists
from ringtrust.connect.web import Web
from ringtrust.errors import UnreadableError
from tests.connect.servers import HOST, Canned, http
from tests.support.clusters import on_the_wire, small
from tests.support.live import live

SHA1 = "0123456789ABCDEF0123456789ABCDEF01234567"
MD5 = SHA1[:32]
PAIRS = [SHA1[at : at + 2] for at in range(0, 40, 2)]
XML = "<N><TFTPServer1>10.0.0.1</TFTPServer1><TFTPServer2>0.0.0.0</TFTPServer2>{}</N>"
HTML = "<html><body><table><tr><td><b>TFTP Server 1</b></td><td></td><td>10.0.0.1</td></tr>{}</table></body></html>"
ROW = "<TR><TD><B>{}</B><TD>&nbsp;</TD><td><p>{}</p></td></TR>"


@live
async def test_phones_of_a_lab_tell_the_hash_of_the_list_that_is_served() -> None:
    async with on_the_wire(small(phones=3)) as wire, Web() as web:
        await wire.all_registered()
        pages = PhonePageClient(web)
        read = [pages.read(desk.line.address, desk.web.port) for desk in wire.lab.desks]
        assert wire.cluster.publisher.tftp is not None
        served = hashlib.sha1(wire.cluster.publisher.tftp.itl.data).hexdigest().upper()
        for page in await asyncio.gather(*read):
            assert page.itl_hash == served
            assert page.ctl == Known("")
            assert page.tftp == tuple(node.address for node in wire.cluster.tftp_order)


@live
async def test_a_phone_that_holds_no_list_says_so_and_one_without_power_is_unreadable() -> None:
    async with on_the_wire(small(phones=1)) as wire, Web() as web:
        desk = wire.lab.desks[0]
        assert (await PhonePageClient(web).read(desk.line.address, desk.web.port)).itl_hash == ""
        wire.lab.power_off(desk)
        async with Web() as another:
            with pytest.raises(UnreadableError, match="cannot be reached: connection refused"):
                await PhonePageClient(another).read(desk.line.address, desk.web.port)


@pytest.mark.parametrize("digits", [SHA1, MD5])
@pytest.mark.parametrize(
    "written",
    ["{}", "{lower}", "{colons}", "{blanks} ", "{dashes}", "SHA-1: {}", "md5 {colons}", "{dots}"],
)
@pytest.mark.parametrize(
    "page",
    [
        XML.format("<ITLSignature>{}</ITLSignature>"),
        XML.format("<ITLFile>{}</ITLFile>"),
        XML.format("<itl>{}</itl>"),
        HTML.format(ROW.format("ITL Signature", "{}")),
        HTML.format(ROW.format("ITL file (MD5):", "{}")),
        HTML.format(ROW.format("ITL hash", "{}") + ROW.format("x", "y")),
        "<html><div>TFTP server</div><div>10.0.0.1</div><p>ITL</p><p>{}</p></html>",
    ],
)
def test_a_hash_is_read_however_it_is_written(page: str, written: str, digits: str) -> None:
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    forms = {"colons": ":".join(pairs), "blanks": " ".join(pairs), "dashes": "-".join(pairs), "dots": ".".join(pairs)}
    told = read_lists(page.format(written.format(digits, lower=digits.lower(), **forms)).encode())
    assert told.itl == Known(digits)
    assert told.tftp == ("10.0.0.1",)
    assert isinstance(told.ctl, Unread)


@pytest.mark.parametrize("said", ["Not Installed", "not installed", "None", "N/A", "No ITL"])
@pytest.mark.parametrize(
    "page", [XML.format("<ITLSignature>{}</ITLSignature>"), HTML.format(ROW.format("ITL signature", "{}"))]
)
def test_a_phone_without_a_list_says_so_in_one_of_these_words(page: str, said: str) -> None:
    assert read_lists(page.format(said).encode()).itl == Known("")


@pytest.mark.parametrize("said", ["", "?", SHA1[:39], SHA1 + "0", "G" * 40, "Installed"])
@pytest.mark.parametrize(
    "page", [XML.format("<ITLSignature>{}</ITLSignature>"), HTML.format(ROW.format("ITL signature", "{}"))]
)
def test_anything_else_is_not_taken_for_a_phone_without_a_list(page: str, said: str) -> None:
    assert isinstance(read_lists(page.format(said).encode()).itl, Unread)


@live
async def test_the_next_page_is_asked_where_the_first_does_not_tell() -> None:
    hidden, told = XML.format("").encode(), HTML.format(ROW.format("ITL Signature", SHA1)).encode()
    for first in (http(404), http(200, hidden), http(200, b"\xff"), http(500)):
        canned = Canned(first, http(200, told), http(404))
        async with canned.plain() as server, Web() as web:
            page = await PhonePageClient(web).read(HOST, server.port)
        assert page.itl_hash == SHA1
        assert canned.requests[1].startswith(b"GET /CGI/Java/Serviceability?adapter=device.statistics.configuration ")


@live
async def test_a_phone_that_hides_its_list_is_unreadable() -> None:
    for answer in (http(404), http(200, XML.format("<ITLSignature>?</ITLSignature>").encode()), http(401)):
        async with Canned(answer).plain() as server, Web() as web:
            with pytest.raises(UnreadableError, match="does not say which ITL the phone holds"):
                await PhonePageClient(web).read(HOST, server.port)


@live
async def test_a_page_that_is_too_large_is_unreadable() -> None:
    async with Canned(http(200, b" " * (256 * 1024 + 1))).plain() as server, Web() as web:
        with pytest.raises(UnreadableError, match="more than 262,144 bytes"):
            await PhonePageClient(web).read(HOST, server.port)


GOOD = [XML.format(f"<ITLSignature>{SHA1}</ITLSignature>"), HTML.format(ROW.format("ITL Signature", " ".join(PAIRS)))]
HOSTILE = [
    b"<" * 262_144,
    b"&#" + b"9" * 262_142,
    b"<tr>" * 65_536,
    b"<table><tr><td>" * 15_000,
    b"&" * 262_144,
    b"\0" * 9000,
]


@given(
    st.binary(max_size=300)
    | st.text(alphabet="<>/tr d&#9;itl:ABCDEF0123456789", max_size=200).map(str.encode)
    | st.tuples(st.sampled_from(GOOD), st.integers(0, 300), st.integers(0, 40), st.binary(max_size=20)).map(
        lambda cut: cut[0].encode()[: cut[1]] + cut[3] + cut[0].encode()[cut[1] + cut[2] :]
    )
)
def test_any_page_is_read_and_a_hash_is_a_hash(page: bytes) -> None:
    told = read_lists(page)
    if isinstance(told.itl, Known):
        assert len(told.itl.value) in {0, 32, 40}


@pytest.mark.parametrize("page", HOSTILE, ids=["tags", "number", "rows", "deep", "ampersands", "zeros"])
def test_the_worst_pages_are_read_in_no_time(page: bytes) -> None:
    assert isinstance(read_lists(page).itl, Unread)
