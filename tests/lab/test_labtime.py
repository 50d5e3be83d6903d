"""The clock of a lab: stepped by hand, or running with the wall's."""

import asyncio

import pytest

from ringtrust.clock import StoppedClock
from ringtrust.lab.labtime import RunningTime, SteppedTime
from tests.support.clusters import START
from tests.support.live import live


def test_what_is_due_happens_in_its_order_and_at_its_own_instant() -> None:
    time = SteppedTime(START)
    seen: list[tuple[str, float]] = []

    def at(name: str) -> None:
        seen.append((name, (time.now() - START).total_seconds()))

    time.call_later(20, lambda: at("late"))
    time.call_later(10, lambda: at("early"))
    time.call_later(10, lambda: at("early too"))
    time.call_later(5, lambda: time.call_later(7, lambda: at("between")))
    time.call_later(15, lambda: at("never")).cancel()
    time.advance(10)
    assert seen == [("early", 10), ("early too", 10)]
    time.advance(100)
    assert seen[2:] == [("between", 12), ("late", 20)]
    assert (time.now() - START).total_seconds() == 110


@live
async def test_sleep_ends_when_time_has_been_moved_on() -> None:
    time = SteppedTime(START)
    sleeper = asyncio.ensure_future(time.sleep(10))
    await asyncio.sleep(0)
    time.advance(9)
    await asyncio.sleep(0)
    assert not sleeper.done()
    time.advance(1)
    await sleeper


@live
async def test_a_running_clock_goes_as_fast_as_it_was_told() -> None:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    time = RunningTime(StoppedClock(START), 1000)
    await time.sleep(20)
    passed = (time.now() - START).total_seconds()
    assert 20 <= passed <= (loop.time() - begin) * 1000
    called = asyncio.Event()
    time.call_later(1, called.set)
    time.call_later(0.5, lambda: called.set() and None).cancel()
    await called.wait()
    time.call_later(0.001, lambda: pytest.fail("after the end"))
    time.stop()
    await asyncio.sleep(0.01)


def test_a_stepped_clock_that_was_stopped_does_nothing_more() -> None:
    time = SteppedTime(START)
    time.call_later(1, lambda: pytest.fail("after the end"))
    time.stop()
    time.advance(10)


def test_what_is_in_the_background_happens_in_its_turn_and_is_not_waited_for() -> None:
    time, happened = SteppedTime(START), []
    time.call_later(10, lambda: happened.append("quiet"), background=True)
    assert time.until_next is None
    later = time.call_later(20, lambda: happened.append("loud"))
    assert time.until_next == 20
    time.advance(10)
    assert (happened, time.until_next) == (["quiet"], 10)
    later.cancel()
    assert time.until_next is None
    time.advance(10)
    assert happened == ["quiet"]
