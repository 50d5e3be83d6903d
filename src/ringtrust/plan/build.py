"""A plan for one cluster, sealed."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.act import HandOver
from ringtrust.change.gate import Voucher
from ringtrust.change.plan import FORMAT, Plan, sealed
from ringtrust.cluster.snapshot import Snapshot, write_snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan import gates
from ringtrust.plan.batches import Batch, one_type_at_a_time
from ringtrust.plan.fit import facts_for, refuse_unfit, version_of
from ringtrust.plan.goal import Goal
from ringtrust.plan.notes import notes
from ringtrust.plan.phases import Draft, Phases
from ringtrust.plan.phones import baseline
from ringtrust.plan.targets import Targets, find_targets
from ringtrust.prove.ground import ground_of


def make_plan(
    snapshot: Snapshot, catalog: Catalog, goal: Goal, now: datetime, *, stragglers: int | None = None
) -> Plan:
    """The plan. It may leave so many `stragglers` behind; few, when nobody has said how many.

    Raises RefusedError where none can be made, and says why.
    """
    facts = facts_for(snapshot, catalog)
    refuse_unfit(snapshot)
    targets = find_targets(snapshot, facts, goal)
    if not targets.renew:
        raise RefusedError(
            f"There is nothing to renew: {goal.text} is nothing{_but(targets)}.",
            advice="Name units with --renew, or take a longer time with --days.",
        )
    phones = baseline(snapshot, stragglers)
    phases = Phases(snapshot, facts, phones.first)
    batches = one_type_at_a_time(snapshot, facts, targets)
    drafts = [_backup(phones.first, phases.vouchers()), *_drafted(phases, batches), _last(facts)]
    steps = tuple(draft.numbered(number) for number, draft in enumerate(drafts, 1))
    return sealed(
        Plan(
            format=FORMAT,
            cluster=snapshot.cluster,
            version=version_of(snapshot),
            made=now,
            taken=snapshot.taken,
            snapshot=hashlib.sha256(write_snapshot(snapshot)).hexdigest(),
            goal=goal.text,
            ground=ground_of(snapshot, facts, frozenset(each.name for each in phones.stragglers)),
            nodes=tuple(node.name for node in snapshot.nodes),
            phones=phones.waited,
            stragglers=phones.stragglers,
            notes=tuple(notes(snapshot, catalog, facts, targets, phones, steps)),
            steps=steps,
        )
    )


def _drafted(phases: Phases, batches: Iterable[Batch]) -> Iterator[Draft]:
    for batch in batches:
        yield from phases.batch(batch)


def _but(targets: Targets) -> str:
    return f", but for {len(targets.left)} that a CA has signed" if targets.left else ""


def _backup(first: str, known: tuple[Voucher, ...]) -> Draft:
    return Draft(
        "backup",
        HandOver("take a DRS backup, and see that it succeeds on every node"),
        "It is the first step of any change of this size, and the last way back (Disaster Recovery System guide).",
        after=(gates.backed_up(), *gates.preflight(first, known)),
        sources=("S58", "S60", "S189"),
    )


def _last(facts: ReleaseFacts) -> Draft:
    newest = "Only the newest backup can bring back the keys that phones trust from now on (P0)."
    older = "A restore from the backup of before would bring back what phones do not trust any more (P0, H24)."
    return Draft(
        "backup",
        HandOver("take a new DRS backup, and keep the one from before the change"),
        newest if facts.backup_holds_keys else older,
        sources=("S58", "S189", "SG15", "H24"),
    )
