"""The steps of a plan in their order, from where the journal says, up to the first gate that does not pass."""

from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec

from ringtrust.apply.due import refuse_if_due
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
from ringtrust.change.act import Act, HandOver, Regenerate, ResetPhones
from ringtrust.change.gate import Gate, PhonesCurrent
from ringtrust.change.outcome import Done, Failed, Outcome, Passed, Refused, Unclear, Verdict
from ringtrust.change.plan import Plan, Step
from ringtrust.clock import Timer
from ringtrust.errors import HalfWayError, RefusedError, RingtrustError, UnreadableError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Intended, Looked, Run

FINISHED: Final = "finished"
SUPERSEDED: Final = "superseded"
_BEFORE, _AFTER = "before", "after"


class Tools(msgspec.Struct, frozen=True):
    """What a plan is carried out with: on the wire, or in virtual time."""

    hands: Hands
    judge: Judge
    journal: Journal
    timer: Timer


async def carry_out(plan: Plan, tools: Tools, tell: Callable[[News], None], *, instead_of: int | None = None) -> Ending:
    """Carries a plan out, or goes on with it. `instead_of` is the number of a run to be given up half-way.

    Raises RefusedError when it has been carried out already, or when another plan has been left half-done; HalfWayError
    when something else than the cluster fails after an act: the journal, or whoever is told.
    """
    run = _begun(plan, tools, tell, instead_of)
    for intended in tools.journal.open_intents(run):
        outcome = await tools.hands.settle(intended)
        if not isinstance(outcome, Unclear):
            tools.journal.conclude(intended, outcome, tools.timer.now())
        tell(Settled(intended, outcome))
        if isinstance(outcome, Unclear):
            return StoppedAtAct(run.id, _step(plan, intended), outcome, acted=True)
    applying = _Applying(run, tools, tell)
    try:
        return await applying.steps()
    except RingtrustError as error:
        if not applying.acted:
            raise
        raise HalfWayError(error.what, advice=f"{error.advice} Then call apply again: it goes on.".strip()) from error


def _begun(plan: Plan, tools: Tools, tell: Callable[[News], None], instead_of: int | None) -> Run:
    """The run of this plan that has not ended, or a new one."""
    runs = tools.journal.runs(plan.cluster)
    over = next((run for run in runs if run.over and run.plan.digest == plan.digest), None)
    if over is not None:
        raise _over(over)
    for run in (run for run in runs if not run.over):
        if run.plan.digest == plan.digest:
            tell(Resumed(len(_done(tools.journal, run)), len(plan.steps)))
            return run
        _supersede(run, plan, tools, given_up=run.id == instead_of)
    return tools.journal.begin(plan, tools.timer.now())


def _over(run: Run) -> RefusedError:
    """A plan is good for one run: it says nothing of what has changed since (design.md §4.3)."""
    when = f"on {run.ended:%Y-%m-%d at %H:%M} UTC (run {run.id})"
    if run.ending == FINISHED:
        return RefusedError(
            f"This plan was carried out to its end {when}. Nothing was done now.",
            advice="Look at the cluster with `ringtrust verify`; to renew anything else, scan and plan anew.",
        )
    return RefusedError(
        f"This plan was begun, and gave way to a newer one {when}. Nothing was done now.",
        advice="Scan and plan anew: a new plan sees what both have left.",
    )


def _supersede(run: Run, plan: Plan, tools: Tools, *, given_up: bool) -> None:
    """A run of another plan gives way to one made after its last act, when nothing is due that this one cannot see."""
    begun = [each.at for each in tools.journal.open_intents(run)]
    ended = [each.at for each in tools.journal.carried(run)]
    if plan.made <= max([run.began, *begun, *ended]):
        raise RefusedError(
            f"Another plan for {plan.cluster} was begun and has not ended (run {run.id}), and this one is older.",
            advice=f"Go on with that plan, ringtrust resume {run.id}, or scan and plan anew.",
        )
    if not given_up:
        refuse_if_due(run, tools.journal)
    tools.journal.end(run, SUPERSEDED, tools.timer.now())


def _done(journal: Journal, run: Run) -> set[int]:
    return {each.intended.step for each in journal.carried(run) if isinstance(each.outcome, Done)}


def _may_have_changed(act: Act, outcome: Outcome) -> bool:
    """A regeneration that was refused has changed nothing; a service that did not start again has been stopped."""
    return not (isinstance(act, Regenerate) and isinstance(outcome, Refused))


def _step(plan: Plan, intended: Intended) -> Step:
    return next(step for step in plan.steps if step.number == intended.step)


def _is_missed_wave(ending: Ending) -> bool:
    """Whether phones are back from a wave with another list: waiting does not help them, being sent once more does."""
    return (
        isinstance(ending, StoppedAtGate)
        and isinstance(ending.step.act, ResetPhones)
        and isinstance(ending.gate.condition, PhonesCurrent)
        and isinstance(ending.verdict, Failed)
    )


class _Applying:
    def __init__(self, run: Run, tools: Tools, tell: Callable[[News], None]) -> None:
        self._run = run
        self._tools = tools
        self._tell = tell
        self._reached = max(_done(tools.journal, run), default=0)
        self.acted = any(_may_have_changed(each.intended.act, each.outcome) for each in tools.journal.carried(run))

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
        stopped = await self._begin(step) if step.number > self._reached else None
        stopped = stopped or await self._gates(step, _AFTER, step.after)
        if stopped is not None and _is_missed_wave(stopped):
            return await self._begin(step) or await self._gates(step, _AFTER, step.after)
        return stopped

    async def _begin(self, step: Step) -> Ending | None:
        self._tell(Began(step))
        return await self._gates(step, _BEFORE, step.before) or await self._act(step)

    async def _act(self, step: Step) -> Ending | None:
        """Intent, act, outcome. What a person does is no act of ours: its gates tell whether it was done."""
        if isinstance(step.act, HandOver):
            return None
        try:
            before = await self._tools.hands.before(step.act)
        except (UnreadableError, RefusedError) as error:
            return self._stopped(step, Refused((f"It was not begun: {error.what}", error.advice)))
        intended = self._tools.journal.intend(self._run, step.number, step.act, before, self._tools.timer.now())
        outcome = self._written(intended, await self._tools.hands.carry_out(step.act))
        self.acted = self.acted or _may_have_changed(step.act, outcome)
        self._tell(Acted(step, outcome))
        if not isinstance(outcome, Done):
            return self._stopped(step, outcome)
        self._reached = step.number
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
        for gate in gates:
            waiting = partial(self._wait, step, gate)
            verdict = await passage(gate, self._tools.judge, self._tools.timer, waiting)
            self._note(step, moment, gate, verdict)
            self._tell(Judged(step, gate, verdict))
            if not isinstance(verdict, Passed):
                return StoppedAtGate(self._run.id, step, gate, verdict, acted=self.acted)
        return None

    def _wait(self, step: Step, gate: Gate, verdict: Verdict, seconds: int) -> None:
        self._tell(Waiting(step, gate, verdict, seconds))

    def _note(self, step: Step, moment: str, gate: Gate, verdict: Verdict) -> None:
        looked = Looked(step.number, moment, gate.code, verdict, self._tools.timer.now())
        self._tools.journal.note(self._run, looked)
