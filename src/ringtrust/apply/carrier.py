"""One run: each of its steps is brought to its end from whatever the journal says of it.

A step may be called for again at any time, by another process too: an act that is done is not done again, one of which
nobody knows is looked for first, and gates are looked at anew.
"""

from collections.abc import Callable

from ringtrust.apply.doing import Doing, may_have_changed
from ringtrust.apply.due import done_steps, seen_by_hand
from ringtrust.apply.made import backup_before, backup_seen, kept
from ringtrust.apply.news import (
    Began,
    Finished,
    GoesOn,
    Looks,
    News,
    Settled,
    Stop,
    StoppedAtAct,
    StoppedAtGate,
)
from ringtrust.apply.passing import Passing
from ringtrust.apply.permission import Permission
from ringtrust.apply.runs import Begun
from ringtrust.apply.tools import Tools
from ringtrust.change.act import ResetPhones, TakeBackup, is_a_persons
from ringtrust.change.gate import BackedUp, LscsRenewed, PhonesCurrent, code_of
from ringtrust.change.outcome import Failed, NotYet, Refused, Unclear
from ringtrust.change.plan import Step
from ringtrust.errors import RingtrustError
from ringtrust.journal.records import ABORTED, FINISHED, Carried, Looked

_BEFORE, _AFTER = "before", "after"


class Carrier:
    """Brings the steps of a run to their end. Then `ending` says how it ended, or `error` what stood in the way."""

    def __init__(self, found: Begun, tools: Tools, tell: Callable[[News], None]) -> None:
        self.run = found.run
        self.ending: Stop | None = None
        self.error: RingtrustError | None = None
        self._tools = tools
        self._tell = tell
        self._doing = Doing(found, tools, tell)
        self._passing = Passing(found.run, tools, tell)
        self._at_work = False
        self._behind_us = 0
        self._permission = Permission(found.run, tools, tell)
        self._before = bool(tools.journal.open_intents(found.run)) or self._has_acted()

    @property
    def acted(self) -> bool:
        """Whether anything has been done to the cluster, or may have been."""
        return self._before or self._doing.acted

    @property
    def numbers(self) -> tuple[int, ...]:
        """Those of its steps, in their order."""
        return tuple(step.number for step in self.run.plan.steps)

    @property
    def is_complete(self) -> bool:
        """Whether every act of ours is done, by the journal."""
        ours = {step.number for step in self.run.plan.steps if not is_a_persons(step.act)}
        return ours <= done_steps(self._tools.journal, self.run)

    def finished(self) -> Finished:
        """Writes down that nothing more is to come."""
        self._tools.journal.end(self.run, FINISHED, self._tools.timer.now())
        looked = self._tools.journal.looked(self.run)
        by_word = (each for each in looked if each.by)
        backup = backup_before(self._carried()) or backup_seen(looked)
        return Finished(self.run.id, tuple(dict.fromkeys(map(_by_word, by_word))), backup)

    def stopped(self, ending: Stop) -> Stop:
        """Writes down that it has stopped, and whether nothing more is to come all the same."""
        self._tools.journal.stop(self.run, ending.step.number, ending.evidence, self._tools.timer.now())
        if self._permission.is_over:
            self._tools.journal.end(self.run, ABORTED, self._tools.timer.now())
        return ending

    async def bring(self, step: int) -> bool:
        """Brings a step to its end, and before it those that are not, whatever an engine remembers of them.

        Whether the next one may begin.
        """
        try:
            self.ending = await self._brought(step)
        except RingtrustError as error:
            self.error = error
        return self.ending is None and self.error is None

    async def _brought(self, number: int) -> Stop | None:
        if not self._at_work:
            if stopped := await self._gone_on():
                return stopped
            self._at_work, self._behind_us = True, self._reached()
        for step in self.run.plan.steps:
            if self._behind_us < step.number <= number:
                if stopped := await self._take(step) or await self._kept(step):
                    return stopped
                self._behind_us = step.number
        return None

    async def _gone_on(self) -> Stop | None:
        """What was begun before is ended: acts without an outcome, and the gates of the last step that is done."""
        if stopped := await self._settled():
            return stopped
        reached = self._reached()
        for step in self.run.plan.steps:
            if step.number == reached:
                self._tell(GoesOn(step))
                return (
                    await self._passing.gates(step, _AFTER, kept(self._carried()), acted=self.acted)
                    or await self._once_more_behind(step)
                    or await self._kept(step)
                )
        return None

    async def _once_more_behind(self, step: Step) -> Stop | None:
        """The gates of a step that is done. A backup that has failed, and was seen to, is begun anew."""
        stopped = await self._wait_behind(step)
        if stopped is not None and _is_failed_backup(stopped):
            return await self._begin(step) or await self._wait_behind(step)
        return stopped

    def _reached(self) -> int:
        """The last step that is behind it: its act is done, or a person's is, and was seen."""
        journal = self._tools.journal
        return max(done_steps(journal, self.run) | seen_by_hand(journal, self.run), default=0)

    def _carried(self) -> tuple[Carried, ...]:
        return self._tools.journal.carried(self.run)

    def _has_acted(self) -> bool:
        return any(may_have_changed(each.intended.act, each.outcome) for each in self._carried())

    async def _settled(self) -> Stop | None:
        """What became of acts of which nobody wrote it down; it stops where nobody can tell."""
        for intended in self._tools.journal.open_intents(self.run):
            self._tell(Looks(intended))
            outcome = await self._tools.hands.settle(intended)
            self._tools.write_heard(self.run, intended.step)
            if not isinstance(outcome, Unclear):
                self._tools.journal.conclude(intended, outcome, self._tools.timer.now())
            self._tell(Settled(intended, outcome))
            if isinstance(outcome, Unclear):
                step = next(step for step in self.run.plan.steps if step.number == intended.step)
                return StoppedAtAct(self.run.id, step, outcome, acted=self.acted)
        self._before = self._has_acted()
        return None

    async def _take(self, step: Step) -> Stop | None:
        return await self._begin(step) or await self._wait_behind(step)

    async def _begin(self, step: Step) -> Stop | None:
        if forbidden := await self._permission.given(step, acted=self.acted):
            return forbidden
        if self._permission.has_waited and not self.acted and self._tools.fresh is not None:
            await self._tools.fresh()
        self._tell(Began(step))
        while True:
            if stopped := await self._passing.gates(step, _BEFORE, step.before, acted=self.acted):
                return self._permission.ended(step, acted=self.acted) or stopped
            if self._permission.is_free(step):
                return await self._doing.act(step, before=self._before)
            if forbidden := await self._permission.given(step, acted=self.acted):
                return forbidden  # else somebody decided meanwhile: the gates once more

    async def _wait_behind(self, step: Step) -> Stop | None:
        stopped = await self._behind(step)
        if stopped is not None and _is_missed_wave(stopped):
            return await self._begin(step) or await self._behind(step)
        if stopped is not None and _wait_in_vain(stopped):
            return await self._told_again(step, stopped)
        return stopped and (self._permission.ended(step, acted=self.acted) or stopped)

    async def _behind(self, step: Step) -> Stop | None:
        return await self._passing.gates(step, _AFTER, step.after, acted=self.acted)

    async def _told_again(self, step: Step, stopped: Stop) -> Stop | None:
        """Once more those that have no new LSC, and nobody else: by what was there before the first time."""
        first = next(each.intended for each in self._carried() if each.intended.step == step.number)
        if not isinstance(await self._tools.hands.settle(first), Refused):
            return stopped
        return await self._begin(step) or await self._behind(step)

    async def _kept(self, step: Step) -> Stop | None:
        """Once phones hold the list of now, nobody may have renewed once more what they have it for."""
        if not _waits_for_phones(step):
            return None
        before = [each.number for each in self.run.plan.steps if each.number < step.number and _waits_for_phones(each)]
        new = [each for each in self._carried() if each.intended.step > max(before, default=0)]
        return await self._passing.gates(step, _AFTER, kept(new), acted=self.acted)


def _by_word(looked: Looked) -> str:
    return f"{code_of(looked.condition)} of step {looked.step}, by {looked.by}"


def _is_missed_wave(ending: Stop) -> bool:
    """Whether phones are back from a wave with another list: waiting does not help them, being sent once more does."""
    return (
        isinstance(ending, StoppedAtGate)
        and isinstance(ending.step.act, ResetPhones)
        and isinstance(ending.gate.condition, PhonesCurrent)
        and isinstance(ending.verdict, Failed)
    )


def _is_failed_backup(ending: Stop) -> bool:
    """Whether the node says that a backup which this plan has begun did not succeed."""
    return (
        isinstance(ending, StoppedAtGate)
        and isinstance(ending.step.act, TakeBackup)
        and isinstance(ending.gate.condition, BackedUp)
        and isinstance(ending.verdict, Failed)
    )


def _wait_in_vain(ending: Stop) -> bool:
    """Whether phones have no new LSC though they were told: one that did not reach CAPF asks when it is told again."""
    return (
        isinstance(ending, StoppedAtGate)
        and isinstance(ending.gate.condition, LscsRenewed)
        and isinstance(ending.verdict, NotYet | Failed)
    )


def _waits_for_phones(step: Step) -> bool:
    """Whether all of them are waited for: a canary shows what becomes of a few."""
    return any(isinstance(gate.condition, PhonesCurrent) and not gate.condition.only for gate in step.after)
