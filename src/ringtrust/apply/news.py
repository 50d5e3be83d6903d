"""What is told while a plan is carried out, and how it ends: closed families."""

from datetime import datetime

import msgspec

from ringtrust.change.decision import Decision
from ringtrust.change.gate import Gate
from ringtrust.change.outcome import Outcome, Verdict
from ringtrust.change.plan import Step
from ringtrust.journal.records import Intended


class Resumed(msgspec.Struct, frozen=True):
    """A run of this plan was there already; so many steps of it are done."""

    done: int
    of: int


class GaveUp(msgspec.Struct, frozen=True):
    """Another run gives way, and somebody has to have done what it owed."""

    run: int
    owed: tuple[Step, ...]


class GoesOn(msgspec.Struct, frozen=True):
    """The act of this step was done before; its gates are looked at again."""

    step: Step


class Looks(msgspec.Struct, frozen=True):
    """An act was begun and nobody wrote down what became of it: that is looked for now, which may take a while."""

    intended: Intended


class Settled(msgspec.Struct, frozen=True):
    """An act was begun and nobody wrote down what became of it; this is what the cluster shows."""

    intended: Intended
    outcome: Outcome


class Began(msgspec.Struct, frozen=True):
    """A step begins."""

    step: Step


class Acted(msgspec.Struct, frozen=True):
    """Its act has an outcome."""

    step: Step
    outcome: Outcome


class Waiting(msgspec.Struct, frozen=True):
    """A gate has not passed yet; `seconds` of its patience are over."""

    step: Step
    gate: Gate
    verdict: Verdict
    seconds: int


class Judged(msgspec.Struct, frozen=True):
    """A gate has its verdict."""

    step: Step
    gate: Gate
    verdict: Verdict


class Overridden(msgspec.Struct, frozen=True):
    """A gate did not pass, and a person has said that it counts as passed."""

    step: Step
    gate: Gate
    verdict: Verdict
    decision: Decision


class Held(msgspec.Struct, frozen=True):
    """Nothing new is begun for now, and why; `until` is empty where nobody knows how long."""

    step: Step
    why: str
    until: str = ""


News = Resumed | GaveUp | GoesOn | Looks | Settled | Began | Acted | Waiting | Judged | Overridden | Held


class Finished(msgspec.Struct, frozen=True):
    """Every step is done and every gate passed; `let_pass` are those that passed by the word of a person.

    `backup` is the file of the backup from before the change, where one was seen.
    """

    run: int
    let_pass: tuple[str, ...] = ()
    backup: str = ""


class StoppedAtGate(msgspec.Struct, frozen=True):
    """A gate did not pass. `acted` says whether anything had been done to the cluster, `owed` what is due from that."""

    run: int
    step: Step
    gate: Gate
    verdict: Verdict
    acted: bool
    owed: tuple[Step, ...] = ()

    @property
    def evidence(self) -> tuple[str, ...]:
        """Why it did not pass."""
        return self.verdict.evidence


class StoppedAtAct(msgspec.Struct, frozen=True):
    """An act was refused, or nobody knows what became of it."""

    run: int
    step: Step
    outcome: Outcome
    acted: bool

    @property
    def evidence(self) -> tuple[str, ...]:
        """What was answered, or what was looked for in vain."""
        return self.outcome.evidence


class StoppedByPerson(msgspec.Struct, frozen=True):
    """A person ended it. `owed` is what is due from what was done."""

    run: int
    step: Step
    evidence: tuple[str, ...]
    acted: bool
    owed: tuple[Step, ...] = ()


class Postponed(msgspec.Struct, frozen=True):
    """The next step may not begin yet: no window is open in which it could end, or people have it wait.

    `again` is when to try again, where anybody can tell.
    """

    run: int
    step: Step
    evidence: tuple[str, ...]
    again: tuple[datetime, ...]
    acted: bool
    owed: tuple[Step, ...] = ()


Stop = StoppedAtGate | StoppedAtAct | StoppedByPerson | Postponed
Ending = Finished | Stop
