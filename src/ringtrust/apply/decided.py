"""What people have decided about a run, from whatever terminal, and what it means for the next thing to be done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from ringtrust.change.decision import Decision
from ringtrust.change.gate import Gate
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Run
from ringtrust.journal.who import here

LOOK_SECONDS: Final = 5
"""How often it is looked whether somebody has decided something."""


class Paused(msgspec.Struct, frozen=True):
    """Nothing new is to be begun until somebody says so."""

    decision: Decision


class Aborted(msgspec.Struct, frozen=True):
    """The run is to end, once what goes on now has ended."""

    decision: Decision


class Unapproved(msgspec.Struct, frozen=True):
    """So many other persons have yet to agree; `began_by` began it."""

    missing: int
    began_by: str


class Free(msgspec.Struct, frozen=True):
    """Nobody has anything against it."""


Leave = Free | Paused | Aborted | Unapproved


def leave(decisions: Sequence[Decision], approvals: int, began_by: str) -> Leave:
    """Whether the next act may begin. `approvals` is how many others than `began_by` have to agree beforehand."""
    last = next((each for each in reversed(decisions) if each.what in {"pause", "resume", "abort"}), None)
    if last is not None and last.what == "abort":
        return Aborted(last)
    agreed = {_user(each.by) for each in decisions if each.what == "approve"} - {_user(began_by)}
    if len(agreed) < approvals:
        return Unapproved(approvals - len(agreed), began_by)
    if last is not None and last.what == "pause":
        return Paused(last)
    return Free()


def override(decisions: Sequence[Decision], step: int, gate: Gate) -> Decision | None:
    """The decision by which a gate counts as passed, where there is one."""
    fitting = (each for each in decisions if each.what == "override" and each.step == step and each.gate == gate.code)
    return next(fitting, None)


def lift(journal: Journal, run: Run, now: datetime) -> bool:
    """A person goes on with a run: what paused or ended it counts no more. Whether there was anything."""
    if isinstance(leave(journal.decisions(run), 0, ""), Free):
        return False
    journal.decide(run, Decision("resume", here(), now))
    return True


def same_person(by: str, other: str) -> bool:
    """Whether two names are those of one person, at whatever machines."""
    return _user(by) == _user(other)


def is_ended(decisions: Sequence[Decision]) -> bool:
    """Whether the last word of a person is that a run is to end."""
    return isinstance(leave(decisions, 0, ""), Aborted)


def _user(by: str) -> str:
    """A person is the same at two machines."""
    return by.partition("@")[0]
