"""`ringtrust apply`: carry a plan out."""

import asyncio
import sys
from pathlib import Path

import click

from ringtrust.apply.hands import ClusterHands
from ringtrust.apply.news import Ending, Finished, StoppedAtGate
from ringtrust.apply.run import Tools, carry_out
from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import Regenerate
from ringtrust.change.outcome import Unknown
from ringtrust.change.plan import Plan, read_plan
from ringtrust.cli.apply_text import Teller, ending_document, ending_lines
from ringtrust.cli.files import read_input
from ringtrust.cli.options import config_option
from ringtrust.cli.output import say, say_json
from ringtrust.cli.reach import entry_of, opened
from ringtrust.clock import SystemTimer
from ringtrust.cluster.names import HTTPS_UNITS
from ringtrust.cluster.release import Release
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.journal.journal import Journal
from ringtrust.journal.lock import held
from ringtrust.observe.eyes import Eyes, discover
from ringtrust.settings import ClusterEntry
from ringtrust.verify.judge import ClusterJudge

JOURNAL = "journal.db"
STOPPED_HALF_WAY = 4


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
    4 stopped half-way, call it again; 3 the cluster could not be reached before the first act; 2 the plan was edited.
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
    with held(entry.folder, plan.cluster):
        async with opened(entry) as reach:
            eyes = await _reached(plan, entry, reach)
            journal = Journal(path)
            try:
                timer = SystemTimer()
                signer = load_catalog().of(Release.of(plan.version)).itl_signer
                tools = Tools(ClusterHands(eyes), ClusterJudge(eyes, signer, plan.phones, timer), journal, timer)
                _allow_what_was_there(plan, eyes)
                with Teller(plan, quiet=quiet) as teller:
                    return await carry_out(plan, tools, teller.tell)
            finally:
                journal.close()


async def _reached(plan: Plan, entry: ClusterEntry, reach: Reach) -> Eyes:
    """Every node of the plan answers, and runs the version that the plan was made for. Raises UnreadableError."""
    eyes = Eyes(reach, await discover(reach, entry.settings.publisher))
    names = [site.name for site in eyes.sites]
    if sorted(names) != sorted(plan.nodes):
        raise RefusedError(
            f"The plan is for {', '.join(plan.nodes)}; the cluster has {', '.join(names)}.",
            advice="Scan and plan anew.",
        )
    for site in eyes.sites:
        version = await eyes.version(site.name)
        if version != plan.version:
            raise RefusedError(
                f"{site.name} runs {version}; the plan was made for {plan.version}.", advice="Scan and plan anew."
            )
    reach.join(eyes.publisher.address, [site.address for site in eyes.sites], Release.of(plan.version))
    for site in eyes.sites:
        for unit in HTTPS_UNITS:
            try:
                reach.allow(site.address, (await eyes.identity(site.name, unit)).sha256)
            except UnreadableError:
                continue  # this release has no such unit; where it should be, HTTPS then refuses to speak
    return eyes


def _allow_what_was_there(plan: Plan, eyes: Eyes) -> None:
    """Between a renewal of tomcat and the restart, HTTPS shows the certificate that this very plan has replaced."""
    for step in plan.steps:
        if isinstance(step.act, Regenerate) and step.act.unit in HTTPS_UNITS:
            eyes.wire.allow(eyes.site(step.act.node).address, step.act.sha256)


def status_of(ending: Ending) -> int:
    """0 when all is done; 4 when it can go on; 3 when nothing was done because something could not be read."""
    if isinstance(ending, Finished):
        return 0
    if isinstance(ending, StoppedAtGate) and isinstance(ending.verdict, Unknown) and not ending.acted:
        return UnreadableError.exit_status
    return STOPPED_HALF_WAY
