"""Alarms and what they mean, as text for people and as JSON for programs."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from ringtrust.audit.alarms import AGAIN, MAIL, Explained, counts, headline
from ringtrust.cluster.alarm import Alarm
from ringtrust.cluster.facts import Known
from ringtrust.trust.names import counted, printable

FORMAT: Final = "ringtrust.alarms/1"
_WIDTH: Final = 100


def alarm_lines(found: Sequence[Explained]) -> Iterator[str]:
    """All of it for people, at most 100 columns wide."""
    told = ", ".join(f"{count:,} {name}" for name, count in counts(found).items() if count)
    yield f"{counted(sum(each.times for each in found), 'alarm')}: {told}."
    for each in found:
        yield ""
        yield from _block(each)
    if any(isinstance(each.alarm.notice, Known) for each in found):
        for text in (AGAIN, MAIL):
            yield ""
            yield from _wrapped(text, "")


def _block(found: Explained) -> Iterator[str]:
    yield from _wrapped(f"{found.severity.value.upper()} {headline(found)}", "")
    yield from _wrapped(f"{found.where}: {found.what}", "  ")
    yield from _wrapped(_origin(found.alarm), "  From: ")
    for note in found.notes:
        yield from _wrapped(note, "  ")
    for place, text in enumerate(found.breaks):
        yield from _wrapped(text, "  Breaks: " if place == 0 else " " * 10)
    for place, text in enumerate(found.steps, 1):
        yield from _wrapped(text, f"  {'Do:' if place == 1 else '   '} {place}. ")
    yield from _wrapped(f"[{', '.join(found.sources)}]", "  ")


def _origin(alarm: Alarm) -> str:
    """Who raised it, who carried it, and when."""
    parts = [alarm.parameter("AppID"), f"node {alarm.node}" if alarm.node else ""]
    if isinstance(alarm.dated, Known):
        parts.append(alarm.dated.value.text)
    if alarm.carried.facility:
        parts.append(f"syslog {alarm.carried.facility} {alarm.carried.level.number}")
    if isinstance(alarm.rtmt, Known):
        rtmt = alarm.rtmt.value
        severity = f", severity {rtmt.severity}" if rtmt.severity else ""
        parts.append(f"RTMT {rtmt.event} from {rtmt.node or 'an unnamed node'}{severity}")
    return "; ".join(part for part in parts if part)


def _wrapped(text: str, start: str) -> Iterator[str]:
    rest = " " * max(len(start), 4)
    yield from textwrap.wrap(
        printable(text), _WIDTH, initial_indent=start, subsequent_indent=rest, break_on_hyphens=False
    )


def alarms_document(found: Sequence[Explained], name: str) -> dict[str, Any]:
    """The same for a program; `name` is what was read. Texts are as found."""
    return {
        "format": FORMAT,
        "source": name,
        "counts": dict(counts(found)),
        "alarms": [_entry(each) for each in found],
    }


def _entry(found: Explained) -> dict[str, Any]:
    entry: dict[str, Any] = msgspec.to_builtins(found)
    return {"event": found.alarm.event, "node": found.alarm.node, "standing": found.alarm.standing.value, **entry}
