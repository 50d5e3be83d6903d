"""What comes out of a journal."""

from datetime import datetime
from typing import Final

import msgspec

from ringtrust.change.act import Act
from ringtrust.change.gate import Condition
from ringtrust.change.outcome import Outcome, Verdict
from ringtrust.change.plan import Plan

FINISHED: Final = "finished"
SUPERSEDED: Final = "superseded"
ABORTED: Final = "aborted"


class Intended(msgspec.Struct, frozen=True):
    """An act that was about to be carried out. `before` says what was there: the serial number, where there is one."""

    id: int
    run: int
    step: int
    act: Act
    before: str
    at: datetime
    cluster: str = ""


class Carried(msgspec.Struct, frozen=True):
    """An act whose outcome is known."""

    intended: Intended
    outcome: Outcome
    at: datetime


class Looked(msgspec.Struct, frozen=True):
    """A gate, and how it was judged. `by` is who overrode it, where a person did."""

    step: int
    moment: str
    condition: Condition
    verdict: Verdict
    at: datetime
    by: str = ""


class Heard(msgspec.Struct, frozen=True):
    """One exchange with a node: what was sent, what came back after so many seconds, secrets masked.

    `door` is the interface. `error` is why no whole answer came. Of a long answer the head is kept; `size` is that of
    the whole in bytes, and `sha256` its hash.
    """

    at: datetime
    door: str
    node: str
    sent: bytes
    answer: bytes
    seconds: float = 0.0
    error: str = ""
    size: int = 0
    sha256: str = ""


class Run(msgspec.Struct, frozen=True):
    """One plan being carried out. `ending` is empty until it has ended, and `ended` is when it began until then.

    `cluster` is what the cluster is known by in the journal, `by` who began it.
    """

    id: int
    plan: Plan
    began: datetime
    ending: str
    ended: datetime
    cluster: str
    by: str

    @property
    def over(self) -> bool:
        """Whether nothing more is to come of it."""
        return self.ending != ""
