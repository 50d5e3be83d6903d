"""A Proof, verified without the search: one look at each holding that it lists, and at each list served then.

A proof that holds lists sets. They are right when the first list of every phone is in the first one, when no list
that a phone may take there leads out of its set, when whatever survives a deed is in the next, and when nobody in any
of them is lost. A refutation is right when its story can be told step by step.
"""

from collections.abc import Iterator

from ringtrust.change.ground import PhoneClass
from ringtrust.change.proof import NO_CTL, Fetched, Holding, Holds, Proof, Refuted, Story, is_as_sealed
from ringtrust.prove.astray import judged_from, left_out
from ringtrust.prove.documents import violations
from ringtrust.prove.frame import Frame
from ringtrust.prove.oddities import oddities
from ringtrust.prove.prove import ASSUMPTIONS, invariants
from ringtrust.prove.registering import unregistered
from ringtrust.prove.search import (
    Meeting,
    cannot_register,
    current_ones,
    first_holdings,
    frames,
    is_settled,
    meeting,
    waited_for,
)
from ringtrust.prove.served import ending, lost
from ringtrust.prove.story import tell


def flaws(proof: Proof) -> tuple[str, ...]:
    """What is wrong with a proof; nothing when it is right."""
    if not is_as_sealed(proof):
        return ("It was edited after it was made: its digest does not match.",)
    if odd := tuple(oddities(proof.ground, proof.night)):
        return odd
    if (proof.assumptions, proof.invariants) != (ASSUMPTIONS, invariants(proof.basis)):
        return ("It claims or assumes something else than this ringtrust proves.",)
    places = frames(proof.ground, proof.night)
    if odd := tuple(_unmade(proof, places)):
        return odd
    match proof.verdict:
        case Holds() as verdict:
            return (*_forbidden(proof), *_unfounded(proof, verdict, places))
        case Refuted() as verdict:
            return tuple(_untold(proof, verdict, places))


def _unmade(proof: Proof, places: tuple[Frame, ...]) -> Iterator[str]:
    """Somebody holds a CTL that nobody makes in that night."""
    verdict = proof.verdict
    held = verdict.holdings if isinstance(verdict, Holds) else tuple(_told(verdict))
    for number in sorted({each.ctl for each in held}):
        if not NO_CTL <= number < len(places[-1].ctls):
            yield f"There is no CTL with the number {number}."


def _told(verdict: Refuted) -> Iterator[Holding]:
    for told in verdict.stories:
        yield told.first
        yield from (step.holding for step in told.fetched)


def _forbidden(proof: Proof) -> Iterator[str]:
    if proof.basis == "documented":
        yield from (f"A document forbids it: {each.text}." for each in violations(proof.ground, proof.night))


def _unfounded(proof: Proof, verdict: Holds, places: tuple[Frame, ...]) -> Iterator[str]:
    counted = sum(len(each) for phones in proof.ground.classes for each in _sets(verdict, phones, len(places)))
    if counted != proof.states:
        yield f"It says {proof.states:,} states, and lists {counted:,}."
    for phones in proof.ground.classes:
        sets = _sets(verdict, phones, len(places))
        if not first_holdings(proof.ground, places[0], phones) <= sets[0]:
            yield f"{phones.name}: it leaves out what they hold in the beginning."
        for place, frame in enumerate(places):
            yield from _place(proof, phones, sets, place, meeting(proof.ground, frame, phones))
        yield from _left_out(proof, phones, sets, places)


def _sets(verdict: Holds, phones: PhoneClass, count: int) -> list[frozenset[Holding]]:
    given = {each.before: each.holdings for each in verdict.reach if each.phones == phones.name}
    found: list[frozenset[Holding]] = []
    for place in range(count):
        numbers = given.get(place)
        before = found[-1] if found else frozenset()
        found.append(before if numbers is None else frozenset(_holding(verdict, number) for number in numbers))
    return found


def _holding(verdict: Holds, number: int) -> Holding:
    if not 0 <= number < len(verdict.holdings):
        return Holding("", frozenset({f"holding {number} is not there"}), frozenset())
    return verdict.holdings[number]


def _place(proof: Proof, phones: PhoneClass, sets: list[frozenset[Holding]], place: int, met: Meeting) -> Iterator[str]:
    then, judged = ending(proof.ground, met.frame, phones), judged_from(proof.night, phones)
    if place == judged - 1 < len(proof.night) and left_out(proof.ground, met.frame, phones, sets[place]):
        yield f"{phones.name}: the wave of deed {place} does not bring everybody back."
    for held in sets[place]:
        if place >= judged and lost(proof.ground, met.frame, phones, held, then):
            yield f"{phones.name}: before deed {place} somebody is lost who holds the list of {held.node}."
        if any(then not in sets[place] for then, _, _ in met.steps(held)):
            yield f"{phones.name}: before deed {place} a list may be taken that it leaves out."
    if place < len(proof.night):
        kept = sets[place]
        if waited_for(proof.night[place].deed, phones):
            kept = current_ones(met, kept, proof.night[place].deed)
        if not kept <= sets[place + 1]:
            yield f"{phones.name}: after deed {place} somebody is left out."


def _left_out(
    proof: Proof, phones: PhoneClass, sets: list[frozenset[Holding]], places: tuple[Frame, ...]
) -> Iterator[str]:
    """Secure phones that cannot register where phones have met what was changed."""
    before = set(cannot_register(proof.ground, places[0], phones, sets[0]))
    for place, frame in enumerate(places):
        if is_settled(proof.night, place):
            new = set(cannot_register(proof.ground, frame, phones, sets[place])) - before
            yield from (f"{phones.name}: before deed {place} somebody cannot register: {why}." for why in sorted(new))


def _untold(proof: Proof, verdict: Refuted, places: tuple[Frame, ...]) -> Iterator[str]:
    if not verdict.stories and not verdict.violations:
        yield "It refutes without a reason."
    if verdict.violations and verdict.violations != violations(proof.ground, proof.night):
        yield "Its violations are not those of the night."
    for told in verdict.stories:
        phones = next((each for each in proof.ground.classes if each.name == told.phones), None)
        if phones is None:
            yield f"There are no phones {told.phones!r}."
        else:
            yield from _story(proof, phones, told, places)


def _story(proof: Proof, phones: PhoneClass, told: Story, places: tuple[Frame, ...]) -> Iterator[str]:
    if not 0 <= told.before < len(places):
        yield f"The story of {phones.name} ends at deed {told.before}, which is not there."
        return
    yield from _words(proof, phones, told, places)
    held, since = told.first, 0
    if held not in first_holdings(proof.ground, places[0], phones):
        yield f"{phones.name} do not begin like that."
    for step in told.fetched:
        if not since <= step.before <= told.before or not _kept(proof, phones, held, (since, step.before), places):
            yield f"{phones.name} cannot hold that until deed {step.before}."
            return
        if not _can_fetch(proof, phones, held, step, places[step.before]):
            yield f"{phones.name} cannot take that before deed {step.before}."
        held, since = step.holding, step.before
    if not _kept(proof, phones, held, (since, told.before), places):
        yield f"{phones.name} cannot hold that until deed {told.before}."
    if not _harmed(proof, phones, held, told, places):
        yield f"{phones.name} are not lost before deed {told.before}."


def _harmed(proof: Proof, phones: PhoneClass, held: Holding, told: Story, places: tuple[Frame, ...]) -> bool:
    """Whether what a story ends with is so."""
    frame = places[told.before]
    if not told.unregistered:
        judged = judged_from(proof.night, phones)
        out = told.before == judged - 1 and bool(left_out(proof.ground, frame, phones, (held,)))
        return out or (told.before >= judged and lost(proof.ground, frame, phones, held))
    why = unregistered(proof.ground, frame, phones, held)
    before = cannot_register(proof.ground, places[0], phones, first_holdings(proof.ground, places[0], phones))
    return bool(why) and is_settled(proof.night, told.before) and why not in set(before)


def _words(proof: Proof, phones: PhoneClass, told: Story, places: tuple[Frame, ...]) -> Iterator[str]:
    """What people read has to be what is so."""
    if told.count != phones.phones:
        yield f"{phones.name} are {phones.phones:,} phones, not {told.count:,}."
    if told.told != tell(proof.ground, proof.night, places, phones, told):
        yield f"The story of {phones.name} is told in other words than it has."


def _kept(proof: Proof, phones: PhoneClass, held: Holding, stretch: tuple[int, int], places: tuple[Frame, ...]) -> bool:
    """Whether one may hold this from one place to another: no complete wave in between finds it out of date."""
    return all(
        held in current_ones(meeting(proof.ground, places[place], phones), frozenset({held}), proof.night[place].deed)
        for place in range(*stretch)
        if waited_for(proof.night[place].deed, phones)
    )


def _can_fetch(proof: Proof, phones: PhoneClass, held: Holding, step: Fetched, frame: Frame) -> bool:
    met = meeting(proof.ground, frame, phones)
    return any((then, signer, how.by) == (step.holding, step.signer, step.by) for then, signer, how in met.steps(held))
