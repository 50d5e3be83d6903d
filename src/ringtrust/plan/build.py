"""A plan for one cluster, sealed."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.act import HandOver
from ringtrust.change.plan import FORMAT, Plan, Step, sealed
from ringtrust.cluster.facts import Known
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Snapshot, write_snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan import gates
from ringtrust.plan.goal import Goal
from ringtrust.plan.notes import notes
from ringtrust.plan.phases import Draft, Phases
from ringtrust.plan.phones import baseline
from ringtrust.plan.targets import Targets, find_targets

_NON_SECURE = 0


def make_plan(snapshot: Snapshot, catalog: Catalog, goal: Goal, now: datetime) -> Plan:
    """The plan. Raises RefusedError where none can be made, and says why."""
    facts = _facts(snapshot, catalog)
    _refuse_mixed_mode(snapshot)
    targets = find_targets(snapshot, facts, goal)
    if not targets.renew:
        raise RefusedError(
            f"There is nothing to renew: {goal.text} is nothing{_but(targets)}.",
            advice="Name units with --renew, or take a longer time with --days.",
        )
    phones = baseline(snapshot)
    drafts = [_backup(), *Phases(snapshot, facts, phones.first).all(targets), _last()]
    steps = tuple(draft.numbered(number) for number, draft in enumerate(drafts, 1))
    return sealed(
        Plan(
            format=FORMAT,
            cluster=snapshot.cluster,
            version=_version(snapshot),
            made=now,
            snapshot=hashlib.sha256(write_snapshot(snapshot)).hexdigest(),
            goal=goal.text,
            nodes=tuple(node.name for node in snapshot.nodes),
            phones=phones.waited,
            stragglers=phones.stragglers,
            notes=tuple(notes(snapshot, catalog, facts, targets, phones, steps)),
            steps=steps,
        )
    )


def _but(targets: Targets) -> str:
    return f", but for {len(targets.left)} that a CA has signed" if targets.left else ""


def _version(snapshot: Snapshot) -> str:
    if not isinstance(snapshot.version, Known):
        raise RefusedError(
            f"Which release runs is not known: {snapshot.version.reason}", advice="Mend that, and scan again."
        )
    return snapshot.version.value


def _facts(snapshot: Snapshot, catalog: Catalog) -> ReleaseFacts:
    facts = catalog.of(Release.of(_version(snapshot)))
    if not facts.known:
        raise RefusedError(facts.reason, advice="ringtrust plans for no release that nobody has described.")
    return facts


def _refuse_mixed_mode(snapshot: Snapshot) -> None:
    """In mixed mode the CTL has to follow every change (S64, H13); that is another plan, which is not there yet."""
    mode = snapshot.security_mode
    if not isinstance(mode, Known):
        raise RefusedError(f"The security mode is not known: {mode.reason}", advice="Mend that, and scan again.")
    if mode.value != _NON_SECURE:
        raise RefusedError(
            "The cluster is in mixed mode: its CTL would have to follow every change (S64, H13).",
            advice="ringtrust does not plan for mixed mode yet. Follow 214231, and update the CTL.",
        )


def _backup() -> Draft:
    return Draft(
        "backup",
        HandOver("take a DRS backup, and see that it succeeds on every node"),
        "It is the first step of any change of this size, and the last way back (Disaster Recovery System guide).",
        after=(gates.backed_up(), *gates.preflight()),
        sources=("S58", "S60", "S189"),
    )


def _last() -> Draft:
    return Draft(
        "backup",
        HandOver("take a new DRS backup, and keep the one from before the change"),
        "Only the newest backup can bring back the keys that phones trust from now on (P0).",
        sources=("S58", "S189", "SG15"),
    )


def phases_of(plan: Plan) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """The steps by certificate type, in their order."""
    begun: list[Step] = []
    for step in plan.steps:
        if begun and begun[-1].phase != step.phase:
            yield begun[-1].phase, tuple(begun)
            begun = []
        begun.append(step)
    if begun:
        yield begun[-1].phase, tuple(begun)
