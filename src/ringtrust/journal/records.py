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


class Intended(msgspec.Struct, frozen=True):
    """An act that was about to be carried out. `before` says what was there: the serial number, where there is one."""

    id: int
    run: int
    step: int
    act: Act
    before: str
    at: datetime


class Carried(msgspec.Struct, frozen=True):
    """An act whose outcome is known."""

    intended: Intended
    outcome: Outcome
    at: datetime


class Looked(msgspec.Struct, frozen=True):
    """A gate, and how it was judged."""

    step: int
    moment: str
    condition: Condition
    verdict: Verdict
    at: datetime


class Run(msgspec.Struct, frozen=True):
    """One plan being carried out. `ending` is empty until it has ended, and `ended` is when it began until then."""

    id: int
    plan: Plan
    began: datetime
    ending: str
    ended: datetime

    @property
    def over(self) -> bool:
        """Whether nothing more is to come of it."""
        return self.ending != ""
