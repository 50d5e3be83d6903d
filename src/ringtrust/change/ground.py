"""What a proof stands on: a cluster and its phones as far as trust goes, and nothing else of them.

Certificates have short names here: `CallManager@pub#0` is the one that was there in the beginning, `#1` the first that
takes its place. Those from before the beginning, which a list may still hold, are `#-1`.
"""

from typing import Final, Literal

import msgspec

from ringtrust.errors import RefusedError

ETOKEN: Final = "eToken"
"""Signs a CTL where the CTL client made it (S72)."""
MIC: Final = "MIC"
"""The issuer of whatever a phone came with from its maker (S9)."""
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


class FirstCtl(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The CTL that is served in the beginning: who signed it, who may, and whose certificates it holds as servers.

    A SAST is the short name of a certificate, or an eToken by its CN. `servers` are CallManager certificates, which are
    in it as CCM+TFTP, `capf` those of CAPF.
    """

    signer: str
    sasts: tuple[str, ...]
    servers: tuple[str, ...] = ()
    capf: tuple[str, ...] = ()


class GroundNode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A node: the units that it owns, the services that are activated, and the lists that it serves.

    `tvs` is the certificate that its TVS runs with. `serves` is empty where Cisco Tftp is not activated. `issuers` are
    those in its CallManager-trust who may have signed the certificate of a phone: certificates of CAPF, and `MIC`.
    `stopped` are services that do not run though they should, `forgets` the places of signers that its TVS does not
    know: both are followed only where a night begins with a wreck.
    """

    name: str
    units: tuple[str, ...]
    services: tuple[str, ...]
    tvs: str
    serves: tuple[FirstList, ...] = ()
    issuers: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    forgets: tuple[str, ...] = ()


class Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """Lists that a phone holds in the beginning, be it that a node serves them still or not: its ITL, and its CTL.

    `node` is the TFTP node whose ITL it was, empty where there is none; `ctl` the number of a CTL of the ground, those
    of before first, or -1 where there is none.
    """

    node: str
    sasts: tuple[str, ...]
    tvs: tuple[str, ...] = ()
    emptied: bool = False
    ctl: int = -1


Start = Literal["a list of now", "no list", "an ITL alone", "a CTL alone", "a list that no node serves"]
"""In mixed mode a list of now is both of them; phones that hold one alone have yet to take the other."""


class PhoneClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Phones that are alike: one CM group, one start, and whether waves wait for them.

    `lists` are the TFTP nodes whose list they may hold in the beginning. `members` are their TVS servers, which only
    phones ask that know TVS (`asks`); the others have no ITL (H14). `secure` ones register over TLS, with a certificate
    of `issuer`: a certificate of CAPF, `MIC`, or empty where nobody needs it. `canary`: they go first in every wave.

    `holds` says it list by list, where that is known: each of them may hold any of these, and nothing else. `order` are
    the TFTP nodes as these phones ask them, empty where nobody knows. `astray` are those whom the night is to bring
    back: before the first wave that waits for them they may have lost trust already, or hang on what still runs.
    """

    name: str
    group: str
    members: tuple[str, ...]
    phones: int
    start: Start = "a list of now"
    lists: tuple[str, ...] = ()
    waited: bool = True
    examples: tuple[str, ...] = ()
    asks: bool = True
    secure: bool = False
    issuer: str = ""
    canary: bool = False
    holds: tuple[Held, ...] = ()
    order: tuple[str, ...] = ()
    astray: bool = False


class Copy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a trust store, and the certificate that it is.

    TVS knows a signer by Phone-SAST-trust, and Cisco CallManager who signed for a phone by CallManager-trust: deleted,
    they know it no more. `certificate` is its short name.
    """

    file: str
    certificate: str
    store: str

    @property
    def place(self) -> str:
        """The place of the certificate."""
        return place_of(self.certificate)


class Leaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """Somebody leans on a file of a trust store, in words: `who`. `hazard` is what its deletion is called (L03, L04).

    `node` is empty where a deletion reaches every one. Phones need not be among them: the mechanism of their trust says
    of those whether they are lost.
    """

    store: str
    file: str
    node: str
    who: str
    hazard: str
    sources: tuple[str, ...] = ()


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cluster.

    `signer` signs the ITL; `sasts` are the units whose certificates may. `recovery` signs after `utils itl reset
    localkey`, empty where there is none (R1). `shared` are the units that the publisher makes for all nodes. `vouched`
    are those that reach every TVS by Phone-SAST-trust. `keys_restored`: a restore brings old keys back (R4). `ctl` is
    the CTL of a cluster in mixed mode. `ctl_signer` signs it, and after `utils ctl reset localkey` `ctl_second` (R3):
    units of the publisher, or ETOKEN where only an eToken can. `expired` are certificates that have expired already.
    `ctls_before` are those that nobody serves any more, and phones may hold; `saved` what the last backup would bring
    back, where that is another certificate than the one of now. `leaning` says who leans on what lies in trust stores,
    where deletions are planned.
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
    ctl: tuple[FirstCtl, ...] = ()
    expired: tuple[str, ...] = ()
    ctls_before: tuple[FirstCtl, ...] = ()
    saved: tuple[str, ...] = ()
    leaning: tuple[Leaning, ...] = ()

    @property
    def all_ctls(self) -> tuple[FirstCtl, ...]:
        """Every CTL that a phone may hold in the beginning, in the order of their numbers."""
        return (*self.ctls_before, *self.ctl)

    @property
    def certified(self) -> bool:
        """Whether phones of it have certificates that matter: then whoever signs those does too."""
        return any(phones.issuer for phones in self.classes)

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
