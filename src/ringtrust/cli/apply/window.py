"""The windows of a cluster at the command line: who gives them, and what is said of them."""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import click
import msgspec

from ringtrust.apply.window import (
    Go,
    May,
    Nights,
    NoNight,
    NotBefore,
    Over,
    Timetable,
    TooLong,
    durations_of,
)
from ringtrust.apply.window_text import long, may_text, moment
from ringtrust.change.plan import Plan, Step
from ringtrust.change.rehearsal import read_rehearsal
from ringtrust.change.window import Window, parse_window
from ringtrust.cli.files import read_input
from ringtrust.errors import RefusedError, RingtrustError
from ringtrust.journal.kinds import Timed
from ringtrust.settings import ClusterEntry, find_file, read_cluster
from ringtrust.trust.names import counted

Command = Callable[..., object]
_TO_THE_END: Final = "It stops between two steps only, and goes on when it is called again."


def window_options(command: Command) -> Command:
    """`--window` and `--rehearsal`: when it may begin, and how long it takes."""
    window = click.option(
        "--window",
        "windows",
        multiple=True,
        metavar="TEXT",
        callback=lambda _context, _option, texts: tuple(map(parse_window, texts)),
        help="Act in this window only, such as `Sat 22:00-06:00 Europe/Berlin`, or `2026-11-28T22:00 .. "
        "2026-11-29T06:00 Europe/Berlin`; repeat it for several. [default: those of ringtrust.toml]",
    )
    rehearsal = click.option(
        "--rehearsal",
        metavar="FILE",
        help="How long the steps took: what `ringtrust rehearse PLAN -o FILE.json` wrote. [default: the most that the "
        "plan predicts]",
    )
    return window(rehearsal(command))


class When(msgspec.Struct, frozen=True):
    """What was given: windows, none for those of the cluster; and the file of a rehearsal."""

    windows: tuple[Window, ...] = ()
    rehearsal: str | None = None


AT_ANY_TIME: Final = When()


def timetable(plan: Plan, entry: ClusterEntry, when: When) -> Timetable:
    """When the steps of a plan may begin. Raises RefusedError, UnreadableError."""
    found = read_input(when.rehearsal).parsed(read_rehearsal) if when.rehearsal is not None else None
    return Timetable(plan, durations_of(plan, found), when.windows or entry.settings.open_in)


def timed(table: Timetable, when: When) -> Timed | None:
    """What was said now about when steps may begin; None where nothing was."""
    if not when.windows and when.rehearsal is None:
        return None
    return Timed(table.windows, dict(table.durations))


def refuse_outside(table: Timetable, step: Step, now: datetime) -> None:
    """Raises RefusedError where a step, the first of a run, may not begin now."""
    may = table.may_begin(step, now)
    if not isinstance(may, Go):
        advice = f"{_next(may, table.windows)} Nothing was done."
        raise RefusedError(may_text(may, step, table.windows), advice=advice)


def _next(may: May, windows: Sequence[Window]) -> str:
    match may:
        case NotBefore(instant=instant) | TooLong(fits=(instant, *_)):
            return f"Call it again {moment(instant, windows)}, or name another window: --window."
        case TooLong():
            return "No window is long enough: name a longer one with --window, or rehearse the plan (--rehearsal)."
        case _:
            return "Name another window: --window, or `windows` in ringtrust.toml."


def window_lines(plan: Plan, config: Path | None, now: datetime) -> Iterator[str]:
    """What a plan takes of the windows of its cluster, where ringtrust.toml is at hand and knows some."""
    try:
        entry = read_cluster(plan.cluster, find_file(config, os.environ))
    except RingtrustError:
        return  # a plan is made from a file, too, where nobody knows its cluster
    if entry.settings.windows:
        table = Timetable(plan, durations_of(plan), entry.settings.open_in)
        yield f"Windows of {plan.cluster}: {'; '.join(entry.settings.windows)}."
        yield f"  {nights_text(table.nights(now), table.windows)}"


def nights_text(found: Nights | NoNight | Over, windows: Sequence[Window]) -> str:
    """How many windows a plan takes."""
    match found:
        case Nights(count=count, opens=opens, ends=ends):
            return (
                f"With every step at its longest the plan takes {counted(count, 'window')}: it begins "
                f"{moment(opens, windows)}, and ends {moment(ends, windows)}. {_TO_THE_END if count > 1 else ''}"
            ).strip()
        case NoNight(step=step, last=last, needs=needs):
            which = f"step {step.number}" if last == step.number else f"steps {step.number} to {last}"
            return (
                f"There is no window to come that is long enough for {which}, {step.title} first, which may take "
                f"{long(needs)}: rehearse the plan for a better figure, or open a longer window."
            )
        case Over():
            return "The last of these windows is over."
