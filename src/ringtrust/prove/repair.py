"""What to insert into a night that does not hold, so that it does: waits, and complete waves."""

from collections.abc import Iterator, Mapping
from typing import Final

from ringtrust.change.ground import Ground
from ringtrust.change.night import Deed, Stage, Synchronise, Wave
from ringtrust.change.plan import Basis
from ringtrust.change.proof import Insertion
from ringtrust.prove.documents import violations
from ringtrust.prove.search import frames, search

_SYNC: Final = ("wait sync",)
_WAVE: Final = ("wave complete",)
_BOTH: Final = ("wait sync", "wave complete")
_AT_MOST: Final = 30
_NOWHERE: Final = -1
_AT_THE_END: Final = frozenset({"H11", "H13"})
_MADE: Final = "inserted "
_DEEDS: Final[Mapping[str, Deed]] = {"wave complete": Wave(complete=True), "wait sync": Synchronise()}


def repaired(ground: Ground, night: tuple[Stage, ...], basis: Basis) -> tuple[Insertion, ...]:
    """What makes it hold; nothing where waits and complete waves do not."""
    made: list[Insertion] = []
    failing = _fails(ground, night, basis)
    while failing != _NOWHERE:
        better = _better(ground, night, basis, failing) if len(made) < _AT_MOST else None
        if better is None:
            return ()
        insertion, night = better
        made.append(insertion)
        failing = _fails(ground, night, basis)
    return tuple(made)


def _better(
    ground: Ground, night: tuple[Stage, ...], basis: Basis, failing: int
) -> tuple[Insertion, tuple[Stage, ...]] | None:
    """What moves the first failure on: a wait, which no phone notices, else a wave; as late as it helps."""
    for lines in (_SYNC, _WAVE, _BOTH):
        for place in _gaps(night, failing):
            tried = (*night[:place], *_stages(lines), *night[place:])
            then = _fails(ground, tried[: failing + len(lines) + 1], basis, whole=False)
            if then == _NOWHERE or then > failing + len(lines):
                return Insertion(night[place - 1].where, lines), tried
    return None


def _gaps(night: tuple[Stage, ...], failing: int) -> Iterator[int]:
    """The places between two lines before the failure, the last first; never within a line, nor behind a made one."""
    for place in range(min(failing, len(night)), 0, -1):
        made = night[place - 1].where.startswith(_MADE)
        if not made and (place == len(night) or night[place].where != night[place - 1].where):
            yield place


def _stages(lines: tuple[str, ...]) -> tuple[Stage, ...]:
    return tuple(Stage(f"{_MADE}{line}", line, _DEEDS[line]) for line in lines)


def _fails(ground: Ground, night: tuple[Stage, ...], basis: Basis, *, whole: bool = True) -> int:
    """The number of the first deed that does harm; -1 when none does. Only a whole night has an end to be judged."""
    places = frames(ground, night)
    searched = [search(ground, night, places, phones) for phones in ground.classes]
    lost = [each.harmed[0][0] - 1 for each in searched if each.harmed]
    forbidden = [each.at for each in violations(ground, night) if whole or each.hazard not in _AT_THE_END]
    return min((*lost, *(forbidden if basis == "documented" else ())), default=_NOWHERE)
