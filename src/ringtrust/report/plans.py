"""A plan for people: what to know beforehand, what happens when, and with `explain` why, and from where."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from ringtrust.change.act import Delete, Regenerate, ResetPhones, is_a_persons
from ringtrust.change.gate import Gate
from ringtrust.change.plan import Plan, Step, Weighed, phases_of
from ringtrust.trust.names import counted, printable

_WIDTH: Final = 110
_HOUR: Final = 3600
_MINUTE: Final = 60


def plan_lines(plan: Plan, *, explain: bool = False) -> Iterator[str]:
    """Line by line; nothing in it that a terminal would obey."""
    yield from map(printable, _lines(plan, explain=explain))


def _lines(plan: Plan, *, explain: bool) -> Iterator[str]:
    yield f"Plan for {plan.cluster} (version {plan.version}): {plan.goal}."
    renewals = sum(isinstance(step.act, Regenerate) for step in plan.steps)
    sent = [step.act for step in plan.steps if isinstance(step.act, ResetPhones)]
    first = [act for act in sent if act.group]
    renewed, resets = counted(renewals, "certificate"), counted(len(sent) - len(first), "time")
    deleted = sum(isinstance(step.act, Delete) for step in plan.steps)
    done = f"{counted(deleted, 'deletion')}" if deleted else f"{renewed} renewed"
    yield f"{counted(len(plan.steps), 'step')}: {done}, phones reset {resets}."
    for act in first[:1]:
        yield f"Before each reset the canary {act.group} goes first: {counted(len(act.phones), 'phone')}."
    yield f"It waits for {counted(len(plan.phones), 'phone')}; {len(plan.stragglers):,} cannot be waited for."
    yield ""
    yield from _ways(plan)
    yield ""
    yield "Before you start"
    for note in plan.notes:
        yield from wrapped(f"{note.text} [{', '.join(note.sources)}]", "  * ", "    ")
    for phase, steps in phases_of(plan):
        yield ""
        yield phase
        for step in steps:
            yield from step_lines(step, explain=explain)
    yield ""
    yield f"Digest {plan.digest}."


def _ways(plan: Plan) -> Iterator[str]:
    """The strategies side by side; the one of this plan has a star."""
    yield f"Ways, basis {plan.basis}"
    for way in plan.weighed:
        mark = "*" if way.strategy == plan.strategy else " "
        if way.verdict == "cannot":
            yield from wrapped(f"{way.strategy:<9} cannot be planned: {way.why}", f"{mark} ", "            ")
            continue
        verdict = _holds(plan) if way.verdict == "holds" else f"REFUTED: {way.why}"
        yield from wrapped(
            f"{way.strategy:<9} {counted(way.waves, 'wave')}, {counted(way.restarts, 'restart')}, "
            f"{span(way.least * _MINUTE)} to {span(way.most * _MINUTE)}, at most {span(way.without_https * _MINUTE)} "
            f"without HTTPS on phones; {verdict}",
            f"{mark} ",
            "            ",
        )
        yield from _bounds(way)
    for advice in plan.advice:
        yield from wrapped(f"Recommended: {advice.strategy}. {advice.why}", "  ", "  ")
        if advice.strategy != plan.strategy:
            yield f"  This plan goes the way with the star: {plan.strategy}. The other is --strategy {advice.strategy}."


def _holds(plan: Plan) -> str:
    """Of phones that are left behind the proof of the plan tells."""
    if not plan.stragglers:
        return "holds"
    return f"holds for the {counted(len(plan.phones), 'phone')} that it waits for (of the others: ringtrust prove PLAN)"


def _bounds(way: Weighed) -> Iterator[str]:
    for bound in way.bound:
        gap = way.waves - bound.waves
        fewer = f"no fewer than {bound.waves}" if gap == 0 else f"no fewer than {bound.waves}; a gap of {gap} is open"
        yield from wrapped(f"{fewer}: {bound.why}", "            ", "            ")
    for waves in way.by_mechanism:
        same = "as many" if waves == way.waves else counted(waves, "wave")
        text = f"By the mechanism alone, whatever documents forbid: {same} (--basis mechanism)."
        yield from wrapped(text, "            ", "            ")


def step_lines(step: Step, *, explain: bool) -> Iterator[str]:
    """A step with what has to be so behind it; with `explain` why, how, and what to do when it fails."""
    mark = "  you" if is_a_persons(step.act) else ""
    first = f"{step.number:>4}{mark}  "
    yield from wrapped(step.title, first, " " * len(first))
    if explain:
        yield from wrapped(f"why: {step.why} [{', '.join(step.sources)}]", "        ", "             ")
        yield from _instructions(step)
        yield from _gates("before", step.before)
        yield from _gates("then", step.after)
    elif step.after:
        yield from wrapped(f"then: {'; '.join(gate.what for gate in step.after)}", "        ", "              ")


def _instructions(step: Step) -> Iterator[str]:
    for word, text in (("do", step.command), ("effect", step.effect), ("if it fails", step.if_it_fails)):
        if text:
            yield from wrapped(f"{word}: {text}", "        ", "             ")


def _gates(moment: str, gates: Iterable[Gate]) -> Iterator[str]:
    for gate in gates:
        yield from wrapped(
            f"{moment}: {gate.what} ({gate.code}, {_patience(gate)}) [{', '.join(gate.sources)}]",
            "        ",
            "          ",
        )


def _patience(gate: Gate) -> str:
    return f"within {span(gate.patience)}" if gate.patience else "at once"


def span(seconds: int) -> str:
    """A time to wait, in a word: `40 s`, `10 min`, `8 h`, `1 h 5 min`."""
    hours, rest = divmod(seconds, _HOUR)
    minutes = rest // _MINUTE
    if not hours:
        return f"{minutes} min" if minutes else f"{rest} s"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def wrapped(text: str, first: str, more: str) -> Iterator[str]:
    """A text in lines that fit a terminal."""
    yield from textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=more, break_on_hyphens=False)
