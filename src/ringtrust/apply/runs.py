"""In which run a plan is carried out: its own, or a new one, perhaps in the place of another that was left half-way."""

from collections.abc import Sequence

import msgspec

from ringtrust.apply.due import done_steps, owed, refuse_if_due
from ringtrust.apply.news import GaveUp, Resumed
from ringtrust.apply.tools import Tools
from ringtrust.change.plan import Plan
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import ABORTED, FINISHED, Run


class Begun(msgspec.Struct, frozen=True):
    """A run, those that give way to it with its first act and not before, and what is to be told of all that."""

    run: Run
    instead_of: tuple[Run, ...]
    news: tuple[Resumed | GaveUp, ...]


def begun(plan: Plan, tools: Tools, given_up: int | None) -> Begun:
    """The run of a plan; `given_up` is the number of another one.

    Raises RefusedError when it has been carried out already, when the cluster has changed since it was looked at for
    this plan, or when another run owes something that this plan cannot see.
    """
    journal, cluster = tools.journal, tools.cluster
    runs = journal.runs(cluster)
    own = [run for run in runs if run.plan.digest == plan.digest]
    if over := next((run for run in own if run.over), None):
        raise _over(over)
    others = [run for run in runs if run not in own]
    _refuse_unseen(plan, others, journal)
    left = tuple(run for run in others if not run.over)
    for run in left:
        if run.id != given_up:
            refuse_if_due(run, journal)
    news = () if given_up is None else _given_up(left, given_up, journal)
    if own:
        resumed = Resumed(max(done_steps(journal, own[0]), default=0), len(plan.steps))
        return Begun(own[0], left, (resumed, *news))
    return Begun(journal.begin(cluster, plan, tools.timer.now(), tools.by), left, news)


def _given_up(left: Sequence[Run], number: int, journal: Journal) -> tuple[GaveUp, ...]:
    """What is owed by the run that somebody gives up. Raises RefusedError when there is none to be given up."""
    run = next((run for run in left if run.id == number), None)
    if run is None:
        known = ", ".join(str(run.id) for run in left)
        raise RefusedError(
            f"There is no run {number} of another plan that was left half-way.",
            advice=f"There is: {known}." if known else "Leave --instead-of out.",
        )
    debts = owed(run, journal)
    return (GaveUp(number, debts),) if debts else ()


def _over(run: Run) -> RefusedError:
    """A plan is good for one run: it says nothing of what has changed since (design.md §4.3)."""
    when = f"on {run.ended:%Y-%m-%d at %H:%M} UTC (run {run.id})"
    if run.ending == FINISHED:
        return RefusedError(
            f"This plan was carried out to its end {when}. Nothing was done now.",
            advice="Look at the cluster with `ringtrust verify`; to renew anything else, scan and plan anew.",
        )
    if run.ending == ABORTED:
        return RefusedError(
            f"This plan was ended by a person {when}, and nothing was due from it. Nothing was done now.",
            advice="To renew what is left, scan and plan anew. `ringtrust runs show` tells who ended it, and why.",
        )
    return RefusedError(
        f"This plan was begun, and gave way to a newer one {when}. Nothing was done now.",
        advice="To renew anything else, scan and plan anew.",
    )


def _refuse_unseen(plan: Plan, others: Sequence[Run], journal: Journal) -> None:
    """A plan knows the cluster as it was scanned; what another run has done since is not in it."""
    for run in others:
        acts = (*journal.open_intents(run), *(each.intended for each in journal.carried(run)))
        ends = [*(each.at for each in acts), *(each.at for each in journal.carried(run))]
        if ends and plan.taken <= max(ends):
            scan = "scan and plan anew."
            raise RefusedError(
                f"This plan knows the cluster as it was on {plan.taken:%Y-%m-%d at %H:%M} UTC, and another one has "
                f"changed it since: run {run.id}, until {max(ends):%Y-%m-%d at %H:%M} UTC.",
                advice=scan.capitalize() if run.over else f"Go on with that one, ringtrust resume {run.id}, or {scan}",
            )
