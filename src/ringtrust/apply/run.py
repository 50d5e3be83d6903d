"""The steps of a plan in their order, from where the journal says, up to the first gate that does not pass."""

from collections.abc import Callable
from functools import partial

import msgspec

from ringtrust.apply.due import done_steps, owed
from ringtrust.apply.hands import Hands
from ringtrust.apply.made import as_made, kept
from ringtrust.apply.news import (
    Acted,
    Began,
    Ending,
    Finished,
    GoesOn,
    Judged,
    News,
    Settled,
    StoppedAtAct,
    StoppedAtGate,
    Waiting,
)
from ringtrust.apply.patience import Judge, passage
from ringtrust.apply.runs import Begun, begun
from ringtrust.change.act import Act, Regenerate, ResetPhones, is_a_persons
from ringtrust.change.gate import Gate, LscsRenewed, PhonesCurrent
from ringtrust.change.outcome import Done, Failed, NotYet, Outcome, Passed, Refused, Unclear, Verdict
from ringtrust.change.plan import Plan, Step
from ringtrust.clock import Timer
from ringtrust.errors import HalfWayError, RefusedError, RingtrustError, UnreadableError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import FINISHED, Carried, Intended, Looked

_BEFORE, _AFTER = "before", "after"


class Tools(msgspec.Struct, frozen=True):
    """What a plan is carried out with: on the wire, or in virtual time; `cluster` is its name in the journal."""

    hands: Hands
    judge: Judge
    journal: Journal
    timer: Timer
    cluster: str


async def carry_out(plan: Plan, tools: Tools, tell: Callable[[News], None], *, instead_of: int | None = None) -> Ending:
    """Carries a plan out, or goes on with it. `instead_of` is the number of a run to be given up half-way.

    Raises RefusedError when it has been carried out already, or when another plan has been left half-done; HalfWayError
    when something else than the cluster fails after an act: the journal, or whoever is told.
    """
    found = begun(plan, tools.cluster, tools.journal, tools.timer, instead_of)
    for each in found.news:
        tell(each)
    applying = _Applying(found, tools, tell)
    try:
        return await applying.settled() or await applying.steps()
    except RingtrustError as error:
        if not applying.acted:
            raise
        raise HalfWayError(error.what, advice=f"{error.advice} Then call apply again: it goes on.".strip()) from error


def _may_have_changed(act: Act, outcome: Outcome) -> bool:
    """A regeneration that was refused has changed nothing; a service that did not start again has been stopped."""
    return not (isinstance(act, Regenerate) and isinstance(outcome, Refused))


def _is_missed_wave(ending: Ending) -> bool:
    """Whether phones are back from a wave with another list: waiting does not help them, being sent once more does."""
    return (
        isinstance(ending, StoppedAtGate)
        and isinstance(ending.step.act, ResetPhones)
        and isinstance(ending.gate.condition, PhonesCurrent)
        and isinstance(ending.verdict, Failed)
    )


def _wait_in_vain(ending: Ending) -> bool:
    """Whether phones have no new LSC though they were told: one that did not reach CAPF asks when it is told again."""
    return (
        isinstance(ending, StoppedAtGate)
        and isinstance(ending.gate.condition, LscsRenewed)
        and isinstance(ending.verdict, NotYet | Failed)
    )


def _waits_for_phones(step: Step) -> bool:
    return any(isinstance(gate.condition, PhonesCurrent) for gate in step.after)


class _Applying:
    def __init__(self, found: Begun, tools: Tools, tell: Callable[[News], None]) -> None:
        self._run = found.run
        self._instead_of = found.instead_of
        self._tools = tools
        self._tell = tell
        self.acted = bool(tools.journal.open_intents(found.run)) or self._has_acted()

    def _has_acted(self) -> bool:
        return any(_may_have_changed(each.intended.act, each.outcome) for each in self._carried())

    def _carried(self) -> tuple[Carried, ...]:
        return self._tools.journal.carried(self._run)

    async def settled(self) -> Ending | None:
        """What became of acts of which nobody wrote it down; it stops where nobody can tell."""
        for intended in self._tools.journal.open_intents(self._run):
            outcome = await self._tools.hands.settle(intended)
            if not isinstance(outcome, Unclear):
                self._tools.journal.conclude(intended, outcome, self._tools.timer.now())
            self._tell(Settled(intended, outcome))
            if isinstance(outcome, Unclear):
                step = next(step for step in self._run.plan.steps if step.number == intended.step)
                return self._stopped(step, outcome)
        self.acted = self._has_acted()
        return None

    async def steps(self) -> Ending:
        """Every step that is not behind the last one done; the gates of that one are looked at again."""
        reached = max(done_steps(self._tools.journal, self._run), default=0)
        for step in self._run.plan.steps:
            if step.number < reached:
                continue
            take = self._go_on if step.number == reached else self._take
            stopped = await take(step) or await self._kept(step)
            if stopped is not None:
                return stopped
        self._tools.journal.end(self._run, FINISHED, self._tools.timer.now())
        return Finished(self._run.id)

    async def _go_on(self, step: Step) -> Ending | None:
        """Behind a step that was done before; first, whether everything that was made so far is still there."""
        self._tell(GoesOn(step))
        return await self._gates(step, _AFTER, kept(self._carried())) or await self._wait_behind(step)

    async def _take(self, step: Step) -> Ending | None:
        return await self._begin(step) or await self._wait_behind(step)

    async def _wait_behind(self, step: Step) -> Ending | None:
        stopped = await self._gates(step, _AFTER, step.after)
        if stopped is not None and _is_missed_wave(stopped):
            return await self._begin(step) or await self._gates(step, _AFTER, step.after)
        if stopped is not None and _wait_in_vain(stopped):
            return await self._told_again(step, stopped)
        return stopped

    async def _told_again(self, step: Step, stopped: Ending) -> Ending | None:
        """Once more those that have no new LSC, and nobody else: by what was there before the first time."""
        first = next(each.intended for each in self._carried() if each.intended.step == step.number)
        if not isinstance(await self._tools.hands.settle(first), Refused):
            return stopped
        return await self._begin(step) or await self._gates(step, _AFTER, step.after)

    async def _kept(self, step: Step) -> Ending | None:
        """Once phones hold the list of now, nobody may have renewed once more what they have it for."""
        if not _waits_for_phones(step):
            return None
        before = [each.number for each in self._run.plan.steps if each.number < step.number and _waits_for_phones(each)]
        new = [each for each in self._carried() if each.intended.step > max(before, default=0)]
        return await self._gates(step, _AFTER, kept(new))

    async def _begin(self, step: Step) -> Ending | None:
        self._tell(Began(step))
        return await self._gates(step, _BEFORE, step.before) or await self._act(step)

    async def _act(self, step: Step) -> Ending | None:
        """Intent, act, outcome. What a person does is no act of ours: its gates tell whether it was done."""
        if is_a_persons(step.act):
            return None
        try:
            before = await self._tools.hands.before(step.act)
        except (UnreadableError, RefusedError) as error:
            return self._stopped(step, Refused((f"It was not begun: {error.what}", error.advice)))
        now, instead_of = self._tools.timer.now(), self._instead_of
        intended = self._tools.journal.intend(self._run, step.number, step.act, before, now, instead_of)
        self._instead_of = ()
        outcome = self._written(intended, await self._tools.hands.carry_out(step.act))
        self.acted = self.acted or _may_have_changed(step.act, outcome)
        self._tell(Acted(step, outcome))
        if not isinstance(outcome, Done):
            return self._stopped(step, outcome)
        return None

    def _written(self, intended: Intended, outcome: Outcome) -> Outcome:
        """What became of it, once that is on the disk; else the intent stays open, and the next apply looks first."""
        if isinstance(outcome, Unclear):
            return outcome
        try:
            self._tools.journal.conclude(intended, outcome, self._tools.timer.now())
        except RingtrustError as error:
            return Unclear((*outcome.evidence, f"That could not be written down: {error.what}", error.advice))
        return outcome

    def _stopped(self, step: Step, outcome: Outcome) -> Ending:
        return StoppedAtAct(self._run.id, step, outcome, acted=self.acted)

    async def _gates(self, step: Step, moment: str, gates: tuple[Gate, ...]) -> Ending | None:
        for gate in (as_made(each, self._carried()) for each in gates):
            waiting = partial(self._wait, step, gate)
            verdict = await passage(gate, self._tools.judge, self._tools.timer, waiting)
            self._note(step, moment, gate, verdict)
            self._tell(Judged(step, gate, verdict))
            if not isinstance(verdict, Passed):
                due = owed(self._run, self._tools.journal)
                return StoppedAtGate(self._run.id, step, gate, verdict, acted=self.acted, owed=due)
        return None

    def _wait(self, step: Step, gate: Gate, verdict: Verdict, seconds: int) -> None:
        self._tell(Waiting(step, gate, verdict, seconds))

    def _note(self, step: Step, moment: str, gate: Gate, verdict: Verdict) -> None:
        looked = Looked(step.number, moment, gate.condition, verdict, self._tools.timer.now())
        self._tools.journal.note(self._run, looked)
