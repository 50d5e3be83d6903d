"""What `ringtrust cert` wants of a node, over whichever interface is there. The platform CLI has all of it."""

from typing import Protocol

from ringtrust.cluster.release import Release
from ringtrust.connect.platform.acts import Accepted, NotAccepted
from ringtrust.connect.platform.certificates import DecodedText, Listed
from ringtrust.observe.eyes import Eyes, Site


class CertActs(Protocol):
    """The certificates of one node. Looks raise UnreadableError, and RefusedError for what the release does not have.

    Acts are one attempt each. NotAccepted says that the node does not call it done; UnreadableError, that nobody can
    tell; RefusedError, that nothing was sent.
    """

    async def own_listing(self) -> tuple[Listed, ...]:
        """The identity certificates."""

    async def trust_listing(self) -> tuple[Listed, ...]:
        """The trust stores."""

    async def own_certificate(self, unit: str) -> str:
        """An identity certificate as PEM."""

    async def trust_certificate(self, path: str) -> DecodedText:
        """A certificate of a trust store, by STORE/FILE."""

    async def csr_listing(self) -> tuple[Listed, ...]:
        """The requests that wait for a certificate."""

    async def csr(self, unit: str) -> str:
        """The request of a unit that waits, as PEM."""

    async def regenerate(self, unit: str, *, for_client: bool = False) -> Accepted | NotAccepted:
        """Makes a new self-signed certificate."""

    async def delete(self, unit: str, file: str) -> Accepted | NotAccepted:
        """Deletes a file from the trust store of a unit."""

    async def import_own(self, unit: str, pem: str, *, for_client: bool = False) -> Accepted | NotAccepted:
        """Puts a certificate that a CA has signed in the place of an identity."""

    async def import_trust(self, unit: str, pem: str) -> Accepted | NotAccepted:
        """Puts a certificate into the trust store of a unit."""

    async def new_csr(self, unit: str, *, organizational_unit: bool = False) -> Accepted | NotAccepted:
        """Makes a new request."""


def acts_on(eyes: Eyes, site: Site, release: Release) -> CertActs:
    """How the certificates of a node are reached."""
    return eyes.wire.cli(site.address).on(release)
