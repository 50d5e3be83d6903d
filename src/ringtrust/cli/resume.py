"""`ringtrust resume`: go on with a run, when its plan is at hand no more, or when somebody has paused or ended it."""

from pathlib import Path

import click

from ringtrust.apply.decided import Aborted, Free, Leave, leave, lift
from ringtrust.change.window import Window
from ringtrust.cli.apply.verbs import Given, carry
from ringtrust.cli.apply.window import When, window_options
from ringtrust.cli.options import config_option, journal_option, run_number, said_options, yes_option
from ringtrust.cli.output import say, say_json
from ringtrust.cli.runs.decide import FORMAT, refuse_if_over
from ringtrust.cli.runs.place import journal_place, opened_at
from ringtrust.cli.runs.working import who_works
from ringtrust.clock import Clock
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Run
from ringtrust.trust.names import printable
from ringtrust.verify.said import Said


@click.command(name="resume", short_help="Go on with a run that was left half-way, or paused.")
@click.argument("run", type=run_number, metavar="RUN")
@yes_option
@journal_option
@said_options
@window_options
@click.option("--json", "as_json", is_flag=True, help="A JSON document at the end, instead of text.")
@config_option
@click.pass_obj
def command(
    clock: Clock,
    run: int,
    yes: bool,
    journal: Path | None,
    tokens: tuple[str, ...],
    partners: str,
    windows: tuple[Window, ...],
    rehearsal: str | None,
    as_json: bool,
    config: Path | None,
) -> int:
    """Go on with RUN, whose plan the journal keeps: the same as `ringtrust apply` with that plan once more.

    Windows that were named for it hold. What somebody has said with `pause` or `abort` counts no more. Where another
    process is at work on it and only paused, it goes on there. `apply` and `runs` say the number of a run. Exit status:
    as that of `apply`; 0 where it goes on elsewhere.
    """
    place = journal_place(config, journal)
    with opened_at(place) as found:
        named = found.run(run)
        refuse_if_over(named)
        word, works = leave(found.decisions(named), 0, ""), who_works(found, named)
        if works:
            _go_on_there(found, named, word, works, clock, as_json=as_json)
            return 0
    lifted = 0 if isinstance(word, Free) else run
    said, when = Said(tokens, partners), When(windows, rehearsal)
    return carry(named.plan, config, place, Given(yes=yes, as_json=as_json, said=said, when=when, lift=lifted))


def _go_on_there(journal: Journal, run: Run, word: Leave, works: str, clock: Clock, *, as_json: bool) -> None:
    """Lifts a pause. Raises RefusedError where there is none: whoever works on it needs nobody beside him."""
    if isinstance(word, Free):
        raise RefusedError(
            f"Another apply works on {run.cluster} ({works}).",
            advice=f"Wait until it has ended, or have it end: ringtrust abort {run.id}.",
        )
    if isinstance(word, Aborted):
        raise RefusedError(
            f"Run {run.id} is ending, by the word of {word.decision.by} ({works}).",
            advice=f"Once it has ended: ringtrust resume {run.id}.",
        )
    lift(journal, run, clock.now())
    if as_json:
        say_json({"format": FORMAT, "run": run.id, "what": "resume", "at_work": works})
        return
    say(printable(f"Run {run.id}, {run.plan.goal} on {run.plan.cluster}, goes on there within seconds: {works}."))
    say(f"If that process is no more, call this again in a minute: ringtrust resume {run.id}.")
