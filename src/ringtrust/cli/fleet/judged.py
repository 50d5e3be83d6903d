"""Findings and plans of many clusters, each cluster by itself: one that cannot be planned hides no other."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ringtrust.audit.audit import audit
from ringtrust.catalog.load import load_catalog
from ringtrust.change.finding import Finding
from ringtrust.change.plan import Plan, Weighed
from ringtrust.cli.audit import status
from ringtrust.cli.fleet import folder as folders
from ringtrust.cli.fleet.table import told, worst
from ringtrust.cli.output import say, say_json
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError, RingtrustError
from ringtrust.plan.build import make_plan
from ringtrust.plan.goal import Goal
from ringtrust.report.findings import counts, summary
from ringtrust.trust.names import counted

Missing = Sequence[tuple[str, int, str]]
"""Clusters of which there is no snapshot, each with an exit status and the reason."""


def audited(snapshots: Sequence[Snapshot], missing: Missing, days: int, *, as_json: bool) -> int:
    """A table of findings, a cluster a line; gives the exit status."""
    catalog = load_catalog()
    found = {each.cluster: audit(each, catalog, soon_days=days) for each in snapshots}
    if as_json:
        rows = [{"name": name, "findings": counts(findings)} for name, findings in found.items()]
        unread = [{"name": name, "status": code, "why": why} for name, code, why in missing]
        say_json({"format": "ringtrust.fleet.audit/1", "clusters": [*rows, *unread]})
    else:
        rest = [(name, "not read", "", why) for name, _, why in missing]
        told([("CLUSTER", "WORST", "FINDINGS", "FIRST"), *(_row(name, each) for name, each in found.items()), *rest])
    return worst([*(status(each) for each in found.values()), *(code for _, code, _ in missing)])


def _row(name: str, findings: Sequence[Finding]) -> tuple[str, ...]:
    first = findings[0] if findings else None
    return (
        name,
        first.severity.value if first else "none",
        summary(findings),
        f"{first.where}: {first.what}" if first else "",
    )


def planned(
    snapshots: Sequence[Snapshot], missing: Missing, goal: Goal, now: datetime, into: Path, *, as_json: bool
) -> int:
    """A plan for each, in a folder, and a table; gives the exit status."""
    rows = [*(_planned(snapshot, goal, now, into) for snapshot in snapshots), *missing]
    if as_json:
        documents = [{"name": name, "status": code, "what": what} for name, code, what in rows]
        say_json({"format": "ringtrust.fleet.plan/1", "clusters": documents})
    else:
        told([("CLUSTER", "PLAN"), *((name, what) for name, _, what in rows)])
        if any(status == 0 for _, status, _ in rows):
            say(f"Carry them out with: ringtrust fleet apply {into}")
    return worst([code for _, code, _ in rows])


def _planned(snapshot: Snapshot, goal: Goal, now: datetime, into: Path) -> tuple[str, int, str]:
    try:
        plan = make_plan(snapshot, load_catalog(), goal, now)
    except RefusedError as error:
        return snapshot.cluster, 1, f"none: {error.what}"
    except RingtrustError as error:
        return snapshot.cluster, error.exit_status, f"none: {error.what}"
    way = next(each for each in plan.weighed if each.strategy == plan.strategy)
    if way.verdict != "holds":
        return snapshot.cluster, 1, f"none that proves: {way.why} See: ringtrust plan {snapshot.cluster}"
    folders.put(into, snapshot.cluster, folders.PLAN, folders.written(plan))
    return snapshot.cluster, 0, _plan_text(plan, way)


def _plan_text(plan: Plan, way: Weighed) -> str:
    cost = f"{counted(way.waves, 'wave')}, {way.least} to {way.most} minutes"
    return f"{counted(len(plan.steps), 'step')}, {cost}, waits for {counted(len(plan.phones), 'phone')}"
