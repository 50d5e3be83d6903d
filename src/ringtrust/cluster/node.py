"""A node as it was seen: what runs on it, which certificates it has, shows and serves."""

import re
from enum import Enum
from typing import Final

import msgspec

from ringtrust.cluster.certificate import Certificate, Identity, Registered, Trusted
from ringtrust.cluster.facts import Fact, Known, Moment, Skipped
from ringtrust.cluster.names import NEEDED_SERVICES

RECORDS_FOR_PHONES: Final = 39
"""A phone loads no list with more certificates (H19)."""
SAST: Final = "SAST"
"""The role of a record that may sign trust lists."""
_TOKEN: Final = re.compile(r"SAST-[A-Za-z0-9]{4,40}")
BYTES_FOR_PHONES: Final = 64 * 1024
"""Nor a larger one (H19)."""


class Role(Enum):
    """The publisher writes the database; subscribers have a copy."""

    PUBLISHER = "publisher"
    SUBSCRIBER = "subscriber"


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of `utils service list`: STARTED, STOPPED, STARTING, …; `detail` says why it does not run."""

    name: str
    state: str
    detail: str = ""

    @property
    def running(self) -> bool:
        """Whether it has started."""
        return self.state == "STARTED"

    @property
    def activated(self) -> bool:
        """Whether it is meant to run here."""
        return self.running or "not activated" not in self.detail.lower()

    @property
    def missed(self) -> bool:
        """Whether phones or certificates need it here, and it does not run."""
        return self.name in NEEDED_SERVICES and self.activated and not self.running


class Served(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a TLS port shows: the certificate that the service loaded when it started."""

    unit: str
    port: int
    certificate: Fact[Certificate]


class ListRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record of a trust list. `digest` is the SHA-1 of its certificate, or the hash in its place, or empty."""

    role: str
    host: str
    subject: str
    serial: str
    digest: str


class ServedList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ITL, or the CTL, that a TFTP node serves.

    `sha1` and `md5` are those of the file; `verdict` says whether it is valid. `data` is empty where only the CLI was
    asked: it shows what is in the file, which has `size` bytes.
    """

    sha1: str
    md5: str
    signed: Moment | None
    signer: str
    signer_serial: str
    valid: bool
    verdict: str
    emptied: bool
    records: tuple[ListRecord, ...]
    size: int
    data: bytes

    @property
    def signing_record(self) -> ListRecord | None:
        """The SAST record of whoever signed it; None where the list does not hold it (S73)."""
        serial = self.signer_serial.lstrip("0")
        sasts = (each for each in self.records if each.role == SAST)
        return next((each for each in sasts if each.serial.lstrip("0") == serial), None)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The eTokens that may sign it, by the CN of their certificates (S75)."""
        found = (_TOKEN.search(each.subject) for each in self.records if each.role == SAST)
        return tuple(dict.fromkeys(each[0] for each in found if each))

    @property
    def signed_by_token(self) -> bool:
        """Whether an eToken signed it: then only an eToken may update it (S75, S79)."""
        record = self.signing_record
        return record is not None and _TOKEN.search(record.subject) is not None


class Node(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A node. `name` is that of the server table, `address` where it was reached.

    `identities` and `trusted` are what lies on its disk, which is what counts; `registered` is what the database says
    that it has, where the two can be compared (210541). Where no door shows the disk, the database stands for it.
    """

    name: str
    address: str
    role: Role
    version: Fact[str]
    services: Fact[tuple[Service, ...]]
    identities: Fact[tuple[Identity, ...]]
    trusted: Fact[tuple[Trusted, ...]]
    served: tuple[Served, ...]
    itl: Fact[ServedList]
    ctl: Fact[ServedList]
    registered: Fact[tuple[Registered, ...]] = Skipped("The database was not asked.")

    @property
    def publisher(self) -> bool:
        """Whether it is the publisher."""
        return self.role is Role.PUBLISHER

    def runs(self, service: str) -> bool:
        """Whether a service is known to have started here."""
        return isinstance(self.services, Known) and any(
            each.name == service and each.running for each in self.services.value
        )

    def has(self, service: str) -> bool:
        """Whether a service is known to be activated here, be it that it runs or not."""
        return isinstance(self.services, Known) and any(
            each.name == service and each.activated for each in self.services.value
        )

    def identity(self, unit: str) -> Certificate | None:
        """Its identity certificate; None where it has none or where it could not be read: look there for the reason."""
        if not isinstance(self.identities, Known):
            return None
        facts = (each.certificate for each in self.identities.value if each.unit == unit)
        return next((fact.value for fact in facts if isinstance(fact, Known)), None)
