"""What `ringtrust cert` wants of a node, over whichever interface is there.

The platform CLI has all of it, and comes first; REST has it from release 14 on, but for deletions and renewals.
"""

from typing import NamedTuple, Protocol

from ringtrust.cli.cert.rest import RestActs
from ringtrust.cluster.doors import Door
from ringtrust.cluster.release import Release
from ringtrust.connect.platform.acts import Accepted, NotAccepted
from ringtrust.connect.platform.certificates import DecodedText, Listed
from ringtrust.connect.rest.desk import FIRST
from ringtrust.errors import RefusedError
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.opening import allow_named, joined


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


class Desks(NamedTuple):
    """How the certificates of a cluster are reached: `doors` are those that may be asked and are there, best first."""

    eyes: Eyes
    version: str
    doors: tuple[Door, ...]

    @property
    def release(self) -> Release:
        """That of the version."""
        return Release.of(self.version)

    async def at(self, site: Site, door: Door | None = None) -> CertActs:
        """The certificates of a node, by the first door or by this one. Raises UnreadableError."""
        wire = self.eyes.wire
        if (door or self.doors[0]) is Door.CLI:
            return wire.cli(site.address).on(self.release)
        if Door.CLI in wire.doors:
            await allow_named(self.eyes, site)
        return RestActs(wire.rest(site.address), site.address)


def doors_for(allowed: frozenset[Door], through: Door | None) -> tuple[Door, ...]:
    """The doors to certificates that may be asked: all that are allowed, or the one that somebody has named.

    Raises RefusedError where that is none.
    """
    wanted = (through,) if through is not None else (Door.CLI, Door.REST)
    found = tuple(door for door in wanted if door in allowed)
    if not found:
        raise RefusedError(
            f"No single certificate can be shown or changed: {' and '.join(door.text for door in wanted)} may not be "
            "asked.",
            advice="Give the entry a platform login, and see its `doors` (docs/clusters.md).",
        )
    return found


async def desks_of(eyes: Eyes, site: Site, doors: tuple[Door, ...]) -> Desks:
    """How certificates are reached where `site` says which release there is. Raises UnreadableError, RefusedError."""
    version = await joined(eyes, site)
    release = Release.of(version)
    there = tuple(door for door in doors if door is Door.CLI or release >= FIRST)
    if not there:
        raise RefusedError(
            f"CUCM {release.name} has no certificate REST interface, and the platform CLI is not to be used.",
            advice=f"REST came with {FIRST.name}. Let ringtrust use the CLI: `doors` in ringtrust.toml, --through.",
        )
    return Desks(eyes, version, there)
