"""Before the first act of a run: whether the cluster is still the one that the plan was made for.

Not when a run is gone on with: its own acts have moved the cluster, and its gates know by what.
"""

import sys
from collections.abc import Sequence
from typing import Final

import msgspec

from ringtrust.apply.due import has_begun, owed
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.act import ClientCtl, SetRollback
from ringtrust.change.fingerprint import Moved
from ringtrust.change.outcome import Passed
from ringtrust.change.plan import Plan
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Run
from ringtrust.plan.fingerprint import fingerprint_of
from ringtrust.plan.moved import moved, names_of
from ringtrust.plan.standing import HoldsNoMore, NobodyKnows, Standing, StillHolds, standing

_SHOWN: Final = 30
_NEVER: Final = sys.maxsize
_REFUSED: Final = frozenset({"breaks", "weighs"})
_PLAN_ANEW: Final = "Scan and plan anew, and look through the new plan."


class Stale(msgspec.Struct, frozen=True):
    """What has moved since a plan was made, what weighs most first; where that matters, whether its proof holds."""

    moved: tuple[Moved, ...]
    standing: Standing = StillHolds()

    @property
    def weighing(self) -> tuple[Moved, ...]:
        """What the plan leans on."""
        return tuple(each for each in self.moved if each.weight in _REFUSED)

    @property
    def unread(self) -> tuple[Moved, ...]:
        """What nobody could compare."""
        return tuple(each for each in self.moved if each.weight == "unread")

    @property
    def accepted(self) -> tuple[str, ...]:
        """What somebody takes upon himself who has the plan carried out all the same; nothing where nothing weighs."""
        if not self.weighing:
            return ()
        moved = " ".join(each.what for each in self.weighing)
        return (f"The cluster has moved: {moved} {standing_text(self.standing)}",)

    @property
    def acceptable(self) -> bool:
        """Whether somebody may say that the plan is to be carried out all the same."""
        breaks = any(each.weight == "breaks" for each in self.moved)
        return not breaks and not self.unread and isinstance(self.standing, StillHolds)


def compared(plan: Plan, now: Snapshot, catalog: Catalog) -> Stale:
    """A plan and the cluster as it is now. The proof is made once more only where something weighs."""
    names = names_of(plan, [phone.name for phone in now.all_phones()])
    found = Stale(moved(plan.fingerprint, fingerprint_of(now), names))
    if not found.weighing:
        return found
    return msgspec.structs.replace(found, standing=standing(plan, now, catalog))


def refuse_if_stale(plan: Plan, stale: Stale, *, accepted: bool) -> None:
    """Raises RefusedError when the cluster has moved, unless that is accepted and the proof still holds.

    Raises UnreadableError when what the plan leans on could not be read now, so that nobody can tell.
    """
    if stale.weighing:
        if not (accepted and stale.acceptable):
            raise RefusedError(_refusal(plan, stale, accepted=accepted), advice=_advice(plan, stale))
    elif stale.unread:
        raise UnreadableError(
            "\n".join(("Whether the cluster is still the one of the plan nobody can tell.", *_lines(stale.unread))),
            advice="Mend that, and call apply again. Nothing was done.",
        )


def _refusal(plan: Plan, stale: Stale, *, accepted: bool) -> str:
    head = f"The cluster has moved since it was scanned for this plan, on {plan.taken:%Y-%m-%d at %H:%M} UTC:"
    vain = ("--moved does not help here.",) if accepted else ()
    return "\n".join((head, *_lines(stale.moved), standing_text(stale.standing), *vain))


def _lines(found: Sequence[Moved]) -> list[str]:
    more = len(found) - _SHOWN
    return [*(f"  {each.what}" for each in found[:_SHOWN]), *((f"  And {more} more.",) if more > 0 else ())]


def standing_text(found: Standing) -> str:
    """Whether the old proof still holds, in a sentence."""
    match found:
        case StillHolds():
            return "The old proof still holds on what is there now."
        case HoldsNoMore(why=why):
            return f"The old proof does not hold any more: {why}"
        case NobodyKnows(why=why):
            return f"Whether the old proof still holds cannot be told: {why}"


def _advice(plan: Plan, stale: Stale) -> str:
    anew = f"{_PLAN_ANEW} Nothing was done."
    if stale.acceptable:
        return f"{anew} Or, as the old proof still holds, carry the plan out all the same: --moved."
    if any(each.weight == "breaks" for each in stale.moved) and isinstance(stale.standing, StillHolds):
        return f"{anew} The plan names what is there no more: {plan.cluster} needs another one, though the proof holds."
    return anew


def to_be_compared(plan: Plan, cluster: str, journal: Journal, instead_of: int | None = None) -> bool:
    """Whether a plan is about to begin. One that has begun goes on, and what another run owes is refused elsewhere.

    `cluster` is what it is known by in the journal, `instead_of` a run that is to be given up.
    """
    runs = journal.runs(cluster)
    own = [run for run in runs if run.plan.digest == plan.digest]
    if any(run.over or has_begun(run, journal) or _has_called_a_person(run, journal) for run in own):
        return False
    others = [run for run in runs if run not in own]
    return not any(_is_in_the_way(run, plan, journal, instead_of) for run in others)


def _has_called_a_person(run: Run, journal: Journal) -> bool:
    """Whether a person was told to change the cluster: nobody writes down when he did.

    He is told as soon as all gates before that step have passed.
    """
    looked = journal.looked(run)
    reached = max((each.step for each in looked), default=0)
    passed = {(each.step, each.condition) for each in looked if isinstance(each.verdict, Passed)}
    first = next((step.number for step in run.plan.steps if isinstance(step.act, SetRollback | ClientCtl)), _NEVER)
    before = [each for each in run.plan.steps if each.number == first - 1]
    gates = {(each.number, gate.condition) for each in before for gate in each.after}
    return reached >= first or (first != _NEVER and gates <= passed)


def _is_in_the_way(run: Run, plan: Plan, journal: Journal, instead_of: int | None) -> bool:
    """Whether another run has acted since the scan, or owes something: that says more than what has moved by it."""
    acts = (*(each.intended.at for each in journal.carried(run)), *(each.at for each in journal.open_intents(run)))
    ends = (*acts, *(each.at for each in journal.carried(run)))
    since = any(plan.taken <= at for at in ends)
    return since or (not run.over and run.id != instead_of and bool(owed(run, journal)))
