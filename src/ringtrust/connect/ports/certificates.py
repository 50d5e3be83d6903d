"""Certificate management over REST, from release 14 on (interfaces.md §2)."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

import msgspec

from ringtrust.errors import RefusedError


class NodeRefusedError(RefusedError):
    """The node understood what it was sent, and will not do it: nothing has changed."""


class Distribution(Enum):
    """For which nodes a CSR is made. The spelling of the second is in no source [U]."""

    THIS_SERVER = "this-server"
    MULTI_SERVER = "multi-server"


class HeldIdentity(msgspec.Struct, frozen=True):
    """A unit of a node, in PEM. `certificate` is empty where it has none, `csr` where none is pending."""

    unit: str
    certificate: str
    csr: str


class HeldTrust(msgspec.Struct, frozen=True):
    """A certificate (PEM) of a store, such as tomcat-trust, and the name of its file."""

    store: str
    file_name: str
    certificate: str


class Holdings(msgspec.Struct, frozen=True):
    """Everything that a node has. `server` is how it calls itself."""

    server: str
    identities: tuple[HeldIdentity, ...]
    trusts: tuple[HeldTrust, ...]


class CsrRequest(msgspec.Struct, frozen=True):
    """What a CSR is to say. A new one takes the place of the one that is pending."""

    unit: str
    common_name: str
    alt_names: tuple[str, ...] = ()
    distribution: Distribution = Distribution.THIS_SERVER
    key_type: str = "rsa"
    key_length: int = 2048
    hash_algorithm: str = "sha256"


class CertificateDesk(Protocol):
    """The certificates of nodes, each asked itself.

    An act is sent once. It raises NodeRefusedError when the node refused it, RefusedError when nothing was sent, and
    UnreadableError when it is not known whether it happened: look then which certificate is there.
    """

    async def holdings(self, address: str) -> Holdings:
        """All that a node has. Raises UnreadableError."""

    async def new_csr(self, address: str, request: CsrRequest) -> str:
        """Makes a CSR, and gives it in PEM."""

    async def import_identity(self, address: str, unit: str, chain: Sequence[str]) -> None:
        """Puts a signed certificate in place: PEM, the unit's own first. Its CSR has to be the one that is pending."""

    async def import_trust(
        self, address: str, units: Sequence[str], certificates: Sequence[str], description: str
    ) -> None:
        """Puts certificates (PEM) into the stores of these units."""

    async def delete(self, address: str, store: str, file_name: str) -> None:
        """Takes a certificate out of a store. Refused unless the desk may do what no source shows (§11)."""

    async def regenerate(self, address: str, unit: str) -> None:
        """Makes a new self-signed certificate. Refused unless the desk may do what no source shows (§11)."""
