"""Syslog over UDP: every line of a node, sent from its own address to one receiver (RFC 3164, interfaces.md §7.2)."""

import contextlib
import socket


class Sender:
    """Sends what a node writes; nobody hears whether it arrives, as ever with syslog."""

    def __init__(self, address: str, receiver: tuple[str, int]) -> None:
        self._receiver = receiver
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(0)
        try:
            self._socket.bind((address, 0))
        except OSError:
            self._socket.close()
            raise

    def send(self, datagram: bytes) -> None:
        """One line. A receiver that is not there, or does not read, loses it."""
        with contextlib.suppress(OSError):
            self._socket.sendto(datagram, self._receiver)

    def close(self) -> None:
        """Sends no more."""
        self._socket.close()
