"""The canary of a trust-list wave: a few phones go first, and the others when those have converged (S106, I4).

It goes before every wave of a plan, not only before the first: each wave brings a list that no phone has met yet, and
the last of them, with a new ITLRecovery, is no safer than the first. It holds back what ringtrust resets, and nobody
who starts by himself. So there is none where phones reset by themselves when a list changes: up to 13, and from 14 on
as delivered (SG15, RN14).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.act import Regenerate, ResetPhones
from ringtrust.change.gate import Gate, PhonesBack, PhonesCurrent, Vouched
from ringtrust.change.plan import Step
from ringtrust.cluster.facts import Known
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan import gates
from ringtrust.plan.drafts import Draft
from ringtrust.plan.phones import Baseline
from ringtrust.trust.names import brief, counted, printable, some

OPTION: Final = "--canary-group"
BY_HAND: Final = "--manual-resets"
_LINES_AT_MOST: Final = 10_000
_NAMED: Final = 5
_WHY: Final = "A few phones fetch the list of now before any other is sent for it: what goes wrong goes wrong on these."
_NO_OTHER: Final = (
    "No other phone was reset: the others hold the list of before. Reset none of them, also not by hand, before you "
    "know why these did not converge."
)


class Chosen(msgspec.Struct, frozen=True):
    """Whom somebody has chosen to go first: a CM group by its `name`, or `phones` that a file of this name lists.

    `by_hand`: somebody has said that phones do not reset by themselves (G-PAR).
    """

    name: str = ""
    phones: tuple[str, ...] = ()
    by_hand: bool = False


class Canary(msgspec.Struct, frozen=True):
    """Who goes first, by device names; nobody where there are no `phones`. `name` is what people call them."""

    name: str = ""
    phones: tuple[str, ...] = ()


NOBODY_CHOSEN: Final = Chosen()
NO_CANARY: Final = Canary()


def names_in(text: str) -> tuple[str, ...]:
    """The device names in a file: one a line, `#` begins a comment, each counted once. Raises RefusedError."""
    lines = text.splitlines()
    if len(lines) > _LINES_AT_MOST:
        raise RefusedError(f"The file has {len(lines):,} lines.", advice=f"At most {_LINES_AT_MOST:,} are read.")
    names = tuple(dict.fromkeys(name for line in lines if (name := line.partition("#")[0].strip().upper())))
    if not names:
        raise RefusedError("The file names no phone.", advice="Write a device name a line, such as SEP001122334455.")
    return names


def canary_of(chosen: Chosen, snapshot: Snapshot, facts: ReleaseFacts, phones: Baseline) -> Canary:
    """Who goes first. Raises RefusedError where nobody could, and says what to set or to choose."""
    if not chosen.name:
        return NO_CANARY
    _refuse_automatic(facts, by_hand=chosen.by_hand)
    meant = _listed(chosen, snapshot) if chosen.phones else _of_group(chosen.name, snapshot)
    waited = frozenset(phones.waited)
    there = tuple(phone.name for phone in meant if phone.name in waited)
    absent = [phone.name for phone in meant if phone.name not in waited]
    if chosen.phones and absent:
        raise RefusedError(
            f"The canary cannot count on {some(absent, _NAMED)}: nobody can wait for them (H07, H08).",
            advice="See why among the stragglers of a plan without a canary, and take phones that are there.",
        )
    if not there:
        raise RefusedError(
            f"In CM group {chosen.name} is no phone that a wave could wait for.", advice="Take another group."
        )
    if len(there) == len(waited):
        raise RefusedError(
            "The canary is every phone: nobody would be left to hold back.", advice="Take fewer, or leave it out."
        )
    return Canary(chosen.name, there)


def _refuse_automatic(facts: ReleaseFacts, *, by_hand: bool) -> None:
    """Where a new certificate resets everybody, a canary would meet the new list together with all others."""
    if facts.reset_is_automatic:
        raise RefusedError(
            f"On CUCM {facts.release.name} all phones reset by themselves as soon as a list has changed (S113, S114): "
            "a canary would hold nobody back.",
            advice=f"Leave {OPTION} out, and rehearse the plan instead. From 14.0 on a parameter makes it possible.",
        )
    if not by_hand:
        parameter = facts.resets.parameter
        raise RefusedError(
            f"As delivered, phones of CUCM {facts.release.name} reset by themselves as soon as a list has changed "
            f"({parameter}, SG15): a canary would hold nobody back.",
            advice=f"Set Enterprise Parameters > Security Parameters > {parameter} so that phones are reset manually, "
            f"save, and add {BY_HAND}. Set it back when the plan is done.",
        )


def _of_group(name: str, snapshot: Snapshot) -> Sequence[Phone]:
    groups = [group.name for group in snapshot.groups.value] if isinstance(snapshot.groups, Known) else []
    if name not in groups:
        known = ", ".join(map(brief, groups)) or "none"
        raise RefusedError(
            f"There is no CM group {brief(name)}.",
            advice=f"There are: {known}. A file with device names is given as @FILE.",
        )
    return [phone for phone in snapshot.all_phones() if phone.group == name]


def _listed(chosen: Chosen, snapshot: Snapshot) -> Sequence[Phone]:
    known = {phone.name.upper(): phone for phone in snapshot.all_phones()}
    strange = [brief(name) for name in chosen.phones if name not in known]
    if strange:
        raise RefusedError(
            f"{printable(chosen.name)} names {counted(len(strange), 'phone')} that the cluster does not have: "
            f"{some(strange, _NAMED)}.",
            advice="Correct the file, or scan again.",
        )
    return [known[name] for name in chosen.phones]


def canary_first(drafts: Iterable[Draft], canary: Canary) -> Iterator[Draft]:
    """The same steps, with the canary before each wave; and before each renewal a look whether phones are held back."""
    for place, draft in enumerate(drafts):
        if not canary.phones:
            yield draft
        elif isinstance(draft.act, ResetPhones):
            yield _alone(draft, canary)
            yield draft
        elif isinstance(draft.act, Regenerate):
            yield replace(draft, before=(*draft.before, gates.resets_by_hand()))
        else:
            yield replace(draft, after=(*draft.after, gates.resets_by_hand())) if place == 0 else draft


def _alone(wave: Draft, canary: Canary) -> Draft:
    """The wave for the canary alone. Who vouches has to be known to all others still: by their list of before."""
    vouched = [gate for gate in wave.before if isinstance(gate.condition, Vouched)]
    asked = [gate for gate in wave.after if not isinstance(gate.condition, Vouched)]
    return Draft(
        wave.phase,
        ResetPhones(canary.name, canary.phones),
        _WHY,
        before=wave.before,
        after=(*(_narrowed(gate, canary) for gate in asked), *vouched),
        sources=tuple(dict.fromkeys(("S106", "I4", "G-PAR", *wave.sources))),
        if_it_fails=f"{_NO_OTHER} {wave.if_it_fails}".strip(),
    )


def _narrowed(gate: Gate, canary: Canary) -> Gate:
    """The gate, about the canary alone."""
    match gate.condition:
        case PhonesBack():
            return replace(gate, condition=PhonesBack(only=canary.phones), what="the canary is back")
        case PhonesCurrent() as current:
            what = f"of the canary {gate.what}"
            return replace(gate, condition=replace(current, only=canary.phones), what=what)
        case _:
            return gate


def is_canary(step: Step) -> bool:
    """Whether a step resets a canary, and nobody else."""
    return isinstance(step.act, ResetPhones) and bool(step.act.group)


def waves_of(steps: Iterable[Step]) -> int:
    """How often all phones are reset."""
    return sum(isinstance(step.act, ResetPhones) and not step.act.group for step in steps)


def refuse_unused(steps: Iterable[Step], canary: Canary, *, lscs: bool) -> None:
    """Raises RefusedError for a canary in a plan that resets nobody."""
    if canary.phones and not any(map(is_canary, steps)):
        other = "How many phones get a new LSC first says --canary." if lscs else f"Leave {OPTION} out."
        raise RefusedError("This plan sends no phone for a list: there is no wave to go ahead of.", advice=other)
