"""HTTP with bounds: how long, how much, and nothing that the server or the environment would like besides."""

import asyncio
import gzip

import pytest

from ringtrust.connect.pins import Pins
from ringtrust.connect.web import Account, Login, Server, Web
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.lab.wire.network import listen
from tests.connect.servers import HOST, Canned, http, listening, nobody, pinned, tls_of
from tests.support.live import live

HIDDEN = "correct horse"


@live
async def test_a_login_is_not_sent_without_tls() -> None:
    canned = Canned(http(200, b"page"))
    async with canned.plain() as server, Web(login=Login("admin", HIDDEN)) as web:
        assert (await web.get(server, "/")).body == b"page"
    assert b"authorization" not in canned.heard.lower()


@live
async def test_an_answer_that_is_too_large_is_refused_while_it_comes() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async with listening(endless) as port, Web() as web:
        with pytest.raises(UnreadableError, match="more than 100,000 bytes"):
            await web.get(Server(HOST, port, tls=False), "/", bytes_at_most=100_000)


@live
async def test_a_compressed_answer_is_refused() -> None:
    canned = Canned(http(200, gzip.compress(b"x" * 1000), "Content-Encoding: gzip"))
    async with canned.plain() as server, Web() as web:
        with pytest.raises(UnreadableError, match="compressed"):
            await web.get(server, "/")


@live
async def test_a_server_that_says_nothing_is_not_waited_for_without_end() -> None:
    async with listening(nobody) as port:
        for tls in (True, False):
            async with Web(seconds=0.05) as web:
                with pytest.raises(UnreadableError, match=r"has not answered within 0\.05 seconds"):
                    await web.get(Server(HOST, port, tls=tls), "/")


@live
async def test_a_closed_port_is_unreadable_and_says_why() -> None:
    with listen(HOST, 0) as free:
        port = free.getsockname()[1]
    async with Web(login=Login("admin", HIDDEN)) as web:
        with pytest.raises(UnreadableError, match=f"{HOST}:{port} cannot be reached: connection refused") as error:
            await web.get(Server(HOST, port), "/")
    assert HIDDEN not in f"{error.value!r}{error.value.__cause__!r}{error.value.__context__!r}"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\n" + b"a" * 200_000,
    ],
    ids=["nothing", "no HTTP", "half of it", "an endless head"],
)
@live
async def test_what_is_no_whole_answer_is_unreadable(answer: bytes) -> None:
    async with Canned(answer).plain() as server, Web() as web:
        with pytest.raises(UnreadableError, match="broke off"):
            await web.get(server, "/")


@live
async def test_a_port_without_tls_is_unreadable() -> None:
    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()

    async with listening(answers) as port, Web(login=Login("admin", HIDDEN)) as web:
        with pytest.raises(UnreadableError, match=r"cannot be reached: (wrong version number|record layer failure)"):
            await web.get(Server(HOST, port), "/")


@live
async def test_redirects_are_not_followed() -> None:
    canned = Canned(http(302, b"", "Location: /elsewhere"))
    async with canned.plain() as server, Web() as web:
        assert (await web.get(server, "/")).status == 302
    assert len(canned.requests) == 1


@live
async def test_the_environment_is_not_asked_for_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with Canned(http(200)).plain() as server, Web() as web:
        assert (await web.get(server, "/")).good


@live
async def test_cookies_are_kept_in_a_session_only() -> None:
    for session in (True, False):
        canned = Canned(http(200, b"", "Set-Cookie: JSESSIONIDSSO=abc; Path=/; Secure"))
        async with canned.over_tls() as server, Web(pinned(server), session=session) as web:
            for _ in range(2):
                await web.get(server, "/")
        assert (b"JSESSIONIDSSO=abc" in canned.requests[1]) is session


@pytest.mark.parametrize("host", ["", "a b", "a/b", "x@y", "\0", "ü" * 300, "a" * 300, "["])
@live
async def test_a_host_that_is_none_is_unreadable(host: str) -> None:
    async with Web(seconds=20) as web:
        with pytest.raises(UnreadableError):
            await web.get(Server(host, 9, tls=False), "/")


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    with pytest.raises(RefusedError):
        Server("pub", port)


@live
async def test_the_same_client_asks_many_servers_side_by_side() -> None:
    canned = Canned(http(200, b"page"))
    context, _ = tls_of("pub")
    async with listening(canned.serve, context) as port, Web() as web:
        server = Server(HOST, port)
        web.pins = pinned(server)
        answers = await asyncio.gather(*(web.get(server, f"/{number}") for number in range(50)))
    assert [answer.body for answer in answers] == [b"page"] * 50
    assert web.pins != Pins()


@pytest.mark.parametrize(
    ("status", "way"), [(200, "post"), (503, "post"), (500, "post"), (404, "post"), (503, "delete"), (500, "delete")]
)
@live
async def test_what_may_change_something_is_sent_once(status: int, way: str) -> None:
    canned = Canned(http(status, b"", "Retry-After: 0"), http(200))
    async with canned.over_tls() as server, Web(pinned(server), login=Login("a", "b")) as web:
        if way == "post":
            answer = await web.post(server, "/x", b"body", {"Content-Type": "text/plain"})
        else:
            answer = await web.delete(server, "/x?a=b", {"Accept": "application/json"})
    assert answer.status == status
    [request] = canned.requests
    if way == "post":
        assert request.startswith(b"POST /x HTTP/1.1\r\n")
        assert request.endswith(b"\r\n\r\nbody")
    else:
        assert request.startswith(b"DELETE /x?a=b HTTP/1.1\r\n")
        assert request.endswith(b"\r\n\r\n")


@live
async def test_a_body_whose_answer_breaks_off_is_not_sent_again() -> None:
    canned = Canned(b"", http(200))
    async with canned.over_tls() as server, Web(pinned(server), login=Login("a", "b")) as web:
        with pytest.raises(UnreadableError, match="broke off"):
            await web.post(server, "/x", b"body", {})
    assert len(canned.requests) == 1


@live
async def test_a_login_is_for_the_doors_of_its_account_and_for_no_other() -> None:
    for account in Account:
        login = None if account is Account.NOBODY else Login("admin", HIDDEN, account)
        async with Web(login=login) as web:
            for door in Account:
                if account in {door, Account.NOBODY}:
                    assert web.for_account(door) is web
                    continue
                with pytest.raises(RefusedError) as refused:
                    web.for_account(door)
                assert HIDDEN not in str(refused.value)


@live
async def test_an_answer_says_whether_it_was_asked_in_a_session_and_a_session_can_be_left() -> None:
    canned = Canned(http(200, b"", "Set-Cookie: JSESSIONID=abc; Path=/; Secure"))
    async with canned.over_tls() as server, Web(pinned(server), session=True) as web:
        sessions = [(await web.get(server, "/")).in_session for _ in range(2)]
        web.forget_sessions()
        assert [*sessions, (await web.get(server, "/")).in_session] == [False, True, False]


@live
async def test_a_question_can_say_what_it_wants() -> None:
    canned = Canned(http(200))
    async with canned.plain() as server, Web() as web:
        await web.get(server, "/", headers={"Accept": "application/json"})
    assert canned.heard.lower().count(b"accept:") == 1
    assert b"Accept: application/json\r\n" in canned.heard
