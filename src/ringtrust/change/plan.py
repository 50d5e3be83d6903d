"""A plan: steps in their order, what must be so before and after each, and what a person should know beforehand."""

import hashlib
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from ringtrust.change.act import Act, sentence
from ringtrust.change.fingerprint import Fingerprint
from ringtrust.change.gate import Gate
from ringtrust.change.ground import Ground
from ringtrust.cluster.facts import Moment
from ringtrust.cluster.formats import refuse_other_form
from ringtrust.errors import RefusedError

FORMAT: Final = "ringtrust.plan/6"


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One act. `after` are the gates behind it; the next step begins only when all have passed.

    `phase` is the certificate type that it belongs to; `why` says where the order comes from, with its `sources`.
    `command` is what is typed or called, `effect` what services and phones notice of it, `if_it_fails` what to do then.
    """

    number: int
    phase: str
    act: Act
    why: str
    before: tuple[Gate, ...] = ()
    after: tuple[Gate, ...] = ()
    sources: tuple[str, ...] = ()
    command: str = ""
    effect: str = ""
    if_it_fails: str = ""

    @property
    def title(self) -> str:
        """What is done, in a few words."""
        return sentence(self.act)


class Straggler(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phone that the plan cannot wait for, and why: it was not there, or holds no list of now."""

    name: str
    description: str
    reason: str


class Bound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No plan with fewer waves than this is safe without the rollback parameter, and why."""

    waves: int
    why: str


Strategy = Literal["type", "tftp", "fewest", "rollback", "runbook", "recover", "clean"]
"""One type at a time (S106), TFTP servers in turn (S96), the fewest resets, the rollback parameter (S82), a runbook;
or whatever brings phones back that have lost trust (domain.md R1 to R11); or deletions from trust stores (§4)."""

Basis = Literal["documented", "mechanism"]
"""Documented: what any Cisco document forbids is forbidden. Mechanism: only what strands a phone is."""


class Weighed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A strategy for this goal: what it costs, and whether it proves. Minutes are predicted, `least` to `most`.

    `verdict` "cannot" is for one that cannot be planned here; `why` then says so, else why it is refuted. `bound` is
    there for the fewest waves, and `by_mechanism` those that the mechanism alone would need, where documents count.
    `without_https` is for how long at most phones have no HTTPS service, in minutes.
    """

    strategy: Strategy
    verdict: Literal["holds", "refuted", "cannot"]
    why: str = ""
    waves: int = 0
    restarts: int = 0
    least: int = 0
    most: int = 0
    without_https: int = 0
    bound: tuple[Bound, ...] = ()
    by_mechanism: tuple[int, ...] = ()


class Advice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The strategy that is recommended, and why."""

    strategy: Strategy
    why: str


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a person should know before the plan starts."""

    text: str
    sources: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plan for one cluster as it was when the snapshot was `taken`. `phones` are those that it waits for in a wave.

    `snapshot` is the SHA-256 of the snapshot that it was made from, `digest` that of its own canonical JSON. `ground`
    is what its proof stands on, so that it can be proved by itself. `fingerprint` is what is compared with the cluster
    before the first act: whether it has moved. `weighed` are the strategies that there are for its
    goal, and `advice` which of them is recommended; none when none proves.
    """

    format: str
    cluster: str
    version: str
    made: Moment
    taken: Moment
    snapshot: str
    goal: str
    strategy: Strategy
    basis: Basis
    weighed: tuple[Weighed, ...]
    advice: tuple[Advice, ...]
    ground: Ground
    fingerprint: Fingerprint
    nodes: tuple[str, ...]
    phones: tuple[str, ...]
    stragglers: tuple[Straggler, ...]
    notes: tuple[Note, ...]
    steps: tuple[Step, ...]
    digest: str = ""


def phases_of(plan: Plan) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """The steps by certificate type, in their order."""
    begun: list[Step] = []
    for step in plan.steps:
        if begun and begun[-1].phase != step.phase:
            yield begun[-1].phase, tuple(begun)
            begun = []
        begun.append(step)
    if begun:
        yield begun[-1].phase, tuple(begun)


def sealed(plan: Plan) -> Plan:
    """The plan with its digest."""
    return msgspec.structs.replace(plan, digest=_digest(plan))


def _digest(plan: Plan) -> str:
    """The SHA-256 of its canonical JSON: names sorted, no blanks, without the digest itself."""
    bare = msgspec.structs.replace(plan, digest="")
    return hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()


def write_plan(plan: Plan) -> bytes:
    """Its JSON."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=1)


def read_plan(data: bytes) -> Plan:
    """A plan from its JSON. Raises RefusedError when it is none, or when somebody has edited it."""
    again = "Make a new one with `ringtrust plan`; one half-way is gone on with by the ringtrust of before."
    refuse_other_form(data, FORMAT, "Make a plan with `ringtrust plan`.", again)
    try:
        plan = msgspec.json.decode(data, type=Plan)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError(f"This is no plan: {error}.", advice="Make one with `ringtrust plan`.") from error
    if plan.digest != _digest(plan):
        raise RefusedError(
            "The plan was edited after it was made: its digest does not match.",
            advice="Make a new one with `ringtrust plan`; what a plan may do is chosen there.",
        )
    return plan
