"""The platform CLI of a node over SSH: keyboard-interactive, a shell with a terminal, and nothing else (§1.1)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import asyncssh

from ringtrust.lab.platform.shell import Shell
from ringtrust.lab.platform.terminal import Terminal
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.logins import READ_LEVEL
from ringtrust.lab.state.node import Node
from ringtrust.lab.wire.network import listen

PORT: Final = 2222
REAL_PORT: Final = 22
_HOST_KEY_BITS: Final = 2048
_USERAUTH: Final = b"ssh-userauth"
_TOGETHER_AT_MOST: Final = 16_384

_Challenge = tuple[str, str, str, Sequence[tuple[str, bool]]]
_TermSize = tuple[int, int, int, int]


class Login(asyncssh.SSHServer):
    """One connection: who may come in."""

    def __init__(self, server: "CliServer") -> None:
        self._server = server
        self._connection: asyncssh.SSHServerConnection | None = None
        self._user = ""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Somebody is there."""
        self._server.here.add(conn)
        self._connection = conn

    def connection_lost(self, exc: Exception | None) -> None:
        """They have gone."""
        if self._connection is not None:
            self._server.here.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        """Nobody comes in without a password."""
        self._user = username
        return True

    def _expect_the_service_again(self) -> None:
        """The sshd of a node lets a client ask for ssh-userauth before every try, as paramiko does."""
        if self._connection is not None:
            self._connection._next_service = _USERAUTH  # noqa: SLF001 - asyncssh takes one request, and has no setting

    def public_key_auth_supported(self) -> bool:
        """The platform CLI knows no keys."""
        return False

    def password_auth_supported(self) -> bool:
        """Plain `password` is refused (interfaces.md §1.1)."""
        return False

    def kbdint_auth_supported(self) -> bool:
        """The one way in: asked for whenever somebody tries any."""
        self._expect_the_service_again()
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> _Challenge:
        """One question."""
        return "", "", "en-US", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        """Whether the user and the answer are right, and the account is not locked."""
        given = responses[0] if responses else ""
        return self._server.node.logins.admits(username, given, self._server.cluster.time.now())

    def session_requested(self) -> "CliSession":
        """A session for the shell."""
        account = self._server.node.logins.account(self._user)
        return CliSession(self._server, account.level if account is not None else READ_LEVEL, self._user)


class CliSession(asyncssh.SSHServerSession[str]):
    """One channel: a shell when it has a terminal; commands over `exec` and subsystems are refused."""

    def __init__(self, server: "CliServer", level: int, user: str) -> None:
        self._server = server
        self._user = user
        self._level = level
        self._channel: asyncssh.SSHServerChannel[str] | None = None
        self._has_terminal = False
        self._rows = 0
        self._terminal: Terminal | None = None
        self._running: asyncio.Task[None] | None = None
        self._shown: list[str] = []
        self._size = 0

    def connection_made(self, chan: "asyncssh.SSHServerChannel[str]") -> None:
        """The channel is there."""
        self._channel = chan

    def pty_requested(self, term_type: str, term_size: _TermSize, term_modes: Mapping[int, int]) -> bool:
        """A terminal: its height is where the pager stops."""
        self._has_terminal = True
        self._rows = term_size[1]
        return True

    def shell_requested(self) -> bool:
        """Only with a terminal."""
        return self._has_terminal

    def session_started(self) -> None:
        """The shell begins."""
        self._terminal = Terminal(self._write, self._rows)
        self._running = asyncio.get_running_loop().create_task(self._run(self._terminal))

    async def _run(self, terminal: Terminal) -> None:
        try:
            server = self._server
            await Shell(terminal, server.cluster, server.node, self._level, self._user).run()
        finally:
            self._flush()
            if self._channel is not None:
                self._channel.exit(0)

    def _write(self, text: str) -> None:
        """What is shown in one turn of the event loop travels together, as from a real terminal."""
        if not self._shown:
            asyncio.get_running_loop().call_soon(self._flush)
        self._shown.append(text)
        self._size += len(text)
        if self._size >= _TOGETHER_AT_MOST:
            self._flush()

    def _flush(self) -> None:
        shown, self._shown, self._size = "".join(self._shown), [], 0
        if self._server.cut_off():
            return
        if shown and self._channel is not None and not self._channel.is_closing():
            self._channel.write(shown)

    def data_received(self, data: str, datatype: asyncssh.DataType) -> None:
        """Somebody types."""
        if self._terminal is not None:
            self._terminal.feed(data)

    def pause_writing(self) -> None:
        """They do not read: the shell waits."""
        if self._terminal is not None:
            self._terminal.pause()

    def resume_writing(self) -> None:
        """They read again."""
        if self._terminal is not None:
            self._terminal.resume()

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        """The window has another height."""
        if self._terminal is not None and height:
            self._terminal.rows = height

    def eof_received(self) -> bool:
        """Nothing more will be typed; what was typed ahead is still carried out."""
        if self._terminal is not None:
            self._terminal.end()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """They have gone: whatever runs in the shell is interrupted."""
        self._channel = None
        if self._terminal is not None:
            self._terminal.hang_up()


class CliServer:
    """The CLI of one node, at one port or two, for the accounts of that node.

    Everybody is cut off, once, before anything more is shown when it is so that `cuts_when`: a network that fails in
    the middle of a command.
    """

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self.cluster = cluster
        self.node = node
        self.here: set[asyncssh.SSHServerConnection] = set()
        self.cuts_when: Callable[[], bool] | None = None
        self._key = asyncssh.generate_private_key("ssh-rsa", key_size=_HOST_KEY_BITS)
        self._acceptors: dict[int, asyncssh.SSHAcceptor] = {}
        self._ports: tuple[int, ...] = ()
        self._shut: list[asyncssh.SSHAcceptor] = []
        self._opening: set[asyncio.Task[None]] = set()

    async def open(self, port: int) -> None:
        """Listens at the node's address. Raises RefusedError when the port is taken."""
        acceptor = await asyncssh.listen(
            sock=listen(self.node.address, port),
            server_factory=lambda: Login(self),
            server_host_keys=[self._key],
            line_editor=False,
            errors="replace",
            allow_scp=False,
            agent_forwarding=False,
            x11_forwarding=False,
        )
        self._acceptors[port] = acceptor

    @property
    def host_key(self) -> str:
        """The public host key, as a line of known_hosts has it."""
        return self._key.export_public_key().decode().strip()

    def cut_off(self) -> bool:
        """Cuts everybody off if it is time to; whether it was."""
        if self.cuts_when is None or not self.cuts_when():
            return False
        self.cuts_when = None
        self._send_away()
        return True

    def _send_away(self) -> None:
        for connection in tuple(self.here):
            connection.abort()

    def shut(self) -> None:
        """Sends everybody away; `open_again` opens the same ports."""
        acceptors, self._acceptors = self._acceptors, {}
        self._shut += acceptors.values()
        self._ports = tuple(acceptors) or self._ports
        for acceptor in acceptors.values():
            acceptor.close()
        self._send_away()

    def open_again(self) -> None:
        """Listens where it did before, from one of the next turns of the event loop on."""
        for port in self._ports:
            task = asyncio.get_running_loop().create_task(self.open(port))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def close(self) -> None:
        """Sends everybody away, until it is opened again."""
        for task in tuple(self._opening):
            task.cancel()
        self.shut()
        shut, self._shut = self._shut, []
        for acceptor in shut:
            await acceptor.wait_closed()
