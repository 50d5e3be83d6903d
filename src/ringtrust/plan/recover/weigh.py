"""The ways side by side: each drafted, asked of the proof whom it brings back, and ranked."""

from collections.abc import Iterator
from typing import Final

import msgspec

from ringtrust.change.ground import Ground
from ringtrust.change.plan import Step
from ringtrust.cluster.names import TFTP_SERVICE, TVS_SERVICE
from ringtrust.plan.costs import Costs, costs
from ringtrust.plan.recover.means import Bench, Means, OfCtl, steps_of
from ringtrust.plan.recover.reached import Reached, reached
from ringtrust.plan.secure.security import short_recovery
from ringtrust.prove.steps import night_of_steps

_EITHER: Final = (False, True)


class Way(msgspec.Struct, frozen=True):
    """A way: its steps, whom it brings back, and what it costs. `vouched`: some need a TVS for it."""

    means: Means
    steps: tuple[Step, ...]
    reached: Reached
    costs: Costs
    vouched: bool

    @property
    def rank(self) -> tuple[float, ...]:
        """The smaller the better: whom it brings back, then how much it risks, then how long it takes.

        A restore undoes everything else, and is Cisco's last resort: it comes behind all others (R4).
        """
        saved = (-self.reached.sure, -round(self.reached.hope, 6), -self.reached.back)
        return (
            2 * self.means.restore + self.means.look,
            *saved,
            self.means.risk,
            self.costs.waves,
            self.costs.restarts,
            self.costs.most,
        )


def ways(bench: Bench, ground: Ground) -> tuple[Way, ...]:
    """All that fit, the best first."""
    found = [_way(bench, ground, means) for means in _fitting(bench, ground)]
    return tuple(sorted(found, key=lambda way: way.rank))


def _fitting(bench: Bench, ground: Ground) -> Iterator[Means]:
    """Which of them make sense here: none that does the same as a simpler one."""
    orders = _EITHER if bench.wrong.of(TVS_SERVICE) else _EITHER[:1]
    can_reset = bool(ground.recovery) and bool(ground.tftp) and not short_recovery(bench.snapshot.publisher)
    for itl in _EITHER if can_reset else _EITHER[:1]:
        for ctl in _of_ctl(bench):
            yield from (Means(load_first, itl, ctl) for load_first in orders)
    if any(place.service == TFTP_SERVICE for place in bench.wrong.stopped):
        yield Means(look=True)
    if ground.saved and bench.backup:
        yield Means(restore=True)


def _of_ctl(bench: Bench) -> Iterator[OfCtl]:
    if not bench.security.mixed:
        yield "as it is"
        return
    yield "update" if bench.wrong.ctl else "as it is"
    if bench.security.second and not short_recovery(bench.snapshot.publisher):
        yield "reset"


def _way(bench: Bench, ground: Ground, means: Means) -> Way:
    """A gate that waits for TVS is there only where somebody needs one: it might wait for a node that never vouches."""
    steps = steps_of(bench, means, vouched=True)
    night = night_of_steps(steps)
    found = reached(ground, night)
    needed = found.kinds != reached(ground, night, asking=False).kinds
    vouched = needed and not any(node.forgets for node in ground.nodes)
    if not vouched:
        steps = steps_of(bench, means, vouched=False)
    return Way(means, steps, found, costs(steps, alone=len(bench.snapshot.nodes) == 1), vouched)
