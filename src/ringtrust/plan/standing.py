"""Whether the proof of a plan still holds on the cluster as it is now. Pure."""

from collections.abc import Iterator

import msgspec

from ringtrust.catalog.catalog import Catalog
from ringtrust.change.act import SetMode
from ringtrust.change.gate import PhonesBack
from ringtrust.change.ground import Ground
from ringtrust.change.plan import Plan
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.plan.fit import facts_for
from ringtrust.plan.moved import are_few
from ringtrust.prove.documents import violations
from ringtrust.prove.ground import ground_of
from ringtrust.prove.prove import examined
from ringtrust.prove.steps import night_of
from ringtrust.trust.names import counted, some


class StillHolds(msgspec.Struct, frozen=True, tag="holds", tag_field="is"):
    """The night of the plan proves on what is there now."""


class HoldsNoMore(msgspec.Struct, frozen=True, tag="refuted", tag_field="is"):
    """It does not: so many phones may be stranded, or a document forbids it; `why` is a sentence."""

    phones: int
    why: str


class NobodyKnows(msgspec.Struct, frozen=True, tag="unknown", tag_field="is"):
    """It cannot be proved on what is there now: `why` is a sentence."""

    why: str


Standing = StillHolds | HoldsNoMore | NobodyKnows


def standing(plan: Plan, now: Snapshot, catalog: Catalog) -> Standing:
    """Proves the night of a plan on the ground of now.

    Phones that the plan leaves behind knowingly are left out, as it has told of them; so are those that are new, as
    long as they are few: `moved` tells of them.
    """
    if gone := sorted(set(plan.nodes) - {node.name for node in now.nodes}):
        return NobodyKnows(f"The plan acts on {some(gone)}, and the cluster has none of that name.")
    try:
        ground = _ground(plan, now, catalog)
        return _judged(plan, ground)
    except (RefusedError, UnreadableError) as error:
        return NobodyKnows(error.what)


def _judged(plan: Plan, ground: Ground) -> Standing:
    night = night_of(plan)
    lost = [found.phones for found in examined(ground, night) if found.harmed]
    forbidden = violations(ground, night) if plan.basis == "documented" else ()
    if not lost and not forbidden:
        return StillHolds()
    count = sum(each.phones for each in lost)
    who = f"{counted(count, 'phone')} may lose trust by it: {some([each.name for each in lost])}." if lost else ""
    says = f"Cisco's documents forbid it: {forbidden[0].text} ({forbidden[0].hazard})." if forbidden else ""
    return HoldsNoMore(count, f"{who} {says}".strip())


def _ground(plan: Plan, now: Snapshot, catalog: Catalog) -> Ground:
    left = {each.name for each in plan.stragglers}
    known = {*plan.phones, *left, *_locked_out(plan)}
    new = frozenset(phone.name for phone in now.all_phones() if phone.name not in known)
    out = left | (new if are_few(len(new), len(now.all_phones())) else set())
    into_mixed = any(isinstance(step.act, SetMode) and step.act.mixed for step in plan.steps)
    return ground_of(_without(now, out), facts_for(now, catalog), new, into_mixed=into_mixed)


def _without(snapshot: Snapshot, out: set[str] | frozenset[str]) -> Snapshot:
    if not isinstance(snapshot.phones, Known):
        return snapshot
    phones = tuple(phone for phone in snapshot.phones.value if phone.name not in out)
    return msgspec.structs.replace(snapshot, phones=Known(phones, snapshot.phones.source))


def _locked_out(plan: Plan) -> Iterator[str]:
    """Phones that come back by the plan itself (S120, S122)."""
    for gate in (gate for step in plan.steps for gate in step.after):
        if isinstance(gate.condition, PhonesBack):
            yield from gate.condition.besides
