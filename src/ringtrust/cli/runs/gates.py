"""Which gate a person may let pass, and what becomes of the proof."""

from collections.abc import Sequence

from ringtrust.apply.due import done_steps
from ringtrust.change.gate import Gate
from ringtrust.change.plan import Step
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Run
from ringtrust.plan.strategies import waited_only
from ringtrust.prove.leaning import Named, leaning
from ringtrust.trust.names import counted, quoted


def refuse_unless_open(journal: Journal, run: Run, number: int, code: str) -> tuple[Gate, ...]:
    """The gates of this code that a step has. Raises RefusedError when there is none, or when the step lies behind."""
    step = next((each for each in run.plan.steps if each.number == number), None)
    if step is None:
        raise RefusedError(
            f"Run {run.id} has no step {number}.", advice=f"It has {counted(len(run.plan.steps), 'step')}."
        )
    if number < (reached := max(done_steps(journal, run), default=0)):
        raise RefusedError(f"Step {number} of run {run.id} lies behind it: it is at step {reached}.")
    found = tuple(gate for gate in _gates(step) if gate.code == code)
    if not found:
        raise RefusedError(f"Step {number}, {step.title}, has no gate {quoted(code)}.", advice=_those(step))
    return found


def _gates(step: Step) -> Sequence[Gate]:
    return (*step.before, *step.after)


def _those(step: Step) -> str:
    known = dict.fromkeys(f"{gate.code} ({gate.what})" for gate in _gates(step))
    return f"It has {'; '.join(known)}." if known else "It has none."


def refuse_unless_proved(journal: Journal, run: Run, passed: Named, *, void_proof: bool) -> tuple[str, ...]:
    """What becomes of the proof, in sentences. Raises RefusedError where it is void and nobody said that it may be."""
    plan, (step, code) = run.plan, passed
    before = frozenset((each.step, each.gate) for each in journal.decisions(run) if each.what == "override")
    why = leaning(waited_only(plan.ground), plan, passed, before)
    if not why:
        return ("The proof of the plan does not lean on it.",)
    if not void_proof:
        raise RefusedError(
            f"The proof of the plan leans on {code} of step {step}. {' '.join(why)}",
            advice="See to it that the gate passes by itself. If it has to be all the same, add --void-proof: then "
            f"nobody can say that each of {counted(len(plan.phones), 'phone')} keeps its trust; one that loses it has "
            "to be reset by hand.",
        )
    return (f"THE PROOF OF THE PLAN IS VOID FROM HERE. {' '.join(why)}",)
