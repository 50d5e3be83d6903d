"""A rehearsal for people: whether it ended well, what took how long, where it stopped, and the phones in the end."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from ringtrust.change.rehearsal import Mustered, Rehearsal, StepRun, Stop, Wave
from ringtrust.report.plans import span
from ringtrust.trust.names import counted, printable

_WIDTH: Final = 110
_MINUTE: Final = 60


def rehearsal_lines(found: Rehearsal) -> Iterator[str]:
    """Line by line; nothing in it that a terminal would obey."""
    yield from map(printable, _lines(found))


def verdict(found: Rehearsal) -> str:
    """How it ended, in a sentence."""
    end = "The plan came to its end" if found.finished else "The plan did not come to its end"
    return f"{end}, and of {counted(found.phones, 'phone')} {_lost(found)}"


def _lost(found: Rehearsal) -> str:
    stranded = sum(each.stranded for each in found.muster)
    restored = sum(each.by_restore for each in found.muster)
    if not found.lost:
        out = f", but {found.barred:,} cannot register" if found.barred else ""
        return f"none is stranded{out}."
    alone = f"; {restored:,} would be back only after a restore (R4)." if restored else "."
    return f"{stranded:,} {'is' if stranded == 1 else 'are'} stranded{alone}"


def _lines(found: Rehearsal) -> Iterator[str]:
    yield f"Rehearsal of a plan for {found.cluster} (version {found.version}): {found.goal}."
    yield verdict(found)
    yield from _wrapped(took(found), "")
    for text in found.differences:
        yield from _wrapped(text, "  * ")
    yield from _part("What went wrong on request", [f"  {text}" for text in found.faults])
    yield from _part("Where apply stopped", [line for stop in found.stops for line in _stop(stop)])
    yield from _part("What took how long", [_step(step) for step in found.steps])
    yield from _part("When phones were not registered", [_wave(wave) for wave in found.waves])
    yield from _part("The phones in the end", list(_table(found.muster)))


def took(found: Rehearsal) -> str:
    """How long, how often, and by whom."""
    phones = "on the wire" if found.on_the_wire else "in memory"
    predicted = f", predicted {span(found.least * _MINUTE)} to {span(found.most * _MINUTE)}" if found.most else ""
    away = counted(len(found.waves), "time")
    return (
        f"It took {span(round(found.seconds))} of the twin{predicted}; apply was called "
        f"{counted(found.applies, 'time')}, phones were away {away}. Played by {found.played_by}, with phones {phones}."
    )


def _part(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from lines


def _stop(stop: Stop) -> Iterator[str]:
    yield from _wrapped(f"{clock(stop.at)}  step {stop.step}: {stop.why}", "  ")
    yield from _wrapped(f"Somebody {stop.done}.", "          ")


def _step(step: StepRun) -> str:
    again = f" ({step.acts} times)" if step.acts > 1 else ""
    return f"  {clock(step.at)}  {span(round(step.seconds)):>12}  {step.number:>3}  {step.title}{again}"


def _wave(wave: Wave) -> str:
    return f"  {clock(wave.at)}  {span(round(wave.seconds)):>12}  {counted(wave.phones, 'phone')}, in step {wave.step}"


def _table(muster: Sequence[Mustered]) -> Iterator[str]:
    wide = max((len(each.name) for each in muster), default=0)
    certified = any(each.lscs for each in muster)
    more = f"{'barred':>8}{'LSC of now':>12}" if certified else ""
    yield f"  {'':<{wide}}{'phones':>9}{'registered':>12}{'list of now':>13}{'restore':>9}{'stranded':>10}{more}"
    for each in muster:
        numbers = f"{each.phones:>9,}{each.registered:>12,}{each.current:>13,}{each.by_restore:>9,}{each.stranded:>10,}"
        more = f"{each.barred:>8,}{_new_lscs(each):>12}" if certified else ""
        yield f"  {each.name:<{wide}}{numbers}{more}"


def _new_lscs(each: Mustered) -> str:
    return f"{each.new_lscs:,} of {each.lscs:,}" if each.lscs else "-"


def clock(seconds: float) -> str:
    """A moment of the twin, from the beginning: `+1:05:30`."""
    return f"+{timedelta(seconds=round(seconds))}"


def _wrapped(text: str, first: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False
    )
