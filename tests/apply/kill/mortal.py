"""Journal, hands and engine before and after every word of which the process may end."""

import os
import signal
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from ringtrust.apply.engine import Bring, Engine
from ringtrust.apply.hands import Hands
from ringtrust.change.act import Act
from ringtrust.change.outcome import Outcome
from ringtrust.change.plan import Plan
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Intended, Looked, Run


class Death:
    """Comes at the first boundary that is not among those `passed`."""

    def __init__(self, passed: frozenset[str], last_words: Callable[[str], None], *, at_gates: bool) -> None:
        self._passed = passed
        self._last_words = last_words
        self._at_gates = at_gates

    def point(self, boundary: str) -> None:
        """Here the process ends, unless one has ended here before."""
        if boundary not in self._passed and (self._at_gates or " gate " not in boundary):
            self._last_words(boundary)
            os.kill(os.getpid(), signal.SIGKILL)

    def between(self, what: str, written: Callable[..., Any], *words: Any) -> Any:
        """Before and after something is written down."""
        self.point(f"before {what}")
        result = written(*words)
        self.point(f"after {what}")
        return result


class MortalJournal(Journal):
    """Every commit is a boundary."""

    def __init__(self, place: Path | URL, death: Death) -> None:
        super().__init__(place)
        self._death = death
        self._judged: dict[tuple[int, str], int] = {}

    def begin(self, cluster: str, plan: Plan, now: datetime, by: str = "") -> Run:
        return self._death.between("the run begins", super().begin, cluster, plan, now, by)

    def end(self, run: Run, ending: str, now: datetime) -> None:
        self._death.between("the run ends", super().end, run, ending, now)

    def intend(
        self, run: Run, step: int, act: Act, before: str, now: datetime, instead_of: Sequence[Run] = ()
    ) -> Intended:
        return self._death.between(f"intent {step}", super().intend, run, step, act, before, now, instead_of)

    def conclude(self, intended: Intended, outcome: Outcome, now: datetime) -> None:
        self._death.between(f"outcome {intended.step}", super().conclude, intended, outcome, now)

    def note(self, run: Run, looked: Looked) -> None:
        place = looked.step, looked.moment
        self._judged[place] = self._judged.get(place, 0) + 1
        what = f"gate {looked.step} {looked.moment} {self._judged[place]}"
        self._death.between(what, super().note, run, looked)


class MortalHands:
    """Before and after the effect."""

    def __init__(self, hands: Hands, plan: Plan, death: Death) -> None:
        self._hands = hands
        self._death = death
        self._steps = {step.act: step.number for step in plan.steps}

    async def before(self, act: Act) -> str:
        return await self._hands.before(act)

    async def carry_out(self, act: Act) -> Outcome:
        step = self._steps[act]
        self._death.point(f"before effect {step}")
        outcome = await self._hands.carry_out(act)
        self._death.point(f"after effect {step}")
        return outcome

    async def settle(self, intended: Intended) -> Outcome:
        return await self._hands.settle(intended)


class MortalEngine:
    """Before and after a step is brought to its end: what the engine remembers of it is written after that."""

    def __init__(self, engine: Engine, death: Death) -> None:
        self._engine = engine
        self._death = death

    async def carry(self, run: int, steps: Sequence[int], bring: Bring) -> bool:
        async def mortal(step: int) -> bool:
            self._death.point(f"before step {step}")
            brought = await bring(step)
            self._death.point(f"after step {step}")
            return brought

        return await self._engine.carry(run, steps, mortal)
