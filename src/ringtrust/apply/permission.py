"""Whether the next step may begin: by what people have decided, and by the windows of the cluster."""

from collections.abc import Callable

from ringtrust.apply.decided import LOOK_SECONDS, Aborted, Free, Leave, Unapproved, leave
from ringtrust.apply.due import owed
from ringtrust.apply.news import Held, News, OutsideWindow, StoppedByPerson
from ringtrust.apply.tools import Tools
from ringtrust.apply.window import Go, May, NotBefore, Timetable
from ringtrust.apply.window_text import may_text
from ringtrust.change.plan import Step
from ringtrust.journal.records import Run

Forbidden = StoppedByPerson | OutsideWindow


class Permission:
    """Asks before each step. `is_over` once a person has ended a run from which nothing is due."""

    def __init__(self, run: Run, tools: Tools, tell: Callable[[News], None]) -> None:
        self.is_over = False
        self._run = run
        self._tools = tools
        self._tell = tell

    @property
    def is_free(self) -> bool:
        """Whether nobody has anything against it now."""
        return isinstance(self._leave(), Free)

    async def given(self, step: Step, *, acted: bool) -> Forbidden | None:
        """Waits while a person says so, and for a window; why it may not begin, where it may not."""
        return await self._not_held(step, acted=acted) or await self._in_window(step, acted=acted)

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
            await self._tools.timer.sleep(LOOK_SECONDS)
        return None

    async def _in_window(self, step: Step, *, acted: bool) -> Forbidden | None:
        told = ""
        table, timer = self._tools.table, self._tools.timer
        while table is not None and not isinstance(may := table.may_begin(step, timer.now()), Go):
            if not (self._tools.waits and isinstance(may, NotBefore)):
                return self._outside(step, may, table, acted=acted)
            until = f"{may.instant:%Y-%m-%d %H:%M} UTC"
            told = self._hold(step, may_text(may, step, table.windows), told, until)
            await timer.sleep(LOOK_SECONDS)
            if stopped := await self._not_held(step, acted=acted):
                return stopped
        return None

    def _hold(self, step: Step, why: str, told: str, until: str = "") -> str:
        """Tells why it is held, once."""
        if why != told:
            self._tools.journal.hold(self._run, step.number, why, self._tools.timer.now(), until)
            self._tell(Held(step, why, until))
        return why

    def _outside(self, step: Step, may: May, table: Timetable, *, acted: bool) -> OutsideWindow:
        due = owed(self._run, self._tools.journal)
        return OutsideWindow(self._run.id, step, (may_text(may, step, table.windows),), acted=acted, owed=due)

    def _leave(self) -> Leave:
        return leave(self._tools.journal.decisions(self._run), self._tools.approvals, self._run.by)

    def _aborted(self, step: Step, found: Aborted, *, acted: bool) -> StoppedByPerson:
        """It is over where nothing is due; else it can be gone on with, so that what is due is not forgotten."""
        due = owed(self._run, self._tools.journal)
        self.is_over = not due
        decision = found.decision
        said = f"{decision.by} has ended it at {decision.at:%Y-%m-%d %H:%M} UTC{_because(decision.why)}."
        return StoppedByPerson(self._run.id, step, (said,), acted=acted, owed=due)


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
