"""`ringtrust abort`: end a run before its next act."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ringtrust.apply.alone import alone
from ringtrust.apply.decided import Aborted
from ringtrust.apply.due import owed
from ringtrust.change.plan import Step
from ringtrust.cli.runs.decide import About, about, decision_options, titles
from ringtrust.cli.runs.working import lock_folders
from ringtrust.clock import Clock
from ringtrust.errors import RefusedError
from ringtrust.journal.records import ABORTED


@click.command(name="abort", short_help="End a run before its next act.")
@decision_options
@click.pass_obj
def command(clock: Clock, run: int, because: str, as_json: bool, journal: Path | None, config: Path | None) -> None:
    """End RUN before its next act, and tell what is due from what it has renewed.

    An act that is under way is brought to its end; a gate that is waited for ends at the next look. Nothing is undone:
    where something is due the run can be gone on with, so that it is not forgotten; else it is over.
    """
    with about(run, clock, journal, config, as_json=as_json) as named:
        known = named.leave.decision if isinstance(named.leave, Aborted) else None
        decision = known or named.decide("abort", because)
        due = owed(named.run, named.journal)
        if asyncio.run(_ended_here(named)):
            named.tell(decision, *_over(run, due), due=due)
        else:
            named.tell(decision, *(_ending(run, named.works, due) if named.works else _elsewhere(run)), due=due)


async def _ended_here(named: About) -> bool:
    """Ends it where nobody works on it; whether nobody does. Who is at work ends it himself, at the next look."""
    journal, run = named.journal, named.run
    folders = lock_folders(journal.store.place)
    try:
        async with alone(journal, run.cluster, folders, f"abort run {run.id}"):
            if not owed(run, journal):
                journal.end(run, ABORTED, named.clock.now())
    except RefusedError:
        return False
    return True


def _over(run: int, due: Sequence[Step]) -> Iterator[str]:
    if not due:
        yield "Nobody works on it, and nothing is due from it: it is over. To renew what is left, scan and plan anew."
        return
    yield f"Nobody works on it. This is due from what it has renewed: {titles(due)}."
    yield (
        f"Go on with it: ringtrust resume {run}. Or do that yourself, and apply a new plan with --instead-of {run}. "
        "Renew nothing by hand meanwhile."
    )


def _elsewhere(run: int) -> Iterator[str]:
    yield (
        "It begins nothing more. Somebody is at work on its cluster just now, so that it cannot be closed: `ringtrust "
        f"runs` tells who. Once that has ended: ringtrust abort {run}."
    )


def _ending(run: int, who: str, due: Sequence[Step]) -> Iterator[str]:
    yield (
        f"{who} ends before the next act. What is being done now is brought to its end, and a gate that is waited for "
        "ends at the next look."
    )
    told = f"If it ended now, this would be due: {titles(due)}." if due else "If it ended now, nothing would be due."
    yield f"{told} What is due then stands there, and in: ringtrust runs show {run}"
