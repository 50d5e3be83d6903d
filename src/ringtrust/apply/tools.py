"""What a plan is carried out with: on the wire, or in virtual time."""

import msgspec

from ringtrust.apply.ears import DEAF, Ears
from ringtrust.apply.engine import Engine, InProcess
from ringtrust.apply.hands import Hands
from ringtrust.apply.patience import Judge
from ringtrust.apply.window import Timetable
from ringtrust.clock import Timer
from ringtrust.journal.journal import Journal


class Tools(msgspec.Struct, frozen=True):
    """Hands and a judge for one cluster, which is called `cluster` in the journal.

    `approvals` is how many other persons have to agree before the first act. `ears` hear what is said with the nodes.
    By the `table` a step may begin, at any time where there is none; whoever `waits` does so until a window opens.
    `accepted` is what a person has taken upon himself, in sentences for the journal.
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
    waits: bool = False
    accepted: tuple[str, ...] = ()
