"""A platform CLI that says what a test wants it to say, over real SSH, and remembers what it was sent.

    answers = {"show version active": "Active Master Version: 9.1.2.12901-3", "utils service list": silent}
    async with ScriptedCli(answers).listening() as cli: ...

An answer is a text, or a function of the Talk that shows it, asks, waits or hangs up.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import asyncssh

from ringtrust.connect.platform.host_keys import Address
from ringtrust.connect.platform.ssh import Cli
from ringtrust.settings import Secret

HOST, USER = "127.0.0.1", "admin"
PASSWORD = "Zw3lf-Boxkaempfer!"  # noqa: S105 - opens nothing but servers of these tests
BANNER = "Command Line Interface is starting up, please wait ...\n\n   Welcome to the Platform\n\n"
NO_PAGES = "set cli pagination off"
QUESTION = "Proceed with regeneration (yes|no)? "
PAGER = "\x1b[1mPress <enter> for 1 line, <space> for one page, or <q> to quit\x1b[0m\x1b[K"
CTRL_C = "\x03"
OLD: Mapping[str, Any] = {
    "kex_algs": ["diffie-hellman-group14-sha1"],
    "encryption_algs": ["aes256-cbc", "aes128-cbc"],
    "mac_algs": ["hmac-sha1"],
}


class Talk:
    """One person at the terminal."""

    def __init__(self, server: "ScriptedCli", process: "asyncssh.SSHServerProcess[str]") -> None:
        self.server = server
        self._process = process
        self._begun = False

    def show(self, text: str) -> None:
        """Shows a text; line ends become CR LF."""
        self._process.stdout.write(text.replace("\n", "\r\n"))
        self._begun = not (text or "\n").endswith("\n") or (self._begun and not text)

    def prompt(self) -> None:
        """Shows the prompt, at the begin of a line."""
        self.show(f"\n{self.server.prompt}" if self._begun else self.server.prompt)

    async def flood(self, text: str) -> None:
        """Shows it again and again, until nobody is there."""
        while True:
            self.show(text)
            await self._process.stdout.drain()

    async def key(self) -> str:
        """The next key; nothing of it is shown. Raises EOFError when nobody is there."""
        key = await self._process.stdin.read(1)
        if not key:
            raise EOFError
        self.server.typed += key
        return key

    async def line(self) -> str:
        """The next line, echoed when this server does; Ctrl-C ends it too."""
        line = ""
        while (key := await self.key()) not in {"\n", CTRL_C}:
            line += key
        if key == CTRL_C:
            self.server.interrupts += 1
            return CTRL_C
        self.server.lines.append(line)
        self.show(f"{line}\n" if self.server.echo else "")
        return line

    async def asked(self, question: str = QUESTION) -> str:
        """What is answered to a question."""
        self.show(f"\nWARNING: it will be overwritten\n{question}")
        return await self.line()

    def hang_up(self) -> None:
        """The connection is cut."""
        self.server.hang_up()


Answer = str | Callable[[Talk], Awaitable[None]]


async def silent(_talk: Talk) -> None:
    """Never says a word."""
    await asyncio.Event().wait()


async def hangs_up(talk: Talk) -> None:
    """Begins, and is cut off."""
    talk.show("This is how it beg")
    await asyncio.sleep(0)
    talk.hang_up()


class ScriptedCli:
    """The server. `ways` are those in which it takes the password; `algorithms` as asyncssh.listen has them."""

    def __init__(
        self,
        answers: Mapping[str, Answer] | None = None,
        *,
        ways: Sequence[str] = ("keyboard-interactive",),
        keys: Sequence[asyncssh.SSHKey] = (),
        only_ssh_rsa: bool = False,
        **algorithms: Any,
    ) -> None:
        self.answers: dict[str, Answer] = {NO_PAGES: "", **(answers or {})}
        self.ways = ways
        self.echo = True
        self.prompt = "admin:"
        self.greeting: Answer = BANNER
        self.password = PASSWORD
        self.on_password: Callable[[asyncssh.SSHServerConnection, bool], None] = lambda _connection, _right: None
        self.verdict: Callable[[], Awaitable[bool]] | None = None
        self.asking: list[Callable[[asyncssh.SSHServerConnection], None]] = []
        self.prompts: Sequence[tuple[str, bool]] = (("Password: ", False),)
        self.typed = ""
        self.lines: list[str] = []
        self.interrupts = 0
        self.sessions = 0
        self.given: list[str] = []
        self.asked_to_log_in = 0
        self.port = 0
        self.here: set[asyncssh.SSHServerConnection] = set()
        self._algorithms = algorithms
        self._keys = list(keys) or [host_key()]
        self._only_ssh_rsa = only_ssh_rsa

    @property
    def commands(self) -> list[str]:
        """The lines that it was sent, but for the one that begins every session."""
        return [line for line in self.lines if line != NO_PAGES]

    @asynccontextmanager
    async def listening(self, port: int = 0) -> AsyncIterator["ScriptedCli"]:
        """Open on loopback, until the block ends."""
        acceptor = await asyncssh.listen(
            HOST,
            port,
            server_factory=lambda: _Login(self),
            process_factory=self._serve,
            server_host_keys=[self._pair(key) for key in self._keys],
            line_editor=False,
            errors="replace",
            **self._algorithms,
        )
        self.port = acceptor.get_port()
        try:
            yield self
        finally:
            acceptor.close()
            gone = [connection.wait_closed() for connection in self.here]
            self.hang_up()
            await asyncio.gather(*gone)
            await acceptor.wait_closed()

    def _pair(self, key: asyncssh.SSHKey) -> asyncssh.SSHKeyPair:
        pair = asyncssh.load_keypairs(key)[0]
        if self._only_ssh_rsa:
            pair.host_key_algorithms = [b"ssh-rsa"]
        return pair

    async def _serve(self, process: "asyncssh.SSHServerProcess[str]") -> None:
        assert process.get_terminal_type()
        self.sessions += 1
        talk = Talk(self, process)
        try:
            await self._give(talk, self.greeting)
            while True:
                talk.prompt()
                if (line := await talk.line()) != CTRL_C:
                    await self._give(talk, self.answers.get(line, "No valid command entered"))
        except (EOFError, OSError, asyncssh.Error):
            process.close()

    @staticmethod
    async def _give(talk: Talk, answer: Answer) -> None:
        if isinstance(answer, str):
            talk.show(answer)
        else:
            await answer(talk)

    def hang_up(self) -> None:
        """Cuts every connection."""
        for connection in tuple(self.here):
            connection.abort()

    def pin_in(self, folder: Path) -> Address:
        """Where it is, its host keys pinned."""
        lines = (f"[{HOST}]:{self.port} {key.export_public_key().decode().strip()}\n" for key in self._keys)
        (folder / "known_hosts").write_text("".join(lines))
        return self.address(folder)

    def address(self, folder: Path) -> Address:
        """Where it is."""
        return Address(HOST, self.port, folder / "known_hosts")

    @asynccontextmanager
    async def client(self, folder: Path, *, password: str = PASSWORD, seconds: float = 60.0) -> AsyncIterator[Cli]:
        """Our client, to which the host keys are known."""
        async with client_of(self.pin_in(folder), password=password, seconds=seconds) as made:
            yield made


@asynccontextmanager
async def client_of(address: Address, *, password: str = PASSWORD, seconds: float = 60.0) -> AsyncIterator[Cli]:
    """Our client of whatever listens there; it leaves in the end, however that comes."""
    made = Cli(address, USER, Secret(password), seconds)
    try:
        yield made
    finally:
        await made.close()


class _Login(asyncssh.SSHServer):
    def __init__(self, server: ScriptedCli) -> None:
        self._server = server

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._server.here.add(conn)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._server.here.discard(self._connection)

    def begin_auth(self, _username: str) -> bool:
        self._server.asked_to_log_in += 1
        for each in self._server.asking:
            each(self._connection)
        return True

    def password_auth_supported(self) -> bool:
        return "password" in self._server.ways

    async def validate_password(self, username: str, password: str) -> bool:
        right = self._right(username, password)
        return right if self._server.verdict is None else await self._server.verdict()

    def kbdint_auth_supported(self) -> bool:
        return "keyboard-interactive" in self._server.ways

    def get_kbdint_challenge(
        self, _username: str, _lang: str, _submethods: str
    ) -> tuple[str, str, str, Sequence[tuple[str, bool]]]:
        return "", "", "en-US", self._server.prompts

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        return bool(responses) and self._right(username, responses[0])

    def _right(self, username: str, password: str) -> bool:
        self._server.given.append(password)
        right = (username, password) == (USER, self._server.password)
        self._server.on_password(self._connection, right)
        return right


@lru_cache
def host_key(name: str = "pub", kind: str = "ssh-rsa") -> asyncssh.SSHKey:
    """A host key, the same for the same name."""
    return asyncssh.generate_private_key(kind, **({"key_size": 2048} if kind == "ssh-rsa" else {}))
