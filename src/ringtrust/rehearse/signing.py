"""The signed files of tens of thousands of phones, made on all processors at once, as soon as one is asked for.

A TFTP node signs the file of every phone anew when its CallManager certificate has changed, with a real key: it is the
largest part of a rehearsal, and the only one that several processes can share.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final

from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.files import configuration_body, signed_name
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.signed_files import Made
from ringtrust.trust.signed import build_signed
from ringtrust.trust.signing import SigningKey

_AT_LEAST: Final = 4_000
"""Fewer files are signed sooner than another process is there."""

Unsigned = tuple[str, bytes]
"""The name of a file, and what stands in it."""


def sign_ahead(cluster: Cluster, phones: Sequence[Phone], at_least: int = _AT_LEAST) -> None:
    """Lets every TFTP node sign together what the phones that ask it first will ask for."""
    for node in cluster.tftp_order:
        devices = [phone.traits.device for phone in phones if phone.traits.tftp[0] == node.address]
        if len(devices) >= at_least:
            node.signed_files.ahead = partial(_signed, cluster, node, devices)


def _signed(cluster: Cluster, node: Node, devices: Sequence[str], key: SigningKey, now: int) -> Iterator[Made]:
    bodies = ((device, configuration_body(cluster, node, device)) for device in devices)
    files = [(signed_name(device), body) for device, body in bodies if body is not None]
    headers = signed_side_by_side(files, key, now, os.cpu_count() or 1)
    return ((name, body, header) for (name, body), header in zip(files, headers, strict=True))


def signed_side_by_side(files: Sequence[Unsigned], key: SigningKey, now: int, processes: int) -> list[bytes]:
    """The headers of these files, in their order. This process does its share; the key goes to no disk and no pipe."""
    share = -(-len(files) // processes) if files else 1
    parts = [files[begin : begin + share] for begin in range(0, len(files), share)] or [[]]
    copies = [(part, _Copy(part, key, now)) for part in parts[1:]]
    headers = _headers(parts[0], key, now)
    for part, copy in copies:
        headers += copy.headers() or _headers(part, key, now)
    return headers


class _Copy:
    """A copy of this process, which has the key, and signs a part."""

    def __init__(self, part: Sequence[Unsigned], key: SigningKey, now: int) -> None:
        context = get_context("fork")
        self._receive, send = context.Pipe(duplex=False)
        self._process = context.Process(target=_send, args=(send, part, key, now), daemon=True)
        self._process.start()
        send.close()

    def headers(self) -> list[bytes] | None:
        """What it has made; None where it has died."""
        try:
            found: list[bytes] = self._receive.recv()
        except EOFError:
            return None
        finally:
            self._receive.close()
            self._process.join()
        return found


def _send(send: Connection, part: Sequence[Unsigned], key: SigningKey, now: int) -> None:
    send.send(_headers(part, key, now))
    send.close()


def _headers(part: Iterable[Unsigned], key: SigningKey, now: int) -> list[bytes]:
    return [build_signed(name, body, key, timestamp=now).header.raw for name, body in part]
