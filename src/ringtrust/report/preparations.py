"""A preparation for people: what a change makes anew, what it costs as it is, and what keeps every phone."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from ringtrust.change.preparation import Check, Outlook, Preparation
from ringtrust.report.plans import step_lines, wrapped
from ringtrust.trust.names import counted, printable, some

_MARKS: Final = {"pass": "ok", "fail": "NO", "unknown": "??"}
_NAMED: Final = 12


def preparation_lines(found: Preparation, *, explain: bool = False) -> Iterator[str]:
    """Line by line; nothing in it that a terminal would obey."""
    yield from map(printable, _lines(found, explain=explain))


def _lines(found: Preparation, *, explain: bool) -> Iterator[str]:
    yield f"Before {found.change} on {found.cluster} (version {found.version}), as it was seen on {_when(found)}."
    yield ""
    yield from _made(found)
    yield ""
    yield from wrapped(f"Done without a thought: {_outlook(found.unprepared)}", "", "  ")
    yield from wrapped(f"Done as below ({found.way}): {_outlook(found.prepared)}", "", "  ")
    yield ""
    yield "What has to be so first"
    for check in found.checks:
        yield from _check(check)
    for straggler in found.stragglers:
        yield from wrapped(f"{straggler.name}, {straggler.description}: {straggler.reason}", "       ", "         ")
    yield ""
    yield "What to know"
    for note in found.notes:
        yield from wrapped(f"{note.text} [{', '.join(note.sources)}]", "  * ", "    ")
    for phase, steps in groupby(found.steps, key=lambda step: step.phase):
        yield ""
        yield phase
        for step in steps:
            yield from step_lines(step, explain=explain)
    yield ""
    yield from _ends(found)


def _when(found: Preparation) -> str:
    return f"{found.taken:%Y-%m-%d %H:%M} UTC"


def _made(found: Preparation) -> Iterator[str]:
    count = counted(len(found.makes), "certificate")
    names = f": {some(list(found.makes), _NAMED)}" if found.makes else ""
    yield from wrapped(f"{count} {'is' if len(found.makes) == 1 else 'are'} other ones behind it{names}.", "", "  ")
    for text in found.uncertain:
        yield from wrapped(f"Not certain: {text}", "  ", "    ")


def _outlook(outlook: Outlook) -> str:
    if outlook.holds:
        return "proved, no phone loses its trust."
    lost = f"{counted(outlook.lost, 'phone')} may lose trust. " if outlook.lost else ""
    out = f"{counted(outlook.unregistered, 'secure phone')} may not register. " if outlook.unregistered else ""
    stuck = f"Nobody passes the wave of {outlook.stuck}. " if outlook.stuck and not lost else ""
    return f"{lost}{out}{stuck}{' '.join(outlook.story[:2])}".strip()


def _check(check: Check) -> Iterator[str]:
    text = f"{_MARKS[check.sight]}  {check.what}: {check.told} [{', '.join(check.sources)}]"
    yield from wrapped(text, "  ", "      ")


def _ends(found: Preparation) -> Iterator[str]:
    yield from wrapped(
        "Every step of it is yours: `apply` does not carry it out, as the node comes back under certificates, and "
        "perhaps a host key, that only a person can pin anew. ringtrust looks at the conditions of every step with "
        f"`ringtrust verify {found.cluster}`, and tells afterwards what has happened by comparing two scans.",
        "",
        "",
    )
    yield ""
    yield "The night of it, as `ringtrust prove SNAPSHOT --runbook FILE` reads it:"
    yield from (f"    {line}" for line in found.runbook.splitlines())
