"""What became of a plan that was rehearsed: every step, every wave, every stop, and the phones in the end."""

from typing import Final

import msgspec

from ringtrust.cluster.facts import Moment
from ringtrust.cluster.formats import refuse_other_form
from ringtrust.errors import RefusedError

FORMAT: Final = "ringtrust.rehearsal/2"


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Phones by what they are doing. `refused` are those that tried, and neither load nor register."""

    registered: int
    booting: int
    loading: int
    refused: int
    off: int


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The phones at a moment, in seconds of the twin since the rehearsal began; so it is until the next sample."""

    at: float
    phones: Counts


class GateWait(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A gate, how long it was waited for in seconds of the twin, and its verdict."""

    code: str
    what: str
    seconds: float
    verdict: str


class StepRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a step did. `at` and `seconds` are of the twin; `acts` is how often it was acted, `told` what came of it."""

    number: int
    phase: str
    title: str
    at: float
    seconds: float
    acts: int
    told: str
    gates: tuple[GateWait, ...]


class Wave(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A time in which phones were not registered: from when, how long, in which step, and how many at most."""

    at: float
    seconds: float
    step: int
    phones: int


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Apply stopped: when, at which step, why, and what a person then did before it was called again."""

    at: float
    step: int
    why: str
    done: str


class Mustered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The phones of one class in the end: after one more reset, with all that were off switched on again.

    `by_restore` are those that only the restore of a backup would bring back (R4): they are not among the `stranded`,
    and neither are those that are `barred`: they have their lists, and nobody takes them (H13, H17). `new_lscs` counts
    those whose LSC is signed by the CAPF of now, of so many `lscs` in all.
    """

    name: str
    phones: int
    registered: int
    current: int
    by_restore: int
    stranded: int
    barred: int = 0
    lscs: int = 0
    new_lscs: int = 0


class Rehearsal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rehearsal. `plan` is the digest of the plan, `played_by` the version of the twin, `seconds` are of the twin.

    `differences` are what the twin does not do as the cluster does; `applies` is how often apply was called. `least`
    and `most` are the minutes that the plan predicted.
    """

    format: str
    cluster: str
    version: str
    goal: str
    plan: str
    made: Moment
    began: Moment
    played_by: str
    differences: tuple[str, ...]
    on_the_wire: bool
    faults: tuple[str, ...]
    finished: bool
    seconds: float
    least: int
    most: int
    applies: int
    stops: tuple[Stop, ...]
    steps: tuple[StepRun, ...]
    waves: tuple[Wave, ...]
    samples: tuple[Sample, ...]
    muster: tuple[Mustered, ...]

    @property
    def phones(self) -> int:
        """How many there are."""
        return sum(each.phones for each in self.muster)

    @property
    def lost(self) -> int:
        """How many are stranded, or would be back only after a restore."""
        return sum(each.stranded + each.by_restore for each in self.muster)

    @property
    def barred(self) -> int:
        """How many have their lists and cannot register."""
        return sum(each.barred for each in self.muster)

    @property
    def well(self) -> bool:
        """Whether the plan finished, nobody is lost, and everybody can register."""
        return self.finished and not self.lost and not self.barred


def write_rehearsal(rehearsal: Rehearsal) -> bytes:
    """Its JSON."""
    return msgspec.json.format(msgspec.json.encode(rehearsal), indent=1)


def read_rehearsal(data: bytes) -> Rehearsal:
    """A rehearsal from its JSON. Raises RefusedError when it is none."""
    make = "Make one with `ringtrust rehearse PLAN -o FILE.json`."
    refuse_other_form(data, FORMAT, make, "Rehearse again with `ringtrust rehearse`.")
    try:
        return msgspec.json.decode(data, type=Rehearsal)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError(f"This is no rehearsal: {error}.", advice=make) from error
