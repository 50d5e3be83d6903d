"""Alarms by what they are about: one certificate wherever it lies and whoever reports it, or one kind of event."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import msgspec

from ringtrust.audit.alarm_copies import original, owner_of
from ringtrust.audit.alarm_meaning import node_of
from ringtrust.audit.alarms import Explained
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.finding import Severity
from ringtrust.cluster.alarm import Notice
from ringtrust.cluster.facts import Known
from ringtrust.cluster.trust_files import NamedAfter, host_of, read_trust_file
from ringtrust.trust.names import brief, some

_ORDER: Final = tuple(Severity)


class Group(msgspec.Struct, frozen=True):
    """Alarms about one thing. `lead` speaks for them: of the identity before those of its copies, then the latest."""

    lead: Explained
    members: tuple[Explained, ...]

    @property
    def severity(self) -> Severity:
        """The worst of all."""
        return min((each.severity for each in self.members), key=_ORDER.index)

    @property
    def times(self) -> int:
        """How often it came."""
        return sum(each.times for each in self.members)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Who reported it."""
        return tuple(sorted({brief(each.alarm.node) for each in self.members if each.alarm.node}))

    @property
    def is_certificate(self) -> bool:
        """Whether it is about the end of a certificate."""
        return _notice(self.lead) is not None

    @property
    def expires(self) -> date | None:
        """On which day that certificate ends; None where no day is known for sure."""
        notice = _notice(self.lead)
        return notice.expiry.value.day if notice is not None and isinstance(notice.expiry, Known) else None

    @property
    def others(self) -> tuple[str, ...]:
        """Where else the same certificate lies: the file and the store, and of which nodes."""
        found: dict[str, list[str]] = {}
        for each in self.members:
            if each.where != self.lead.where and (notice := _notice(each)) is not None:
                unit = brief(notice.unit)
                place = f"{brief(notice.certificate)} in {unit}" if notice.in_store else unit
                found.setdefault(place, []).append(node_of(each.alarm))
        return tuple(f"{place} of {some(sorted(set(nodes)), 12)}" for place, nodes in sorted(found.items()))


def grouped(found: Sequence[Explained], catalog: Catalog) -> tuple[Group, ...]:
    """All of them by what they are about, the worst first; then events before certificates, and the soonest end."""
    groups: dict[tuple[str, ...], list[Explained]] = {}
    for each in found:
        groups.setdefault(tuple(_about(each, catalog)), []).append(each)
    made = (Group(max(those, key=_weight), tuple(those)) for those in groups.values())
    return tuple(sorted(made, key=_place))


def _place(group: Group) -> tuple[int, bool, date]:
    return _ORDER.index(group.severity), group.is_certificate, group.expires or date.max


def _weight(found: Explained) -> tuple[bool, date, str, int]:
    notice, dated = _notice(found), found.alarm.dated
    identity = notice is not None and not notice.in_store
    day, time = (dated.value.day, dated.value.time) if isinstance(dated, Known) else (date.min, "")
    return identity, day, time, -_ORDER.index(found.severity)


def _about(found: Explained, catalog: Catalog) -> Iterator[str]:
    """What makes two alarms be about one thing. A day that was not read joins only what is written alike."""
    notice = _notice(found)
    if notice is None:
        yield from (found.alarm.facility.lower(), found.alarm.name.lower(), found.severity.value)
        return
    yield notice.expiry.value.day.isoformat() if isinstance(notice.expiry, Known) else notice.expiration
    yield from _whose(found, notice, catalog)


def _whose(found: Explained, notice: Notice, catalog: Catalog) -> Iterator[str]:
    if not notice.in_store:
        yield from (notice.unit.lower(), host_of(found.alarm.node))
        if not found.alarm.node:
            yield notice.expiration  # whose it is nobody says: the minute tells two nodes apart
        return
    unit, file = original(catalog, notice), read_trust_file(notice.stem)
    owner = owner_of(catalog, notice)
    preloaded = any(row.is_stored_as(f"{notice.stem}.pem") for row in catalog.preloaded)
    if unit is not None and owner and not preloaded and file.after is not NamedAfter.CAPF:
        yield from (unit.name.lower(), host_of(owner))
    else:
        yield file.common_name.lower()


def _notice(found: Explained) -> Notice | None:
    return found.alarm.notice.value if isinstance(found.alarm.notice, Known) else None
