"""What a person decides about a run, from any terminal: what all such verbs have in common."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
import msgspec

from ringtrust.apply.decided import Leave, leave
from ringtrust.change.decision import Decision, What
from ringtrust.change.plan import Step
from ringtrust.cli.options import config_option, journal_option, run_number
from ringtrust.cli.output import say, say_json
from ringtrust.cli.runs.place import opened_journal
from ringtrust.cli.runs.working import who_works
from ringtrust.clock import Clock
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Run
from ringtrust.journal.who import here
from ringtrust.report.runs import decision_line
from ringtrust.trust.names import printable

FORMAT: Final = "ringtrust.decision/1"
_LONGEST: Final = 500
Command = Callable[..., object]


def _because(context: click.Context, option: click.Parameter, text: str) -> str:
    """Why, in a line. Raises click.BadParameter for more than anybody reads at night."""
    if len(text) > _LONGEST:
        raise click.BadParameter(f"it has {len(text)} characters, and at most {_LONGEST} are kept.", context, option)
    return text.strip()


def decision_options(command: Command) -> Command:
    """What every decision has."""
    for add in (
        config_option,
        journal_option,
        click.option("--json", "as_json", is_flag=True, help="JSON instead of text."),
        click.option("--because", default="", metavar="TEXT", callback=_because, help="Why; it is in the journal."),
        click.argument("run", type=run_number, metavar="RUN"),
    ):
        command = add(command)
    return command


class About(msgspec.Struct, frozen=True):
    """A run that something is decided about, and how: `works` is who works on it now, empty when nobody does."""

    journal: Journal
    run: Run
    works: str
    leave: Leave
    clock: Clock
    as_json: bool

    def decide(self, what: What, why: str, step: int = 0, gate: str = "") -> Decision:
        """Writes it down."""
        decision = Decision(what, here(), self.clock.now(), why, step, gate)
        self.journal.decide(self.run, decision)
        return decision

    def tell(self, decision: Decision, *lines: str, due: Sequence[Step] = ()) -> None:
        """What was decided, and what comes of it."""
        if self.as_json:
            document = {"format": FORMAT, "run": self.run.id, **msgspec.to_builtins(decision)}
            say_json({**document, "at_work": self.works, "due": [step.title for step in due], "said": lines})
            return
        say(
            printable(f"Run {self.run.id}, {self.run.plan.goal} on {self.run.plan.cluster}: {decision_line(decision)}.")
        )
        for line in lines:
            say(printable(line))


@contextmanager
def about(run: int, clock: Clock, journal: Path | None, config: Path | None, *, as_json: bool) -> Iterator[About]:
    """A run. Raises RefusedError when there is none, or when it is over."""
    with opened_journal(config, journal) as found:
        named = found.run(run)
        refuse_if_over(named)
        stands = leave(found.decisions(named), 0, "")
        yield About(found, named, who_works(found, named), stands, clock, as_json)


def refuse_if_over(run: Run) -> None:
    """Raises RefusedError for a run that nothing more is to come of."""
    if run.over:
        raise RefusedError(
            f"Run {run.id} is over since {run.ended:%Y-%m-%d %H:%M} UTC: {run.ending}.",
            advice=f"How it went: ringtrust runs show {run.id}. To renew what is left, scan and plan anew.",
        )


def titles(steps: Sequence[Step]) -> str:
    """What they do, in a line."""
    return "; ".join(step.title for step in steps)
