"""A part of 127.0.0.0/8 for one lab, so that labs run side by side; and who is in the way where a port is taken."""

import errno
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from ringtrust.errors import RefusedError

_FIRST, _LAST = 16, 250  # the second number of the addresses: below are those that systems use themselves
_CLAIM: Final = (254, 2222)  # the last number and the port by which a lab marks a /24 as its own
NODES_IN_A_BLOCK: Final = 10
_PHONES_FROM: Final = 11
PHONES_IN_A_BLOCK: Final = 240
PHONES_AT_MOST: Final = 16 * PHONES_IN_A_BLOCK
"""Every phone has an address of its own here; labs in memory have no such limit."""
BACKLOG: Final = 1024
_LISTEN_STATE: Final = "0A"


class Network:
    """So many neighbouring /24 as phones and nodes need, ten nodes in each. Free again after `release`."""

    def __init__(self, prefix: tuple[int, int], claims: list[socket.socket]) -> None:
        self._prefix = prefix
        self._claims = claims

    @classmethod
    def claim(cls, phones: int, ports: Sequence[int] = (), *, nodes: int = 1) -> "Network":
        """The first that is free, and where nobody listens on one of these ports. Raises RefusedError."""
        refuse_too_many(phones)
        _refuse_what_is_everywhere((*ports, _CLAIM[1]))
        blocks = max(1, -(-phones // PHONES_IN_A_BLOCK), -(-nodes // NODES_IN_A_BLOCK))
        for second in range(_FIRST, _LAST):
            for third in range(0, 256 - blocks, blocks):
                claims = _claimed(second, third, blocks)
                if claims:
                    network = cls((second, third), claims)
                    if all(may_listen(network.node(0), port) for port in ports):
                        return network
                    network.release()
        raise RefusedError("No part of 127.0.0.0/8 is free.", advice="Stop a lab: ringtrust lab down --dir DIR.")

    def node(self, place: int) -> str:
        """The address of a node, counted from 0."""
        block, number = divmod(place, NODES_IN_A_BLOCK)
        return self._address(block, number + 1)

    def phone(self, place: int) -> str:
        """The address of a phone, counted from 0."""
        block, number = divmod(place, PHONES_IN_A_BLOCK)
        return self._address(block, _PHONES_FROM + number)

    def _address(self, block: int, last: int) -> str:
        second, third = self._prefix
        return f"127.{second}.{third + block}.{last}"

    def release(self) -> None:
        """Others may have it."""
        for claim in self._claims:
            claim.close()


def refuse_too_many(phones: int) -> None:
    """Raises RefusedError when there are not so many addresses for phones."""
    if phones > PHONES_AT_MOST:
        raise RefusedError(
            f"A lab on the network has at most {PHONES_AT_MOST:,} phones, each at an address of its own; "
            f"{phones:,} were asked for.",
            advice=f"Take fewer: --phones {PHONES_AT_MOST}.",
        )


def _refuse_what_is_everywhere(ports: Sequence[int]) -> None:
    """Raises RefusedError for a port that somebody has on every address, and names who."""
    for port in ports:
        listen(f"127.{_LAST}.{_LAST}.{_CLAIM[0]}", port).close()


def _claimed(second: int, third: int, blocks: int) -> list[socket.socket]:
    """Sockets that mark these blocks; none when one of them is taken."""
    last, port = _CLAIM
    try:
        with ExitStack() as undo:
            claims = [
                undo.enter_context(_listening(f"127.{second}.{third + block}.{last}", port)) for block in range(blocks)
            ]
            undo.pop_all()
            return claims
    except OSError:
        return []


def _listening(address: str, port: int) -> socket.socket:
    # Named as TCP, it hands that on to what it accepts; asyncio then sends an answer in two parts without a pause
    # of 40 ms between them (Nagle's algorithm against delayed acknowledgements).
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((address, port))
        opened.listen(BACKLOG)
    except OSError:
        opened.close()
        raise
    return opened


def listen(address: str, port: int) -> socket.socket:
    """A listening socket. Raises RefusedError, which names the process in the way."""
    try:
        return _listening(address, port)
    except OSError as error:
        raise _refusal(error, address, port) from error


def _refusal(error: OSError, address: str, port: int) -> RefusedError:
    if error.errno == errno.EADDRINUSE:
        who = _owner(address, port) or "another process"
        return RefusedError(
            f"Port {port} of {address} is taken by {who}.", advice="End it, or run the lab on another machine."
        )
    return RefusedError(
        f"Port {port} of {address} cannot be opened: {error.strerror}.",
        advice="Ports below 1024 need the right to bind them; without --real-ports none is needed.",
    )


def bind_datagrams(address: str, port: int) -> socket.socket:
    """A UDP socket. Raises RefusedError."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        opened.bind((address, port))
        opened.setblocking(False)  # noqa: FBT003 - the library has it so
    except OSError as error:
        opened.close()
        raise _refusal(error, address, port) from error
    return opened


def may_listen(address: str, port: int) -> bool:
    """Whether this process may open a port there."""
    try:
        _listening(address, port).close()
    except OSError:
        return False
    return True


def may_take_datagrams(address: str, port: int) -> bool:
    """The same for UDP."""
    try:
        bind_datagrams(address, port).close()
    except RefusedError:
        return False
    return True


def _owner(address: str, port: int) -> str:
    """The process that listens on a port of this address or of every one; empty where the system does not tell."""
    inodes = {inode for where, found, inode in _listeners() if found == port and where in {address, "0.0.0.0", "::"}}  # noqa: S104 - looked for, not opened
    for process in Path("/proc").glob("[0-9]*"):
        if inodes & set(_sockets(process)):
            return f"process {process.name} ({_name(process)})"
    return ""


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "ended"


def _listeners() -> Iterator[tuple[str, int, str]]:
    """The address, the port and the socket of everybody who listens."""
    for table, family in (("/proc/net/tcp", socket.AF_INET), ("/proc/net/tcp6", socket.AF_INET6)):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            if fields[3] == _LISTEN_STATE:
                address, _, port = fields[1].rpartition(":")
                yield _address_of(family, address), int(port, 16), fields[9]


def _address_of(family: int, digits: str) -> str:
    """The kernel writes addresses in words of four bytes, each in the order of the machine."""
    words = [bytes.fromhex(digits[at : at + 8]) for at in range(0, len(digits), 8)]
    packed = b"".join(word[::-1] if sys.byteorder == "little" else word for word in words)
    return socket.inet_ntop(family, packed)


def _sockets(process: Path) -> Iterator[str]:
    try:
        for entry in (process / "fd").iterdir():
            target = str(entry.readlink())
            if target.startswith("socket:["):
                yield target[8:-1]
    except OSError:  # it has ended, or is somebody else's
        return
