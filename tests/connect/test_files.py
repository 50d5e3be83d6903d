"""Files of Cisco Tftp: there, not there, or not readable: three different things (design.md §4.2)."""

import ssl

import pytest

from ringtrust.connect.files import PAUSES, FileClient
from ringtrust.connect.patience import BusyError
from ringtrust.connect.pins import PinError, Pins
from ringtrust.connect.ports import NotThere
from ringtrust.connect.web import Account, Login, Server, Web
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.lab.state.services import TFTP
from ringtrust.trust.lists import read_list
from tests.connect.servers import HOST, Canned, Seconds, http, listening, pinned, tls_of
from tests.support.clusters import on_the_wire, small
from tests.support.live import live


@live
async def test_the_list_of_a_node_is_fetched_as_it_is() -> None:
    async with on_the_wire(small(phones=0)) as wire, Web() as web:
        files = FileClient(web)
        node = wire.cluster.publisher
        data = await files.fetch(node.address, "ITLFile.tlv")
        assert isinstance(data, bytes)
        assert node.tftp is not None
        assert data == node.tftp.itl.data
        assert read_list(data).records
        assert await files.fetch(node.address, "CTLFile.tlv") == NotThere("CTLFile.tlv")


@live
async def test_a_stopped_service_is_unreadable_and_not_a_cluster_without_files() -> None:
    async with on_the_wire(small(phones=0)) as wire, Web() as web:
        files, node = FileClient(web), wire.cluster.publisher
        tftp = node.services.find(TFTP)
        assert tftp is not None
        node.services.stop(tftp)
        with pytest.raises(UnreadableError, match="cannot be reached: connection refused"):
            await files.fetch(node.address, "ITLFile.tlv")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (http(503), "HTTP status 503"),
        (http(500), "HTTP status 500"),
        (http(301, b"", "Location: http://elsewhere/"), "HTTP status 301"),
        (http(200, b"x" * (1024 * 1024 + 1)), "more than 1,048,576 bytes"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "broke off"),
    ],
)
@live
async def test_anything_else_is_unreadable(answer: bytes, said: str) -> None:
    async with Canned(answer).plain() as server, Web() as web:
        with pytest.raises(UnreadableError, match=said):
            await FileClient(web, port=server.port, timer=Seconds()).fetch(HOST, "ITLFile.tlv")


@live
async def test_a_file_that_a_proxy_still_looks_for_is_asked_for_again_a_few_times() -> None:
    for answers, asked in (((http(503), http(404)), 2), ((http(503),), 1 + len(PAUSES))):
        canned, timer = Canned(*answers), Seconds()
        async with canned.plain() as server, Web() as web:
            files = FileClient(web, port=server.port, timer=timer)
            if asked == len(answers):
                assert await files.fetch(HOST, "ITLFile.tlv") == NotThere("ITLFile.tlv")
            else:
                with pytest.raises(BusyError, match="503"):
                    await files.fetch(HOST, "ITLFile.tlv")
        assert len(canned.requests) == asked
        assert timer.seconds == sum(PAUSES[: asked - 1])


@live
async def test_a_name_stays_one_name() -> None:
    canned = Canned(http(200, b"x"))
    async with canned.plain() as server, Web() as web:
        await FileClient(web, port=server.port).fetch(HOST, "../a b?c\r\nX: y")
    assert canned.heard.startswith(b"GET /..%2Fa%20b%3Fc%0D%0AX%3A%20y HTTP/1.1\r\n")


@live
async def test_over_https_the_certificate_is_pinned_like_everywhere() -> None:
    canned = Canned(http(200, b"x"), http(404))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        files = FileClient(web, port=server.port, tls=True)
        assert await files.fetch(HOST, "ITLFile.tlv") == b"x"
        assert await files.fetch(HOST, "CTLFile.tlv") == NotThere("CTLFile.tlv")
        web.pins = Pins()
        with pytest.raises(PinError):
            await files.fetch(HOST, "ITLFile.tlv")
    assert [request.split(b" ")[1] for request in canned.requests] == [b"/ITLFile.tlv", b"/CTLFile.tlv"]


@live
async def test_a_port_that_wants_a_client_certificate_is_unreadable_and_says_so() -> None:
    context, _ = tls_of("pub")
    context.verify_mode = ssl.CERT_REQUIRED
    async with listening(Canned(http(200, b"x")).serve, context) as port:
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context.minimum_version = context.maximum_version = version
            async with Web(pinned(Server(HOST, port))) as web:
                with pytest.raises(UnreadableError, match=r"cannot be reached|broke off"):
                    await FileClient(web, port=port, tls=True).fetch(HOST, "ITLFile.tlv")


@live
async def test_no_login_goes_to_the_file_server() -> None:
    for account in (Account.APPLICATION, Account.PLATFORM):
        async with Web(login=Login("admin", "secret", account)) as web:
            with pytest.raises(RefusedError, match="not for"):
                FileClient(web, port=6971, tls=True)
