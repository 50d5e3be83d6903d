"""One history against the proof: what phones held is among what the proof says, and both name the same lost phones."""

from collections.abc import Iterator

from ringtrust.lab.stranded import Fate
from ringtrust.prove.search import frames, search
from ringtrust.prove.served import lost, same_list
from tests.prove.differential.nights import Happening, Told, play
from tests.prove.differential.worlds import Shape, ground, phones_of


def disagreements(shape: Shape, told: Told) -> Iterator[str]:
    """A sentence for every moment at which the lab and the proof differ."""
    stands = ground(shape)
    places = frames(stands, told.stages)
    found = {each.group: search(stands, told.stages, places, each) for each in stands.classes}
    for seen in told.seen:
        phones = phones_of(stands, seen.group)
        if not any(same_list(seen.holding, each) for each in found[seen.group].reached[seen.deeds]):
            yield f"After {seen.deeds} deeds phone {seen.phone} holds {seen.holding}, which the proof knows nothing of."
        gone = lost(stands, places[seen.deeds], phones, seen.holding)
        if gone != (seen.fate is not Fate.REACHABLE):
            says = "lost" if gone else "not lost"
            yield f"After {seen.deeds} deeds phone {seen.phone} is {seen.fate.value} in the lab, {says} in the proof."


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
