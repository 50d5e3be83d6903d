"""What a run that was left half-way still owes the cluster."""

from ringtrust.change.act import ClientCtl, Regenerate, SetRollback
from ringtrust.change.gate import CertificateIs, Condition, CopyIs, Vouched
from ringtrust.change.outcome import Done, Failed, Passed
from ringtrust.change.plan import Plan, Step
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Intended, Looked, Run
from ringtrust.plan.due import due


def done_steps(journal: Journal, run: Run) -> frozenset[int]:
    """The numbers of the steps whose acts are done."""
    return frozenset(each.intended.step for each in journal.carried(run) if isinstance(each.outcome, Done))


def seen_by_hand(journal: Journal, run: Run) -> frozenset[int]:
    """The numbers of the steps at which a person has changed the cluster, and all gates behind have seen it.

    From then on what held before need not hold any more: with the rollback parameter, a node that boots serves an empty
    list (S89). Backups and the like change nothing, and what was looked at before them is looked at again.
    """
    looked = (each for each in journal.looked(run) if isinstance(each.verdict, Passed) or each.by)
    seen = {(each.step, each.condition) for each in looked}
    by_hand = (step for step in run.plan.steps if isinstance(step.act, SetRollback | ClientCtl) and step.after)
    return frozenset(
        step.number for step in by_hand if all((step.number, gate.condition) in seen for gate in step.after)
    )


def has_begun(run: Run, journal: Journal) -> bool:
    """Whether it has acted, or may have."""
    return bool(journal.carried(run) or journal.open_intents(run))


def owed(run: Run, journal: Journal) -> tuple[Step, ...]:
    """What is due from a run. No other plan would see it: it leaves out what is renewed already, and its restarts."""
    if not has_begun(run, journal):
        return ()  # it has done nothing yet, and what others have done is theirs
    others = [step for each in _renewed_by_others(run, journal) for step in due_after(run.plan, each)]
    found = {step.number: step for step in (*due(run.plan, _reached(run, journal)), *others)}
    return tuple(found[number] for number in sorted(found))


def refuse_if_due(run: Run, journal: Journal) -> None:
    """Raises RefusedError when what a run has renewed, or somebody else meanwhile, is not loaded everywhere yet."""
    if not (steps := owed(run, journal)):
        return
    what = (
        f"Another plan for {run.plan.cluster}, {run.plan.goal}, was left half-way (run {run.id} of "
        f"{run.began:%Y-%m-%d %H:%M} UTC). What was renewed still needs: {'; '.join(step.title for step in steps)}."
    )
    go_on = f"Go on with that plan: ringtrust resume {run.id}."
    if _unheard(run, journal):
        raise RefusedError(
            what, advice=f"{go_on} Do not reset phones by hand: when it stopped, they did not know a TVS (G-TVS)."
        )
    by_hand = f"do these yourself, one after the other, wait for the phones, and add --instead-of {run.id}."
    if is_stuck(run, journal):
        raise RefusedError(what, advice=f"That plan cannot go on. If nobody has, {by_hand}")
    raise RefusedError(what, advice=f"{go_on} If that cannot be, {by_hand}")


def is_stuck(run: Run, journal: Journal) -> bool:
    """Whether it cannot go on: somebody else has renewed what it knows by its serial number, or what it deletes."""
    return bool(_renewed_by_others(run, journal)) or any(
        isinstance(condition, CopyIs) for condition in _failed_last(run, journal)
    )


def due_after(plan: Plan, which: CertificateIs) -> tuple[Step, ...]:
    """The restarts and the wave behind the renewal of one certificate, whoever has renewed it."""
    steps = [step for step in plan.steps if _is_for(step, which)]
    return tuple(owed for step in steps for owed in due(plan, step.number))


def _is_for(step: Step, which: CertificateIs) -> bool:
    return isinstance(step.act, Regenerate) and (step.act.unit, step.act.node) == (which.unit, which.node)


def _reached(run: Run, journal: Journal) -> int:
    """The last step that may have happened if it is a renewal, and that has happened if it is not."""
    return max([*done_steps(journal, run), *map(_surely_before, journal.open_intents(run))], default=0)


def _surely_before(intended: Intended) -> int:
    return intended.step if isinstance(intended.act, Regenerate) else intended.step - 1


def _unheard(run: Run, journal: Journal) -> bool:
    """Whether phones do not know a TVS, by the last look that decided it: then none is to be sent for a list (H01)."""
    decided = [each for each in _decided(run, journal) if isinstance(each.condition, Vouched)]
    return any(isinstance(each.verdict, Failed) for each in decided[-1:])


def _renewed_by_others(run: Run, journal: Journal) -> tuple[CertificateIs, ...]:
    """The certificates that somebody else has renewed (G-CERT). What could not be read since says nothing new."""
    return tuple(each for each in _failed_last(run, journal) if isinstance(each, CertificateIs))


def _failed_last(run: Run, journal: Journal) -> tuple[Condition, ...]:
    last = {each.condition: each.verdict for each in _decided(run, journal)}
    return tuple(condition for condition, verdict in last.items() if isinstance(verdict, Failed))


def _decided(run: Run, journal: Journal) -> tuple[Looked, ...]:
    return tuple(each for each in journal.looked(run) if isinstance(each.verdict, Passed | Failed))
