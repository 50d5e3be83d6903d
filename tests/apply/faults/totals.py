"""What was played, counted, and said in a few lines at the end."""

from collections import Counter
from collections.abc import Iterator

from ringtrust.apply.news import StoppedByPerson
from tests.apply.faults.history import KILLED, Told
from tests.apply.faults.invariants import excused


class Totals:
    """Of many histories."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()

    def add(self, told: Told) -> None:
        """One more."""
        self.counts["histories"] += 1
        if told.plan is None:
            self.counts["without a plan"] += 1
            return
        lost = frozenset[str]().union(*(stop.lost for stop in told.stops))
        announced = lost & {each.name for each in told.plan.stragglers}
        by_others = lost - announced if excused(told) else frozenset()
        self.faults += told.happened
        self.counts += Counter(
            {
                "plans": 1,
                "finished": int(told.finished),
                "ended by a person": int(any(isinstance(each.ending, StoppedByPerson) for each in told.stops)),
                "applies": len(told.stops),
                "kills": sum(each.status == KILLED for each in told.stops),
                "stops": sum(each.status in {2, 3, 4} for each in told.stops),
                "resumes": told.resumed,
                "acts": len(told.town.deeds),
                "stranded announced": len(announced),
                "stranded by others or by an overridden gate": len(by_others),
                "stranded unannounced": len(lost - announced - by_others),
            }
        )

    def lines(self) -> Iterator[str]:
        """In words."""
        order = (
            *("histories", "without a plan", "plans", "finished", "ended by a person", "applies", "kills", "stops"),
            *("resumes", "acts"),
        )
        yield ", ".join(f"{self.counts[each]:,} {each}" for each in order)
        yield "faults: " + ", ".join(f"{count:,} {name}" for name, count in sorted(self.faults.items()))
        lost = ("announced", "by others or by an overridden gate", "unannounced")
        yield "phones stranded: " + ", ".join(f"{self.counts[f'stranded {each}']:,} {each}" for each in lost)
