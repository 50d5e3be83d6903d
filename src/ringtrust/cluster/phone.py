"""Phones and the CM groups that they register with."""

from typing import Final

import msgspec

from ringtrust.cluster.facts import Fact, Known, Moment, Skipped


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Cisco Unified CM group: its members, as node names, in their order. They are a phone's TVS servers too."""

    name: str
    members: tuple[str, ...]


class Registration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What RISPort70 says of a phone: `status` Registered, UnRegistered, …; the node that says it; its address."""

    status: str
    node: str
    address: str

    @property
    def registered(self) -> bool:
        """Whether it is registered."""
        return self.status == "Registered"


class Lsc(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the database says of the LSC of a phone, and of what CAPF is to do with it (interfaces.md §1.12).

    `issuer` is the CN of the CAPF that signed it, empty where the phone has none, or where a release before 11.5 does
    not tell. `operation`, `status` and `authentication` are Cisco's words (trust-formats.md §5.8).
    """

    issuer: str
    expires: Moment | None
    issuer_expires: Moment | None
    operation: str
    status: str
    authentication: str

    @property
    def there(self) -> bool:
        """Whether the phone is known to have one: before 11.5 only the last success of CAPF tells."""
        return bool(self.issuer) or self.expires is not None or self.status == _HAS_ONE

    @property
    def pending(self) -> bool:
        """Whether CAPF waits for the phone."""
        return self.operation not in {"", NO_OPERATION}


NO_OPERATION: Final = "No Pending Operation"
INSTALL: Final = "Install/Upgrade"
"""Certificate Operation: a new LSC (S173)."""
BY_NULL_STRING: Final = "By Null String"
"""Authentication Mode: the phone proves nothing (S173)."""

NON_SECURE, AUTHENTICATED, ENCRYPTED = "non-secure", "authenticated", "encrypted"
"""The device security modes of a security profile (trust-formats.md §6.8)."""

SOFTWARE: Final = ("CSF", "TCT", "BOT", "TAB")
"""How the names of software clients begin: Jabber on a computer, an iPhone, an Android phone, a tablet (H14)."""
WIRELESS: Final = ("Cisco 7920", "Cisco 7921", "Cisco 7925", "Cisco 7926")
"""How the names of wireless models begin: they have a certificate of a third-party CA (S177, S178)."""
_HAS_ONE: Final = "Upgrade Success"

BY_DATABASE: Final = "database"
"""The source of what a phone said at its registration, as the database keeps it (SG15)."""

_NOT_ASKED: Final = Skipped("It was not asked for.")


class Phone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phone. `itl` is the SHA-1 of the list that it holds, as its web page tells; empty when it holds none.

    Where the page does not tell, the database may, which has it from the phone itself, since `itl_told`. `ctl` is the
    same of its CTL. `profile` is the device security mode of its security profile. `tftp` are its TFTP servers in its
    order, as its page tells; `pool` is its device pool, empty where nobody asked for it.
    """

    name: str
    description: str
    model: str
    group: str
    registration: Fact[Registration]
    itl: Fact[str]
    ctl: Fact[str] = _NOT_ASKED
    profile: Fact[str] = _NOT_ASKED
    lsc: Fact[Lsc] = _NOT_ASKED
    itl_told: Moment | None = None
    pool: str = ""
    tftp: Fact[tuple[str, ...]] = _NOT_ASKED

    @property
    def software(self) -> bool:
        """Whether it is a program: it comes and goes with its user, and shows no page of its own."""
        return is_software(self.name)

    @property
    def wireless(self) -> bool:
        """Whether a third-party CA gave it its certificate: none is given to it from here (S177, S178)."""
        return self.model.startswith(WIRELESS)

    @property
    def registered(self) -> bool:
        """Whether it is known to be registered."""
        return isinstance(self.registration, Known) and self.registration.value.registered

    @property
    def secure(self) -> bool:
        """Whether it is known to register over TLS."""
        return isinstance(self.profile, Known) and self.profile.value in {AUTHENTICATED, ENCRYPTED}


def is_software(name: str) -> bool:
    """Whether the device of this name is a software client."""
    return name.upper().startswith(SOFTWARE)
