"""What a proof leans on: whether it still holds when a person lets a gate of the plan pass.

Some gates are waited for in the proof itself: those are left out, and the night is proved once more. Others tell that
an act did what the proof takes it to do, or that the cluster is the one that it is about: without them it is about
nothing. The rest only keep steps from being taken.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from ringtrust.change.gate import (
    CertificateIs,
    CertificateIsNew,
    Gate,
    LscIssuersTrusted,
    RollbackOff,
    SecurityModeIs,
    ServedIs,
    TvsLoadable,
    Vouched,
)
from ringtrust.change.ground import Ground
from ringtrust.change.plan import Plan, Step
from ringtrust.prove.documents import violations
from ringtrust.prove.prove import examined
from ringtrust.prove.search import frames
from ringtrust.prove.steps import night_of_steps
from ringtrust.prove.story import story

Named = tuple[int, str]
"""The gates of one code that a step has, by the number of the step."""
_EFFECTS: Final = CertificateIsNew | ServedIs | Vouched | TvsLoadable
_GROUNDS: Final = CertificateIs | SecurityModeIs | RollbackOff | LscIssuersTrusted


def leaning(ground: Ground, plan: Plan, passed: Named, before: frozenset[Named]) -> tuple[str, ...]:
    """Why the proof of a plan is void once the gates of this name count as passed, too; else nothing.

    `ground` has the phones that the proof is to count, `before` are the gates that somebody has let pass already.
    """
    number, code = passed
    found = [gate for step in plan.steps if step.number == number for gate in _gates(step) if gate.code == code]
    return (*(text for gate in found for text in _taken(gate)), *_unproved(ground, plan, passed, before))


def _gates(step: Step) -> tuple[Gate, ...]:
    return (*step.before, *step.after)


def _taken(gate: Gate) -> Iterator[str]:
    """What the proof takes for granted, and only this gate tells."""
    if isinstance(gate.condition, _EFFECTS):
        yield f"The proof takes it for granted that {gate.what}: what it says of phones is said of that."
    if isinstance(gate.condition, _GROUNDS):
        yield f"The proof is about a cluster of which it is so that {gate.what}, and about no other."


def _unproved(ground: Ground, plan: Plan, passed: Named, before: frozenset[Named]) -> Iterator[str]:
    """What the night comes to when nobody waits there, as far as it does not come to that anyway."""
    was = [_without(step, before) for step in plan.steps]
    will = [_without(step, before | {passed}) for step in plan.steps]
    if night_of_steps(was) == night_of_steps(will):
        return
    known = {who for who, _ in _harm(ground, was, plan)}
    yield from (text for who, text in _harm(ground, will, plan) if who not in known)


def _without(step: Step, passed: frozenset[Named]) -> Step:
    before, after = (
        tuple(gate for gate in gates if (step.number, gate.code) not in passed) for gates in (step.before, step.after)
    )
    return replace(step, before=before, after=after)


def _harm(ground: Ground, steps: Sequence[Step], plan: Plan) -> Iterator[tuple[str, str]]:
    """Whom a night harms and how, and what a document forbids in it; each with what makes it the same in another."""
    night = night_of_steps(steps)
    places = frames(ground, night)
    for found in examined(ground, night):
        if found.harmed:
            yield f"phones {found.phones.name}", " ".join(story(ground, night, places, found).told)
    for each in violations(ground, night) if plan.basis == "documented" else ():
        yield f"{each.hazard} {each.text}", f"Cisco's documents forbid it: {each.text} ({each.hazard})."
