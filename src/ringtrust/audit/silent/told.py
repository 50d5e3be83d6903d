"""Each event that has happened as a finding, and what fits none as one too."""

from collections.abc import Iterator, Sequence
from typing import Final

from ringtrust.audit.seen import Seen
from ringtrust.audit.silent.changed import Change, Changed
from ringtrust.audit.silent.fits import AT_ONCE, Fit
from ringtrust.catalog.events import Circumstance, due
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER, ITLRECOVERY, TVS
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.trust.names import brief, counted

ANCHORS: Final = frozenset({CALLMANAGER, TVS, ITLRECOVERY})
"""What phones trust by (domain.md §0)."""
PLANNED: Final = "If this was a planned change that has come to its end, nothing is wrong."
_HAZARDS: Final = (
    (frozenset({CALLMANAGER, TVS, ITLRECOVERY}), "H02"),
    (frozenset({CALLMANAGER, TVS}), "H01"),
    (frozenset({ITLRECOVERY, TVS}), "H03"),
    (frozenset({ITLRECOVERY, CALLMANAGER}), "H04"),
)


def event_found(fit: Fit, all_fits: Sequence[Fit], after: Seen) -> Finding:
    """An event of a node."""
    event = after.catalog.event(fit.event)
    by_ca = any(not change.old.self_signed for change in fit.changes)
    here = circumstances(after.snapshot, by_ca=by_ca)
    todo, release = due(event.after, here), after.release.value.release if isinstance(after.release, Known) else None
    units = ", ".join(change.unit for change in fit.changes)
    several = tuple(_at_the_same_time(fit, all_fits)) if event.one_at_a_time else ()
    return Finding(
        code=f"silent.{event.id}",
        severity=Severity.MINOR if fit.event == "web-security" else Severity.MAJOR,
        where=f"node {fit.node.after.name}",
        what=f"it looks as if {event.title}: {units} {_are(len(fit.changes))} other than on the older scan.",
        evidence=(*map(brief, fit.signs), *several, *map(evidence, fit.changes)),
        breaks=(event.lists, *(each.text for each in event.harms(release, here))),
        advice=f"{PLANNED} Else: {' '.join(each.text for each in todo)}",
        sources=event.cited(),
    )


def circumstances(snapshot: Snapshot, *, by_ca: bool) -> frozenset[Circumstance]:
    """What is so here, and asks for more to be done; `by_ca`: a CA had signed some of what an event makes anew."""
    told: tuple[tuple[Circumstance, bool], ...] = (
        ("mixed", snapshot.mixed),
        ("one node", len(snapshot.nodes) == 1 and not snapshot.mixed),
        ("signed by a CA", by_ca),
        ("single sign-on", isinstance(snapshot.surroundings.sso, Known) and bool(snapshot.surroundings.sso.value)),
    )
    return frozenset(name for name, so in told if so)


def _at_the_same_time(fit: Fit, all_fits: Sequence[Fit]) -> Iterator[str]:
    """Other nodes that met the same within the hour: phones had no time to follow in between."""
    made = fit.changes[0].made
    for other in all_fits:
        near = abs(other.changes[0].made - made) <= AT_ONCE
        if other.event == fit.event and other.node is not fit.node and near:
            yield f"the same on {other.node.after.name} within the hour: one node at a time is the documented way (H23)"


def evidence(change: Change) -> str:
    """Both certificates, by their serial numbers."""
    return f"{change.unit}: serial {change.new.serial} of {change.made:%Y-%m-%d %H:%M}, before {change.old.serial}"


def unexplained(left: Sequence[tuple[Changed, Change]], after: Seen) -> Iterator[Finding]:
    """What fits no event: what phones trust by, and then the rest."""
    anchors = [each for each in left if each[1].unit in ANCHORS]
    others = [each for each in left if each[1].unit not in ANCHORS]
    if anchors:
        yield _anchors(anchors, after)
    if others:
        yield Finding(
            code="silent.regenerated",
            severity=Severity.MINOR,
            where=_where(others),
            what=f"{_is(others)} since the older scan, and fits no event that makes certificates anew by itself.",
            evidence=_evidence(others),
            breaks=("Services show the old one until they are restarted, and partners hold the old one.",),
            advice=f"{PLANNED} Else find out who renewed, and do what belongs to it: ringtrust plan says what.",
            sources=("S111", "S143"),
        )


def _anchors(left: Sequence[tuple[Changed, Change]], after: Seen) -> Finding:
    units = {change.unit for _, change in left}
    hazard = next((after.catalog.hazard(number) for pair, number in _HAZARDS if pair <= units), None)
    together = "" if hazard is None else f" Together they are {hazard.id}, unless all phones fetched in between."
    signed = " From 12.0 on ITLRecovery signs every list." if ITLRECOVERY in units else ""
    return Finding(
        code="silent.regenerated",
        severity=Severity.MAJOR,
        where=_where(left),
        what=f"{_is(left)} since the older scan, and fits no event: somebody has renewed.{together}",
        evidence=_evidence(left),
        breaks=(
            f"Phones follow only where they know the signer of now, or a TVS that vouches for it.{signed}",
            *((hazard.text,) if hazard is not None else ()),
        ),
        advice=f"{PLANNED} Else renew nothing more before every phone holds the list of now; whom it has cost their "
        "trust is told by: ringtrust plan CLUSTER --recover --before OLDER-SNAPSHOT.",
        sources=("I4", *((hazard.id, *hazard.sources) if hazard is not None else ("H06",))),
    )


def _where(left: Sequence[tuple[Changed, Change]]) -> str:
    units: dict[str, list[str]] = {}
    for node, change in left:
        units.setdefault(change.unit, []).append(node.after.name)
    return "; ".join(f"{unit} of {', '.join(nodes)}" for unit, nodes in units.items())


def _is(left: Sequence[object]) -> str:
    return "is another one" if len(left) == 1 else f"are {counted(len(left), 'other one')}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _evidence(left: Sequence[tuple[Changed, Change]]) -> tuple[str, ...]:
    return tuple(f"{node.after.name}, {evidence(change)}" for node, change in left)


def unread_found(node: str, reason: str) -> Finding:
    """A node of which nobody can tell."""
    return Finding(
        code="silent.unread",
        severity=Severity.UNREAD,
        where=f"node {node}",
        what="whether its certificates have changed by themselves nobody can tell: one of the scans did not read them.",
        evidence=(brief(reason),),
        advice="Scan again, and compare once more.",
        sources=("design",),
    )
