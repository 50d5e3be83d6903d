"""What a plan is carried out with: on the wire, or in virtual time."""

from collections.abc import Awaitable, Callable

import msgspec

from ringtrust.apply.ears import DEAF, Ears
from ringtrust.apply.engine import Engine, InProcess
from ringtrust.apply.hands import Hands
from ringtrust.apply.patience import Judge
from ringtrust.apply.window import Timetable
from ringtrust.clock import Timer
from ringtrust.journal.journal import Journal
from ringtrust.journal.kinds import Timed
from ringtrust.journal.records import Run


class Tools(msgspec.Struct, frozen=True):
    """Hands and a judge for one cluster, which is called `cluster` in the journal.

    `approvals` is how many other persons have to agree before the first act. `ears` hear what is said with the nodes.

    By the `table` a step may begin, at any time where there is none; `timed` are windows that were named for this run,
    which hold until others are. Whoever `waits` does so while a person has paused the run, or has yet to approve it;
    others come back later, and give their place to another cluster. `fresh` looks once more whether the cluster is
    still as it was scanned, after a wait before the first act; it raises RefusedError when it is not.

    `accepted` is what a person has taken upon himself, in sentences for the journal; `by` is who wants the plan carried
    out, where that is not who calls.
    """

    hands: Hands
    judge: Judge
    journal: Journal
    timer: Timer
    cluster: str
    engine: Engine = InProcess()
    ears: Ears = DEAF
    approvals: int = 0
    table: Timetable | None = None
    waits: bool = True
    timed: Timed | None = None
    accepted: tuple[str, ...] = ()
    by: str = ""
    fresh: Callable[[], Awaitable[None]] | None = None

    def write_heard(self, run: Run, step: int) -> None:
        """What was said with the nodes since it was written last goes to the journal. Raises RingtrustError."""
        self.journal.hear(run, step, self.ears.drain(), self.timer.now())
