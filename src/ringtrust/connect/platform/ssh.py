"""The platform CLI of a node over SSH: keyboard-interactive, a shell with a terminal, a pinned host key (§1.1)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import asyncssh
import msgspec

from ringtrust.connect.platform.dialogue import Answered, Asked, Dialogue, Event, Keys
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.settings import Secret

_WIDTH, _HEIGHT = 4096, 1000  # wide enough that no line wraps, high enough that hardly anything is paged
_CONNECT_SECONDS: Final = 30.0
_CTRL_C: Final = "\x03"
_CHUNK: Final = 65_536
# Old releases speak these and nothing better (interfaces.md §1.1); what is stronger is asked for first.
_KEX: Final = "+diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1"
_CIPHERS: Final = (
    *("aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr", "aes192-ctr", "aes128-ctr"),
    *("aes256-cbc", "aes192-cbc", "aes128-cbc"),
)
_HOST_KEYS: Final = "+ssh-rsa"


class Address(msgspec.Struct, frozen=True):
    """Where a CLI is, and where its host key is pinned."""

    host: str
    port: int
    known_hosts: Path

    @property
    def text(self) -> str:
        """For sentences."""
        return self.host if self.port == 22 else f"{self.host}:{self.port}"  # noqa: PLR2004 - the port of SSH

    def is_pinned(self) -> bool:
        """Whether there is a host key for it. Raises UnreadableError when the known hosts cannot be read."""
        return _has_key(_known(self), self)


class Cli:
    """The CLI of one node. A session is opened when it is needed, and anew when a reading one has dropped.

    `seconds` is how long a command may be silent, in wall time.
    """

    def __init__(self, address: Address, user: str, password: Secret, seconds: float) -> None:
        self._address = address
        self._user = user
        self._password = password
        self._seconds = seconds
        self._session: _Session | None = None
        self._turn = asyncio.Lock()

    async def read(self, command: str) -> str:
        """What a command that changes nothing shows. Raises UnreadableError; a question is answered with Ctrl-C."""
        async with self._turn:
            fresh = self._session is None
            try:
                return await self._run(command, confirm=False, seconds=self._seconds)
            except _DroppedError:
                if fresh:
                    raise
            return await self._run(command, confirm=False, seconds=self._seconds)

    async def act(self, command: str, seconds: float) -> str:
        """What a command that changes something shows. One attempt; its questions are answered with yes.

        Raises UnreadableError when nobody can tell what has become of it.
        """
        async with self._turn:
            await self._opened()
            return await self._run(command, confirm=True, seconds=seconds)

    async def _run(self, command: str, *, confirm: bool, seconds: float) -> str:
        session = await self._opened()
        try:
            return await session.run(command, confirm=confirm, seconds=seconds)
        except (UnreadableError, RefusedError, asyncio.CancelledError):
            await self.close()
            raise

    async def _opened(self) -> "_Session":
        if self._session is None:
            self._session = await _Session.open(self._address, self._user, self._password, self._seconds)
        return self._session

    async def close(self) -> None:
        """Leaves."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


class _DroppedError(UnreadableError):
    """The connection ended while an answer was awaited."""


class _Session:
    def __init__(
        self, address: Address, connection: asyncssh.SSHClientConnection, process: "asyncssh.SSHClientProcess[str]"
    ) -> None:
        self._address = address
        self._connection = connection
        self._process = process
        self._dialogue = Dialogue()

    @classmethod
    async def open(cls, address: Address, user: str, password: Secret, seconds: float) -> "_Session":
        connection = await _connected(address, user, password)
        try:
            process = await connection.create_process(
                term_type="vt100", term_size=(_WIDTH, _HEIGHT), encoding="utf-8", errors="replace"
            )
        except (OSError, asyncssh.Error) as error:
            connection.abort()
            raise UnreadableError(
                f"{address.text} opens no shell: {error}.", advice="Log in by hand and see what it says."
            ) from error
        session = cls(address, connection, process)
        try:
            await session._next_event(seconds)
            await session.run("set cli pagination off", confirm=False, seconds=seconds)
        except BaseException:
            await session.close()
            raise
        return session

    async def run(self, command: str, *, confirm: bool, seconds: float) -> str:
        self._process.stdin.write(self._dialogue.say(command))
        while True:
            match await self._next_event(seconds):
                case Answered(text=text):
                    return text
                case Keys(text=text):
                    self._process.stdin.write(text)
                case Asked(question=question) if confirm:
                    self._process.stdin.write(self._dialogue.answer(question.yes))
                case Asked(question=question):
                    self._process.stdin.write(_CTRL_C)
                    raise UnreadableError(
                        f"{self._address.text} asks {question.text!r} at {command!r}, and nobody said that it may.",
                        advice="Nothing was answered. Type it by hand to see what it is about.",
                    )

    async def _next_event(self, seconds: float) -> Event:
        while True:
            shown = await self._shown(seconds)
            event = self._dialogue.feed(shown)
            if event is not None:
                return event

    async def _shown(self, seconds: float) -> str:
        try:
            async with asyncio.timeout(seconds):
                shown = await self._process.stdout.read(_CHUNK)
        except TimeoutError as error:
            raise UnreadableError(
                f"The CLI of {self._address.text} has been silent for {seconds:g} seconds.",
                advice="Log in by hand and see whether it answers; `seconds` in ringtrust.toml gives it more time.",
            ) from error
        except (OSError, asyncssh.Error) as error:
            raise self._dropped() from error
        if not shown:
            raise self._dropped()
        return shown

    def _dropped(self) -> _DroppedError:
        return _DroppedError(
            f"The connection to the CLI of {self._address.text} has ended.", advice="Check the node and the network."
        )

    async def close(self) -> None:
        self._process.close()
        self._connection.abort()
        await self._connection.wait_closed()


async def _connected(address: Address, user: str, password: Secret) -> asyncssh.SSHClientConnection:
    known = pinned(address)
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            return await asyncssh.connect(
                address.host,
                address.port,
                username=user,
                password=password.reveal(),
                known_hosts=known,
                client_keys=None,
                agent_path=None,
                config=None,
                preferred_auth="keyboard-interactive,password",
                kex_algs=_KEX,
                encryption_algs=_CIPHERS,
                server_host_key_algs=_HOST_KEYS,
            )
    except asyncssh.HostKeyNotVerifiable as error:
        raise _changed(address) from error
    except asyncssh.PermissionDenied as error:
        raise UnreadableError(
            f"{address.text} refuses the password of {user}.",
            advice="Check it before you try again: three wrong ones lock the account for five minutes.",
        ) from error
    except TimeoutError as error:
        raise UnreadableError(
            f"{address.text} does not answer.", advice="Check that the node is up and SSH allowed."
        ) from error
    except (OSError, asyncssh.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableError(
            f"{address.text} cannot be reached over SSH: {reason}.", advice="Check that the node is up and SSH allowed."
        ) from error


def pinned(address: Address) -> asyncssh.SSHKnownHosts:
    """The pinned host keys. Raises UnreadableError when there is none for this node."""
    known = _known(address)
    if not _has_key(known, address):
        raise UnreadableError(
            f"The host key of {address.text} is unknown: {address.known_hosts} has none.",
            advice="Compare its fingerprint with the node's console, then pin it: add --pin to `ringtrust scan`.",
        )
    return known


def _known(address: Address) -> asyncssh.SSHKnownHosts:
    try:
        return asyncssh.read_known_hosts(str(address.known_hosts))
    except FileNotFoundError:
        return asyncssh.import_known_hosts("")
    except (OSError, ValueError) as error:
        raise UnreadableError(
            f"{address.known_hosts} cannot be read: {error}.", advice="It has the form of OpenSSH's known_hosts."
        ) from error


def _has_key(known: asyncssh.SSHKnownHosts, address: Address) -> bool:
    keys, *_ = known.match(address.host, address.host, address.port)
    return bool(keys)


def _changed(address: Address) -> UnreadableError:
    return UnreadableError(
        f"{address.text} shows another host key than the one that is pinned in {address.known_hosts}.",
        advice="Somebody may sit in between. Only if you know why it changed, take the line out and pin it anew.",
    )


@asynccontextmanager
async def cli(address: Address, user: str, password: Secret, seconds: float) -> AsyncIterator[Cli]:
    """A CLI that is left in the end, however that comes."""
    made = Cli(address, user, password, seconds)
    try:
        yield made
    finally:
        await made.close()


async def pin(address: Address) -> str:
    """Adds the host key that a node shows now to the known hosts; gives its fingerprint. Raises UnreadableError."""
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            key = await asyncssh.get_server_host_key(
                address.host, address.port, config=None, kex_algs=_KEX, server_host_key_algs=_HOST_KEYS
            )
    except (OSError, TimeoutError, asyncssh.Error) as error:
        raise UnreadableError(
            f"{address.text} shows no host key: {error}.", advice="Check that the node is up and SSH allowed."
        ) from error
    if key is None:
        raise UnreadableError(f"{address.text} shows no host key.", advice="Check that it speaks SSH.")
    host = address.host if address.port == 22 else f"[{address.host}]:{address.port}"  # noqa: PLR2004 - the port of SSH
    with address.known_hosts.open("a") as file:
        file.write(f"{host} {key.export_public_key().decode().strip()}\n")
    return key.get_fingerprint()
