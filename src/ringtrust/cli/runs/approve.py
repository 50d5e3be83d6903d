"""`ringtrust approve`: agree to a run that somebody else has begun."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ringtrust.apply.decided import same_person
from ringtrust.cli.runs.decide import About, about, decision_options
from ringtrust.clock import Clock
from ringtrust.errors import RefusedError
from ringtrust.journal.who import here


@click.command(name="approve", short_help="Agree to a run that somebody else has begun.")
@decision_options
@click.pass_obj
def command(clock: Clock, run: int, because: str, as_json: bool, journal: Path | None, config: Path | None) -> None:
    """Agree to RUN. Where its cluster asks for approvals, nothing is begun before others than who began it have agreed.

    Look at it first: ringtrust runs show RUN.
    """
    with about(run, clock, journal, config, as_json=as_json) as named:
        me = here()
        if same_person(me, named.run.by):
            raise RefusedError(
                f"You have begun run {run} yourself ({named.run.by}): it waits for somebody else.",
                advice="Another user calls this, at this machine or at another with the same journal.",
            )
        given = [each for each in named.journal.decisions(named.run) if each.what == "approve"]
        mine = next((each for each in given if same_person(each.by, me)), None)
        if mine is not None:
            named.tell(mine, "You have agreed already; nothing was written.")
            return
        others = [each.by for each in given]
        named.tell(named.decide("approve", because), *_agreed(named, others))


def _agreed(named: About, others: Sequence[str]) -> Iterator[str]:
    if others:
        yield f"Others agreed before: {', '.join(others)}."
    if named.works:
        yield f"It goes on within seconds where that is enough: {named.works}."
    else:
        yield f"Nobody works on it now. To go on: ringtrust resume {named.run.id}."
