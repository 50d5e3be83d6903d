"""One history against the proof: what phones held is among what the proof says, and both name the same lost phones."""

from collections.abc import Iterator

from msgspec.structs import replace

from ringtrust.change.ground import Ground
from ringtrust.change.night import IssueLscs
from ringtrust.change.proof import Holding
from ringtrust.lab.stranded import Fate
from ringtrust.prove.frame import Frame
from ringtrust.prove.registering import unregistered
from ringtrust.prove.search import frames, search
from ringtrust.prove.served import lost, same_list
from tests.prove.differential.nights import Happening, Seen, Told, play
from tests.prove.differential.worlds import Shape, ground, phones_of


def disagreements(shape: Shape, told: Told) -> Iterator[str]:
    """A sentence for every moment at which the lab and the proof differ."""
    stands = ground(shape)
    places = frames(stands, told.stages)
    found = {each.name: search(stands, told.stages, places, each) for each in stands.classes}
    for seen in told.seen:
        phones = phones_of(stands, seen.group, seen.kind)
        holding = _numbered(places[seen.deeds], seen)
        if holding is None or not any(_same(holding, each) for each in found[phones.name].reached[seen.deeds]):
            yield f"After {seen.deeds} deeds phone {seen.phone} holds {seen}, which the proof knows nothing of."
            continue
        gone = lost(stands, places[seen.deeds], phones, holding)
        if gone != (seen.fate is not Fate.REACHABLE):
            says = "lost" if gone else "not lost"
            yield f"After {seen.deeds} deeds phone {seen.phone} is {seen.fate.value} in the lab, {says} in the proof."
        yield from _about_registration(stands, told, seen, unregistered(stands, places[seen.deeds], phones, holding))


def _about_registration(stands: Ground, told: Told, seen: Seen, out: str) -> Iterator[str]:
    """What bars a phone in the lab bars it in the proof, which is the more careful of the two in two things.

    It does not count on the ITL of a TFTP node that is the phone's registrar too, nor on LSCs that are on order.
    """
    members = phones_of(stands, seen.group, seen.kind).members
    by_its_list = any(node in members for node in stands.tftp)  # of the first of them that is up
    on_order = any(isinstance(stage.deed, IssueLscs) for stage in told.stages[: seen.deeds])
    if seen.bar and not out and seen.fate is Fate.REACHABLE:
        yield f"After {seen.deeds} deeds phone {seen.phone} is barred in the lab, {seen.bar}, and not in the proof."
    if out and not seen.bar and not by_its_list and not on_order:
        yield f"After {seen.deeds} deeds phone {seen.phone} is barred in the proof, {out}, and not in the lab."


def _numbered(frame: Frame, seen: Seen) -> Holding | None:
    """What it holds, with its CTL by its number; None where nobody has made such a CTL."""
    if seen.ctl is None:
        return seen.holding
    return replace(seen.holding, ctl=frame.ctls.index(seen.ctl)) if seen.ctl in frame.ctls else None


def _same(one: Holding, other: Holding) -> bool:
    return same_list(one, other) and (one.ctl, one.lsc) == (other.ctl, other.lsc)


def printed(shape: Shape, phones: int, program: tuple[Happening, ...]) -> str:
    """A history as a short program that can be pasted into the regression tests."""
    lines = "".join(f"    {happening!r},\n" for happening in program)
    return f"{shape!r}, {phones},\n(\n{lines})"


def compared(shape: Shape, phones: int, program: tuple[Happening, ...]) -> Told:
    """Plays it, and fails with the printed history where the two differ."""
    told = play(shape, phones, program)
    wrong = list(disagreements(shape, told))
    assert not wrong, "\n".join((*wrong[:5], printed(shape, phones, program)))
    return told
