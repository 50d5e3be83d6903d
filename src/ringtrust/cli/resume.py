"""`ringtrust resume`: go on with a run, when its plan is at hand no more."""

import os
from contextlib import closing
from pathlib import Path

import click

from ringtrust.change.plan import Plan
from ringtrust.cli.apply.verbs import Given, carry
from ringtrust.cli.options import config_option, journal_option, run_number, said_options, yes_option
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.settings import JOURNAL, find_file
from ringtrust.verify.said import Said


@click.command(name="resume", short_help="Go on with a run that was left half-way.")
@click.argument("run", type=run_number, metavar="RUN")
@yes_option
@journal_option
@said_options
@click.option("--json", "as_json", is_flag=True, help="A JSON document at the end, instead of text.")
@config_option
def command(
    run: int,
    yes: bool,
    journal: Path | None,
    tokens: tuple[str, ...],
    partners: str,
    as_json: bool,
    config: Path | None,
) -> int:
    """Go on with RUN, whose plan the journal keeps: the same as `ringtrust apply` with that plan once more.

    `apply` says the number of a run. Exit status: as that of `apply`.
    """
    path = journal or find_file(config, os.environ).absolute().parent / JOURNAL
    return carry(_plan(path, run), config, path, Given(yes=yes, as_json=as_json, said=Said(tokens, partners)))


def _plan(path: Path, run: int) -> Plan:
    """The plan of a run. Raises RefusedError when there is none; a journal is not made by looking."""
    if not path.is_file():
        raise RefusedError(
            f"There is no journal {path}.", advice="Name it with --journal, or its folder with --config."
        )
    with closing(Journal(path)) as journal:
        return journal.run(run).plan
