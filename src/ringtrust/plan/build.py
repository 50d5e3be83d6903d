"""A plan for one cluster, sealed."""

import hashlib
from datetime import datetime
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.plan import FORMAT, Basis, Plan, Strategy, Weighed, sealed
from ringtrust.cluster.names import CAPF
from ringtrust.cluster.snapshot import Snapshot, write_snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.backups import BY_PERSON, Backups, settled
from ringtrust.plan.canary import NOBODY_CHOSEN, OPTION, Chosen, canary_of, refuse_unused
from ringtrust.plan.fingerprint import fingerprint_of
from ringtrust.plan.fit import facts_for, refuse_unfit, services_known, version_of
from ringtrust.plan.from_runbook import goal_of, mended
from ringtrust.plan.goal import Goal
from ringtrust.plan.notes import notes
from ringtrust.plan.phones import baseline
from ringtrust.plan.secure.ctl import Extras
from ringtrust.plan.secure.locked import Key, capf_has_expired
from ringtrust.plan.secure.lscs import BATCH, CANARY, Sizes, census, issuing, replaced_capf
from ringtrust.plan.secure.security import security_of
from ringtrust.plan.strategies import STRATEGIES, Ways, recommended
from ringtrust.plan.targets import Targets, find_targets
from ringtrust.prove.ground import ground_of
from ringtrust.prove.runbook import read_runbook
from ringtrust.trust.names import counted


class Wish(msgspec.Struct, frozen=True):
    """How the goal is to be reached. `stragglers` may be left behind; few, when nobody has said how many.

    So many phones get a new LSC first, the `canary`, and then so many at once, a `batch`. Of a wave for trust lists
    those go `first` that somebody has chosen.
    """

    stragglers: int | None = None
    strategy: Strategy = "type"
    basis: Basis = "documented"
    canary: int = CANARY
    batch: int = BATCH
    first: Chosen = NOBODY_CHOSEN
    backups: Backups = BY_PERSON


AS_USUAL: Final = Wish()


def make_plan(snapshot: Snapshot, catalog: Catalog, goal: Goal, now: datetime, wish: Wish = AS_USUAL) -> Plan:
    """The plan.

    Raises RefusedError where none can be made, and says why. One that does not prove is made, and says so: `weighed`.
    """
    facts = facts_for(snapshot, catalog)
    refuse_unfit(snapshot)
    ways = _ways(snapshot, facts, goal, wish)
    _refuse_nothing(ways)
    return _made(ways, catalog, goal.text, wish.strategy, now)


def _refuse_nothing(ways: Ways) -> None:
    goal, unread = ways.goal, ways.census.unread
    if goal.of_servers and not ways.targets.renew:
        raise RefusedError(
            f"There is nothing to renew: {goal.text} is nothing{_but(ways.targets)}.",
            advice="Name units with --renew, or take a longer time with --days.",
        )
    if goal.lscs and not (ways.extras.lscs or ways.extras.late):
        blind = f" Of {counted(len(unread), 'phone')} nobody can tell." if unread else ""
        raise RefusedError(
            f"There is nothing to renew: no phone that is there has one of these: {goal.text}.{blind}",
            advice="Say --renew lsc=all for every LSC; see who has one with `ringtrust phones lsc`.",
        )


def make_plan_from(
    snapshot: Snapshot, catalog: Catalog, runbook: str, now: datetime, wish: Wish = AS_USUAL, *, repair: bool = False
) -> Plan:
    """The plan that a runbook comes to, line by line; with `repair` with what makes it hold, where it does not.

    Raises RefusedError where a line cannot be read or carried out, and where nothing mends it.
    """
    if wish.first.name:
        raise RefusedError("A runbook says itself who is reset when.", advice=f"Leave {OPTION} out.")
    facts = facts_for(snapshot, catalog)
    refuse_unfit(snapshot)
    ground = ground_of(snapshot, facts)
    services = services_known(snapshot, facts)
    stages = read_runbook(runbook, ground, services)
    ways = _ways(snapshot, facts, goal_of(stages), wish)
    if repair and ways.refuted(stages):
        stages = read_runbook(mended(runbook, ways.claimed, stages, wish.basis), ground, services)
    return _made(msgspec.structs.replace(ways, runbook=stages), catalog, "a runbook", "runbook", now)


def _ways(snapshot: Snapshot, facts: ReleaseFacts, goal: Goal, wish: Wish) -> Ways:
    targets = find_targets(snapshot, facts, goal) if goal.of_servers else Targets((), ())
    security = security_of(snapshot, facts)
    phones = baseline(snapshot, facts, wish.stragglers, freed=_freed(snapshot, goal, targets))
    left = frozenset(each.name for each in phones.stragglers)
    canary = canary_of(wish.first, snapshot, facts, phones)
    ground = ground_of(snapshot, facts, left, canary=frozenset(canary.phones), into_mixed=goal.move == "mode=mixed")
    found = census(snapshot, goal, phones.waited, [each.name for each in phones.locked])
    extras = Extras(security, locked=tuple(each.name for each in phones.locked))
    for old in replaced_capf(snapshot, goal, targets):
        now, late = issuing(snapshot, found, phones.locked, Sizes(wish.canary, wish.batch), old)
        extras = msgspec.structs.replace(extras, lscs=now, late=late)
    return Ways(
        *(snapshot, facts, targets, phones, ground, wish.basis, extras, goal, found),
        canary=canary,
        backups=settled(wish.backups, snapshot),
    )


def _freed(snapshot: Snapshot, goal: Goal, targets: Targets) -> frozenset[Key]:
    """The certificates that are new in the end. Raises RefusedError for LSCs of a CAPF that has expired itself."""
    if goal.lscs and capf_has_expired(snapshot):
        raise RefusedError(
            "CAPF of the publisher has expired: whatever it signs is refused (S120).",
            advice="Renew CAPF: its plan brings the LSCs with it (S169).",
        )
    lscs = {(CAPF, snapshot.publisher.name)} if goal.lscs else set()
    return frozenset({(target.unit, target.node) for target in targets.renew} | lscs)


def _made(ways: Ways, catalog: Catalog, goal: str, strategy: Strategy, now: datetime) -> Plan:
    """The plan of one strategy, with all others weighed beside it."""
    way = ways.drafted(strategy)
    refuse_unused(way.steps, ways.canary, lscs=bool(ways.goal.lscs))
    others = [way if each == strategy else ways.drafted_or_not(each) for each in STRATEGIES]
    found = others if strategy in STRATEGIES else [way, *others]
    weighed = tuple(each if isinstance(each, Weighed) else ways.weighed(each) for each in found)
    snapshot = ways.snapshot
    return sealed(
        Plan(
            format=FORMAT,
            cluster=snapshot.cluster,
            version=version_of(snapshot),
            made=now,
            taken=snapshot.taken,
            snapshot=hashlib.sha256(write_snapshot(snapshot)).hexdigest(),
            goal=goal,
            strategy=strategy,
            basis=ways.basis,
            weighed=weighed,
            advice=recommended(weighed),
            ground=ways.ground,
            fingerprint=fingerprint_of(snapshot),
            nodes=tuple(node.name for node in snapshot.nodes),
            phones=ways.phones.waited,
            stragglers=ways.phones.stragglers,
            notes=tuple(notes(ways, catalog, way)),
            steps=way.steps,
        )
    )


def _but(targets: Targets) -> str:
    return f", but for {len(targets.left)} that a CA has signed" if targets.left else ""
