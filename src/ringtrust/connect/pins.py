"""Which certificates a server may show. Those of a cluster have no chain to check, so each one is named by its hash.

A change that the running plan did not make itself stops everything (design.md §4.8).
"""

import hashlib
import re
from typing import Final

import msgspec

from ringtrust.errors import FormatError, RefusedError, UnreadableError
from ringtrust.trust import names
from ringtrust.trust.certificates import CertificateFacts

_SEPARATORS: Final = re.compile(r"[\s:]")
_SHA256: Final = re.compile(r"[0-9A-F]{64}\Z")


class ShownCertificate(msgspec.Struct, frozen=True):
    """A certificate that a server showed: enough to find it again. `serial` and `sha256` are upper-case hexadecimal."""

    subject: str
    serial: str
    sha256: str

    @classmethod
    def of(cls, certificate: bytes) -> "ShownCertificate":
        """Of a certificate in DER, be it readable or not."""
        try:
            facts = CertificateFacts.of(certificate)
        except FormatError:
            return cls("unreadable", "unreadable", sha256_of(certificate))
        return cls(names.brief(names.text(facts.subject)), facts.serial.hex().upper(), sha256_of(certificate))


class PinError(UnreadableError):
    """A server showed a certificate that it may not show. Nothing was sent to it."""

    def __init__(self, host: str, port: int, shown: ShownCertificate, *, known: bool) -> None:
        what = "shows a certificate that is not the one pinned" if known else "shows a certificate, and none is pinned"
        super().__init__(
            f"{names.brief(host)}:{port} {what}: {shown.subject}, serial {shown.serial}, SHA-256 {shown.sha256}.",
            advice="Look at the certificate on the server itself. Pin it only if it is the same and somebody you know "
            "put it there; otherwise somebody may sit in between.",
        )
        self.host = host
        self.port = port
        self.shown = shown


class Pin(msgspec.Struct, frozen=True):
    """A certificate that a port may show: the SHA-256 of its DER, as people write it. Raises RefusedError."""

    host: str
    port: int
    sha256: str

    def __post_init__(self) -> None:
        if not _SHA256.match(_plain(self.sha256)):
            raise RefusedError(
                f"{names.quoted(self.sha256)} is no SHA-256.", advice="It has 64 hexadecimal digits, as openssl prints."
            )

    def matches(self, host: str, port: int, sha256: str) -> bool:
        """Whether it allows this certificate there."""
        return self.is_for(host, port) and _plain(self.sha256) == sha256

    def is_for(self, host: str, port: int) -> bool:
        """Whether it is one of this port. Names of hosts are the same in either case."""
        return (self.host.lower(), self.port) == (host.lower(), port)


class Pins(msgspec.Struct, frozen=True):
    """All that is allowed."""

    pins: tuple[Pin, ...] = ()

    def allowing(self, host: str, port: int, sha256: str) -> "Pins":
        """These, and one more. Raises RefusedError when it is no SHA-256."""
        return Pins((*self.pins, Pin(host, port, sha256)))

    def check(self, host: str, port: int, certificate: bytes) -> None:
        """Raises PinError unless the port may show this certificate (DER)."""
        digest = sha256_of(certificate)
        if not any(pin.matches(host, port, digest) for pin in self.pins):
            known = any(pin.is_for(host, port) for pin in self.pins)
            raise PinError(host, port, ShownCertificate.of(certificate), known=known)


def sha256_of(certificate: bytes) -> str:
    """The SHA-256 of a certificate (DER), in upper-case hexadecimal."""
    return hashlib.sha256(certificate).hexdigest().upper()


def _plain(sha256: str) -> str:
    return _SEPARATORS.sub("", sha256).upper()
