"""How long a gate is waited for: it passes by what is seen, and so only. Time passes while somebody waits."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.apply.patience import passage
from ringtrust.change.gate import Condition, Gate, ReplicationGood
from ringtrust.change.outcome import Failed, NotYet, Passed, Unknown, Verdict

HOUR = 3600
PASSED, NOT_YET = Passed(("all follow",)), NotYet(("sub1 lags",))
FAILED, UNKNOWN = Failed(("sub1 is broken",)), Unknown(("pub is silent",))


class VirtualTimer:
    """Nothing takes time but waiting."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 24, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0, "a look without a pause"
        self.seconds += seconds


class Showing:
    """A judge to whom one thing is shown after the other, and the last one for ever. A look takes `slow` seconds."""

    def __init__(self, timer: VirtualTimer, *shown: Verdict, slow: float = 0.0) -> None:
        self._timer = timer
        self._shown = shown
        self._slow = slow
        self.looked_at: list[float] = []

    async def judge(self, condition: Condition) -> Verdict:
        assert condition == ReplicationGood()
        place = min(len(self.looked_at), len(self._shown) - 1)
        self.looked_at.append(self._timer.seconds)
        self._timer.seconds += self._slow
        return self._shown[place]


class Waited:
    """A gate that was waited for: its verdict, when it was looked at, and what was told in between."""

    def __init__(self, shown: Sequence[Verdict], patience: int, interval: int = 10, slow: float = 0.0) -> None:
        self.told: list[tuple[Verdict, int]] = []
        timer = VirtualTimer()
        judge = Showing(timer, *shown, slow=slow)
        gate = Gate(ReplicationGood(), "it follows", patience=patience, interval=interval)
        self.verdict = asyncio.run(passage(gate, judge, timer, self._waiting))
        self.looked_at = judge.looked_at
        self.took = timer.seconds

    def _waiting(self, verdict: Verdict, seconds: int) -> bool:
        self.told.append((verdict, seconds))
        return True


def test_what_is_so_passes_at_once() -> None:
    waited = Waited([PASSED], HOUR)
    assert (waited.verdict, waited.took, waited.told) == (PASSED, 0, [])


def test_what_is_not_so_yet_is_waited_for_and_every_look_is_told() -> None:
    waited = Waited([NOT_YET, UNKNOWN, NOT_YET, PASSED], HOUR)
    assert waited.verdict == PASSED
    assert [verdict for verdict, _ in waited.told] == [NOT_YET, UNKNOWN, NOT_YET]
    assert [seconds for _, seconds in waited.told] == [int(at) for at in waited.looked_at[:-1]]


def test_what_does_not_come_has_failed_with_what_was_missing_and_for_how_long() -> None:
    waited = Waited([NOT_YET], 600)
    assert isinstance(waited.verdict, Failed)
    assert waited.verdict.evidence[0] == "sub1 lags"
    assert "600 seconds" in waited.verdict.evidence[1]
    assert waited.looked_at[-1] == waited.took == 600


def test_what_nobody_can_tell_is_unknown_in_the_end_and_never_passes() -> None:
    waited = Waited([UNKNOWN], 600)
    assert waited.verdict == UNKNOWN
    assert waited.took == 600


def test_what_could_not_be_read_for_a_while_passes_when_it_is_seen_to_be_so() -> None:
    assert Waited([UNKNOWN, UNKNOWN, PASSED], 600).verdict == PASSED


@pytest.mark.parametrize(("last", "kind"), [(NOT_YET, Failed), (UNKNOWN, Unknown)])
def test_the_last_look_counts_and_not_those_before(last: Verdict, kind: type[Verdict]) -> None:
    assert isinstance(Waited([UNKNOWN, NOT_YET, last], 60).verdict, kind)


def test_what_will_not_come_is_not_waited_for() -> None:
    waited = Waited([NOT_YET, FAILED], HOUR)
    assert waited.verdict == FAILED
    assert waited.took < 2


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [(PASSED, PASSED), (FAILED, FAILED), (UNKNOWN, UNKNOWN), (NOT_YET, Failed(NOT_YET.evidence))],
)
def test_without_patience_it_is_looked_at_once(shown: Verdict, wanted: Verdict) -> None:
    waited = Waited([shown, PASSED], 0)
    assert (waited.verdict, waited.looked_at, waited.took, waited.told) == (wanted, [0.0], 0, [])


def test_it_is_looked_at_often_at_first_and_then_once_in_an_interval() -> None:
    waited = Waited([NOT_YET], 8 * HOUR, interval=60)
    pauses = [after - before for before, after in pairwise(waited.looked_at)]
    assert pauses[0] == 1
    assert all(before <= after <= 60 for before, after in pairwise(pauses[:-1]))
    assert sum(pause < 60 for pause in pauses) <= 12
    assert len(waited.looked_at) <= 8 * 60 + 12


@pytest.mark.parametrize("interval", [-5, 0, 1])
def test_whatever_a_plan_says_there_is_a_second_between_two_looks(interval: int) -> None:
    waited = Waited([NOT_YET], 30, interval=interval)
    assert len(waited.looked_at) == 31


def test_looks_that_take_long_are_part_of_the_time() -> None:
    waited = Waited([NOT_YET], 600, slow=250.0)
    assert isinstance(waited.verdict, Failed)
    assert len(waited.looked_at) == 3


@given(
    shown=st.lists(st.sampled_from([PASSED, NOT_YET, FAILED, UNKNOWN]), min_size=1, max_size=30),
    patience=st.integers(-10, 300),
    interval=st.integers(-1, 400),
    slow=st.sampled_from([0.0, 0.5, 40.0]),
)
def test_it_passes_when_the_last_look_passed_and_never_otherwise(
    shown: list[Verdict], patience: int, interval: int, slow: float
) -> None:
    waited = Waited(shown, patience, interval, slow)
    looks = len(waited.looked_at)
    last = shown[min(looks, len(shown)) - 1]
    assert isinstance(waited.verdict, Passed) == isinstance(last, Passed)
    assert isinstance(waited.verdict, Unknown) == isinstance(last, Unknown)
    assert not isinstance(waited.verdict, NotYet)
    assert len(waited.told) == looks - 1
    assert waited.took <= max(patience, 0) + 2 * slow
    assert not any(isinstance(verdict, Passed | Failed) for verdict, _ in waited.told)
