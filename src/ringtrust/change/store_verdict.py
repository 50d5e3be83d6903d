"""What an audit makes of a certificate in a trust store: whose it is, who leans on it, and whether it may go."""

from enum import Enum

import msgspec

from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Fact


class Kind(Enum):
    """What it is (domain.md §4a, S151 to S168)."""

    IN_USE = "in use"
    STALE = "stale copy of an older identity"
    FOREIGN = "foreign"
    CISCO = "Cisco CA"
    CHAIN = "CA in a chain of something in use"
    LEFTOVER = "leftover of an old host or domain name"
    OBSOLETE = "used by nothing any more"
    IMPOSTOR = "called like a certificate of Cisco, and another"
    UNKNOWN = "unknown"


class Fate(Enum):
    """Whether it may be deleted. ASK: nobody but a person can tell. HELD: not now, something leans on it still."""

    KEEP = "stays"
    HELD = "stays for now"
    ASK = "a person decides"
    FREE = "may go"


class StorePlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """A file of a trust store on a node."""

    node: str
    file: str


class StoreVerdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One certificate in one store, on every node that has it.

    `whose` is "tomcat of pub", the name of a server, or empty. `evidence` says what tells so; `leaning` who leans on it
    now; `doubts` what could not be found out, for which a person has to answer; `breaks` what its deletion breaks.
    `replaced` is where its server shows another one that the store does not know yet (S168). `sources` are S-,
    H-numbers and documents.
    """

    store: str
    certificate: Fact[Certificate]
    places: tuple[StorePlace, ...]
    kind: Kind
    fate: Fate
    whose: str = ""
    evidence: tuple[str, ...] = ()
    leaning: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    replaced: str = ""
    sources: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files, each once."""
        return tuple(dict.fromkeys(place.file for place in self.places))

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes that have it, each once."""
        return tuple(dict.fromkeys(place.node for place in self.places))
