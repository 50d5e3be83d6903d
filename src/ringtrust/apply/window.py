"""Whether a step may begin now: whether it, and all that it leaves open behind it, ends while a window is open.

A window must not end between a renewal and its wave, nor while a service is stopped, nor before the rollback parameter
is back: what a step opens counts as a part of it, up to where it is closed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Final

import msgspec

from ringtrust.change.act import Regenerate, SetRollback, StartService, StopService, is_a_persons
from ringtrust.change.plan import Plan, Step
from ringtrust.change.rehearsal import Rehearsal
from ringtrust.change.window import Span, Window, open_span
from ringtrust.cluster.facts import Moment
from ringtrust.errors import RefusedError
from ringtrust.plan.costs import minutes_of
from ringtrust.plan.due import due

Durations = Mapping[int, float]
"""How long each step of a plan takes, in seconds, by its number."""

_MINUTE: Final = 60
_AHEAD: Final = 60
"""So many windows are looked through for one that is long enough: more than a year of weekly ones."""


class Go(msgspec.Struct, frozen=True):
    """It may begin. It needs so many seconds, up to step `last`."""

    needs: float
    last: int


class NotBefore(msgspec.Struct, frozen=True):
    """No window is open; the next opens at `instant`, in UTC."""

    instant: Moment


class TooLong(msgspec.Struct, frozen=True):
    """The window closes at `until`, in UTC, and the step needs so many seconds, with what is due up to step `last`.

    `fits` is when the next window opens that is long enough; there is none where no window of those to come is. `owed`:
    the step is itself due from one that has been taken, so that the cluster waits for it.
    """

    until: Moment
    needs: float
    last: int
    fits: tuple[Moment, ...]
    owed: bool


class Over(msgspec.Struct, frozen=True):
    """No window opens any more: all there were, were for single nights."""


May = Go | NotBefore | TooLong | Over


class Nights(msgspec.Struct, frozen=True):
    """How many windows a plan takes when every step takes its longest; the first opens, and the last step ends."""

    count: int
    opens: Moment
    ends: Moment


class NoNight(msgspec.Struct, frozen=True):
    """A step that, with what is due behind it up to `last`, is longer than any window that is to come."""

    step: Step
    last: int
    needs: float


def durations_of(plan: Plan, rehearsal: Rehearsal | None = None) -> Durations:
    """How long the steps of a plan take: as they were rehearsed, else the most that is predicted.

    What a person does takes as long as is predicted: on the twin nobody has to come to a keyboard. Raises RefusedError
    for the rehearsal of another plan.
    """
    if rehearsal is not None and rehearsal.plan != plan.digest:
        raise RefusedError(
            f"This is the rehearsal of another plan: {rehearsal.goal}, of {rehearsal.made:%Y-%m-%d %H:%M} UTC.",
            advice="Rehearse this one: ringtrust rehearse PLAN -o FILE.json",
        )
    alone = len(plan.nodes) == 1
    found = {step.number: minutes_of(step, alone=alone).most * _MINUTE for step in plan.steps}
    acts = {step.number: step for step in plan.steps}
    for run in rehearsal.steps if rehearsal is not None else ():
        if run.number in acts and not is_a_persons(acts[run.number].act):
            found[run.number] = run.seconds
    return found


class Timetable:
    """When the steps of a plan may begin, by the windows of its cluster; at any time where it has none."""

    def __init__(self, plan: Plan, durations: Durations, windows: Sequence[Window]) -> None:
        self._plan = plan
        self.durations = durations
        self._opened = tuple(_opened(plan))
        self.windows = tuple(windows)

    def may_begin(self, step: Step, now: datetime) -> May:
        """Whether a step may begin at a moment."""
        last, needs = self._needs(step)
        if not self.windows:
            return Go(needs, last)
        span = next(iter(open_span(self.windows, now)), None)
        if span is None:
            return Over()
        if now < span.start:
            return NotBefore(span.start)
        if now + timedelta(seconds=needs) <= span.end:
            return Go(needs, last)
        fits = (each.start for each in _to_come(self.windows, span.end) if _seconds(each) >= needs)
        return TooLong(span.end, needs, last, tuple(islice(fits, 1)), owed=self._is_owed(step.number))

    def nights(self, now: datetime) -> Nights | NoNight | Over:
        """How few windows the whole plan takes: begun now, or in the next one where that is better."""
        found = self._nights(now)
        for span in open_span(self.windows, now):
            later = self._nights(span.end) if span.start < now else found
            if isinstance(later, Nights) and not (isinstance(found, Nights) and found.count <= later.count):
                return later
        return found

    def _nights(self, now: datetime) -> Nights | NoNight | Over:
        at, opened = now, list[datetime]()
        for step in self._plan.steps:
            while not isinstance(may := self.may_begin(step, at), Go):
                match may:
                    case Over():
                        return self._no_night(step) if opened else may
                    case TooLong(fits=()):
                        return self._no_night(step)
                    case NotBefore(instant=instant) | TooLong(fits=(instant, *_)):
                        opened.append(at := instant)
            opened = opened or [at]
            at += timedelta(seconds=self.durations[step.number])
        return Nights(len(opened), opened[0], at) if opened else Nights(0, now, now)

    def _no_night(self, step: Step) -> NoNight:
        return NoNight(step, *self._needs(step))

    def _needs(self, step: Step) -> tuple[int, float]:
        """Up to which step what a step opens is closed, and how many seconds that takes."""
        last = self._closed_at(step.number)
        steps = (each.number for each in self._plan.steps if step.number <= each.number <= last)
        return last, sum(self.durations[number] for number in steps)

    def _closed_at(self, number: int) -> int:
        """The step with which all is closed that is open when a step begins, or is opened by then."""
        end = number
        while (more := max(last for first, last in self._opened if first <= end and last >= number)) > end:
            end = more
        return end

    def _is_owed(self, number: int) -> bool:
        return any(first < number <= last for first, last in self._opened)


def may_begin(step: Step, plan: Plan, durations: Durations, windows: Sequence[Window], now: datetime) -> May:
    """Whether a step of a plan may begin now; who asks for many has a `Timetable`."""
    return Timetable(plan, durations, windows).may_begin(step, now)


def _to_come(windows: Sequence[Window], after: datetime) -> Iterator[Span]:
    """The spans behind a moment, one after the other."""
    at = after
    for _ in range(_AHEAD):
        for span in open_span(windows, at):
            yield span
            at = span.end


def _seconds(span: Span) -> float:
    return (span.end - span.start).total_seconds()


def _opened(plan: Plan) -> Iterator[tuple[int, int]]:
    """From which step to which something is open: renewed and not everywhere loaded, stopped, or without lists."""
    for step in plan.steps:
        yield step.number, max((each.number for each in _closing(plan, step)), default=step.number)


def _closing(plan: Plan, step: Step) -> Sequence[Step]:
    """The steps that close what a step opens."""
    match step.act:
        case Regenerate():
            behind = due(plan, step.number)
            return tuple(takewhile(lambda each: not _opens_more(plan, each, behind), behind))
        case StopService():
            return _start_of(plan, step, step.act)
        case SetRollback(value=True):
            back = [each for each in _behind(plan, step) if each.act == SetRollback(value=False)][:1]
            return [*back, *(owed for each in back for owed in due(plan, each.number))]
        case _:
            return ()


def _start_of(plan: Plan, step: Step, stop: StopService) -> Sequence[Step]:
    """Where a service that is stopped is started again."""
    return [each for each in _behind(plan, step) if each.act == StartService(stop.service, stop.node)][:1]


def _opens_more(plan: Plan, step: Step, behind: Sequence[Step]) -> bool:
    """Whether a step stops something for a renewal that is still to come: the next thing, which may wait."""
    return isinstance(step.act, StopService) and not set(_start_of(plan, step, step.act)) & set(behind)


def _behind(plan: Plan, step: Step) -> Iterator[Step]:
    return (each for each in plan.steps if each.number > step.number)
