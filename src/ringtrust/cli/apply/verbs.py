"""`ringtrust apply`: carry a plan out."""

import asyncio
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import click
import msgspec
from msgspec.structs import replace
from sqlalchemy import URL

from ringtrust.apply.alone import alone
from ringtrust.apply.begin import admit, answering, known_as, tools_for
from ringtrust.apply.decided import lift
from ringtrust.apply.ears import Sessions
from ringtrust.apply.half_way import told_as_half_way
from ringtrust.apply.moved import to_be_compared
from ringtrust.apply.news import Ending
from ringtrust.apply.run import carry_out
from ringtrust.apply.status import status_of
from ringtrust.apply.window import Timetable
from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import Plan, read_plan
from ringtrust.change.window import Window
from ringtrust.cli.apply.ending import ending_document, ending_lines
from ringtrust.cli.apply.moved import moved_option, refuse_moved
from ringtrust.cli.apply.text import Teller
from ringtrust.cli.apply.window import AT_ANY_TIME, When, refuse_outside, timed, timetable, window_options
from ringtrust.cli.files import read_input
from ringtrust.cli.options import config_option, journal_option, run_number, said_options, yes_option
from ringtrust.cli.output import say, say_json, warn
from ringtrust.cli.reach import entry_of, opened
from ringtrust.cli.runs.place import journal_of
from ringtrust.cli.runs.working import lock_folders
from ringtrust.cli.signals import as_ctrl_c
from ringtrust.cli.unproved import refuse_unproved
from ringtrust.clock import SystemTimer
from ringtrust.cluster.release import Release
from ringtrust.errors import INTERRUPTED, RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.settings import ClusterEntry
from ringtrust.trust.names import counted
from ringtrust.verify.said import NOTHING_SAID, Said

_INTERRUPTED: Final = (
    "ringtrust: interrupted. Call apply again with the same plan: it looks at the cluster, and goes on. Change nothing "
    "else meanwhile, and renew nothing by hand."
)


@click.command(name="apply", short_help="Carry a plan out, or go on with it.")
@click.argument("plan_file", metavar="PLAN")
@yes_option
@journal_option
@click.option(
    "--instead-of",
    type=run_number,
    metavar="RUN",
    help="Give this run of another plan up, which was left half-way.",
)
@click.option(
    "--stranded",
    type=click.IntRange(min=0),
    metavar="N",
    help="Carry out a plan that does not prove: so many phones may be stranded by it.",
)
@moved_option
@window_options
@said_options
@click.option("--json", "as_json", is_flag=True, help="A JSON document at the end, instead of text.")
@config_option
def command(
    plan_file: str,
    yes: bool,
    journal: Path | None,
    instead_of: int | None,
    stranded: int | None,
    moved: bool,
    windows: tuple[Window, ...],
    rehearsal: str | None,
    tokens: tuple[str, ...],
    partners: str,
    as_json: bool,
    config: Path | None,
) -> int:
    """Carry PLAN out on its cluster: one act at a time, each written down before and after; gates in between.

    It stops at the first gate that does not pass, and goes on from there when it is called again. Exit status: 0 done;
    4 stopped half-way, call it again; 3 something could not be read, or was not said, before the first act of all; 2
    the plan was edited, was carried out already, was ended by a person with nothing due from it, or is not for this
    cluster as it is: then it says what has moved since.
    """
    plan = read_plan(read_input(plan_file).data)
    accepted = refuse_unproved(plan, stranded)
    said, when = Said(tokens, partners), When(windows, rehearsal)
    given = Given(yes=yes, instead_of=instead_of, as_json=as_json, said=said, moved=moved, when=when)
    return carry(plan, config, journal, replace(given, accepted=accepted))


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What was given on the command line. `lift` is a run that goes on though somebody has paused or ended it.

    `accepted` is what a person has taken upon himself so far.
    """

    yes: bool
    as_json: bool
    instead_of: int | None = None
    said: Said = NOTHING_SAID
    moved: bool = False
    when: When = AT_ANY_TIME
    lift: int = 0
    accepted: tuple[str, ...] = ()


def carry(plan: Plan, config: Path | None, journal: Path | URL | None, given: Given) -> int:
    """Carries a plan out, or goes on with it; gives the exit status."""
    entry = entry_of(plan.cluster, config)
    table = timetable(plan, entry, given.when)
    _confirm(plan, yes=given.yes)
    place = journal or journal_of(entry)
    try:
        with as_ctrl_c(), told_as_half_way(plan, place):
            ending = asyncio.run(_apply(plan, entry, place, given, table))
    except KeyboardInterrupt:
        warn(_INTERRUPTED)
        return INTERRUPTED
    if given.as_json:
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
    total = counted(len(plan.phones) + len(plan.stragglers), "phone")
    waits = f"It waits for {len(plan.phones):,} of {total}."
    if not click.confirm(f"{waits} Begin with {counted(len(plan.steps), 'step')} on {plan.cluster}?", err=True):
        raise RefusedError("Nothing was done.", advice="Call apply again when it is time.")


async def _apply(plan: Plan, entry: ClusterEntry, place: Path | URL, given: Given, table: Timetable) -> Ending:
    """Whoever cannot log in to every node does not begin (exit status 3).

    The lock is of the cluster itself, by its publisher, whatever folder the plan comes from; and beside the journal,
    for whoever comes as another user.
    """
    from ringtrust.apply.durable import Durable  # noqa: PLC0415 - a second, for those who change something only

    signer = load_catalog().of(Release.of(plan.version)).itl_signer
    timer = SystemTimer()
    async with opened(entry) as reach:
        eyes = await answering(reach, entry.settings.publisher)
        reach.listen(sessions := Sessions())
        with closing(Journal(place)) as journal:
            async with alone(journal, known_as(eyes), lock_folders(place), f"apply {plan.goal}"):
                if to_be_compared(plan, known_as(eyes), journal, given.instead_of):
                    refuse_outside(table, plan.steps[0], timer.now())
                    stale = await refuse_moved(plan, entry, reach, accepted=given.moved)
                    given = replace(given, accepted=(*given.accepted, *stale.accepted))
                if given.lift:
                    lift(journal, journal.run(given.lift), timer.now())
                await admit(plan, eyes)

                async def fresh() -> None:
                    await refuse_moved(plan, entry, reach, accepted=given.moved)

                tools = replace(
                    tools_for(plan, eyes, signer, journal, timer, given.said),
                    engine=Durable(journal.store),
                    ears=sessions,
                    table=table,
                    timed=timed(table, given.when),
                    approvals=entry.settings.approvals,
                    accepted=given.accepted,
                    fresh=fresh,
                )
                with Teller(plan, quiet=given.as_json) as teller:
                    return await carry_out(plan, tools, teller.tell, instead_of=given.instead_of)
