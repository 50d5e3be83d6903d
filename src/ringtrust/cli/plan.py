"""`ringtrust plan`: what to do, in which order, and what has to be so in between."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, get_args

import click

from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import Basis, Plan, Strategy, write_plan
from ringtrust.cli import before
from ringtrust.cli.apply.window import window_lines
from ringtrust.cli.before import change_of
from ringtrust.cli.clean import cleaned, refuse_beside
from ringtrust.cli.files import read_text, writable, write_output
from ringtrust.cli.options import config_option, pin_option
from ringtrust.cli.output import say, say_bytes
from ringtrust.cli.recover import Wanted, recover, refuse_alone
from ringtrust.cli.restore import refuse_unfit, restore
from ringtrust.cli.snapshots import snapshot_of
from ringtrust.clock import Clock
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.errors import RefusedError
from ringtrust.plan.backups import COPIES, Backups, Taker
from ringtrust.plan.build import AS_USUAL, Wish, make_plan, make_plan_from
from ringtrust.plan.canary import BY_HAND, OPTION, Chosen, names_in
from ringtrust.plan.goal import read_goal
from ringtrust.plan.secure.lscs import BATCH, CANARY
from ringtrust.plan.strategies import STRATEGIES
from ringtrust.report.plans import plan_lines

_FILE: Final = "@"
_COPIES_AT_MOST: Final = 100


@click.command(name="plan", short_help="Plan a renewal in which every phone stays.")
@click.argument("target", metavar="SNAPSHOT|CLUSTER")
@click.option(
    "--renew",
    "goal",
    multiple=True,
    metavar="WHAT",
    help="`expiring` (the default), `all`, or UNIT[@NODE]; repeat it for several. Or `lsc`, the phones' own that are "
    "due, `lsc=all`, or a move: `ctl=tokenless`, `mode=mixed`, `mode=non-secure`.",
)
@click.option("--days", type=click.IntRange(min=0), default=SOON_DAYS, show_default=True, help="How soon is expiring.")
@click.option(
    "--stragglers",
    type=click.IntRange(min=0),
    metavar="N",
    help="So many phones may be left behind that cannot be waited for. [default: one in twenty]",
)
@click.option(
    "--strategy",
    type=click.Choice(STRATEGIES),
    help="One type and node at a time, TFTP servers in turn, the fewest phone resets that prove, or the rollback "
    "parameter. [default: type]",
)
@click.option(
    "--basis",
    type=click.Choice(get_args(Basis)),
    default="documented",
    show_default=True,
    help="What any document of Cisco forbids is forbidden, or only what strands a phone.",
)
@click.option(
    "--canary",
    type=click.IntRange(min=1),
    default=CANARY,
    show_default=True,
    help="So many phones get a new LSC first.",
)
@click.option(
    "--batch", type=click.IntRange(min=1), default=BATCH, show_default=True, help="So many get one at once then."
)
@click.option(
    OPTION,
    "first",
    default="",
    metavar="GROUP|@FILE",
    help="The phones of this CM group, or those that the file names, go first in every wave; the others when they have "
    "converged. From 14.0 on, where phones are reset manually.",
)
@click.option(BY_HAND, "manual", is_flag=True, help="Phone Interaction on Certificate Update is set to manual (14.0).")
@click.option(
    "--from-runbook", "runbook", metavar="FILE", help="The night is your own: one act a line (docs/proof.md)."
)
@click.option("--repair", is_flag=True, help="Insert what makes the runbook hold, where it does not.")
@click.option(
    "--backup",
    type=click.Choice(get_args(Taker)),
    default="person",
    show_default=True,
    help="Who takes the backups before and after: you, or `apply`, to a device that is set up (docs/backups.md).",
)
@click.option("--backup-device", default="", metavar="NAME", help="The device. [default: the one that there is]")
@click.option(
    "--backup-copies",
    type=click.IntRange(min=1, max=_COPIES_AT_MOST),
    default=COPIES,
    show_default=True,
    help="So many backups the device keeps: the CLI does not tell it.",
)
@click.option(
    "--clean",
    "clean",
    multiple=True,
    metavar="WHAT",
    help="Delete from trust stores instead: `all` that may go, what of it has `expired`, a store such as tomcat-trust, "
    "or STORE/FILE; repeat it for several. `ringtrust stores` says what may go.",
)
@click.option("--recover", "recovers", is_flag=True, help="Bring back phones that a change has cost their trust.")
@click.option(
    "--before",
    "earlier",
    multiple=True,
    metavar="CHANGE|SNAPSHOT",
    help="Prepare a change that makes certificates anew by itself: hostname=NODE:NAME, domain=NAME, fips=on|off, "
    "upgrade=VERSION, restore, web-security=NODE. With --recover: an earlier snapshot, which tells what phones held; "
    "repeat it for several. With --restore: one of the time of the backup.",
)
@click.option(
    "--restore",
    "restored",
    metavar="BACKUP",
    help="Say what the restore of this backup (its .tar) would bring back, and which phones it would cost.",
)
@click.option(
    "--by-hand",
    metavar="FILE",
    help="With --recover: write the phones that only a hand can help, with the key presses, to this .csv or .html.",
)
@click.option("--explain", is_flag=True, help="Say of every step and gate why it is there, and who says so.")
@click.option("-o", "--output", help="Write the plan to this file; `ringtrust apply` carries it out.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@config_option
@pin_option
@click.pass_obj
def command(
    clock: Clock,
    target: str,
    goal: tuple[str, ...],
    days: int,
    stragglers: int | None,
    strategy: Strategy | None,
    basis: Basis,
    canary: int,
    batch: int,
    first: str,
    manual: bool,
    runbook: str | None,
    repair: bool,
    clean: tuple[str, ...],
    backup: Taker,
    backup_device: str,
    backup_copies: int,
    recovers: bool,
    earlier: tuple[str, ...],
    restored: str | None,
    by_hand: str | None,
    explain: bool,
    output: str | None,
    force: bool,
    as_json: bool,
    config: Path | None,
    pin_keys: bool,
) -> int:
    """Plan for a SNAPSHOT that `ringtrust scan` has written, or for a CLUSTER, which is scanned now.

    Exit status: 0 it is planned; 1 with --recover, where a hand has to help phones, or may have to, with --before,
    where something is not as it has to be first, and with --restore, where a phone would be lost, or may be; 2 it
    cannot be.
    """
    if restored is not None:
        refuse_beside(clean, (restored,))
        refuse_unfit(earlier, goal, strategy, runbook, recovers, by_hand, output)
        return restore(snapshot_of(target, config, pin_keys=pin_keys), restored, earlier[0], as_json=as_json)
    if recovers:
        refuse_beside(clean, (recovers,))
        _refuse_with_recover(goal, strategy, runbook)
        asked = Wanted(target, earlier, output, by_hand, force, explain, as_json)
        return recover(snapshot_of(target, config, pin_keys=pin_keys), asked, clock)
    refuse_alone(by_hand)
    if earlier:
        others = bool(goal or strategy is not None or runbook is not None or first or manual or repair or clean)
        change = change_of(earlier, others=others)
        asked_before = before.Wanted(target, change, basis, stragglers, output, force, explain, as_json)
        return before.before(snapshot_of(target, config, pin_keys=pin_keys), asked_before, clock)
    place = writable(output, force=force, inputs=(target,)) if output is not None else None
    _refuse_both(goal, strategy, runbook, repair=repair)
    refuse_beside(clean, (goal, strategy, runbook, first))
    backups = _backups(backup, backup_device, backup_copies, runbook)
    wish = Wish(
        stragglers, strategy or AS_USUAL.strategy, basis, canary, batch, _chosen(first, by_hand=manual), backups
    )
    if clean:
        plan = cleaned(snapshot_of(target, config, pin_keys=pin_keys), clean, clock, wish)
    elif runbook is None:
        wanted = read_goal(goal, days)
        plan = make_plan(snapshot_of(target, config, pin_keys=pin_keys), load_catalog(), wanted, clock.now(), wish)
    else:
        text = read_text(runbook)
        snapshot = snapshot_of(target, config, pin_keys=pin_keys)
        plan = make_plan_from(snapshot, load_catalog(), text, clock.now(), wish, repair=repair)
    if place is not None:
        write_output(place, write_plan(plan) + b"\n", force=force)
    windows = () if as_json else window_lines(plan, config, clock.now())
    _show(plan, output, windows, explain=explain, as_json=as_json)
    return 0


def _backups(by: Taker, device: str, copies: int, runbook: str | None) -> Backups:
    """Who takes them. Raises RefusedError for a device that nobody would use."""
    if by == "person" and device:
        raise RefusedError("You take the backups yourself.", advice="Add --backup ringtrust, or leave the device out.")
    if by == "ringtrust" and runbook is not None:
        raise RefusedError("A runbook says itself when a backup is taken.", advice="Leave --backup out.")
    return Backups(by, device, copies=copies)


def _chosen(first: str, *, by_hand: bool) -> Chosen:
    """A CM group by its name, or a file of device names behind an @. Raises RefusedError, UnreadableError."""
    if not first.startswith(_FILE):
        return Chosen(first, by_hand=by_hand)
    path = first.removeprefix(_FILE)
    return Chosen(Path(path).name, names_in(read_text(path)), by_hand)


def _refuse_with_recover(goal: tuple[str, ...], strategy: Strategy | None, runbook: str | None) -> None:
    if goal or strategy is not None or runbook is not None:
        raise RefusedError(
            "A recovery renews nothing, and finds its own way.",
            advice="Leave --renew, --strategy and --from-runbook out.",
        )


def _refuse_both(goal: tuple[str, ...], strategy: Strategy | None, runbook: str | None, *, repair: bool) -> None:
    if goal and runbook is not None:
        raise RefusedError("A runbook says itself what is renewed.", advice="Leave --renew out.")
    if strategy is not None and runbook is not None:
        raise RefusedError("A runbook is a strategy of its own.", advice="Leave --strategy out.")
    if repair and runbook is None:
        raise RefusedError("There is no runbook to repair.", advice="Add --from-runbook FILE.")


def _show(plan: Plan, output: str | None, windows: Iterable[str], *, explain: bool, as_json: bool) -> None:
    if as_json:
        say_bytes(write_plan(plan) + b"\n")
        return
    for line in (*plan_lines(plan, explain=explain), *windows):
        say(line)
    if output is not None:
        say(f"Carry it out with: ringtrust apply {output}")
