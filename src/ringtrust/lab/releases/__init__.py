"""What a release of CUCM does, as data: the lab's own reading of Cisco's documents, apart from the tool's catalog."""

import ssl
from datetime import date
from importlib.resources import files
from typing import Literal

import msgspec

from ringtrust.errors import RefusedError


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An identity certificate: its key (RSA of so many bits, or a curve), who has one, and where it goes by itself.

    `restarts_itself` is the service of its node that restarts by itself after a regeneration; empty where none does.
    """

    name: str
    digest: Literal["sha1", "sha256"]
    bits: int = 0
    curve: bool = False
    owners: Literal["every node", "publisher"] = "every node"
    copies: tuple[str, ...] = ()
    rebuilds: Literal["no", "of any node", "of the publisher"] = "no"
    restarts_itself: str = ""

    def changes_lists_of(self, *, publisher: bool) -> bool:
        """Whether a new certificate of a node, be it the publisher or not, makes all lists be built anew."""
        return self.rebuilds == "of any node" or (publisher and self.rebuilds == "of the publisher")


class Preloaded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A CA certificate that comes with the product: its names, serial number and stores, and when it ends.

    It is in its stores from installation on when it is `enabled` (`set cert default-ca-list`). `public` is the file of
    the real one; without it another one stands in, with a key that the lab has.
    """

    name: str
    until: date
    serial: str
    issuer: str = ""
    organization: str = "Cisco Systems"
    issuers_organization: str = ""
    stores: tuple[str, ...] = ("CallManager-trust", "CAPF-trust")
    enabled: bool = True
    public: str = ""

    def certificate(self) -> bytes:
        """The real one, in DER; empty where there is none."""
        return ssl.PEM_cert_to_DER_cert((files(__package__) / self.public).read_text()) if self.public else b""


class SystemService(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of `utils service list` that is there on every node and that nobody changes."""

    name: str
    state: str = "STARTED"
    detail: str = ""


class ServiceNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The services by where they run; a topology says where the features are activated."""

    system: tuple[SystemService, ...]
    everywhere: tuple[str, ...]
    publisher: tuple[str, ...]
    features: tuple[str, ...]


class CliLayouts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the platform CLI of this release prints and asks what other releases print and ask otherwise.

    `certificate` is the family of `show cert own`. `asks_for_ou` and `client_units` are questions of `set csr gen` and
    of `set cert regen`; `multi_san` says whether `set cert import` takes a certificate of several servers.
    """

    checksums: bool
    processnode_columns: Literal[3, 5]
    replication: Literal["connected", "queue"]
    history_version: bool
    features_backed_up: str
    certificate: Literal["bsafe", "bouncycastle"] = "bsafe"
    asks_for_ou: bool = False
    multi_san: bool = True
    client_units: bool = False
    ctl_asks_for: Literal["tftp and callmanager", "phones and cti"] = "tftp and callmanager"


class CtlFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs a CTL, who else is a SAST in it, and how it comes to the nodes (trust-formats.md §1.6).

    `sasts` are the units of a CTL that `utils ctl` makes, the signer first; empty where there is no `utils ctl`.
    `recovery_signer` signs after `utils ctl reset localkey` (R3). `tokens`: the CTL client works with this release;
    `beside_tokens` are the units that are SASTs beside them. `provider` is the service that a node needs to get the
    CTL, empty where it needs none; `recovery_by_provider`: ITLRecovery is in the CTL only where that service is
    activated on the publisher (CSCwf85275).
    """

    tokens: bool = False
    sasts: tuple[str, ...] = ()
    beside_tokens: tuple[str, ...] = ()
    recovery_signer: str = ""
    provider: str = ""
    recovery_by_provider: bool = False

    @property
    def by_cli(self) -> bool:
        """Whether the release has `utils ctl` (10.0 and later)."""
        return bool(self.sasts)


class WebDoors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a node serves over HTTPS beside AXL and its kin.

    `certificate_rest` is whether there is the certificate REST interface; `secure_files` the ports on which files are
    served over HTTPS, and `front` the service in front of these, beside Cisco Tftp itself.
    """

    certificate_rest: bool = False
    secure_files: tuple[int, ...] = ()
    front: str = ""


class Capf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """CAPF, and the certificates of phones.

    `version` is that of its protocol: EC keys from 3 on (trust-formats.md §5.1). LSCs are signed with this `digest`,
    and the database tells when one ends and who issued it when `lsc_told` (§1a). `maker` signs the MICs of the phones.
    """

    version: int = 3
    digest: Literal["sha1", "sha256"] = "sha256"
    lsc_told: bool = True
    maker: str = "Cisco Manufacturing CA SHA2"


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A release of CUCM.

    `recovery_signer` is the unit whose key `utils itl reset localkey` signs with (R1); empty where there is no such
    command. `backup_holds_keys` says whether a backup brings old keys back (R4). `certificate_services` is how many
    rows typecertificateservice has, `distribution` whether certificates in the database have one (interfaces.md §1.12).
    `phones_reset` by themselves when a list has changed (S114), with `resets_by_parameter` as one says (SG15).
    `itl_told`: the database keeps what phones say of their ITL.
    """

    name: str
    version: str
    itl_signer: str
    itl_sasts: tuple[str, ...]
    itl_by_hash: bool
    certificate_services: int
    distribution: bool
    phones_reset: bool
    backup_holds_keys: bool
    change_notification: tuple[str, ...]
    deletes_everywhere: tuple[str, ...]
    recovery_signer: str
    cli: CliLayouts
    units: tuple[Unit, ...]
    preloaded: tuple[Preloaded, ...]
    services: ServiceNames
    ctl: CtlFacts = CtlFacts()
    web: WebDoors = WebDoors()
    capf: Capf = Capf()
    resets_by_parameter: bool = False
    itl_told: bool = False

    def unit(self, name: str) -> Unit | None:
        """The unit of this name, in whichever case it was typed; None where the release has no such unit."""
        return next((unit for unit in self.units if unit.name.lower() == name.lower()), None)

    def carried(self, unit: Unit) -> tuple[str, ...]:
        """The stores of other nodes that Change Notification brings a new certificate of this unit to."""
        return tuple(store for store in unit.copies if store in self.change_notification)


def release(name: str) -> Release:
    """The release of this name. Raises RefusedError."""
    if name not in known_releases():
        raise RefusedError(f"The lab does not know release {name}.", advice=f"Known: {', '.join(known_releases())}.")
    return msgspec.toml.decode((files(__package__) / f"{name}.toml").read_bytes(), type=Release)


def known_releases() -> tuple[str, ...]:
    """Their names."""
    found = (each.name for each in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))
