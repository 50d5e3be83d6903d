"""The fingerprint of a cluster: what a plan leans on, small enough to be part of it, to be compared with what is later.

Phones are not named in it, but by hashes: of 40,000 they take a quarter of a megabyte.
"""

from typing import Final, Literal

import msgspec

Kind = Literal[
    "node",
    "version",
    "certificate",
    "loaded",
    "service",
    "list",
    "list-file",
    "ctl",
    "ctl-file",
    "trusted",
    "mode",
    "rollback",
    "group",
    "backup",
    "phones",
]
"""What a trait is of: `loaded` is the certificate that TVS runs with, a `list-file` the bytes of a list."""

Weight = Literal["told", "weighs", "breaks", "unread"]
"""Told: that comes and goes. Weighs: the proof stood on it. Breaks: the plan names it. Unread: nobody can tell now."""

HASH_BYTES: Final = 5
"""Of the hash of a phone's name: of 40,000 phones two have the same one in one cluster of a thousand."""


class Trait(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """One fact: of a node, empty for the cluster; what it is called, and its value, in words that a person reads."""

    kind: Kind
    node: str
    name: str
    value: str


class Unseen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """All traits of this kind of a node, or of the cluster, could not be read; `reason` is a sentence."""

    kind: Kind
    node: str
    reason: str


class PhonesOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """The phones of a CM group with one device security mode: the hashes of their names, sorted, in a row."""

    group: str
    profile: str
    phones: bytes

    def hashes(self) -> frozenset[bytes]:
        """The hash of each."""
        return frozenset(self.phones[place : place + HASH_BYTES] for place in range(0, len(self.phones), HASH_BYTES))


class Fingerprint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cluster, as far as a plan leans on it. Traits are sorted."""

    traits: tuple[Trait, ...]
    phones: tuple[PhonesOf, ...]
    unseen: tuple[Unseen, ...] = ()


class Moved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is otherwise than it was, in a sentence, and how much that weighs."""

    what: str
    weight: Weight
