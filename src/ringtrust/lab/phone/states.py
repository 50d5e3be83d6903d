"""Where a phone is in its life, and what it is born with."""

from enum import Enum

import msgspec

from ringtrust.lab.phone.keys import MakeKey, phone_key
from ringtrust.lab.phone.kind import PhoneKind


class State(Enum):
    """Where a phone is in its life."""

    __hash__ = object.__hash__  # as in ListKind

    OFF = "off"
    BOOTING = "booting"
    NO_NETWORK = "no network"
    LOADING = "loading"
    ENROLLING = "enrolling"
    HELD = "waiting for CAPF"
    REGISTERING = "registering"
    REGISTERED = "registered"
    UNREGISTERED = "unregistered"


class Traits(msgspec.Struct, frozen=True):
    """What a phone is born with, and what DHCP tells it: the TFTP nodes in their order. Seconds of the lab.

    `make_key` is what it has new keys from.
    """

    device: str
    model: str
    tftp: tuple[str, ...]
    boot_seconds: float
    retry_seconds: float
    kind: PhoneKind = PhoneKind()
    make_key: MakeKey = phone_key

    @property
    def full_name(self) -> str:
        """As certificates and questions to TVS name it: `CP-8861-SEP001122334455`."""
        return f"{self.model}-{self.device}"
