"""An audit as somebody asks for it: a profile of it, without what is suppressed, compared with an older one."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from ringtrust.audit.audit import audit, ranked
from ringtrust.audit.compare import Changes, compare
from ringtrust.audit.profiles import ALL, outside
from ringtrust.audit.seen import NOT_ASKED, Seen
from ringtrust.audit.suppressions import Sifted, Suppressed, sift
from ringtrust.audit.table import levelled
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.finding import Finding
from ringtrust.change.suppression import Suppression
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.facts import Fact
from ringtrust.cluster.recovery_key import KeptKey
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.trust.names import quoted


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. `before` is an older snapshot of the same cluster, where there is one to compare with.

    `made` are the serial numbers of certificates that plans have made since then. `kept` are the copies of its recovery
    key, where somebody has looked for them. `of_two` are rules over two snapshots that lean on what stands to the right
    of this room, such as the proof.
    """

    soon_days: int = SOON_DAYS
    profile: str = ALL
    suppressions: tuple[Suppression, ...] = ()
    before: Snapshot | None = None
    kept: Fact[tuple[KeptKey, ...]] = NOT_ASKED
    made: frozenset[str] = frozenset()
    of_two: tuple[Callable[[Seen, Seen], Iterator[Finding]], ...] = ()


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What is told beside the findings: of which profile they are, what is suppressed, what has changed."""

    profile: str = ALL
    suppressed: tuple[Suppressed, ...] = ()
    changes: Changes | None = None


class Review(msgspec.Struct, frozen=True):
    """The findings that count, the worst first, and what is told beside them."""

    findings: tuple[Finding, ...]
    beside: Beside


def review(snapshot: Snapshot, catalog: Catalog, scope: Scope) -> Review:
    """An audit within a scope. Raises RefusedError when the older snapshot is none of this cluster."""
    if scope.before is None:
        now = audit(snapshot, catalog, soon_days=scope.soon_days, kept=scope.kept)
        found = _sifted(now, snapshot, catalog, scope)
        return Review(_counting(found), Beside(profile=scope.profile, suppressed=found.suppressed))
    from ringtrust.audit.since import audit_since  # noqa: PLC0415 - asked for rarely, and slow to load

    _refuse_unless_older(scope.before, snapshot)
    days = scope.soon_days
    now = audit(snapshot, catalog, soon_days=days, kept=scope.kept)
    meanwhile = audit_since(scope.before, snapshot, catalog, soon_days=days, made=scope.made, besides=scope.of_two)
    found = _sifted((*now, *meanwhile), snapshot, catalog, scope)
    then = _sifted(audit(scope.before, catalog, soon_days=days), scope.before, catalog, scope)
    changes = compare(_all(_about(then, found)), _all(found), snapshot.cluster, scope.before.taken)
    return Review(_counting(found), Beside(profile=scope.profile, suppressed=found.suppressed, changes=changes))


def _refuse_unless_older(before: Snapshot, snapshot: Snapshot) -> None:
    if before.cluster != snapshot.cluster:
        raise RefusedError(
            f"The older snapshot is of cluster {quoted(before.cluster)}, and this one of {quoted(snapshot.cluster)}.",
            advice="Compare snapshots of one cluster.",
        )
    if before.taken > snapshot.taken:
        raise RefusedError(
            f"The snapshot to compare with was taken at {before.taken:%Y-%m-%d %H:%M} UTC, after this one.",
            advice="Name the older one after --since.",
        )


def _sifted(findings: Iterable[Finding], snapshot: Snapshot, catalog: Catalog, scope: Scope) -> Sifted:
    """Sifted whole and narrowed then, so that a suppression of another profile is not called unused."""
    found, others = sift(findings, scope.suppressions, snapshot), outside(scope.profile, catalog)
    return Sifted(
        tuple(each for each in found.findings if each.code not in others),
        tuple(each for each in found.suppressed if each.finding.code not in others),
        tuple(levelled(found.remarks, catalog)),
    )


def _about(then: Sifted, now: Sifted) -> Sifted:
    """Remarks of then only as far as they are made today: what is gone is of the cluster, never of a file."""
    today = {(each.code, each.where) for each in now.remarks}
    return msgspec.structs.replace(
        then, remarks=tuple(each for each in then.remarks if (each.code, each.where) in today)
    )


def _counting(found: Sifted) -> tuple[Finding, ...]:
    return ranked((*found.findings, *found.remarks))


def _all(found: Sifted) -> tuple[Finding, ...]:
    return ranked((*found.findings, *found.remarks, *(each.finding for each in found.suppressed)))
