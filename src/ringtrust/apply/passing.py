"""The gates of a step: each is waited for and written down; it passes by evidence, or by the word of a person."""

from collections.abc import Callable
from functools import partial

from ringtrust.apply.decided import is_ended, override
from ringtrust.apply.due import owed
from ringtrust.apply.made import as_made
from ringtrust.apply.news import Judged, News, Overridden, Stop, StoppedAtGate, Waiting
from ringtrust.apply.patience import borne, passage
from ringtrust.apply.tools import Tools
from ringtrust.change.decision import Decision
from ringtrust.change.gate import Gate
from ringtrust.change.outcome import Passed, Verdict
from ringtrust.change.plan import Step
from ringtrust.errors import HalfWayError, RingtrustError
from ringtrust.journal.records import Looked, Run


class Passing:
    """The gates of a run."""

    def __init__(self, run: Run, tools: Tools, tell: Callable[[News], None]) -> None:
        self._run = run
        self._tools = tools
        self._tell = tell

    async def gates(self, step: Step, moment: str, gates: tuple[Gate, ...], *, acted: bool) -> Stop | None:
        """Where it stopped, if it did. `acted` says whether anything has been done to the cluster."""
        carried = self._tools.journal.carried(self._run)
        for gate in (as_made(each, carried) for each in gates):
            verdict = await passage(gate, self._tools.judge, self._tools.timer, partial(self._wait, step, gate))
            word = None if isinstance(verdict, Passed) else self._word(step, gate)
            await borne(partial(self._note, step, moment, gate, verdict, word), self._tools.timer)
            self._tell(Judged(step, gate, verdict) if word is None else Overridden(step, gate, verdict, word))
            if word is None and not isinstance(verdict, Passed):
                due = owed(self._run, self._tools.journal)
                return StoppedAtGate(self._run.id, step, gate, verdict, acted=acted, owed=due)
        return None

    def _word(self, step: Step, gate: Gate) -> Decision | None:
        """The word of a person by which a gate counts as passed."""
        return override(self._tools.journal.decisions(self._run), step.number, gate)

    def _wait(self, step: Step, gate: Gate, verdict: Verdict, seconds: int) -> bool:
        """Whether to look again: not once a person has decided about the gate, or has ended the run."""
        self._tell(Waiting(step, gate, verdict, seconds))
        try:
            self._tools.write_heard(self._run, step.number)
            decisions = self._tools.journal.decisions(self._run)
        except HalfWayError:
            raise
        except RingtrustError:
            return True  # the journal is away: what matters is written before the next act, or that is not begun
        return override(decisions, step.number, gate) is None and not is_ended(decisions)

    def _note(self, step: Step, moment: str, gate: Gate, verdict: Verdict, word: Decision | None) -> None:
        self._tools.write_heard(self._run, step.number)
        now = self._tools.timer.now()
        by = word.by if word is not None else ""
        self._tools.journal.note(self._run, Looked(step.number, moment, gate.condition, verdict, now, by))
