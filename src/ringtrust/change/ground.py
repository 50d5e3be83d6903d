"""What a proof stands on: a cluster and its phones as far as trust goes, and nothing else of them.

Certificates have short names here: `CallManager@pub#0` is the one that was there in the beginning, `#1` the first that
takes its place. Those from before the beginning, which a list may still hold, are `#-1`.
"""

from typing import Final, Literal

import msgspec

from ringtrust.errors import RefusedError

UNKNOWN: Final = "?"
"""A certificate that nobody here can name: it is none of this cluster's."""


def item(unit: str, node: str) -> str:
    """The place of a certificate: a unit of a node."""
    return f"{unit}@{node}"


def token(place: str, version: int) -> str:
    """The short name of a certificate: its place, and its number there."""
    return f"{place}#{version}"


def place_of(certificate: str) -> str:
    """The place of a certificate, from its short name."""
    return certificate.partition("#")[0]


class FirstList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The list that a TFTP node serves in the beginning. `large`: phones cannot load it (H19)."""

    signer: str
    sasts: tuple[str, ...]
    tvs: tuple[str, ...]
    emptied: bool = False
    large: bool = False


class GroundNode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A node: the units that it owns, the services that are activated, and the lists that it serves.

    `tvs` is the certificate that its TVS runs with. `serves` is empty where Cisco Tftp is not activated.
    """

    name: str
    units: tuple[str, ...]
    services: tuple[str, ...]
    tvs: str
    serves: tuple[FirstList, ...] = ()


Start = Literal["a list of now", "no list", "a list that no node serves"]


class PhoneClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Phones that are alike: one CM group, one start, and whether waves wait for them.

    `lists` are the TFTP nodes whose list they may hold in the beginning. `members` are their TVS servers.
    """

    name: str
    group: str
    members: tuple[str, ...]
    phones: int
    start: Start = "a list of now"
    lists: tuple[str, ...] = ()
    waited: bool = True
    examples: tuple[str, ...] = ()


class Copy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of Phone-SAST-trust by which TVS knows a certificate: deleted, it knows it no more."""

    file: str
    place: str


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cluster.

    `signer` signs the ITL; `sasts` are the units whose certificates may. `recovery` signs after `utils itl reset
    localkey`, empty where there is none (R1). `shared` are the units that the publisher makes for all nodes. `vouched`
    are those that reach every TVS by Phone-SAST-trust. `keys_restored`: a restore brings old keys back (R4).
    """

    cluster: str
    version: str
    mixed: bool
    rollback: bool
    signer: str
    sasts: tuple[str, ...]
    recovery: str
    ctl_signer: str
    ctl_second: str
    shared: tuple[str, ...]
    vouched: tuple[str, ...]
    deletes_everywhere: bool
    keys_restored: bool
    publisher: str
    nodes: tuple[GroundNode, ...]
    classes: tuple[PhoneClass, ...]
    copies: tuple[Copy, ...] = ()

    @property
    def tftp(self) -> tuple[str, ...]:
        """The nodes that serve lists."""
        return tuple(node.name for node in self.nodes if node.serves)

    def node(self, name: str) -> GroundNode:
        """The node of this name. Raises RefusedError."""
        found = next((node for node in self.nodes if node.name == name), None)
        if found is None:
            raise RefusedError(f"The cluster has no node {name!r}.", advice=f"It has: {', '.join(self.names)}.")
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """Its nodes, the publisher first."""
        return tuple(sorted((node.name for node in self.nodes), key=lambda name: name != self.publisher))

    def owner(self, unit: str, node: str) -> str:
        """Whose certificate of a unit a node uses: its own, or the publisher's."""
        return self.publisher if unit in self.shared else node
