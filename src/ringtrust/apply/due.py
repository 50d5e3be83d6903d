"""What a run that was left half-way still owes the cluster."""

from itertools import dropwhile, takewhile

from ringtrust.change.act import HandOver, Regenerate
from ringtrust.change.outcome import Done
from ringtrust.change.plan import Plan, Step
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Run


def refuse_if_due(run: Run, journal: Journal) -> None:
    """Raises RefusedError when what a run has renewed is not loaded everywhere yet.

    No other plan would see that: what is renewed already is left out of it, and the restarts with it.
    """
    begun = [each.step for each in journal.open_intents(run)]
    done = [each.intended.step for each in journal.carried(run) if isinstance(each.outcome, Done)]
    owed = due(run.plan, max([*done, *begun], default=0))
    if owed:
        raise RefusedError(
            f"Another plan for {run.plan.cluster} was left half-way (run {run.id} of {run.began:%Y-%m-%d %H:%M} UTC). "
            f"What it has renewed still needs: {'; '.join(step.title for step in owed)}.",
            advice=f"Go on with that plan: ringtrust resume {run.id}. If that cannot be, do these yourself, one after "
            f"the other, wait for the phones, and give that run up: add --instead-of {run.id}.",
        )


def due(plan: Plan, reached: int) -> tuple[Step, ...]:
    """The restarts and the wave behind the last renewals up to a step, as far as they come after that step."""
    here = [step for step in plan.steps if step.number == reached]
    rest = [step for step in plan.steps if step.number > reached]
    if here and _renews(here[0]):
        rest = list(dropwhile(_renews, rest))
    owed = takewhile(lambda step: not _renews(step), rest)
    return tuple(step for step in owed if not isinstance(step.act, HandOver)) if here else ()


def _renews(step: Step) -> bool:
    return isinstance(step.act, Regenerate)
