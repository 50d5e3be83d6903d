"""HTTP and HTTPS to nodes and phones, thin over httpx: who is asked is pinned, how long and how much is bounded."""

import asyncio
import ssl
from collections.abc import Mapping
from enum import Enum
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Final, Protocol, Self

import httpx
import msgspec

from ringtrust.cluster.doors import Door
from ringtrust.connect.pins import Pins
from ringtrust.connect.tap import Ear
from ringtrust.connect.tls import client_context, reason, silent, unreachable
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust import names

SECONDS: Final = 60.0
ANSWER_BYTES_AT_MOST: Final = 64 * 1024 * 1024
_HIGHEST_PORT: Final = 65_535
# Concurrency is the caller's; connections that nobody uses just now are few.
_LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=5.0)
# An answer is bounded as it comes over the wire; compressed, little could become much.
_PLAIN: Final = {"Accept-Encoding": "identity", "User-Agent": "ringtrust"}
# Whoever hears sessions hears no other header: one may bear a login, or a session.
_TOLD_HEADERS: Final = frozenset(
    {"accept", "allow", "connection", "content-encoding", "content-length", "content-type", "date", "host", "server"}
    | {"soapaction", "transfer-encoding"}
)
_DOORS: Final = (
    ("/axl", Door.AXL),
    ("/realtimeservice", Door.RIS),
    ("/controlcenterservice", Door.CONTROL_CENTER),
    ("/perfmonservice", Door.PERFMON),
)


class Heard(msgspec.Struct, frozen=True):
    """Who hears what is asked and answered, and by which door that is where no path of a web service tells."""

    ear: Ear
    door: Door

    def at(self, path: str) -> str:
        """The door that a path is behind."""
        return next((door for start, door in _DOORS if path.startswith(start)), self.door).value


class LoginRefusedError(UnreadableError):
    """The server does not take the user or the password. Asking again, anywhere, could lock the account."""


class NoRightError(LoginRefusedError):
    """The server takes the password, and does not let this user in here (403): elsewhere he may be let in."""


class Account(Enum):
    """Whose login it is. Either is a stranger at the doors of the other, and three wrong tries lock it."""

    APPLICATION = "application user"
    PLATFORM = "platform administrator"
    NOBODY = "nobody"


class Login(msgspec.Struct, frozen=True):
    """A user of the web services: of AXL and its like, or of the platform. It shows nobody its password."""

    user: str
    password: str
    account: Account = Account.APPLICATION

    def __repr__(self) -> str:
        return f"Login(user={self.user!r})"


class Server(msgspec.Struct, frozen=True):
    """Whom to ask. Raises RefusedError for a port that is none."""

    host: str
    port: int
    tls: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.port <= _HIGHEST_PORT:
            raise RefusedError(f"{self.port} is no port.", advice=f"Ports go from 1 to {_HIGHEST_PORT}.")

    @property
    def text(self) -> str:
        """The server in a sentence."""
        return f"{names.brief(self.host)}:{self.port}"

    def url(self, target: str) -> httpx.URL:
        """A path, with its query, on this server. Raises UnreadableError when the host is no host."""
        try:
            scheme = "https" if self.tls else "http"
            return httpx.URL(scheme=scheme, host=self.host, port=self.port, raw_path=target.encode())
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise UnreadableError(f"{names.quoted(self.host)} is no name or address of a host.") from error


class Answer(msgspec.Struct, frozen=True):
    """What a server answered."""

    status: int
    body: bytes
    in_session: bool = False
    """Whether the question went with the cookie of a session."""

    @property
    def good(self) -> bool:
        """Whether it is what was asked for."""
        return self.status == HTTPStatus.OK

    @property
    def missing(self) -> bool:
        """Whether there is nothing of this name."""
        return self.status == HTTPStatus.NOT_FOUND


class _Stream(Protocol):
    def get_extra_info(self, info: str) -> ssl.SSLObject | None: ...
    async def aclose(self) -> None: ...


class Web:
    """A client for many servers. `seconds` is for a whole answer, on the wall clock.

    Over TLS nothing is sent before the server has shown a certificate that `pins` allow; a login goes over TLS only.
    `session` keeps cookies. `legacy` takes the TLS of old releases. `pins` may be replaced while a plan runs.
    `heard` says who hears what is asked and answered.
    """

    def __init__(
        self,
        pins: Pins = Pins(),  # noqa: B008 - a frozen value
        *,
        login: Login | None = None,
        legacy: bool = False,
        session: bool = False,
        seconds: float = SECONDS,
        heard: Heard | None = None,
    ) -> None:
        self.pins = pins
        self._heard = heard or Heard(Ear(), Door.TLS)
        self._seconds = seconds
        self.account = login.account if login is not None else Account.NOBODY
        self._auth = httpx.BasicAuth(login.user, login.password) if login is not None else None
        self._client = httpx.AsyncClient(
            verify=client_context(legacy=legacy),
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - the whole is bounded in _ask
            limits=_LIMITS,
            headers=_PLAIN,
            cookies=CookieJar(None if session else DefaultCookiePolicy(allowed_domains=())),
        )

    async def get(
        self,
        server: Server,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        bytes_at_most: int = ANSWER_BYTES_AT_MOST,
    ) -> Answer:
        """What a server has at a path. Raises UnreadableError."""
        return await self._ask(self._request("GET", server, target, headers=headers), server, bytes_at_most)

    async def post(self, server: Server, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """What a server answers to a document; sent once, and never again. Raises UnreadableError."""
        request = self._request("POST", server, target, body, headers)
        return await self._ask(request, server, ANSWER_BYTES_AT_MOST)

    async def delete(self, server: Server, target: str, headers: Mapping[str, str]) -> Answer:
        """What a server answers when it is to remove what is at a path; sent once. Raises UnreadableError."""
        return await self._ask(self._request("DELETE", server, target, headers=headers), server, ANSWER_BYTES_AT_MOST)

    def for_account(self, account: Account) -> Self:
        """The same client, for doors of such an account. Raises RefusedError when it has another's password."""
        if self.account not in {account, Account.NOBODY}:
            raise RefusedError(f"The login of the {self.account.value} is not for the {account.value}'s doors.")
        return self

    def forget_sessions(self) -> None:
        """Drops all cookies: the next question to each server is a new login."""
        self._client.cookies.clear()

    def _request(
        self, method: str, server: Server, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> httpx.Request:
        return self._client.build_request(method, server.url(target), content=body or None, headers=headers)

    async def _ask(self, request: httpx.Request, server: Server, bytes_at_most: int) -> Answer:
        door = self._heard.at(request.url.path)
        with self._heard.ear.exchange(door, server.host, lambda: _asked(request)) as heard:
            head, answer = await self._in_time(request, server, bytes_at_most)
            heard.data = head + answer.body
            return answer

    async def _in_time(self, request: httpx.Request, server: Server, bytes_at_most: int) -> tuple[bytes, Answer]:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._answer(request, server, bytes_at_most)
        except TimeoutError:
            raise silent(server.host, server.port, self._seconds) from None
        except (httpx.TransportError, OSError, UnicodeError) as error:
            raise _broken(server, error) from None

    async def _answer(self, request: httpx.Request, server: Server, bytes_at_most: int) -> tuple[bytes, Answer]:
        response = await (self._over_tls(request, server) if server.tls else self._client.send(request, stream=True))
        try:
            if server.tls:
                _check(self.pins, server, response.extensions["network_stream"])
            body = await _body(response, server, bytes_at_most)
            first = f"{response.http_version} {response.status_code} {response.reason_phrase}"
            answer = Answer(response.status_code, body, in_session="cookie" in request.headers)
            return _head(first, response.headers), answer
        finally:
            await response.aclose()

    async def _over_tls(self, request: httpx.Request, server: Server) -> httpx.Response:
        watch = _Watch(self, server)
        request.extensions["trace"] = watch.watch
        try:
            return await self._client.send(request, auth=self._auth, stream=True)
        except BaseException:
            await watch.hang_up()
            raise

    async def close(self) -> None:
        """Hangs up."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class _Watch:
    """Watches a connection come about: between the handshake and the request stands the pin."""

    def __init__(self, web: Web, server: Server) -> None:
        self._web = web
        self._server = server
        self._stream: _Stream | None = None

    async def watch(self, event: str, info: Mapping[str, _Stream]) -> None:
        """Called by httpx. Raises PinError, which ends the request before it is sent."""
        match event:
            case "connection.connect_tcp.complete":
                self._stream = info["return_value"]
            case "connection.start_tls.complete":
                self._stream = info["return_value"]
                _check(self._web.pins, self._server, self._stream)

    async def hang_up(self) -> None:
        """Closes what came about: httpx forgets a connection that is given up during its handshake."""
        if self._stream is not None:
            await self._stream.aclose()


def _asked(request: httpx.Request) -> bytes:
    """What was sent, as far as anybody may hear it."""
    return _head(f"{request.method} {request.url.raw_path.decode(errors='replace')} HTTP/1.1", request.headers) + (
        request.content
    )


def _head(first: str, headers: httpx.Headers) -> bytes:
    """The lines above a body: a header that is not told is there, without its value."""
    told = (f"{name}: {value if name in _TOLD_HEADERS else '***'}" for name, value in headers.items())
    return "\r\n".join((first, *told, "", "")).encode(errors="replace")


def _check(pins: Pins, server: Server, stream: _Stream) -> None:
    """Raises PinError unless the other end of the stream may be there. No certificate is none that is allowed."""
    tls = stream.get_extra_info("ssl_object")
    shown = tls.getpeercert(binary_form=True) if tls is not None else None
    pins.check(server.host, server.port, shown or b"")


async def _body(response: httpx.Response, server: Server, at_most: int) -> bytes:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnreadableError(f"{server.text} sends a compressed answer, which nobody asked for.")
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > at_most:
            raise UnreadableError(f"{server.text} sends more than {at_most:,} bytes, which is no answer to this.")
    return bytes(body)


def _broken(server: Server, error: Exception) -> UnreadableError:
    if isinstance(error, httpx.ProtocolError):
        return UnreadableError(
            f"{server.text} broke off, or answered with something that is no HTTP: {reason(error)}.",
            advice="Check that this is the port you mean, and whether the service has just restarted.",
        )
    return unreachable(server.host, server.port, error)
