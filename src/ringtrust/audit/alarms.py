"""What alarms mean: which certificate, where, what breaks, and what to do (S22 to S28; interfaces.md §7)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

import msgspec

from ringtrust.audit.alarm_certificates import dates, meaning, when
from ringtrust.audit.alarm_meaning import Asked, node_of
from ringtrust.catalog.alarms import AlarmKind
from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.finding import Severity
from ringtrust.cluster.alarm import Alarm, Level, Notice, Standing
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.trust.names import brief, counted, quoted

MAIL: Final = (
    "RTMT shows such alarms in its Syslog Viewer; a mail comes only where one is set up (OS Admin > Security > "
    "Certificate Monitor, and the alerts of RTMT). No mail does not mean that nothing expires."
)
AGAIN: Final = (
    "Cisco Certificate Expiry Monitor looks once in 24 hours, and every hour as soon as something has expired or has "
    "less than a day left: the alarm comes again until the certificate is renewed."
)
# Alarms of these that are not known here are about certificates all the same.
_ABOUT_TRUST: Final = frozenset({"uc_cert"})
_ABOUT_TRUST_IN_TROUBLE: Final = frozenset({"uc_capf", "uc_tvs"})
_TROUBLE: Final = frozenset({Level.EMERGENCY, Level.ALERT, Level.CRITICAL, Level.ERROR})
_ORDER: Final = tuple(Severity)


class Explained(msgspec.Struct, frozen=True):
    """An alarm, and what it means. It came so many `times`; `alarm` is the last of them.

    `notes` explain, `breaks` says what stops working, `steps` what to do, in turn.
    """

    alarm: Alarm
    times: int
    severity: Severity
    where: str
    what: str
    notes: tuple[str, ...]
    breaks: tuple[str, ...]
    steps: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def unread_date(self) -> bool:
        """Whether it names a certificate and a date that cannot be read: how bad it is its name alone tells then."""
        return isinstance(self.alarm.notice, Known) and isinstance(self.alarm.notice.value.expiry, Unread)


def explain(
    alarms: Iterable[Alarm], catalog: Catalog, release: Known[ReleaseFacts] | Skipped, today: date
) -> tuple[Explained, ...]:
    """What they mean, the worst first; those that only repeat one another are one."""
    groups: dict[tuple[str, ...], list[Alarm]] = {}
    for alarm in alarms:
        groups.setdefault(_same(alarm), []).append(alarm)
    found = (_explained(Asked(those[-1], catalog, release, today), len(those)) for those in groups.values())
    return tuple(sorted(found, key=lambda each: _ORDER.index(each.severity)))


def _same(alarm: Alarm) -> tuple[str, ...]:
    """What makes two alarms the same: everything but when they came."""
    notice = alarm.notice.value if isinstance(alarm.notice, Known) else None
    about = (notice.certificate, notice.unit, notice.expiration) if notice is not None else (alarm.text,)
    return (alarm.facility, alarm.name, alarm.node, *about)


def _explained(asked: Asked, times: int) -> Explained:
    alarm = asked.alarm
    kind = next((each for each in asked.catalog.alarms if each.is_called(alarm.name)), None)
    if isinstance(alarm.notice, Known):
        return _certificate(asked, alarm.notice.value, kind, times)
    if isinstance(alarm.notice, Unread) or (kind is not None and kind.about == "expiry"):
        return _unreadable(asked, kind, alarm.notice.reason, times)
    return _event(asked, kind, times) if kind is not None else _unknown(asked, times)


def _certificate(asked: Asked, notice: Notice, kind: AlarmKind | None, times: int) -> Explained:
    found = meaning(asked, notice)
    said = (kind.text,) if kind is not None else ()
    return Explained(
        alarm=asked.alarm,
        times=times,
        severity=_severity(asked.alarm, kind, found.usual),
        where=found.where,
        what=when(asked.alarm, notice),
        notes=(*said, *dates(asked, notice), *found.notes, *_old(asked)),
        breaks=found.breaks,
        steps=found.steps,
        sources=tuple(dict.fromkeys(("S22", "S23", "S25", "S27", *found.sources))),
    )


def _severity(alarm: Alarm, kind: AlarmKind | None, usual: Severity) -> Severity:
    """An identity counts by its dates, else by its alarm; in a trust store `usual` is the most that it can be."""
    urgency = Severity(kind.urgency) if kind is not None else Severity.MAJOR
    if usual is Severity.UNREAD:
        return Severity.CRITICAL if alarm.standing in {Standing.EXPIRED, Standing.SAME_DAY} else urgency
    gone = alarm.standing is Standing.EXPIRED or urgency is not Severity.INFO
    return usual if gone else Severity.INFO


def _unreadable(asked: Asked, kind: AlarmKind | None, reason: str, times: int) -> Explained:
    return _made(
        asked,
        times,
        severity=Severity.UNREAD,
        what=f"{kind.text if kind is not None else 'It is about a certificate.'} Which one cannot be read: {reason}",
        steps=("Look at the certificates of the cluster: `ringtrust audit CLUSTER`; or hand in the whole alarm.",),
        sources=kind.sources if kind is not None else ("S22",),
    )


def _event(asked: Asked, kind: AlarmKind, times: int) -> Explained:
    return _made(asked, times, severity=Severity(kind.urgency), what=kind.text, steps=(kind.do,), sources=kind.sources)


def _unknown(asked: Asked, times: int) -> Explained:
    """It is named, not lost. What belongs to certificates and is not known may be anything."""
    facility = asked.alarm.facility.lower()
    ours = facility in _ABOUT_TRUST or (facility in _ABOUT_TRUST_IN_TROUBLE and asked.alarm.level in _TROUBLE)
    text = f" It says: {quoted(asked.alarm.text)}." if asked.alarm.text else ""
    return _made(
        asked,
        times,
        severity=Severity.UNREAD if ours else Severity.INFO,
        what=f"ringtrust does not know this alarm{', and it is about certificates' if ours else ''}.{text}",
        steps=("Look it up in Cisco's System Error Messages of your release.",),
        sources=("ALARM15",),
    )


def _made(
    asked: Asked, times: int, *, severity: Severity, what: str, steps: tuple[str, ...], sources: tuple[str, ...]
) -> Explained:
    alarm = asked.alarm
    told = (f"It says: {quoted(alarm.text)}.",) if alarm.text and quoted(alarm.text) not in what else ()
    return Explained(
        alarm=alarm,
        times=times,
        severity=severity,
        where=node_of(alarm),
        what=what,
        notes=(*told, *_old(asked)),
        breaks=(),
        steps=steps,
        sources=sources,
    )


def _old(asked: Asked) -> Iterator[str]:
    """An alarm of days ago may be past."""
    if isinstance(asked.alarm.dated, Known):
        days = (asked.today - asked.alarm.dated.value.day).days
        if days > 1:
            yield (
                f"The alarm is {counted(days, 'day')} old: what it says may be past. `ringtrust audit CLUSTER` says "
                "what holds now."
            )


def counts(found: Iterable[Explained]) -> Mapping[str, int]:
    """How many there are of each severity, the worst first."""
    severities = [each.severity for each in found]
    return {each.value: severities.count(each) for each in Severity}


def headline(found: Explained) -> str:
    """Which alarm it is, in Cisco's spelling, and how often it came."""
    again = f", {found.times:,} times" if found.times > 1 else ""
    return f"{brief(found.alarm.event)}{again}"
