"""Alarms and what they mean, as text for people and as JSON for programs."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from ringtrust.audit.alarm_groups import Group
from ringtrust.audit.alarms import AGAIN, MAIL, Explained, counts, headline
from ringtrust.audit.expiry import CAVEAT
from ringtrust.change.finding import Severity
from ringtrust.cluster.alarm import Alarm
from ringtrust.cluster.facts import Known
from ringtrust.trust.names import brief, counted, printable, some

FORMAT: Final = "ringtrust.alarms/1"
_WIDTH: Final = 100
_SHORT: Final = 120  # a step of so many characters is said again: nobody scrolls up at night for "Do not"
_ONE_PLAN: Final = (
    "See what holds now: `ringtrust audit CLUSTER`. Then make one plan for all certificates that end, in their right "
    "order: `ringtrust plan CLUSTER --renew expiring`. Delete nothing."
)


def each_alarm(found: Sequence[Explained]) -> Iterator[str]:
    """Every alarm by itself, for people, at most 100 columns wide."""
    yield f"{counted(sum(each.times for each in found), 'alarm')}: {_told(counts(found))}."
    for each in found:
        yield ""
        yield from _wrapped(f"{each.severity.value.upper()} {headline(each)}", "")
        yield from _wrapped(f"{each.where}: {each.what}", "  ")
        yield from _wrapped(_origin(each.alarm), "  From: ")
        yield from _explanation(each, _Said())
        yield from _sources(each)
    yield from _end(found)


def alarm_lines(groups: Sequence[Group]) -> Iterator[str]:
    """One paragraph for each certificate or kind; of several a summary first. What is the same is said once."""
    yield from _summary(groups)
    said = _Said()
    for group in groups:
        yield ""
        yield from _paragraph(group, said)
        if len(groups) == 1:
            yield from _sources(group.lead)
    if any(len(each.members) > 1 for each in groups) or len(groups) > 1:
        yield ""
        yield from _wrapped("`--each` tells every alarm by itself, and who says what is said here.", "")
    yield from _end([each.lead for each in groups])


def _end(found: Iterable[Explained]) -> Iterator[str]:
    if any(isinstance(each.alarm.notice, Known) for each in found):
        for text in (AGAIN, MAIL):
            yield ""
            yield from _wrapped(text, "")


def _told(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in numbers.items() if count)


def _summary(groups: Sequence[Group]) -> Iterator[str]:
    """What, where, when, and what to do first."""
    severities = [each.severity for each in groups]
    numbers = _told({each.value: severities.count(each) for each in Severity})
    alarms = counted(sum(each.times for each in groups), "alarm")
    yield f"{alarms}: {numbers}." if len(groups) == 1 else f"{alarms} about {len(groups):,} things: {numbers}."
    if unread := sum(member.unread_date for each in groups for member in each.members):
        yield from _wrapped(f"{counted(unread, 'date')} cannot be read: see below which.", "  Unread: ")
    if len(groups) > 1:
        yield from _wrapped(_what(groups), "  What:  ")
        yield from _wrapped(some(sorted({node for each in groups for node in each.nodes}), 12), "  Where: ")
        yield from _wrapped(_when(groups), "  When:  ")
        yield from _wrapped(_first(groups), "  First: ")


def _what(groups: Sequence[Group]) -> str:
    certificates = sum(each.is_certificate for each in groups)
    events = Counter(brief(each.lead.alarm.event) for each in groups if not each.is_certificate)
    parts = [counted(certificates, "certificate")] if certificates else []
    worst = [each.lead.where for each in groups if each.is_certificate and each.severity is groups[0].severity]
    listed = f" ({groups[0].severity.value}: {some(worst)})" if worst else ""
    return f"{'; '.join([*(f'{part}{listed}' for part in parts), *([some(list(events))] if events else [])])}."


def _when(groups: Sequence[Group]) -> str:
    dated = [member.alarm.dated for each in groups for member in each.members]
    days = sorted({each.value.day for each in dated if isinstance(each, Known)})
    worst = next((each.severity for each in groups if each.expires), None)
    ends = sorted((each.expires, each.lead.where) for each in groups if each.expires and each.severity is worst)
    raised = f"alarms of {days[0]}" + (f" to {days[-1]}" if len(days) > 1 else "") if days else "alarms without a date"
    first = f"; the first {worst.value} certificate to end: {ends[0][1]}, {ends[0][0]}" if ends and worst else ""
    return f"{raised}{first}."


def _first(groups: Sequence[Group]) -> str:
    """One plan where several certificates end: it knows their order."""
    ending = [each for each in groups if each.is_certificate and each.severity is not Severity.INFO]
    lead = groups[0].lead
    if groups[0].is_certificate and len(ending) > 1:
        return _ONE_PLAN
    return f"{lead.steps[0]} ({lead.where})" if lead.steps else f"look at {lead.where}"


class _Said:
    """What has been said already, and in which paragraph."""

    def __init__(self) -> None:
        self._where: dict[str, str] = {}

    def already(self, text: str, where: str) -> str:
        """Where it was said before; empty for the first time."""
        before = self._where.get(text, "")
        self._where.setdefault(text, where)
        return before

    def rest(self, texts: Sequence[str], where: str, again_up_to: int = 0) -> list[str]:
        """Those that were not said before, and at their end where the others were. Short ones are said again."""
        told = [(text, self.already(text, where) if len(text) > again_up_to else "") for text in texts]
        new = [text for text, before in told if not before]
        again = list(dict.fromkeys(before for text, before in told if before and text != CAVEAT))
        return [*new, f"{'Then as' if new else 'As'} said of {' and '.join(again)}, above."] if again else new


def _paragraph(group: Group, said: _Said) -> Iterator[str]:
    lead = group.lead
    times = f", {group.times:,} times" if group.times > 1 else ""
    nodes = f" from {some(group.nodes, 12)}" if len(group.nodes) > 1 else ""
    yield from _wrapped(f"{group.severity.value.upper()} {brief(lead.alarm.event)}{times}{nodes}", "")
    yield from _wrapped(f"{lead.where}: {lead.what}", "  ")
    if group.others:
        for place, text in enumerate(group.others):
            yield from _wrapped(text, "  The same: " if place == 0 else " " * 12)
    yield from _wrapped(_origin(lead.alarm), "  From: " if group.times == 1 else "  Last: ")
    yield from _explanation(lead, said)


def _explanation(found: Explained, said: _Said) -> Iterator[str]:
    for note in found.notes:
        if not said.already(note, found.where):
            yield from _wrapped(note, "  ")
    for place, text in enumerate(said.rest(found.breaks, found.where)):
        yield from _wrapped(text, "  Breaks: " if place == 0 else " " * 10)
    for place, text in enumerate(said.rest(found.steps, found.where, again_up_to=_SHORT), 1):
        yield from _wrapped(text, f"  {'Do:' if place == 1 else '   '} {place}. ")


def _sources(found: Explained) -> Iterator[str]:
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
    """The same for a program, every alarm; `name` is what was read. Texts are as found."""
    return {
        "format": FORMAT,
        "source": name,
        "counts": dict(counts(found)),
        "alarms": [_entry(each) for each in found],
    }


def _entry(found: Explained) -> dict[str, Any]:
    entry: dict[str, Any] = msgspec.to_builtins(found)
    return {"event": found.alarm.event, "node": found.alarm.node, "standing": found.alarm.standing.value, **entry}
