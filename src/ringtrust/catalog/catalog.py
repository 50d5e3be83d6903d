"""All that is known, asked by name, by number and by release."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from ringtrust.catalog.alarms import AlarmKind
from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.events import Event, EventId
from ringtrust.catalog.knowledge import Defect, HandOff, Hazard, Order, Statement
from ringtrust.catalog.models import Erasure, Models
from ringtrust.catalog.releases import BackupNeeds, Backups, Lifetime, MixedWay, Mode, Resets, Signing, Span
from ringtrust.catalog.row import Ranged, Row, all_rows
from ringtrust.catalog.rules import AuditRule, near
from ringtrust.catalog.services import Restart, Service
from ringtrust.catalog.stores import Deletion, Preloaded, Store
from ringtrust.catalog.units import Endpoint, Unit
from ringtrust.catalog.years import Years
from ringtrust.cluster.release import Release
from ringtrust.errors import RefusedError

Named = TypeVar("Named", Unit, Store, Service, Endpoint)
Numbered = TypeVar("Numbered", Hazard, Defect)
Held = TypeVar("Held", bound=Ranged)


class Catalog(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What Cisco documents about certificates, as rows. Each cites its sources."""

    units: tuple[Unit, ...]
    endpoints: tuple[Endpoint, ...]
    stores: tuple[Store, ...]
    deletions: tuple[Deletion, ...]
    preloaded: tuple[Preloaded, ...]
    services: tuple[Service, ...]
    restarts: tuple[Restart, ...]
    span: Span
    signers: tuple[Signing, ...]
    drs: tuple[BackupNeeds, ...]
    backups: tuple[Backups, ...]
    lifetimes: tuple[Lifetime, ...]
    resets: tuple[Resets, ...]
    modes: tuple[Mode, ...]
    mixed_ways: tuple[MixedWay, ...]
    orders: tuple[Order, ...]
    hazards: tuple[Hazard, ...]
    defects: tuple[Defect, ...]
    handoffs: tuple[HandOff, ...]
    facts: tuple[Statement, ...]
    alarms: tuple[AlarmKind, ...]
    models: tuple[Models, ...]
    erasures: tuple[Erasure, ...]
    rules: tuple[AuditRule, ...]
    years: Years
    events: tuple[Event, ...]

    def unit(self, name: str) -> Unit:
        """The unit of this name, of whichever release. Raises RefusedError."""
        return _named(self.units, name, "unit")

    def store(self, name: str) -> Store:
        """The trust store of this name, of whichever release. Raises RefusedError."""
        return _named(self.stores, name, "trust store")

    def endpoint(self, name: str) -> Endpoint:
        """LSC or MIC. Raises RefusedError."""
        return _named(self.endpoints, name, "certificate of a phone")

    def service(self, name: str) -> Service:
        """The service of this name, under any of its spellings. Raises RefusedError."""
        found = next((service for service in self.services if name in service.spellings), None)
        return found if found is not None else _named(self.services, name, "service")

    def hazard(self, number: str) -> Hazard:
        """The hazard of this number, such as H01. Raises RefusedError."""
        return _numbered(self.hazards, number, "hazard")

    def defect(self, number: str) -> Defect:
        """The defect of this number, such as CSCtn50405. Raises RefusedError."""
        return _numbered(self.defects, number, "defect")

    def rule(self, code: str) -> AuditRule:
        """The rule of an audit with this code, such as certificate.expired. Raises RefusedError."""
        found = next((row for row in self.rules if row.code == code), None)
        if found is None:
            raise RefusedError(f"Nobody knows a rule {code!r}.", advice=near(code, (row.code for row in self.rules)))
        return found

    def event(self, name: EventId) -> Event:
        """The event of this name, such as hostname."""
        return next(event for event in self.events if event.id == name)

    @property
    def order(self) -> Order:
        """The order between types that ringtrust follows."""
        return next(order for order in self.orders if order.followed)

    def cited(self, source: str) -> tuple[Row, ...]:
        """Every row that cites a source: an S-number, a document, a defect. Empty where none does."""
        return tuple(row for row in all_rows(self) if source in row.sources)

    def of(self, release: Release) -> ReleaseFacts:
        """What holds for a release. For one that no source covers: see ReleaseFacts."""
        nearest, reason = self._nearest(release)
        return ReleaseFacts(
            release=release,
            read_as=nearest,
            reason=reason,
            units=tuple(sorted(_held(self.units, nearest), key=lambda unit: self.order.units.index(unit.name))),
            stores=_held(self.stores, nearest),
            services=_held(self.services, nearest),
            claims=_held(self.restarts, nearest),
            deletions=_held(self.deletions, nearest),
            signing=_held(self.signers, nearest)[0],
            drs_depends_on=_held(self.drs, nearest)[0].unit,
            backups=_held(self.backups, nearest)[0],
            lifetimes=_held(self.lifetimes, nearest),
            resets=_held(self.resets, nearest)[0],
            mixed_ways=_held(self.mixed_ways, nearest),
            hazards=_held(self.hazards, nearest),
            defects=_held(self.defects, nearest),
            models=self.models,
            erasures=self.erasures,
            rules=_held(self.rules, nearest),
        )

    def _nearest(self, release: Release) -> tuple[Release, str]:
        """The release itself; or the nearest one that sources cover, and a sentence that says why."""
        first, end = Release.of(self.span.since), Release.of(self.span.before)
        if release < first:
            return first, f"No source says anything about CUCM {release.name}: they begin with {first.name}."
        if release >= end:
            last = Release(end.major - 1, 0)
            return last, f"No source says anything about CUCM {release.name}: they end with {last.major}.x."
        return release, ""


def _held(rows: Sequence[Held], release: Release) -> tuple[Held, ...]:
    return tuple(row for row in rows if row.covers(release))


def _named(rows: Sequence[Named], name: str, kind: str) -> Named:
    found = next((row for row in rows if row.name == name), None)
    if found is None:
        known = ", ".join(row.name for row in rows)
        raise RefusedError(f"Nobody knows a {kind} {name!r}.", advice=f"Known: {known}.")
    return found


def _numbered(rows: Sequence[Numbered], number: str, kind: str) -> Numbered:
    found = next((row for row in rows if row.id == number), None)
    if found is None:
        known = ", ".join(row.id for row in rows)
        raise RefusedError(f"Nobody knows a {kind} {number!r}.", advice=f"Known: {known}.")
    return found
