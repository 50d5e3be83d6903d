"""What the entries of a journal say: a closed family, each with its name in the database."""

from typing import Final

import msgspec

from ringtrust.change.act import Act
from ringtrust.change.decision import Decision
from ringtrust.change.gate import Condition
from ringtrust.change.outcome import Outcome, Verdict
from ringtrust.change.window import Window
from ringtrust.cluster.facts import Moment
from ringtrust.journal.who import Holder


class Began(msgspec.Struct, frozen=True):
    """A plan was begun: what ringtrust.toml calls the cluster, the goal, and the plan by its digests."""

    name: str
    goal: str
    steps: int
    digest: str
    sha256: str


class Intent(msgspec.Struct, frozen=True):
    """An act was about to be carried out."""

    step: int
    act: Act
    before: str


class Concluded(msgspec.Struct, frozen=True):
    """What became of an act; `intent` is the number of the entry in which it was meant."""

    intent: int
    outcome: Outcome


class Gate(msgspec.Struct, frozen=True):
    """A gate was judged."""

    step: int
    moment: str
    condition: Condition
    verdict: Verdict
    by: str = ""


class Decided(msgspec.Struct, frozen=True):
    """A person decided something."""

    decision: Decision


class Exchange(msgspec.Struct, frozen=True):
    """Something was sent to a node, and something came back: both by the SHA-256 of their bytes."""

    at: Moment
    door: str
    node: str
    sent: str
    answer: str
    seconds: float = 0.0
    error: str = ""
    size: int = 0
    sha256: str = ""


class Session(msgspec.Struct, frozen=True):
    """What was heard since the last of these."""

    step: int
    exchanges: tuple[Exchange, ...]


class Timed(msgspec.Struct, frozen=True):
    """When steps may begin, as somebody has said it for this run, and how long each takes, in seconds."""

    windows: tuple[Window, ...]
    seconds: dict[int, float]


class Stopped(msgspec.Struct, frozen=True):
    """A run stopped half-way: at which step, and what a person should know."""

    step: int
    why: tuple[str, ...]


class Held(msgspec.Struct, frozen=True):
    """Nothing new was begun for now, and why; `until` is empty where nobody knew how long."""

    step: int
    why: str
    until: str = ""


class Took(msgspec.Struct, frozen=True, rename={"before": "from"}):
    """The lease of a cluster was taken, perhaps over from somebody else."""

    token: int
    holder: Holder
    before: Holder | None


class KeyKept(msgspec.Struct, frozen=True):
    """A copy of the recovery key was kept: the SHA-256 of its file, and the serial number of ITLRecovery then."""

    sha256: str
    size: int
    serial: str


class Ended(msgspec.Struct, frozen=True):
    """Nothing more is to come of a run."""

    ending: str


Said = Began | Intent | Concluded | Gate | Decided | Session | Stopped | Held | Took | Timed | KeyKept | Ended
_NAMES: Final[dict[type[Said], str]] = {
    Began: "began",
    Intent: "intent",
    Concluded: "outcome",
    Gate: "gate",
    Decided: "decision",
    Session: "session",
    Stopped: "stopped",
    Timed: "timed",
    Held: "held",
    Took: "took",
    KeyKept: "key-kept",
    Ended: "ended",
}
_KINDS: Final = {name: kind for kind, name in _NAMES.items()}


def name_of(kind: type[Said]) -> str:
    """Its name in the database."""
    return _NAMES[kind]


def read(name: str, body: bytes) -> Said:
    """What an entry says. Raises ValueError for a kind that is none, msgspec.MsgspecError for what it cannot read."""
    if name not in _KINDS:
        raise ValueError(f"no entry is of kind {name!r}")
    return msgspec.json.decode(body, type=_KINDS[name])
