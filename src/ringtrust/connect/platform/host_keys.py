"""The host keys of nodes: pinned on first use, in OpenSSH's known_hosts, and compared ever after (design.md §4.8)."""

import asyncio
import errno
import os
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import asyncssh
import msgspec

from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust import names

_PORT: Final = 22
CONNECT_SECONDS: Final = 30.0
UP: Final = "Check that the node is up and SSH allowed."
# Old releases speak these and nothing better (interfaces.md §1.1); what is stronger is asked for first.
KEX: Final = "+diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1"
CIPHERS: Final = (
    *("aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr", "aes192-ctr", "aes128-ctr"),
    *("aes256-cbc", "aes192-cbc", "aes128-cbc"),
)
HOST_KEYS: Final = "+ssh-rsa"
# Others mean something in known_hosts: a node that calls itself * would have its key pinned for every host.
_PINNABLE: Final = re.compile(r"[A-Za-z0-9_.:-]{1,255}\Z")


class NotReachedError(UnreadableError):
    """Nobody comes in: whatever else one would ask this node, the answer would be the same."""


class SilentError(UnreadableError):
    """A command was typed, and nothing that could be its answer came."""


class Address(msgspec.Struct, frozen=True):
    """Where a CLI is, and where its host key is pinned."""

    host: str
    port: int
    known_hosts: Path

    @property
    def text(self) -> str:
        """For sentences."""
        return self.host if self.port == _PORT else f"{self.host}:{self.port}"

    def is_pinned(self) -> bool:
        """Whether there is a host key for it. Raises UnreadableError when the known hosts cannot be read."""
        return bool(_keys(_known(self), self))


class ShownKey(msgspec.Struct, frozen=True):
    """The host key that a node has shown: `fingerprint` (SHA-256) is for people, `public` as known_hosts has it."""

    fingerprint: str
    public: str


async def pinned(address: Address) -> asyncssh.SSHKnownHosts:
    """The pinned host keys. Raises UnreadableError when there is none for this node, with the one that it shows."""
    known = _known(address)
    if not _keys(known, address):
        shown = await shown_now(address)
        raise NotReachedError(
            f"The host key of {address.text} is unknown: {address.known_hosts} has none. It shows {shown}.",
            advice="Compare that with what you have known the node by so far (`ssh-keygen -l -F NODE` shows it). When "
            "it is the same, pin it: add --pin to `ringtrust scan`.",
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


def _keys(known: asyncssh.SSHKnownHosts, address: Address) -> Sequence[asyncssh.SSHKey]:
    keys, *_ = known.match(address.host, "", None if address.port == _PORT else address.port)
    return keys


async def shown_now(address: Address) -> str:
    """The fingerprint of the host key that a node shows now, for sentences. Raises UnreadableError."""
    return (await shown_key(address)).fingerprint


async def shown_key(address: Address) -> ShownKey:
    """The host key that a node shows now: to be looked at, and then to be pinned. Raises UnreadableError."""
    key = await _shown_key(address)
    return ShownKey(key.get_fingerprint(), key.export_public_key().decode().strip())


def changed(address: Address, shown: str) -> NotReachedError:
    """The error of a node that shows another key than the one that is pinned."""
    return NotReachedError(
        f"{address.text} shows another host key than the one that is pinned in {address.known_hosts}: {shown}.",
        advice="Somebody may sit in between. Only if you know why it changed, take the line out and pin it anew.",
    )


def pin(address: Address, key: ShownKey) -> None:
    """Adds a host key to the known hosts: the very one that was shown. The node is not asked again.

    Raises UnreadableError when another key is pinned already, and RefusedError when it cannot be written down.
    """
    there = [each.get_fingerprint() for each in _keys(_known(address), address)]
    if not there:
        _write_down(address, key)
    elif key.fingerprint not in there:
        raise changed(address, key.fingerprint)


def allow_old_ways() -> None:
    """Lets old releases agree on a key without a remark of the library on the screen: they know no other way."""
    warnings.filterwarnings("ignore", message="Diffie-Hellman over finite fields")


async def _shown_key(address: Address) -> asyncssh.SSHKey:
    allow_old_ways()
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            key = await asyncssh.get_server_host_key(
                address.host,
                address.port,
                config=None,
                kex_algs=KEX,
                server_host_key_algs=HOST_KEYS,
                options=asyncssh.SSHClientConnectionOptions(
                    config=None, client_keys=None, agent_path=None, encryption_algs=CIPHERS
                ),
            )
    except (OSError, UnicodeError, asyncssh.Error) as error:
        raise NotReachedError(f"{address.text} shows no host key: {reason_of(error)}.", advice=UP) from error
    if key is None:
        raise UnreadableError(f"{address.text} shows no host key.", advice="Check that it speaks SSH.")
    return key


def _write_down(address: Address, key: ShownKey) -> None:
    if not _PINNABLE.match(address.host):
        raise RefusedError(
            f"The host key of {names.quoted(address.host)} cannot be pinned: that is no host.",
            advice="See how the node is called in the server table.",
        )
    host = address.host if address.port == _PORT else f"[{address.host}]:{address.port}"
    line = f"{host} {key.public}\n"
    try:
        before = address.known_hosts.read_bytes() if address.known_hosts.exists() else b""
        with address.known_hosts.open("a", encoding="utf-8") as file:
            file.write(line if before.endswith(b"\n") or not before else f"\n{line}")
    except OSError as error:
        raise RefusedError(
            f"{address.known_hosts} cannot be written: {error.strerror}.", advice="Check your rights in its folder."
        ) from error


def reason_of(error: Exception) -> str:
    """What the system or the other side says, in one line: no hostile text reaches a terminal."""
    if isinstance(error, TimeoutError):
        return "it does not answer"
    if isinstance(error, OSError) and error.errno is not None and error.errno in errno.errorcode:
        return os.strerror(error.errno).lower()  # asyncio puts its own call in the place of what the system says
    return names.brief(error.strerror if isinstance(error, OSError) and error.strerror else str(error))
