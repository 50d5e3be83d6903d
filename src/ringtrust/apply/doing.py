"""One act: its intent on the disk, the act, its outcome on the disk (design.md §4.3)."""

from collections.abc import Callable

from ringtrust.apply.made import keeping
from ringtrust.apply.news import Acted, News, Stop, StoppedAtAct
from ringtrust.apply.runs import Begun
from ringtrust.apply.tools import Tools
from ringtrust.change.act import Act, Regenerate, TakeBackup, is_a_persons
from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.change.plan import Step
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.journal.records import Intended


class Doing:
    """The acts of a run. With the first one, other runs give way to it."""

    def __init__(self, found: Begun, tools: Tools, tell: Callable[[News], None]) -> None:
        self.acted = False
        self._run = found.run
        self._instead_of = found.instead_of
        self._tools = tools
        self._tell = tell

    async def act(self, step: Step, *, before: bool) -> Stop | None:
        """Does it, once. What a person does is no act of ours: its gates tell whether it was done.

        `before`: something had been done before this process began.
        """
        if is_a_persons(step.act):
            return None
        step = keeping(step, self._tools.journal.carried(self._run))
        try:
            was = await self._tools.hands.before(step.act)
        except (UnreadableError, RefusedError) as error:
            refused = Refused((f"It was not begun: {error.what}", error.advice))
            return StoppedAtAct(self._run.id, step, refused, acted=before or self.acted)
        outcome = await self._done(step, was)
        self.acted = self.acted or may_have_changed(step.act, outcome)
        self._tell(Acted(step, outcome))
        return None if isinstance(outcome, Done) else self._stopped(step, outcome, before=before)

    async def _done(self, step: Step, was: str) -> Outcome:
        now, instead_of = self._tools.timer.now(), self._instead_of
        self._tools.write_heard(self._run, step.number)
        intended = self._tools.journal.intend(self._run, step.number, step.act, was, now, instead_of)
        self._instead_of = ()
        self._tools.journal.leases.refuse_if_slept()
        return self._written(step, intended, await self._tools.hands.carry_out(step.act))

    def _written(self, step: Step, intended: Intended, outcome: Outcome) -> Outcome:
        """What became of it, once that is on the disk; else the intent stays open, and the next apply looks first."""
        try:
            self._tools.write_heard(self._run, step.number)
            if not isinstance(outcome, Unclear):
                self._tools.journal.conclude(intended, outcome, self._tools.timer.now())
        except RingtrustError as error:
            return Unclear((*outcome.evidence, f"That could not be written down: {error.what}", error.advice))
        return outcome

    def _stopped(self, step: Step, outcome: Outcome, *, before: bool) -> Stop:
        return StoppedAtAct(self._run.id, step, outcome, acted=before or self.acted)


def may_have_changed(act: Act, outcome: Outcome) -> bool:
    """A regeneration that was refused has changed nothing; a service that did not start again has been stopped.

    A backup changes nothing, however it ends.
    """
    return not isinstance(act, TakeBackup) and not (isinstance(act, Regenerate) and isinstance(outcome, Refused))
