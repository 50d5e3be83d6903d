"""Whether the next step may begin: by what people have decided, and by the windows of the cluster."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from ringtrust.apply.decided import LOOK_SECONDS, Aborted, Free, Leave, Unapproved, leave
from ringtrust.apply.due import owed
from ringtrust.apply.news import Held, News, Postponed, StoppedByPerson
from ringtrust.apply.tools import Tools
from ringtrust.apply.window import Go, May, NotBefore, TooLong
from ringtrust.apply.window_text import may_text
from ringtrust.change.plan import Step
from ringtrust.journal.records import Run

Forbidden = StoppedByPerson | Postponed
_LATER_SECONDS: Final = 60


class Permission:
    """Asks before each step. `is_over` once a person has ended a run from which nothing is due.

    `has_waited`: it was held for a while, so that the cluster may have moved since it was compared with the plan.
    """

    def __init__(self, run: Run, tools: Tools, tell: Callable[[News], None]) -> None:
        self.is_over = False
        self.has_waited = False
        self._run = run
        self._tools = tools
        self._tell = tell

    def is_free(self, step: Step) -> bool:
        """Whether nobody has anything against it now, and the window is still long enough: gates take their time."""
        table = self._tools.table
        open_ = table is None or isinstance(table.may_begin(step, self._tools.timer.now()), Go)
        return open_ and isinstance(self._leave(), Free)

    async def given(self, step: Step, *, acted: bool) -> Forbidden | None:
        """Waits while a person says so; why it may not begin, where it may not: by a person's word, or by a window."""
        return await self._not_held(step, acted=acted) or self._in_window(step, acted=acted)

    def ended(self, step: Step, *, acted: bool) -> StoppedByPerson | None:
        """That a person has ended the run, if one has."""
        found = self._leave()
        return self._aborted(step, found, acted=acted) if isinstance(found, Aborted) else None

    async def _not_held(self, step: Step, *, acted: bool) -> Forbidden | None:
        told = ""
        while not isinstance(found := self._leave(), Free):
            if isinstance(found, Aborted):
                return self._aborted(step, found, acted=acted)
            told = self._hold(step, _why(found), told)
            if not self._tools.waits:
                later = self._tools.timer.now() + timedelta(seconds=_LATER_SECONDS)
                return self._postponed(step, told, (later,), acted=acted)
            await self._tools.timer.sleep(LOOK_SECONDS)
        return None

    def _in_window(self, step: Step, *, acted: bool) -> Forbidden | None:
        table = self._tools.table
        if table is None or isinstance(may := table.may_begin(step, self._tools.timer.now()), Go):
            return None
        return self._postponed(step, may_text(may, step, table.windows), _opens(may), acted=acted)

    def _hold(self, step: Step, why: str, told: str) -> str:
        """Tells why it is held, once."""
        self.has_waited = True
        if why != told:
            self._tools.journal.hold(self._run, step.number, why, self._tools.timer.now())
            self._tell(Held(step, why))
        return why

    def _postponed(self, step: Step, why: str, again: tuple[datetime, ...], *, acted: bool) -> Postponed:
        due = owed(self._run, self._tools.journal)
        return Postponed(self._run.id, step, (why,), again, acted=acted, owed=due)

    def _leave(self) -> Leave:
        return leave(self._tools.journal.decisions(self._run), self._tools.approvals, self._run.by)

    def _aborted(self, step: Step, found: Aborted, *, acted: bool) -> StoppedByPerson:
        """It is over where nothing is due; else it can be gone on with, so that what is due is not forgotten."""
        due = owed(self._run, self._tools.journal)
        self.is_over = not due
        decision = found.decision
        said = f"{decision.by} has ended it at {decision.at:%Y-%m-%d %H:%M} UTC{_because(decision.why)}."
        return StoppedByPerson(self._run.id, step, (said,), acted=acted, owed=due)


def _opens(may: May) -> tuple[datetime, ...]:
    """When a window opens that is long enough; none where none does."""
    match may:
        case NotBefore(instant=instant):
            return (instant,)
        case TooLong(fits=fits):
            return fits
        case _:
            return ()


def _why(found: Leave) -> str:
    if isinstance(found, Unapproved):
        persons = "another person" if found.missing == 1 else f"{found.missing} other persons"
        return f"it waits for {persons} to approve it"
    if isinstance(found, Free):
        return ""
    decision = found.decision
    return f"{decision.by} has paused it at {decision.at:%Y-%m-%d %H:%M} UTC{_because(decision.why)}"


def _because(why: str) -> str:
    return f": {why}" if why else ""
