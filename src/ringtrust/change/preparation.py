"""What is done before, during and after a change that makes certificates anew by itself (P16): a person's runbook.

It is no plan that `apply` carries out: such a change takes the node away from whoever watches, and comes back under
other certificates and, for FIPS, another host key, which nobody pins again but a person.
"""

from typing import Final, Literal

import msgspec

from ringtrust.change.plan import Note, Step, Straggler
from ringtrust.cluster.facts import Moment

FORMAT: Final = "ringtrust.preparation/1"

Sight = Literal["pass", "fail", "unknown"]
"""How a condition stands by the snapshot. Unknown is never a pass."""


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition that the snapshot tells of: `what` has to be so, `told` says what was seen."""

    what: str
    sight: Sight
    told: str
    sources: tuple[str, ...] = ()


class Outlook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the proof says of a night: how many phones it may cost their trust, or leave without a registration.

    `stuck` is the wave that nobody passes, empty where there is none. `story` tells how the first of them are lost, and
    `forbidden` what documents forbid of it, be it that the mechanism bears it or not.
    """

    lost: int
    unregistered: int
    stuck: str
    story: tuple[str, ...]
    forbidden: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every phone stays."""
        return not (self.lost or self.unregistered or self.stuck)


class Preparation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A runbook for one change of one cluster, as it was when the snapshot was `taken`; `snapshot` is its SHA-256.

    `change` is what was asked for, `nodes` where it is done, in that order. `makes` are the certificates that it makes
    anew, `uncertain` what documents leave open about that. `way` says in a few words how phones are kept. `unprepared`
    is what the proof says of the change by itself, `prepared` of these steps; `runbook` is their night, line by line,
    for `ringtrust prove --runbook`.
    """

    format: str
    cluster: str
    version: str
    made: Moment
    taken: Moment
    snapshot: str
    change: str
    title: str
    nodes: tuple[str, ...]
    makes: tuple[str, ...]
    uncertain: tuple[str, ...]
    way: str
    unprepared: Outlook
    prepared: Outlook
    checks: tuple[Check, ...]
    phones: int
    stragglers: tuple[Straggler, ...]
    notes: tuple[Note, ...]
    steps: tuple[Step, ...]
    runbook: str

    @property
    def ready(self) -> bool:
        """Whether every condition is seen to hold."""
        return all(check.sight == "pass" for check in self.checks)


def write_preparation(preparation: Preparation) -> bytes:
    """Its JSON."""
    return msgspec.json.format(msgspec.json.encode(preparation), indent=1)
