"""Phones and the CM groups that they register with."""

import msgspec

from ringtrust.cluster.facts import Fact, Known


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


class Phone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phone. `itl` is the SHA-1 of the list that it holds, as its web page tells; empty when it holds none."""

    name: str
    description: str
    model: str
    group: str
    registration: Fact[Registration]
    itl: Fact[str]

    @property
    def registered(self) -> bool:
        """Whether it is known to be registered."""
        return isinstance(self.registration, Known) and self.registration.value.registered
