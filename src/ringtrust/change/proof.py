"""A proof: what was claimed of a night, for which phones, and how anybody can check it.

A night that holds is proved by all lists that any phone may hold between any two deeds: whoever looks at each of them
once, and at each list served then, sees that none leads out of the set and none is lost. One that does not is refuted
by a single story.
"""

import hashlib
from typing import Final

import msgspec

from ringtrust.change.ground import Ground
from ringtrust.change.night import Stage
from ringtrust.change.plan import Basis
from ringtrust.cluster.facts import Moment
from ringtrust.cluster.formats import refuse_other_form
from ringtrust.errors import RefusedError

FORMAT: Final = "ringtrust.proof/3"


NO_CTL: Final = -1
"""The number of a CTL that is not there."""


class Holding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a phone holds: the list of a TFTP node, as far as it matters to a phone of its group.

    `sasts` may sign its next list, `tvs` are the TVS of its group that it knows. `ctl` is the number of its CTL, in the
    order in which they are made; `lsc` is whose certificate signed its own, where that matters.
    """

    node: str
    sasts: frozenset[str]
    tvs: frozenset[str]
    emptied: bool = False
    ctl: int = NO_CTL
    lsc: str = ""


class Reach(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What phones of a class may hold before the deed of this number, as numbers of holdings; 0 is the first deed.

    Only where it differs from the one before.
    """

    phones: str
    before: int
    holdings: tuple[int, ...]


class Violation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a document forbids: the hazard, at which deed, and in a sentence why."""

    hazard: str
    at: int
    text: str
    sources: tuple[str, ...]


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is worth a look, and forbids nothing."""

    text: str
    sources: tuple[str, ...] = ()


class Fetched(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phone of the story takes a list: before which deed, of which node, signed by whom, and why it does.

    `by` is empty where it knows the signer, "blindly" after an emptied list, else the node whose TVS vouches.
    """

    before: int
    holding: Holding
    signer: str
    by: str


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How phones of a class are lost: what they hold first, what they fetch, and before which deed nothing is left.

    `unregistered`: they can have lists, and cannot register, until something more is done on the servers. `before`
    counts deeds done: the deed of the number before it is the one that did it; 0 when it was so already. `told` says
    all that in sentences.
    """

    phones: str
    count: int
    first: Holding
    fetched: tuple[Fetched, ...]
    before: int
    told: tuple[str, ...]
    unregistered: bool = False


class Insertion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines to insert after a place of the night, with which it holds."""

    after: str
    lines: tuple[str, ...]


class Holds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is", tag="holds"):
    """No reachable state has a stranded phone, and no document of the basis forbids it."""

    holdings: tuple[Holding, ...]
    reach: tuple[Reach, ...]


class Refuted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is", tag="refuted"):
    """Phones may be lost (`stories`, one a class), or a document forbids it (`violations`); or both."""

    stories: tuple[Story, ...]
    violations: tuple[Violation, ...]
    repair: tuple[Insertion, ...] = ()


Verdict = Holds | Refuted


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A proof. `subject` names what was proved, `digest_of` is its SHA-256; `states` counts what was looked at.

    A state is one list that phones of one class may hold between two deeds; `fetches` how many meetings of such a
    phone with a list were judged.
    """

    format: str
    subject: str
    digest_of: str
    made: Moment
    basis: Basis
    ground: Ground
    night: tuple[Stage, ...]
    assumptions: tuple[str, ...]
    invariants: tuple[str, ...]
    states: int
    fetches: int
    verdict: Verdict
    remarks: tuple[Remark, ...] = ()
    digest: str = ""


def sealed_proof(proof: Proof) -> Proof:
    """The proof with its digest."""
    return msgspec.structs.replace(proof, digest=_digest(proof))


def _digest(proof: Proof) -> str:
    bare = msgspec.structs.replace(proof, digest="")
    return hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()


def write_proof(proof: Proof) -> bytes:
    """Its JSON."""
    return msgspec.json.format(msgspec.json.encode(proof, order="deterministic"), indent=1)


def read_proof(data: bytes) -> Proof:
    """A proof from its JSON. Raises RefusedError when it is none; whether it is true is another question."""
    again = "Prove again with `ringtrust prove`."
    refuse_other_form(data, FORMAT, "Make one with `ringtrust prove -o`.", again)
    try:
        return msgspec.json.decode(data, type=Proof)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError(f"This is no proof: {error}.", advice="Make one with `ringtrust prove -o`.") from error


def is_as_sealed(proof: Proof) -> bool:
    """Whether nobody has edited it since."""
    return proof.digest == _digest(proof)
