"""What is seen from outside: registrations, files, TLS ports, TVS, and the pages of phones."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from ringtrust.cluster.facts import Fact
from ringtrust.trust.header import SignerId


class DeviceSeen(msgspec.Struct, frozen=True):
    """What RISPort70 says of a device: `status` is Registered, UnRegistered, Rejected, PartiallyRegistered or Unknown.

    `node` is the one that says so, `model` its number in the type tables, `load` the firmware that runs. `when` is the
    TimeStamp: since when its status is what it is, in Unix seconds by the clock of that node; 0 where nobody tells.
    """

    name: str
    status: str
    node: str
    address: str
    model: str
    load: str
    when: int = 0

    @property
    def registered(self) -> bool:
        """Whether it is registered."""
        return self.status == "Registered"


class NotThere(msgspec.Struct, frozen=True):
    """The file server answered, and has no such file."""

    name: str


class Vouches(msgspec.Struct, frozen=True):
    """TVS knows the certificate: itself in DER, its role codes, and for how many seconds a phone may remember that.

    `shown` is the certificate (DER) of the TVS server; whoever asks compares it with the role 21 records of a list.
    """

    shown: bytes
    certificate: bytes
    roles: tuple[int, ...]
    ttl: int


class DoesNotVouch(msgspec.Struct, frozen=True):
    """TVS answered that it does not know the certificate. `shown` as in Vouches."""

    shown: bytes


class PhonePage(msgspec.Struct, frozen=True):
    """What the web page of a phone tells.

    `itl_hash` is the hash of the ITL that it holds, upper-case hexadecimal: 40 digits are SHA-1, 32 MD5, by model;
    empty when the phone says that none is installed. `ctl` is the same of the CTL, `tftp` the servers in their order.
    """

    itl_hash: str
    ctl: Fact[str]
    tftp: tuple[str, ...]


class Ris(Protocol):
    """Who is registered where (interfaces.md §5)."""

    async def registrations(self, names: Sequence[str]) -> tuple[DeviceSeen, ...]:
        """What is known of these devices; one that no node has seen is not in the answer. Raises UnreadableError."""


class FileServer(Protocol):
    """Cisco Tftp: over HTTP, HTTPS or TFTP (trust-formats.md §1.8, interfaces.md §8.1)."""

    async def fetch(self, node_address: str, name: str) -> bytes | NotThere:
        """The file of this name. Raises UnreadableError."""


class TlsProbe(Protocol):
    """What TLS ports show."""

    async def shown(self, host: str, port: int) -> bytes:
        """The certificate (DER) that a port shows. Raises UnreadableError."""


class TvsDesk(Protocol):
    """TVS, asked as a phone asks (trust-formats.md §4)."""

    async def vouches(self, host: str, port: int, signer: SignerId) -> Vouches | DoesNotVouch:
        """Whether the server knows the certificate of a signer. Raises UnreadableError."""


class PhonePages(Protocol):
    """The web pages of phones (interfaces.md §8.2)."""

    async def read(self, address: str, port: int) -> PhonePage:
        """What a phone tells about its lists. Raises UnreadableError."""
