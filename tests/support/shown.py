"""Foreign servers that show a certificate: real TLS on loopback, in a thread of its own, and every hello is counted."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from ringtrust.lab.certificates.pki import Identity
from ringtrust.lab.wire.tls import server_context
from tests.support.store_seeds import Made

HOST: Final = "127.0.0.9"


class Shown:
    """Where it listens, how often somebody has come, and what he has said behind the handshake."""

    def __init__(self, port: int) -> None:
        self.place = f"{HOST}:{port}"
        self.calls = 0
        self.said = b""


@contextmanager
def showing(made: Made) -> Iterator[Shown]:
    """A server with that certificate, until the test is over."""
    context = server_context(Identity(made.der, made.key))
    with socket.create_server((HOST, 0)) as listening:
        shown = Shown(listening.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listening, context, shown))
        thread.start()
        try:
            yield shown
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listening: socket.socket, context: ssl.SSLContext, shown: Shown) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        shown.calls += 1
        with connection, suppress(OSError), context.wrap_socket(connection, server_side=True) as tls:
            shown.said += tls.recv(1)


def closed_port() -> str:
    """A place where nobody listens."""
    with socket.create_server((HOST, 0)) as listening:
        return f"{HOST}:{listening.getsockname()[1]}"
