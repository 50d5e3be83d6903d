"""A node: its file system, its replica of the database, its services, and what these have loaded."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from ringtrust.lab.certificates.pki import Identity
from ringtrust.lab.certificates.text import file_name
from ringtrust.lab.releases import Release, Unit
from ringtrust.lab.state.database import Replica
from ringtrust.lab.state.logbook import Logbook
from ringtrust.lab.state.logins import Logins
from ringtrust.lab.state.members import Directory
from ringtrust.lab.state.platform import Platform
from ringtrust.lab.state.services import Services
from ringtrust.lab.state.signed_files import EncryptedFiles, SignedFiles
from ringtrust.lab.state.syslog import Syslog
from ringtrust.lab.topology import NodePlan
from ringtrust.trust.lists import TrustList

if TYPE_CHECKING:
    from ringtrust.lab.state.signing_requests import Pending


_NON_SECURE: Final = 1


class TftpImage(msgspec.Struct, frozen=True, eq=False):
    """What Cisco Tftp of a node serves: its list, when it was built, and the CallManager identity that signs files.

    `withdrawn`: somebody has deleted the list, and it is not served until it is built again.
    """

    itl: TrustList
    built: datetime
    callmanager: Identity
    withdrawn: bool = False


class Node:
    """One server of the cluster.

    `identities` are its own; `shared` those that the publisher has made for all nodes, ITLRecovery from 12.5;
    `requests` the signing requests that wait for their certificates, one a unit; `counted` how often what was done.
    `loaded` is what its services had on disk when they started, `loaded_trust` the trust stores of then; `trusted`
    hears of every certificate that comes into a store. While it restarts it is `down`: `went_down` and `came_up` hear
    of that. `ctl` is the CTL that it serves, where it has one; `mixed` is whether its Cisco Tftp has read, when it
    started, that the cluster is in mixed mode.
    """

    def __init__(
        self, plan: NodePlan, release: Release, address: str, domain: str, replica: Replica, services: Services
    ) -> None:
        self.name = plan.name
        self.release = release
        self.publisher = plan.role == "publisher"
        self.address = address
        self.fqdn = f"{plan.name}.{domain}"
        self.replica = replica
        self.services = services
        self.identities: dict[str, Identity] = {}
        self.shared: dict[str, Identity] = {}
        self.trusts: dict[str, dict[str, bytes]] = {}
        self.requests: dict[str, Pending] = {}
        self.loaded: dict[str, Identity] = {}
        self.loaded_trust: dict[str, dict[str, bytes]] = {}
        self.trusted: list[Callable[[str, bytes], None]] = []
        self.tftp: TftpImage | None = None
        self.ctl: TrustList | None = None
        self.mixed = False
        self.directory = Directory(replica)
        self.signed_files = SignedFiles()
        self.encrypted_files = EncryptedFiles()
        self.counted: Counter[str] = Counter()
        self.syslog = Syslog(self.name, self.fqdn)
        self.logbook = Logbook(self.syslog.lines, services.founded)
        self.platform = Platform()
        self.logins = Logins(self.platform)
        self.booted = services.founded
        self.down = False
        self.went_down: list[Callable[[], None]] = []
        self.came_up: list[Callable[[], None]] = []

    def owns(self, unit: Unit) -> bool:
        """Whether the node has an identity certificate of this unit."""
        return self.publisher or unit.owners == "every node"

    def units(self) -> Iterator[Unit]:
        """The units that it has identity certificates of, in the order of `show cert list own`."""
        return (unit for unit in self.release.units if self.owns(unit))

    def key_pair(self, unit: str) -> Identity:
        """The identity that it signs with, its own or a shared one. Raises KeyError."""
        return self.identities[unit] if unit in self.identities else self.shared[unit]

    def certificates(self) -> Iterator[tuple[str, bytes]]:
        """The certificate of every identity that it can use, with its unit."""
        yield from ((unit, identity.certificate) for unit, identity in (self.identities | self.shared).items())

    def trust(self, store: str, certificate: bytes) -> str:
        """Puts a certificate into a store, in the place of an older one with the same CN (217138). Gives its file."""
        name = file_name(certificate)
        self.trusts.setdefault(store, {})[name] = certificate
        for heard in self.trusted:
            heard(store, certificate)
        return name

    def callers(self) -> dict[bytes, None]:
        """Whose phones Cisco CallManager lets in over TLS: the issuers that it knows (DER).

        What was in CallManager-trust when it started stays until it starts anew (200860). What has come since it knows
        at once [U]: no document wants a restart of Cisco CallManager between a new CAPF and the LSCs of that (P10).
        """
        store = "CallManager-trust"
        known = (self.loaded_trust.get(store, {}), self.trusts.get(store, {}))
        return {certificate: None for each in known for certificate in each.values()}

    def admits(self, device: str, *, secure: bool) -> bool:
        """Whether Cisco CallManager registers a phone that comes over TLS, or not: as its security profile says."""
        return (self.directory.secured(device).mode != _NON_SECURE) is secure

    def withdraw_list(self) -> None:
        """The list is deleted from Cisco Tftp, which serves none until it has built it again."""
        if self.tftp is not None:
            self.tftp = msgspec.structs.replace(self.tftp, withdrawn=True)

    def delete_ctl(self) -> None:
        """`file delete tftp CTLFile.tlv`: gone until another CTL comes (R10, 118892)."""
        self.ctl = None

    def distrust(self, store: str, name: str) -> None:
        """Takes a file out of a store, if it is there."""
        self.trusts.get(store, {}).pop(name, None)
