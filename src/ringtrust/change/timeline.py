"""What became of a run, as people read it: in a list of many in brief, and by itself as one thing after the other."""

from typing import Final, Literal

import msgspec

from ringtrust.change.decision import Decision
from ringtrust.change.outcome import Outcome, Verdict
from ringtrust.cluster.facts import Moment

FORMAT: Final = "ringtrust.timeline/1"
LIST: Final = "ringtrust.runs/1"

Word = Literal[
    "at work", "held", "ending", "paused", "to be resumed", "stopped", "cut short", "finished", "gave way", "aborted"
]
"""Held: a process is there, and begins nothing. To be resumed: a person has ended it, and something is due from it."""


class State(msgspec.Struct, frozen=True):
    """How a run stands. `who` works on it or has decided it; `step` and `why` where it stands still."""

    word: Word
    who: str = ""
    why: str = ""
    step: int = 0


class Brief(msgspec.Struct, frozen=True):
    """A run in a list of many.

    `cluster` is what the journal knows it by, `name` what ringtrust.toml called it; `done` is the last step whose act
    is done, of `steps`; `last` is when something was written of it, and `approvals` who has agreed to it.
    """

    id: int
    cluster: str
    name: str
    goal: str
    steps: int
    done: int
    began: Moment
    by: str
    last: Moment
    state: State
    over: bool
    approvals: tuple[str, ...] = ()


class _Event(msgspec.Struct, frozen=True, tag_field="is"):
    at: Moment


class Began(_Event, frozen=True, tag="began"):
    """The run was begun, by whom."""

    by: str


class Taken(_Event, frozen=True, tag="taken"):
    """A process began to work on it; `before` had not given its lease back."""

    by: str
    before: str = ""


class Meant(_Event, frozen=True, tag="meant"):
    """An act was about to be carried out; `wave` when it sends phones for new lists."""

    by: str
    step: int
    what: str
    wave: bool = False


class Became(_Event, frozen=True, tag="became"):
    """What became of it, so many seconds later."""

    step: int
    what: str
    outcome: Outcome
    seconds: float
    wave: bool = False


class Judged(_Event, frozen=True, tag="judged"):
    """A gate was waited for so long, and judged by its evidence; `by` is who let it pass, where a person did."""

    step: int
    moment: str
    code: str
    what: str
    verdict: Verdict
    seconds: float
    by: str = ""


class Decided(_Event, frozen=True, tag="decided"):
    """A person has decided something."""

    decision: Decision


class Waited(_Event, frozen=True, tag="held"):
    """Nothing was begun for so many seconds, as far as that is over, and why; `until` where that was known."""

    step: int
    why: str
    seconds: float = 0.0
    until: str = ""


class Talked(_Event, frozen=True, tag="talked"):
    """So many exchanges with these nodes, over these interfaces; the bytes of each are in the journal."""

    step: int
    exchanges: int
    nodes: tuple[str, ...]
    doors: tuple[str, ...]


class Stopped(_Event, frozen=True, tag="stopped"):
    """It stopped half-way."""

    step: int
    why: tuple[str, ...]


class Ended(_Event, frozen=True, tag="ended"):
    """Nothing more was to come of it."""

    ending: str


Event = Began | Taken | Meant | Became | Judged | Decided | Waited | Talked | Stopped | Ended


class Title(msgspec.Struct, frozen=True):
    """A step of its plan, in a few words."""

    number: int
    title: str


class Timeline(msgspec.Struct, frozen=True):
    """A run, one thing after the other. `digest` is that of its plan; `due` is what is due from what was renewed."""

    format: str
    brief: Brief
    digest: str
    steps: tuple[Title, ...]
    events: tuple[Event, ...]
    due: tuple[str, ...] = ()


class Exchange(msgspec.Struct, frozen=True):
    """One exchange with a node: what was sent, and what came back, secrets masked. `door` is the interface."""

    at: Moment
    step: int
    door: str
    node: str
    sent: bytes
    answer: bytes
