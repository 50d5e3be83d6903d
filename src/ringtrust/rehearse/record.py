"""What is written down of a rehearsal while it goes on: steps, stops, and the phones by what they do."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from ringtrust.apply.news import Acted, Began, GoesOn, Judged, News, Waiting
from ringtrust.change.plan import Plan, Step
from ringtrust.change.rehearsal import Counts, GateWait, Sample, StepRun, Stop, Wave
from ringtrust.lab.phone.phone import State
from ringtrust.rehearse.stage import Stage

_PATIENCE: Final = 60.0
"""How long, in seconds of the twin, phones are believed to be as they were while nobody comes or goes."""


class _Open(msgspec.Struct):
    """A step on its way."""

    at: float
    ended: float
    acts: int = 0
    told: str = ""
    gates: list[GateWait] = []


class Record:
    """Hears the news of apply, and looks at the phones whenever time has moved."""

    def __init__(self, stage: Stage, plan: Plan) -> None:
        self._stage = stage
        self._plan = plan
        self._steps: dict[int, _Open] = {}
        self._gate_from = 0.0
        self._began = stage.time.now()
        self._crowd = -1
        self._looked = 0.0
        self.step = 0
        self.samples: list[Sample] = []
        self.stops: list[Stop] = []
        self.applies = 0
        self.look()
        stage.watchers.append(self.look)

    @property
    def now(self) -> float:
        """Seconds of the twin since the rehearsal began."""
        return (self._stage.time.now() - self._began).total_seconds()

    def hear(self, news: News) -> None:
        """One piece of news."""
        match news:
            case Began(step=step) | GoesOn(step=step):
                self._at(step)
                self._gate_from = self.now
            case Acted(step=step, outcome=outcome):
                begun = self._at(step)
                begun.acts += 1
                begun.told = next((text for text in reversed(outcome.evidence) if text), "")
                self._gate_from = self.now
            case Judged(step=step, gate=gate, verdict=verdict):
                waited = self.now - self._gate_from
                self._at(step).gates.append(GateWait(gate.code, gate.what, waited, type(verdict).__name__.lower()))
                self._gate_from = self.now
            case Waiting(step=step):
                self._at(step)
            case _:
                return

    def _at(self, step: Step) -> _Open:
        self.step = step.number
        begun = self._steps.setdefault(step.number, _Open(self.now, self.now, gates=[]))
        begun.ended = self.now
        return begun

    def stopped(self, why: str, done: str) -> None:
        """Apply has stopped, and what was done before it was called again."""
        self.stops.append(Stop(self.now, self.step, why, done))

    def look(self) -> None:
        """The phones; they are counted one by one only while some are not registered, and one may have moved."""
        crowd = len(self._stage.cluster.registrations)
        if crowd == self._crowd and (self._all_there or self.now - self._looked < _PATIENCE):
            return
        self._crowd, self._looked = crowd, self.now
        counts = self._counted(crowd)
        if not self.samples or counts != self.samples[-1].phones:
            self.samples.append(Sample(self.now, counts))

    @property
    def _all_there(self) -> bool:
        last = self.samples[-1].phones if self.samples else Counts(0, 0, 0, 0, 0)
        return last.registered + last.off == len(self._stage.phones)

    def _counted(self, crowd: int) -> Counts:
        phones = self._stage.phones
        if crowd == len(phones):
            return Counts(crowd, 0, 0, 0, 0)
        found = Counter(each.phone.state for each in phones)
        loading = found[State.LOADING] + found[State.REGISTERING]
        return Counts(
            found[State.REGISTERED], found[State.BOOTING], loading, found[State.UNREGISTERED], found[State.OFF]
        )

    def steps(self) -> tuple[StepRun, ...]:
        """The steps that were begun."""
        return tuple(
            self._step(step, self._steps[step.number]) for step in self._plan.steps if step.number in self._steps
        )

    def _step(self, step: Step, begun: _Open) -> StepRun:
        seconds = begun.ended - begun.at
        return StepRun(
            step.number, step.phase, step.title, begun.at, seconds, begun.acts, begun.told, tuple(begun.gates)
        )

    def waves(self) -> tuple[Wave, ...]:
        """The times in which phones that are not off were not registered."""
        return tuple(_waves(self.samples, self.now, self._plan.steps, self._steps))


def _waves(samples: Sequence[Sample], end: float, steps: Sequence[Step], begun: dict[int, _Open]) -> Iterator[Wave]:
    at, most = -1.0, 0
    for sample, following in pairwise([*samples, Sample(end, Counts(0, 0, 0, 0, 0))]):
        away = sample.phones.booting + sample.phones.loading + sample.phones.refused
        if away and at < 0:
            at = sample.at
        most = max(most, away)
        if at >= 0 and (not away or following.at == end):
            until = sample.at if not away else end
            yield Wave(at, until - at, _step_at(at, steps, begun), most)
            at, most = -1.0, 0


def _step_at(at: float, steps: Sequence[Step], begun: dict[int, _Open]) -> int:
    return max((step.number for step in steps if step.number in begun and begun[step.number].at <= at), default=0)
