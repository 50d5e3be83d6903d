"""`ringtrust apply`: carry a plan out."""

import asyncio
import sys
from contextlib import closing
from pathlib import Path

import click

from ringtrust.apply.begin import reached, tools_for
from ringtrust.apply.news import Ending, Finished, StoppedAtGate
from ringtrust.apply.run import carry_out
from ringtrust.catalog.load import load_catalog
from ringtrust.change.outcome import Unknown
from ringtrust.change.plan import Plan, read_plan
from ringtrust.cli.apply_text import Teller, ending_document, ending_lines
from ringtrust.cli.files import read_input
from ringtrust.cli.options import config_option
from ringtrust.cli.output import say, say_json
from ringtrust.cli.reach import entry_of, opened
from ringtrust.clock import SystemTimer
from ringtrust.cluster.release import Release
from ringtrust.errors import HalfWayError, RefusedError, UnreadableError
from ringtrust.journal.journal import Journal
from ringtrust.journal.lock import held
from ringtrust.settings import ClusterEntry

JOURNAL = "journal.db"


@click.command(name="apply", short_help="Carry a plan out, or go on with it.")
@click.argument("plan_file", metavar="PLAN")
@click.option("--yes", is_flag=True, help="Do not ask whether to begin.")
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Another journal than the one beside ringtrust.toml.",
)
@click.option("--json", "as_json", is_flag=True, help="A JSON document at the end, instead of text.")
@config_option
def command(plan_file: str, yes: bool, journal: Path | None, as_json: bool, config: Path | None) -> int:
    """Carry PLAN out on its cluster: one act at a time, each written down before and after; gates in between.

    It stops at the first gate that does not pass, and goes on from there when it is called again. Exit status: 0 done;
    4 stopped half-way, call it again; 3 the cluster could not be reached before the first act; 2 the plan was edited,
    was carried out already, or is not for this cluster as it is.
    """
    plan = read_plan(read_input(plan_file).data)
    entry = entry_of(plan.cluster, config)
    _confirm(plan, yes=yes)
    ending = asyncio.run(_apply(plan, entry, journal or entry.folder / JOURNAL, quiet=as_json))
    if as_json:
        say_json(ending_document(ending))
    else:
        for line in ending_lines(ending, plan):
            say(line)
    return status_of(ending)


def _confirm(plan: Plan, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise RefusedError("Nobody is there to say yes.", advice="Add --yes to begin without asking.")
    click.confirm(
        f"Begin with {len(plan.steps)} steps on {plan.cluster}? {len(plan.phones)} phones will reset",
        abort=True,
        err=True,
    )


async def _apply(plan: Plan, entry: ClusterEntry, path: Path, *, quiet: bool) -> Ending:
    """Whoever cannot log in to every node does not begin (exit status 3)."""
    signer = load_catalog().of(Release.of(plan.version)).itl_signer
    with held(entry.folder, plan.cluster):
        async with opened(entry) as reach:
            eyes = await reached(plan, reach, entry.settings.publisher)
            with closing(Journal(path)) as journal, Teller(plan, quiet=quiet) as teller:
                return await carry_out(plan, tools_for(plan, eyes, signer, journal, SystemTimer()), teller.tell)


def status_of(ending: Ending) -> int:
    """0 when all is done; 4 when it can go on; 3 when nothing was done because something could not be read."""
    if isinstance(ending, Finished):
        return 0
    if isinstance(ending, StoppedAtGate) and isinstance(ending.verdict, Unknown) and not ending.acted:
        return UnreadableError.exit_status
    return HalfWayError.exit_status
