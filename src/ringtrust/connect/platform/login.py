"""The way in to a node: the pinned host key first, then the password, once, then a shell with a terminal (§1.1)."""

import asyncio
from collections.abc import Sequence
from typing import Final

import asyncssh

from ringtrust.connect.platform.host_keys import (
    CIPHERS,
    CONNECT_SECONDS,
    HOST_KEYS,
    KEX,
    UP,
    Address,
    NotReachedError,
    allow_old_ways,
    changed,
    pinned,
    reason_of,
    shown_now,
)
from ringtrust.settings import Secret

_WIDTH, _HEIGHT = 4096, 1000  # wide enough that no line wraps, high enough that hardly anything is paged


class PasswordRefusedError(NotReachedError):
    """The node does not take the user or the password."""


_CHECK_IT: Final = "Check it before you try again: three wrong ones lock the account for five minutes."


def password_refused(address: Address, user: str) -> PasswordRefusedError:
    """The error, with what to do."""
    return PasswordRefusedError(f"{address.text} refuses the password of {user}.", advice=_CHECK_IT)


def _nobody_came_in(address: Address, user: str, error: Exception) -> PasswordRefusedError:
    """A node that hangs up, or says nothing, when it has the password may have counted a wrong one."""
    return PasswordRefusedError(
        f"{address.text} was given the password of {user} and let nobody in: {reason_of(error)}.", advice=_CHECK_IT
    )


async def hang_up(connection: asyncssh.SSHClientConnection) -> None:
    """Ends a connection, and waits until it has."""
    connection.abort()
    await connection.wait_closed()


class Client(asyncssh.SSHClient):
    """Gives the password once, be it asked for by keyboard-interactive or by `password`: wrong ones are counted."""

    def __init__(self, password: Secret) -> None:
        self._password = password
        self._given = False
        self._taken = False

    @property
    def left_open(self) -> bool:
        """Whether the node has the password, and has not said that it is right."""
        return self._given and not self._taken

    def auth_completed(self) -> None:
        """It is right."""
        self._taken = True

    def kbdint_auth_requested(self) -> str | None:
        """Whether this way is still worth a try."""
        return None if self._given else ""

    def kbdint_challenge_received(
        self, _name: str, _instructions: str, _lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """One question without an echo is the one for the password; a notice has no questions."""
        if not prompts:
            return []
        return None if self._given or len(prompts) > 1 or prompts[0][1] else [self._give()]

    def password_auth_requested(self) -> str | None:
        """The other way."""
        return None if self._given else self._give()

    def _give(self) -> str:
        self._given = True
        return self._password.reveal()


async def shell(address: Address, connection: asyncssh.SSHClientConnection) -> "asyncssh.SSHClientProcess[str]":
    """A shell with a terminal. Raises UnreadableError."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await connection.create_process(
                term_type="vt100", term_size=(_WIDTH, _HEIGHT), encoding="utf-8", errors="replace"
            )
    except (OSError, asyncssh.Error) as error:
        raise NotReachedError(
            f"{address.text} opens no shell: {reason_of(error)}.", advice="Log in by hand and see what it says."
        ) from error


async def connected(address: Address, user: str, client: Client) -> asyncssh.SSHClientConnection:
    """A connection to a node whose host key is pinned. Raises UnreadableError.

    Raises PasswordRefusedError for a password that was sent, unless the node has said that it is right: whoever comes
    again with it might lock the account.
    """
    known = await pinned(address)
    allow_old_ways()
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            connection, _ = await asyncssh.create_connection(
                lambda: client, address.host, address.port, options=_options(user, known)
            )
            return connection
    except asyncssh.HostKeyNotVerifiable as error:
        raise changed(address, await shown_now(address)) from error
    except asyncssh.PermissionDenied as error:
        raise password_refused(address, user) from error
    except (OSError, UnicodeError, asyncssh.Error) as error:
        if client.left_open:
            raise _nobody_came_in(address, user, error) from error
        raise NotReachedError(f"{address.text} cannot be reached over SSH: {reason_of(error)}.", advice=UP) from error


def _options(user: str, known: asyncssh.SSHKnownHosts) -> asyncssh.SSHClientConnectionOptions:
    """Nothing of the person who runs this: no keys, no agent, no settings, no authorities."""
    return asyncssh.SSHClientConnectionOptions(
        username=user,
        known_hosts=known,
        x509_trusted_certs=None,
        client_keys=None,
        agent_path=None,
        config=None,
        preferred_auth="keyboard-interactive,password",
        kex_algs=KEX,
        encryption_algs=CIPHERS,
        server_host_key_algs=HOST_KEYS,
    )
