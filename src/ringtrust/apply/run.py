"""The steps of a plan in their order, from where the journal says, up to the first gate that does not pass."""

from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec

from ringtrust.apply.hands import Hands
from ringtrust.apply.news import (
    Acted,
    Began,
    Ending,
    Finished,
    Judged,
    News,
    Resumed,
    Settled,
    StoppedAtAct,
    StoppedAtGate,
    Waiting,
)
from ringtrust.apply.patience import Judge, passage
from ringtrust.change.act import HandOver
from ringtrust.change.gate import Gate
from ringtrust.change.outcome import Done, Outcome, Passed, Unclear, Verdict
from ringtrust.change.plan import Plan, Step
from ringtrust.clock import Timer
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Intended, Looked, Run

FINISHED: Final = "finished"
SUPERSEDED: Final = "superseded"


class Tools(msgspec.Struct, frozen=True):
    """What a plan is carried out with: on the wire, or in virtual time."""

    hands: Hands
    judge: Judge
    journal: Journal
    timer: Timer


async def carry_out(plan: Plan, tools: Tools, tell: Callable[[News], None]) -> Ending:
    """Carries a plan out, or goes on with it. Raises RefusedError when another plan has been left half-done."""
    run = _begun(plan, tools, tell)
    for intended in tools.journal.open_intents(run):
        outcome = await tools.hands.settle(intended)
        tell(Settled(intended, outcome))
        if isinstance(outcome, Unclear):
            return StoppedAtAct(run.id, _step(plan, intended), outcome, acted=True)
        tools.journal.conclude(intended, outcome, tools.timer.now())
    return await _Applying(run, tools, tell).steps()


def _begun(plan: Plan, tools: Tools, tell: Callable[[News], None]) -> Run:
    """The run of this plan that has not ended, or a new one."""
    for run in tools.journal.runs(plan.cluster):
        if run.over:
            continue
        if run.plan.digest == plan.digest:
            tell(Resumed(len(_done(tools.journal, run)), len(plan.steps)))
            return run
        _supersede(run, plan, tools)
    return tools.journal.begin(plan, tools.timer.now())


def _supersede(run: Run, plan: Plan, tools: Tools) -> None:
    """A run of another plan gives way to a plan that was made after its last act: that one has seen what it left."""
    left = tools.journal.open_intents(run)
    last = max((each.at for each in left), default=run.began)
    last = max((each.at for each in tools.journal.carried(run)), default=last)
    if plan.made <= last:
        raise RefusedError(
            f"Another plan for {plan.cluster} was begun and has not ended (run {run.id}), and this one is older.",
            advice="Go on with that plan, or scan and plan anew: a new plan sees what the other has left.",
        )
    tools.journal.end(run, SUPERSEDED, tools.timer.now())


def _done(journal: Journal, run: Run) -> set[int]:
    return {each.intended.step for each in journal.carried(run) if isinstance(each.outcome, Done)}


def _step(plan: Plan, intended: Intended) -> Step:
    return next(step for step in plan.steps if step.number == intended.step)


class _Applying:
    def __init__(self, run: Run, tools: Tools, tell: Callable[[News], None]) -> None:
        self._run = run
        self._tools = tools
        self._tell = tell
        self._reached = max(_done(tools.journal, run), default=0)

    async def steps(self) -> Ending:
        """Every step that is not behind the last one done; the gates of that one are looked at again."""
        for step in self._run.plan.steps:
            if step.number < self._reached:
                continue
            stopped = await self._take(step)
            if stopped is not None:
                return stopped
        self._tools.journal.end(self._run, FINISHED, self._tools.timer.now())
        return Finished(self._run.id)

    async def _take(self, step: Step) -> Ending | None:
        if step.number > self._reached:
            self._tell(Began(step))
            stopped = await self._gates(step, "before", step.before) or await self._act(step)
            if stopped is not None:
                return stopped
        return await self._gates(step, "after", step.after)

    async def _act(self, step: Step) -> Ending | None:
        """Intent, act, outcome. What a person does is no act of ours: its gates tell whether it was done."""
        if isinstance(step.act, HandOver):
            return None
        try:
            before = await self._tools.hands.before(step.act)
        except UnreadableError as error:
            return self._stopped(step, Unclear((error.what, error.advice)))
        intended = self._tools.journal.intend(self._run, step.number, step.act, before, self._tools.timer.now())
        outcome = await self._tools.hands.carry_out(step.act)
        self._tell(Acted(step, outcome))
        if isinstance(outcome, Unclear):  # the intent stays open: the next apply looks before it does anything
            return self._stopped(step, outcome, acted=True)
        self._tools.journal.conclude(intended, outcome, self._tools.timer.now())
        if not isinstance(outcome, Done):
            return self._stopped(step, outcome)
        self._reached = step.number
        return None

    def _stopped(self, step: Step, outcome: Outcome, *, acted: bool = False) -> Ending:
        return StoppedAtAct(self._run.id, step, outcome, acted=acted or self._reached > 0)

    async def _gates(self, step: Step, moment: str, gates: tuple[Gate, ...]) -> Ending | None:
        for gate in gates:
            waiting = partial(self._wait, step, gate)
            verdict = await passage(gate, self._tools.judge, self._tools.timer, waiting)
            self._note(step, moment, gate, verdict)
            self._tell(Judged(step, gate, verdict))
            if not isinstance(verdict, Passed):
                return StoppedAtGate(self._run.id, step, gate, verdict, acted=self._reached > 0)
        return None

    def _wait(self, step: Step, gate: Gate, verdict: Verdict, seconds: int) -> None:
        self._tell(Waiting(step, gate, verdict, seconds))

    def _note(self, step: Step, moment: str, gate: Gate, verdict: Verdict) -> None:
        looked = Looked(step.number, moment, gate.code, verdict, self._tools.timer.now())
        self._tools.journal.note(self._run, looked)
