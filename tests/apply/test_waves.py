"""A reset of phones of which nobody wrote down what became is settled by when phones have registered."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from ringtrust.apply.hands import ClusterHands
from ringtrust.change.act import ResetPhones
from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.cluster.doors import Door
from ringtrust.cluster.node import Role
from ringtrust.connect.ports import DeviceSeen
from ringtrust.errors import UnreadableError
from ringtrust.journal.records import Intended
from ringtrust.observe.eyes import Eyes, Site
from tests.apply.world import VirtualTimer
from tests.journal.material import NOW
from tests.support.live import live

BEFORE, AFTER = 1_000_000, 1_000_900
NAMES = tuple(f"SEP{place:012}" for place in range(40))
SILENT = UnreadableError("No node tells who is registered.", advice="Wait a minute.")


def device(name: str, when: int = BEFORE, status: str = "Registered", node: str = "sub1") -> DeviceSeen:
    """A phone as RISPort70 tells of it."""
    return DeviceSeen(name, status, node, "10.0.0.9", "684", "", when)


class MemoryRis:
    """Phones, as RISPort70 tells of them. `fails` is how often it does not answer."""

    def __init__(self, names: Sequence[str] = NAMES, doors: frozenset[Door] = frozenset(Door)) -> None:
        self.seen = {name: device(name) for name in names}
        self.doors = doors
        self.fails = 0
        self.asked: list[int] = []
        self.later: list[int] = []
        self.timer = VirtualTimer(NOW)
        wire: Any = self
        self.hands = ClusterHands(Eyes(wire, [Site("pub", "10.0.0.1", Role.PUBLISHER)]), self.timer, names)

    @property
    def ris(self) -> "MemoryRis":
        return self

    async def registrations(self, names: Sequence[str]) -> tuple[DeviceSeen, ...]:
        self.asked.append(len(names))
        if self.fails:
            self.fails -= 1
            raise SILENT
        found = tuple(self.seen[name] for name in names if name in self.seen)
        if self.later:
            self.register(*list(self.seen)[: self.later.pop(0)])
        return found

    def register(self, *names: str, when: int = AFTER, node: str = "sub1") -> None:
        """These phones register anew."""
        self.seen |= {name: device(name, when, node=node) for name in names}

    async def settle(self, before: str, minutes: float = 20) -> Outcome:
        """As a process that was started so many minutes after the act was intended."""
        return await self.hands.settle(Intended(1, 1, 1, ResetPhones(), before, NOW - timedelta(minutes=minutes)))


def _said(outcome: Outcome) -> str:
    return " ".join(outcome.evidence)


@live
async def test_before_a_reset_counts_are_written_down_by_one_question_however_many_phones_there_are() -> None:
    made = MemoryRis([f"SEP{place:012}" for place in range(40_000)])
    before = await made.hands.before(ResetPhones())
    assert json.loads(before) == {"registered": 1000, "latest": {"sub1": BEFORE}}
    assert made.asked == [1000]


@live
async def test_where_no_node_tells_a_plan_goes_on_and_the_journal_says_that_nobody_knows() -> None:
    made = MemoryRis()
    made.fails = 1
    before = await made.hands.before(ResetPhones())
    assert SILENT.what.rstrip(".") in before
    outcome = await made.settle(before)
    assert isinstance(outcome, Refused)
    assert "nobody can tell" in _said(outcome)


@live
async def test_phones_that_have_registered_anew_or_are_away_say_that_it_has_happened() -> None:
    made = MemoryRis()
    before = await made.hands.before(ResetPhones())
    made.register(*NAMES[:15])
    made.seen |= {name: device(name, AFTER, "UnRegistered") for name in NAMES[15:30]}
    assert isinstance(await made.settle(before), Done)
    assert made.asked == [40, 40]


@live
async def test_phones_that_are_there_as_before_say_that_it_has_not_and_so_do_a_few_that_come_and_go() -> None:
    made = MemoryRis()
    before = await made.hands.before(ResetPhones())
    made.register(*NAMES[:3])
    outcome = await made.settle(before)
    assert isinstance(outcome, Refused)
    assert "3 have registered anew" in _said(outcome)


@live
async def test_a_reset_that_has_just_been_sent_is_given_the_time_to_reach_phones() -> None:
    made = MemoryRis()
    before = await made.hands.before(ResetPhones())
    made.later = [0, 0, 8, 16, 40]
    assert isinstance(await made.settle(before, minutes=0), Done)
    idle = MemoryRis()
    assert isinstance(await idle.settle(before, minutes=0), Refused)
    assert 300 <= idle.timer.seconds <= 360


@live
async def test_something_in_between_is_waited_for_and_then_unclear_with_a_way_out() -> None:
    made = MemoryRis()
    before = await made.hands.before(ResetPhones())
    made.register(*NAMES[:12])
    outcome = await made.settle(before)
    assert isinstance(outcome, Unclear)
    assert "Reset all of them by hand" in _said(outcome)
    assert 1800 <= made.timer.seconds <= 1860
    made.register(*NAMES)  # somebody did
    assert isinstance(await made.settle(before), Done)


@live
async def test_times_are_compared_by_the_clock_of_one_node() -> None:
    """The clock of sub2 is an hour behind: what registers there now has an earlier time than what did with sub1."""
    made = MemoryRis()
    made.register(*NAMES[20:], when=BEFORE - 3600, node="sub2")
    before = await made.hands.before(ResetPhones())
    assert isinstance(await made.settle(before), Refused)
    made.register(*NAMES[20:], when=BEFORE - 3600 + 900, node="sub2")
    made.register(*NAMES[:5])
    assert isinstance(await made.settle(before), Done)


@live
async def test_a_node_that_does_not_tell_makes_no_phone_be_away() -> None:
    made = MemoryRis()
    before = await made.hands.before(ResetPhones())
    made.seen |= {name: device(name, 0, "Unknown", "sub2") for name in NAMES[:30]}
    assert isinstance(await made.settle(before), Unclear)


@live
async def test_risport_that_comes_back_is_waited_for() -> None:
    made = MemoryRis()
    before = await made.hands.before(ResetPhones())
    made.register(*NAMES)
    made.fails = 5
    assert isinstance(await made.settle(before), Done)


@pytest.mark.parametrize("before", ["", '{"registered":3}', "{}", "0A"])
@live
async def test_whatever_the_journal_holds_ends_in_an_outcome(before: str) -> None:
    outcome = await MemoryRis().settle(before)
    assert isinstance(outcome, Done | Refused)


@live
async def test_phones_of_which_nobody_tells_since_when_settle_nothing() -> None:
    made = MemoryRis()
    made.seen = {name: device(name, 0) for name in NAMES}
    assert "since when" in await made.hands.before(ResetPhones())


@live
async def test_what_is_written_down_stays_small_whatever_a_node_says() -> None:
    made = MemoryRis()
    made.seen = {name: device(name, node=name * 100) for name in NAMES}
    assert len(await made.hands.before(ResetPhones())) < 40 * 220
    many = MemoryRis([f"SEP{place}" for place in range(1000)])
    many.seen = {name: device(name, node=name) for name in many.seen}
    assert "no cluster has" in await many.hands.before(ResetPhones())


@live
async def test_where_risport_may_not_be_asked_it_is_done_once_more_and_the_journal_says_so() -> None:
    made = MemoryRis(doors=frozenset(Door) - {Door.RIS})
    outcome = await made.settle(await made.hands.before(ResetPhones()))
    assert isinstance(outcome, Refused)
    assert "RISPort70" in _said(outcome)
    assert made.asked == []
