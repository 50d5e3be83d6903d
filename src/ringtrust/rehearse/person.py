"""The person of a rehearsal: takes backups, mends what is broken, and calls apply again where it has stopped."""

from typing import Final

from ringtrust.apply.news import (
    Began,
    Ending,
    Finished,
    Judged,
    News,
    Postponed,
    StoppedAtAct,
    StoppedAtGate,
    StoppedByPerson,
)
from ringtrust.change.act import ClientCtl, HandOver, SetRollback
from ringtrust.change.gate import RollbackOff
from ringtrust.change.outcome import Passed, Unclear
from ringtrust.change.plan import Step
from ringtrust.lab.state import parameters
from ringtrust.rehearse.stage import Stage
from ringtrust.rehearse.trouble import Trouble
from ringtrust.verify.said import NO_PARTNERS, Said

_WAIT: Final = 1800.0
_BACKUP: Final = "backup"
_TIMES: Final = 2
"""How often somebody waits at one place, before giving up: whatever is wrong there does not mend itself."""


class Person:
    """Sits at the twin."""

    def __init__(self, stage: Stage, trouble: Trouble) -> None:
        self._stage = stage
        self._trouble = trouble
        self._waited: dict[str, int] = {}

    def hears(self, news: News) -> None:
        """Does what is a person's to do, as soon as it is time: when the gates before it have passed."""
        match news:
            case Began(step=step) if not step.before:
                self._do(step)
            case Judged(step=step, gate=gate, verdict=Passed()) if step.before and gate == step.before[-1]:
                self._do(step)
            case _:
                return

    def _do(self, step: Step) -> None:
        """A backup, the rollback parameter, the CTL client. Nothing else decides what phones trust."""
        match step.act:
            case HandOver() if step.phase == _BACKUP:
                self._stage.cluster.back_up()
            case SetRollback(value=value):
                self._stage.cluster.set_parameter(parameters.ROLLBACK, "T" if value else "F")
            case ClientCtl():
                token = self._stage.cluster.tokens[0]
                self._stage.cluster.client_ctl(token, token.password)
            case _:
                return

    def says(self) -> Said:
        """What apply is told: every eToken is at hand, and nobody outside checks phones."""
        return Said(tuple(token.name.strip() for token in self._stage.cluster.tokens), NO_PARTNERS)

    async def sees_to(self, ending: Ending | str) -> str:
        """What was done about a stop, be it at a step or before any; empty when there is nothing left to try."""
        if done := await self._trouble.mended():
            return done
        if isinstance(ending, StoppedAtAct) and isinstance(ending.outcome, Unclear) and self._again(ending, 1):
            return "called apply again, which looks first"
        if isinstance(ending, StoppedAtGate) and isinstance(ending.gate.condition, RollbackOff):
            return self._rollback_off() if self._again(ending, 1) else ""
        if not self._again(ending, _TIMES):
            return ""
        await self._stage.advance(_WAIT)
        return "waited half an hour, and called apply again"

    def _rollback_off(self) -> str:
        self._stage.cluster.set_parameter(parameters.ROLLBACK, "F")
        return "set the rollback parameter to False"

    def _again(self, ending: Ending | str, times: int) -> bool:
        """Whether this has not been tried so often at this place."""
        place = _place(ending)
        self._waited[place] = self._waited.get(place, 0) + 1
        return self._waited[place] <= times


def _place(ending: Ending | str) -> str:
    match ending:
        case StoppedAtGate(step=step, gate=gate):
            return f"{step.number} {gate.code}"
        case StoppedAtAct(step=step, outcome=outcome):
            return f"{step.number} {type(outcome).__name__}"
        case Finished():
            return "finished"
        case _:
            return "before"


def why(ending: Ending | str) -> str:
    """Why apply has stopped, in a sentence."""
    match ending:
        case StoppedAtGate(gate=gate, verdict=verdict):
            return f"{gate.code}, {gate.what}: {_first(verdict.evidence)}"
        case StoppedAtAct(step=step, outcome=outcome):
            return f"{step.title}: {_first(outcome.evidence)}"
        case StoppedByPerson(evidence=evidence) | Postponed(evidence=evidence):
            return _first(evidence)
        case Finished():
            return ""
        case _:
            return ending


def _first(texts: tuple[str, ...]) -> str:
    return next((text for text in texts if text), "")
