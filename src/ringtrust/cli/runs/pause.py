"""`ringtrust pause`: let a run begin nothing more until somebody says so."""

from pathlib import Path

import click

from ringtrust.apply.decided import Aborted, Paused
from ringtrust.cli.runs.decide import About, about, decision_options
from ringtrust.clock import Clock
from ringtrust.errors import RefusedError


@click.command(name="pause", short_help="Let a run begin nothing more until somebody says so.")
@decision_options
@click.pass_obj
def command(clock: Clock, run: int, because: str, as_json: bool, journal: Path | None, config: Path | None) -> None:
    """Pause RUN before its next act. An act that is under way is brought to its end, and gates are still looked at.

    `ringtrust resume RUN` lets it go on.
    """
    with about(run, clock, journal, config, as_json=as_json) as named:
        if isinstance(named.leave, Aborted):
            raise RefusedError(
                f"{named.leave.decision.by} has ended run {run} already: it begins nothing more.",
                advice=f"To go on with it all the same: ringtrust resume {run}.",
            )
        if isinstance(named.leave, Paused):
            named.tell(named.leave.decision, "It is paused already; nothing was written.", _go_on(run))
            return
        named.tell(named.decide("pause", because), _paused(named), _go_on(run))


def _paused(named: About) -> str:
    if named.works:
        return (
            f"It takes hold before the next act of {named.works}. What it is doing now is brought to its end, and "
            "gates are still looked at."
        )
    return "Nobody works on it now. Whoever calls apply with its plan waits until it may go on."


def _go_on(run: int) -> str:
    return f"To go on: ringtrust resume {run}. To end it: ringtrust abort {run}."
