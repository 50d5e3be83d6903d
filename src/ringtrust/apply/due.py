"""What a run that was left half-way still owes the cluster."""

from itertools import dropwhile, takewhile

from ringtrust.change.act import HandOver, Regenerate
from ringtrust.change.gate import Vouched
from ringtrust.change.outcome import Done, Failed
from ringtrust.change.plan import Plan, Step
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Intended, Run


def refuse_if_due(run: Run, journal: Journal) -> None:
    """Raises RefusedError when what a run has renewed is not loaded everywhere yet.

    No other plan would see that: what is renewed already is left out of it, and the restarts with it.
    """
    owed = due(run.plan, _reached(run, journal))
    if not owed:
        return
    what = (
        f"Another plan for {run.plan.cluster} was left half-way (run {run.id} of {run.began:%Y-%m-%d %H:%M} UTC). "
        f"What it has renewed still needs: {'; '.join(step.title for step in owed)}."
    )
    go_on = f"Go on with that plan: ringtrust resume {run.id}."
    if _unheard(run, journal):
        raise RefusedError(
            what, advice=f"{go_on} Do not reset phones by hand: when it stopped, they did not know a TVS (G-TVS)."
        )
    raise RefusedError(
        what,
        advice=f"{go_on} If that cannot be, do these yourself, one after the other, wait for the phones, and give that "
        f"run up: add --instead-of {run.id}.",
    )


def due(plan: Plan, reached: int) -> tuple[Step, ...]:
    """The restarts and the wave behind the last renewals up to a step, as far as they come after that step."""
    here = [step for step in plan.steps if step.number == reached]
    rest = [step for step in plan.steps if step.number > reached]
    if here and _renews(here[0]):
        rest = list(dropwhile(_renews, rest))
    owed = takewhile(lambda step: not _renews(step), rest)
    return tuple(step for step in owed if not isinstance(step.act, HandOver)) if here else ()


def _reached(run: Run, journal: Journal) -> int:
    """The last step that may have happened if it is a renewal, and that has happened if it is not."""
    done = [each.intended.step for each in journal.carried(run) if isinstance(each.outcome, Done)]
    return max([*done, *map(_surely_before, journal.open_intents(run))], default=0)


def _surely_before(intended: Intended) -> int:
    return intended.step if isinstance(intended.act, Regenerate) else intended.step - 1


def _unheard(run: Run, journal: Journal) -> bool:
    """Whether it stopped because phones do not know a TVS: then no phone is to be sent for a list (H01)."""
    last = journal.looked(run)[-1:]
    code = str(Vouched.__struct_config__.tag)
    return any(each.code == code and isinstance(each.verdict, Failed) for each in last)


def _renews(step: Step) -> bool:
    return isinstance(step.act, Regenerate)
